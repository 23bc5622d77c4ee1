#include <algorithm>
#include <array>
#include <string>

#include "connect/decode/decoder.h"

namespace firesteel::connect {

using unresolved::Expr;

namespace {

// Kinds of Python functions by where they may stand (see python/eval_type in the worker's
// protocol).
constexpr auto kExpressionEvalTypes =
    std::to_array<std::int32_t>({100, 101, 200, 202, 204, 217, 250, 251, 252, 254});
constexpr auto kTableEvalTypes = std::to_array<std::int32_t>({300, 301, 302});
constexpr auto kRelationEvalTypes =
    std::to_array<std::int32_t>({201, 205, 206, 207, 208, 209, 210, 211, 212, 213, 214, 215, 216});

template <typename Kinds>
bool holds(const Kinds& kinds, std::int32_t eval_type) {
    return std::ranges::find(kinds, eval_type) != kinds.end();
}

void check_payload(const std::string& name, const std::string& command,
                   const std::string& python_version) {
    if (command.empty()) throw invalid_plan("the Python function '" + name + "' has no code");
    if (python_version.empty())
        throw invalid_plan("the Python function '" + name + "' names no Python version");
}

}  // namespace

std::shared_ptr<const PythonFunction> Decoder::python_function(
    const proto::CommonInlineUserDefinedFunction& message) {
    switch (message.function_case()) {
        case proto::CommonInlineUserDefinedFunction::kPythonUdf:
            break;
        case proto::CommonInlineUserDefinedFunction::kScalarScalaUdf:
            throw unsupported("functions written for the JVM (" + message.function_name() + ")",
                              origin_);
        case proto::CommonInlineUserDefinedFunction::kJavaUdf:
            throw unsupported(
                "functions written for the JVM (" + message.java_udf().class_name() + ")", origin_);
        case proto::CommonInlineUserDefinedFunction::FUNCTION_NOT_SET:
            throw invalid_plan("the function '" + message.function_name() + "' has no code");
    }
    const auto& udf = message.python_udf();
    check_payload(message.function_name(), udf.command(), udf.python_ver());
    if (!holds(kExpressionEvalTypes, udf.eval_type()) &&
        !holds(kRelationEvalTypes, udf.eval_type())) {
        throw invalid_plan("the Python function '" + message.function_name() +
                           "' has the unknown kind " + std::to_string(udf.eval_type()));
    }
    if (!udf.has_output_type()) {
        throw invalid_plan("the Python function '" + message.function_name() +
                           "' has no return type");
    }
    PythonFunction function;
    function.name = message.function_name();
    function.output_type = decode_data_type(udf.output_type());
    function.eval_type = udf.eval_type();
    function.command = udf.command();
    function.python_version = udf.python_ver();
    function.includes = strings(udf.additional_includes());
    function.deterministic = message.deterministic();
    function.distinct = message.is_distinct();
    return std::make_shared<const PythonFunction>(std::move(function));
}

std::shared_ptr<const PythonFunction> Decoder::python_function(
    const proto::CommonInlineUserDefinedTableFunction& message) {
    if (!message.has_python_udtf()) {
        throw invalid_plan("the table function '" + message.function_name() + "' has no code");
    }
    const auto& udtf = message.python_udtf();
    check_payload(message.function_name(), udtf.command(), udtf.python_ver());
    if (!holds(kTableEvalTypes, udtf.eval_type())) {
        throw invalid_plan("the table function '" + message.function_name() +
                           "' has the unknown kind " + std::to_string(udtf.eval_type()));
    }
    PythonFunction function;
    function.name = message.function_name();
    if (udtf.has_return_type()) {
        function.output_type = decode_data_type(udtf.return_type());
        if (!function.output_type->is(TypeKind::Struct)) {
            throw invalid_plan("the return type of the table function '" + message.function_name() +
                               "' is no struct");
        }
    }
    function.eval_type = udtf.eval_type();
    function.command = udtf.command();
    function.python_version = udtf.python_ver();
    function.deterministic = message.deterministic();
    return std::make_shared<const PythonFunction>(std::move(function));
}

Expr Decoder::inline_function(const proto::CommonInlineUserDefinedFunction& message) {
    auto function = python_function(message);
    if (!holds(kExpressionEvalTypes, function->eval_type)) {
        throw invalid_plan("the Python function '" + function->name + "' of kind " +
                           std::to_string(function->eval_type) + " can't be part of an expression");
    }
    return {
        unresolved::PythonUdf{std::move(function), expressions(message.arguments())},
        origin_
    };
}

Expr Decoder::named_argument(const proto::NamedArgumentExpression& message) {
    if (message.key().empty()) throw invalid_plan("a named argument has no name");
    return {
        unresolved::NamedArgument{message.key(), required(message.has_value(), message.value(),
                                  "value of a named argument")},
        origin_
    };
}

Expr Decoder::subquery(const proto::SubqueryExpression& message) {
    unresolved::Subquery node;
    node.plan_id = message.plan_id();
    switch (message.subquery_type()) {
        case proto::SubqueryExpression::SUBQUERY_TYPE_SCALAR:
            node.kind = SubqueryKind::Scalar;
            break;
        case proto::SubqueryExpression::SUBQUERY_TYPE_EXISTS:
            node.kind = SubqueryKind::Exists;
            break;
        case proto::SubqueryExpression::SUBQUERY_TYPE_IN:
            node.kind = SubqueryKind::In;
            node.values = expressions(message.in_subquery_values());
            if (node.values.empty()) throw invalid_plan("an IN subquery has no left side");
            break;
        case proto::SubqueryExpression::SUBQUERY_TYPE_TABLE_ARG: {
            node.kind = SubqueryKind::TableArgument;
            const auto& options = message.table_arg_options();
            auto spec = std::make_shared<unresolved::WindowSpec>();
            spec->partition_by = expressions(options.partition_spec());
            spec->order_by = sort_orders(options.order_spec());
            node.table_argument = std::move(spec);
            node.with_single_partition = options.with_single_partition();
            break;
        }
        default:
            throw invalid_plan("a subquery has the unknown type " +
                               std::to_string(message.subquery_type()));
    }
    return {std::move(node), origin_};
}

}  // namespace firesteel::connect
