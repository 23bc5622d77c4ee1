#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "common/limits.h"
#include "connect/decode/decoder.h"
#include "types/type_text.h"

namespace firesteel::connect {

using unresolved::Expr;
using unresolved::MaybeExpr;
using unresolved::NameParts;

namespace {

struct Spelling {
    std::string_view sent;
    std::string_view registered;
};
/// Names that clients send and SQL users never write. Others are looked up as they are.
constexpr auto kSpellings = std::to_array<Spelling>({
    {"!",                       "not"                      },
    {"==",                      "="                        },
    {"distributed_id",          "__distributed_id"         },
    {"distributed_sequence_id", "__distributed_sequence_id"},
    {"isNaN",                   "isnan"                    },
    {"isNotNull",               "isnotnull"                },
    {"isNull",                  "isnull"                   },
    {"pandas_covar",            "__pandas_covar"           },
    {"pandas_kurt",             "__pandas_kurt"            },
    {"pandas_skew",             "__pandas_skew"            },
    {"pandas_stddev",           "__pandas_stddev"          },
    {"pandas_var",              "__pandas_var"             },
    {"product",                 "__product"                },
    {"timestampadd",            "__timestampadd"           },
    {"timestampdiff",           "__timestampdiff"          },
});

std::string registered_name(const std::string& sent) {
    const auto* row = std::ranges::find(kSpellings, sent, &Spelling::sent);
    return row == kSpellings.end() ? sent : std::string(row->registered);
}

Error invalid_name(std::string_view name) {
    return Error(ErrorClass::InvalidAttributeNameSyntax, {
                                                             {"name", std::string(name)}
    });
}

EvalMode eval_mode(ExpressionProto::Cast::EvalMode mode) {
    switch (mode) {
        case ExpressionProto::Cast::EVAL_MODE_UNSPECIFIED:
            return EvalMode::Session;
        case ExpressionProto::Cast::EVAL_MODE_LEGACY:
            return EvalMode::Legacy;
        case ExpressionProto::Cast::EVAL_MODE_ANSI:
            return EvalMode::Ansi;
        case ExpressionProto::Cast::EVAL_MODE_TRY:
            return EvalMode::Try;
        default:
            break;
    }
    throw invalid_plan("a cast has the unknown evaluation mode " + std::to_string(mode));
}

FrameKind frame_kind(ExpressionProto::Window::WindowFrame::FrameType type) {
    switch (type) {
        case ExpressionProto::Window::WindowFrame::FRAME_TYPE_ROW:
            return FrameKind::Rows;
        case ExpressionProto::Window::WindowFrame::FRAME_TYPE_RANGE:
            return FrameKind::Range;
        default:
            break;
    }
    throw invalid_plan("a window frame has the unknown type " + std::to_string(type));
}

}  // namespace

NestingLevel::NestingLevel(std::uint32_t& depth, const char* what) : depth_(depth) {
    if (depth_ >= limits::kPlanDepthMax) {
        throw Error(ErrorClass::ConnectInvalidPlanCannotParse,
                    {
                        {"errorMsg", std::string(what) + " nest deeper than " +
                                         std::to_string(limits::kPlanDepthMax) + " levels"}
        });
    }
    ++depth_;
}

NameParts attribute_parts(std::string_view name) {
    NameParts parts;
    std::string part;
    bool quoted = false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        const bool last = i + 1 == name.size();
        if (quoted) {
            if (c != '`') {
                part += c;
            } else if (!last && name[i + 1] == '`') {
                part += c;
                ++i;
            } else if (!last && name[i + 1] != '.') {
                throw invalid_name(name);
            } else {
                quoted = false;
            }
        } else if (c == '`') {
            if (!part.empty()) throw invalid_name(name);
            quoted = true;
        } else if (c == '.') {
            if (last || i == 0 || name[i - 1] == '.') throw invalid_name(name);
            parts.push_back(std::exchange(part, {}));
        } else {
            part += c;
        }
    }
    if (quoted) throw invalid_name(name);
    parts.push_back(std::move(part));
    return parts;
}

Origin Decoder::origin_of(const proto::Origin& message) const {
    if (message.function_case() != proto::Origin::kPythonOrigin) return origin_;
    SourceText text;
    text.kind = SourceText::Kind::DataFrameCall;
    text.text = message.python_origin().fragment();
    text.call_site = message.python_origin().call_site();
    return {std::make_shared<const SourceText>(std::move(text)), -1, -1};
}

Expr Decoder::expression(const ExpressionProto& message) {
    const NestingLevel level(expression_depth_, "expressions");
    if (!message.has_common() || !message.common().has_origin()) return expression_node(message);
    const Restored restored(origin_);
    origin_ = origin_of(message.common().origin());
    return expression_node(message);
}

Expr Decoder::expression_node(const ExpressionProto& message) {
    switch (message.expr_type_case()) {
        case ExpressionProto::kLiteral:
            return {unresolved::Constant{decode_literal(message.literal())}, origin_};
        case ExpressionProto::kUnresolvedAttribute:
            return attribute(message.unresolved_attribute());
        case ExpressionProto::kUnresolvedFunction:
            return function(message.unresolved_function());
        case ExpressionProto::kExpressionString:
            return firesteel::sql::parse_expression(
                context_.substituted(message.expression_string().expression()), context_.parser);
        case ExpressionProto::kUnresolvedStar:
            return star(message.unresolved_star());
        case ExpressionProto::kAlias:
            return alias(message.alias());
        case ExpressionProto::kCast:
            return cast(message.cast());
        case ExpressionProto::kUnresolvedRegex:
            return regex(message.unresolved_regex());
        case ExpressionProto::kLambdaFunction:
            return lambda(message.lambda_function());
        case ExpressionProto::kWindow:
            return window(message.window());
        case ExpressionProto::kUnresolvedExtractValue: {
            const auto& extract = message.unresolved_extract_value();
            return {
                unresolved::Extract{
                                    required(extract.has_child(), extract.child(), "child"),
                                    required(extract.has_extraction(), extract.extraction(), "extraction")},
                origin_
            };
        }
        case ExpressionProto::kUpdateFields:
            return update_fields(message.update_fields());
        case ExpressionProto::kUnresolvedNamedLambdaVariable:
            return lambda_variable(message.unresolved_named_lambda_variable());
        case ExpressionProto::kCommonInlineUserDefinedFunction:
            return inline_function(message.common_inline_user_defined_function());
        case ExpressionProto::kCallFunction: {
            unresolved::Function node;
            node.name = identifier(message.call_function().function_name());
            node.arguments = expressions(message.call_function().arguments());
            return {std::move(node), origin_};
        }
        case ExpressionProto::kNamedArgumentExpression:
            return named_argument(message.named_argument_expression());
        case ExpressionProto::kSubqueryExpression:
            return subquery(message.subquery_expression());
        case ExpressionProto::kDirectShufflePartitionId: {
            const auto& direct = message.direct_shuffle_partition_id();
            return {unresolved::DirectPartitionId{
                        required(direct.has_child(), direct.child(), "child")},
                    origin_};
        }
        case ExpressionProto::kSortOrder:
            throw invalid_plan(
                "a sort order stands outside of sort, window and range partitioning");
        case ExpressionProto::kMergeAction:
            throw invalid_plan("a merge action stands outside of a merge");
        case ExpressionProto::kTypedAggregateExpression:
            throw unsupported("typed aggregates of the JVM", origin_);
        case ExpressionProto::kExtension:
            throw unsupported("the expression extension " + message.extension().type_url(),
                              origin_);
        case ExpressionProto::EXPR_TYPE_NOT_SET:
            break;
    }
    throw invalid_plan("an expression is of no kind that is known");
}

Expr Decoder::attribute(const ExpressionProto::UnresolvedAttribute& message) {
    unresolved::Attribute node;
    node.parts = attribute_parts(message.unparsed_identifier());
    if (message.has_plan_id()) node.plan_id = message.plan_id();
    node.metadata_column = message.is_metadata_column();
    return {std::move(node), origin_};
}

Expr Decoder::function(const ExpressionProto::UnresolvedFunction& message) {
    if (message.function_name().empty()) throw invalid_plan("a function call has no name");
    auto arguments = expressions(message.arguments());
    if (message.function_name() == "!=" || message.function_name() == "<>") {
        return unresolved::call("not", {unresolved::call("=", std::move(arguments), origin_)},
                                origin_);
    }
    unresolved::Function node;
    node.name = message.is_user_defined_function()
                    ? identifier(message.function_name())
                    : NameParts{registered_name(message.function_name())};
    node.arguments = std::move(arguments);
    node.distinct = message.is_distinct();
    return {std::move(node), origin_};
}

Expr Decoder::star(const ExpressionProto::UnresolvedStar& message) {
    unresolved::Star node;
    if (message.has_unparsed_target()) {
        if (message.has_plan_id()) throw invalid_plan("a star has both a target and a plan id");
        const std::string_view target = message.unparsed_target();
        if (!target.ends_with(".*")) {
            throw invalid_plan("the target of a star must end with '.*', '" + std::string(target) +
                               "' does not");
        }
        node.target = attribute_parts(target.substr(0, target.size() - 2));
    }
    if (message.has_plan_id()) node.plan_id = message.plan_id();
    return {std::move(node), origin_};
}

/// `pattern` in back-quotes is a regular expression, anything else a plain column.
Expr Decoder::regex(const ExpressionProto::UnresolvedRegex& message) {
    const std::string_view name = message.col_name();
    const std::optional<PlanId> plan_id =
        message.has_plan_id() ? std::optional<PlanId>(message.plan_id()) : std::nullopt;
    if (name.size() > 2 && name.ends_with('`')) {
        if (name.starts_with('`')) {
            return {
                unresolved::RegexStar{std::string(name.substr(1, name.size() - 2)), plan_id},
                origin_
            };
        }
        if (name.find(".`") != std::string_view::npos) {
            throw unsupported("a column pattern with a qualifier (" + std::string(name) + ")",
                              origin_);
        }
    }
    unresolved::Attribute node;
    node.parts = attribute_parts(name);
    node.plan_id = plan_id;
    return {std::move(node), origin_};
}

Expr Decoder::alias(const ExpressionProto::Alias& message) {
    if (message.name().empty()) throw invalid_plan("an alias has no name");
    if (message.has_metadata() && message.name_size() > 1) {
        throw invalid_plan("an alias of several names can't have metadata");
    }
    unresolved::Alias node{required(message.has_expr(), message.expr(), "aliased expression"),
                           strings(message.name()),
                           {}};
    if (message.has_metadata()) node.metadata = message.metadata();
    return {std::move(node), origin_};
}

Expr Decoder::cast(const ExpressionProto::Cast& message) {
    Expr child = required(message.has_expr(), message.expr(), "child of a cast");
    const EvalMode mode = eval_mode(message.eval_mode());
    switch (message.cast_to_type_case()) {
        case ExpressionProto::Cast::kType:
            return {
                unresolved::Cast{std::move(child), decode_data_type(message.type()), mode},
                origin_
            };
        case ExpressionProto::Cast::kTypeStr:
            return {
                unresolved::Cast{std::move(child), parse_data_type(message.type_str()), mode},
                origin_
            };
        case ExpressionProto::Cast::CAST_TO_TYPE_NOT_SET:
            break;
    }
    throw invalid_plan("a cast names no type");
}

Expr Decoder::lambda(const ExpressionProto::LambdaFunction& message) {
    if (message.arguments().empty() || message.arguments_size() > 3) {
        throw invalid_plan("a lambda function has " + std::to_string(message.arguments_size()) +
                           " arguments, one to three are possible");
    }
    std::vector<std::string> parameters;
    for (const auto& argument : message.arguments()) {
        if (argument.name_parts_size() != 1)
            throw invalid_plan("the name of a lambda's argument must have one part");
        parameters.push_back(argument.name_parts(0));
    }
    return {
        unresolved::Lambda{std::move(parameters), required(message.has_function(),
                           message.function(), "body of a lambda")},
        origin_
    };
}

Expr Decoder::lambda_variable(const ExpressionProto::UnresolvedNamedLambdaVariable& message) {
    if (message.name_parts().empty()) throw invalid_plan("a lambda variable has no name");
    unresolved::Attribute node;
    node.parts = strings(message.name_parts());
    return {std::move(node), origin_};
}

Expr Decoder::update_fields(const ExpressionProto::UpdateFields& message) {
    return {
        unresolved::UpdateField{
                                required(message.has_struct_expression(), message.struct_expression(),
                                "struct to update"),
                                message.field_name(),
                                optional(message.has_value_expression(), message.value_expression())},
        origin_
    };
}

Expr Decoder::window(const ExpressionProto::Window& message) {
    auto spec = std::make_shared<unresolved::WindowSpec>();
    Expr function =
        required(message.has_window_function(), message.window_function(), "window function");
    spec->partition_by = expressions(message.partition_spec());
    spec->order_by = sort_orders(message.order_spec());
    if (message.has_frame_spec()) {
        const auto& frame = message.frame_spec();
        if (!frame.has_lower() || !frame.has_upper())
            throw invalid_plan("a window frame lacks a boundary");
        using Kind = unresolved::FrameBound::Kind;
        spec->frame = unresolved::WindowFrame{frame_kind(frame.frame_type()),
                                              frame_bound(frame.lower(), Kind::UnboundedPreceding),
                                              frame_bound(frame.upper(), Kind::UnboundedFollowing)};
    }
    return {
        unresolved::Window{std::move(function), std::move(spec)},
        origin_
    };
}

unresolved::FrameBound Decoder::frame_bound(
    const ExpressionProto::Window::WindowFrame::FrameBoundary& message,
    unresolved::FrameBound::Kind unbounded) {
    using Boundary = ExpressionProto::Window::WindowFrame::FrameBoundary;
    using Kind = unresolved::FrameBound::Kind;
    switch (message.boundary_case()) {
        case Boundary::kCurrentRow:
            if (message.current_row()) return {Kind::CurrentRow, std::nullopt};
            break;
        case Boundary::kUnbounded:
            if (message.unbounded()) return {unbounded, std::nullopt};
            break;
        case Boundary::kValue:
            return {Kind::Offset, expression(message.value())};
        case Boundary::BOUNDARY_NOT_SET:
            break;
    }
    throw invalid_plan("a boundary of a window frame is neither a row, nor unbounded, nor a value");
}

/// Whatever is not ascending is descending, whatever is not nulls first is nulls last.
unresolved::SortOrder Decoder::sort_order(const ExpressionProto::SortOrder& message) {
    return {required(message.has_child(), message.child(), "child of a sort order"),
            message.direction() == ExpressionProto::SortOrder::SORT_DIRECTION_ASCENDING
                ? SortDirection::Ascending
                : SortDirection::Descending,
            message.null_ordering() == ExpressionProto::SortOrder::SORT_NULLS_FIRST
                ? NullOrder::First
                : NullOrder::Last};
}

std::vector<Expr> Decoder::expressions(const Repeated<ExpressionProto>& messages) {
    std::vector<Expr> nodes;
    nodes.reserve(static_cast<std::size_t>(messages.size()));
    for (const auto& message : messages) nodes.push_back(expression(message));
    return nodes;
}

std::vector<unresolved::SortOrder> Decoder::sort_orders(
    const Repeated<ExpressionProto::SortOrder>& messages) {
    std::vector<unresolved::SortOrder> nodes;
    nodes.reserve(static_cast<std::size_t>(messages.size()));
    for (const auto& message : messages) nodes.push_back(sort_order(message));
    return nodes;
}

Expr Decoder::required(bool has, const ExpressionProto& message, const char* what) {
    if (!has) throw invalid_plan(std::string("this part of the plan is missing: ") + what);
    return expression(message);
}

MaybeExpr Decoder::optional(bool has, const ExpressionProto& message) {
    return has ? MaybeExpr(expression(message)) : std::nullopt;
}

}  // namespace firesteel::connect
