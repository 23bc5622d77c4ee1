#include "functions/resolve.h"

#include <algorithm>
#include <array>

#include "common/ascii.h"
#include "functions/call_checks.h"
#include "functions/resolution.h"
#include "functions/rewrite.h"
#include "types/type_text.h"

namespace firesteel::functions {

using bound::Expr;
using coercion::TypeClass;

namespace {

std::string class_text(TypeClass type_class) {
    switch (type_class) {
        case TypeClass::Any: return "ANY";
        case TypeClass::Numeric: return "NUMERIC";
        case TypeClass::Integral: return "INTEGRAL";
        case TypeClass::Fractional: return "FRACTIONAL";
        case TypeClass::Atomic: return "ATOMIC";
        case TypeClass::Ordered: return "ORDERED";
        case TypeClass::AnyString:
        case TypeClass::RegexString: return "STRING";
        case TypeClass::AnyArray: return "ARRAY";
        case TypeClass::AnyMap: return "MAP";
        case TypeClass::AnyStruct: return "STRUCT";
        case TypeClass::AnyInterval: return "INTERVAL";
        case TypeClass::AnyDecimal: return "DECIMAL";
        case TypeClass::DateTime: return "DATE\" or \"TIMESTAMP";
    }
    return {};
}

std::string pattern_text(const TypePattern& pattern) {
    switch (pattern.kind) {
        case TypePattern::Kind::Concrete: return quoted_sql_name(pattern.concrete);
        case TypePattern::Kind::Class: return "\"" + class_text(pattern.type_class) + "\"";
        case TypePattern::Kind::Variable: return "\"ANY\"";
        case TypePattern::Kind::Array: return "\"ARRAY\"";
        case TypePattern::Kind::Map: return "\"MAP\"";
        case TypePattern::Kind::Lambda: return "\"LAMBDAFUNCTION\"";
        case TypePattern::Kind::Either: {
            std::string out = "(";
            for (const TypePattern& part : pattern.parts) {
                if (part.kind == TypePattern::Kind::Concrete && part.concrete.is(TypeKind::Null)) {
                    continue;
                }
                if (out.size() > 1) out += " or ";
                out += pattern_text(part);
            }
            return out + ")";
        }
    }
    return {};
}

/// Types that the signature's variables stand for in one call.
class Bindings {
  public:
    /// Notes that variable `v` must hold values of `type`; nullable if such a value can be NULL.
    void add(char v, const DataType& type, bool nullable) {
        Slot& slot = slots_[index(v)];
        slot.types.push_back(type);
        slot.nullable = slot.nullable || nullable;
    }
    /// Widens each variable's types to one; the first variable that has none is returned, else 0. Elements of
    /// two arrays only as far as no digit gets lost.
    char widen(const CallContext& context, bool of_two_arrays) {
        for (std::size_t i = 0; i < slots_.size(); ++i) {
            Slot& slot = slots_[i];
            if (slot.types.empty()) continue;
            auto type = of_two_arrays && slot.types.size() == 2
                            ? coercion::tightest_common_type(slot.types[0], slot.types[1], /*ansi=*/false)
                            : common_type(slot.types, context);
            if (!type) return static_cast<char>('A' + i);
            slot.type = *type;
        }
        return 0;
    }
    const DataType& type(char v) const { return slots_[index(v)].type; }
    bool nullable(char v) const { return slots_[index(v)].nullable; }
    void set(char v, DataType type, bool nullable) {
        slots_[index(v)] = {{type}, type, nullable};
    }
    const std::vector<DataType>& types(char v) const { return slots_[index(v)].types; }

  private:
    struct Slot {
        std::vector<DataType> types;
        DataType type;
        bool nullable = false;
    };
    static std::size_t index(char v) { return static_cast<std::size_t>(v - 'A'); }
    std::array<Slot, 26> slots_;
};

/// Collects what a bound argument says about variables; false if its shape can't fit.
bool collect(const TypePattern& pattern, const DataType& type, bool nullable, Bindings& bindings) {
    switch (pattern.kind) {
        case TypePattern::Kind::Variable:
            bindings.add(pattern.variable, type, nullable);
            return true;
        case TypePattern::Kind::Array:
            if (type.is(TypeKind::Null)) return true;
            return type.is(TypeKind::Array) &&
                   collect(pattern.parts[0], type.element(), type.contains_null(), bindings);
        case TypePattern::Kind::Map:
            if (type.is(TypeKind::Null)) return true;
            return type.is(TypeKind::Map) &&
                   collect(pattern.parts[0], type.key(), false, bindings) &&
                   collect(pattern.parts[1], type.value(), type.value_contains_null(), bindings);
        case TypePattern::Kind::Concrete:
        case TypePattern::Kind::Class:
        case TypePattern::Kind::Either:
        case TypePattern::Kind::Lambda:
            return true;
    }
    return true;
}

/// The type that a pattern stands for once variables are known. `nullable`: nullability of parts
/// that a concrete pattern leaves open.
DataType instantiate(const TypePattern& pattern, const Bindings& bindings) {
    switch (pattern.kind) {
        case TypePattern::Kind::Concrete:
            return pattern.concrete;
        case TypePattern::Kind::Variable:
            return bindings.type(pattern.variable);
        case TypePattern::Kind::Array: {
            const TypePattern& element = pattern.parts[0];
            const bool nulls = element.kind == TypePattern::Kind::Variable
                                   ? bindings.nullable(element.variable)
                                   : element.kind != TypePattern::Kind::Concrete;
            return DataType::array(instantiate(element, bindings), nulls);
        }
        case TypePattern::Kind::Map: {
            const TypePattern& value = pattern.parts[1];
            const bool nulls = value.kind != TypePattern::Kind::Variable ||
                               bindings.nullable(value.variable);
            return DataType::map(instantiate(pattern.parts[0], bindings),
                                 instantiate(value, bindings), nulls);
        }
        case TypePattern::Kind::Class:
            if (pattern.type_class == TypeClass::AnyString) return DataType::string();
            if (pattern.type_class == TypeClass::RegexString) return DataType::string();
            break;
        case TypePattern::Kind::Either:
            return instantiate(pattern.parts[0], bindings);
        case TypePattern::Kind::Lambda:
            break;
    }
    FS_ASSERT(!"a result type must be concrete or a variable");
    return {};
}

/// A signature's interval or TIME stands for that of any fields and digits.
bool takes_any_fields(const DataType& wanted, const DataType& from) {
    return wanted.kind() == from.kind() && (wanted.is_ansi_interval() || wanted.is(TypeKind::Time));
}

/// The type an argument is cast to for this pattern, or none where Spark refuses it.
std::optional<DataType> wanted_type(const TypePattern& pattern, const DataType& from,
                                    const Bindings& bindings, const CallContext& context) {
    if (pattern.exact && !from.is(TypeKind::Null)) {
        TypePattern inexact = pattern;
        inexact.exact = false;
        const auto type = wanted_type(inexact, from, bindings, context);
        return type && type->same_ignoring_nullability(from) ? type : std::nullopt;
    }
    switch (pattern.kind) {
        case TypePattern::Kind::Concrete:
            if (takes_any_fields(pattern.concrete, from)) return from;
            return coercion::implicit_cast(from, pattern.concrete, context.ansi);
        case TypePattern::Kind::Class:
            return coercion::implicit_cast(from, pattern.type_class, context.ansi);
        case TypePattern::Kind::Variable:
            return bindings.type(pattern.variable);
        case TypePattern::Kind::Array: {
            if (from.is(TypeKind::Null)) return instantiate(pattern, bindings);
            if (!from.is(TypeKind::Array)) return {};
            auto element = wanted_type(pattern.parts[0], from.element(), bindings, context);
            if (!element) return {};
            return DataType::array(*element, from.contains_null());
        }
        case TypePattern::Kind::Map: {
            if (from.is(TypeKind::Null)) return instantiate(pattern, bindings);
            if (!from.is(TypeKind::Map)) return {};
            auto key = wanted_type(pattern.parts[0], from.key(), bindings, context);
            auto value = wanted_type(pattern.parts[1], from.value(), bindings, context);
            if (!key || !value) return {};
            return DataType::map(*key, *value, from.value_contains_null());
        }
        case TypePattern::Kind::Either: {
            for (const TypePattern& part : pattern.parts) {
                auto type = wanted_type(part, from, bindings, context);
                if (type && *type == from) return type;
            }
            for (const TypePattern& part : pattern.parts) {
                if (auto type = wanted_type(part, from, bindings, context)) return type;
            }
            return {};
        }
        case TypePattern::Kind::Lambda:
            return {};
    }
    return {};
}

bool is_lambda(const TypePattern& pattern) { return pattern.kind == TypePattern::Kind::Lambda; }

/// Parameters of a lambda that a call may leave out: the index of transform and filter.
std::size_t lambda_parameters_min(const TypePattern& pattern) {
    const std::size_t all = pattern.parts.size() - 1;
    const bool has_index = all == 2 && pattern.parts[1].kind == TypePattern::Kind::Concrete;
    return has_index ? 1 : all;
}

/// Names written as name => value are moved to their parameter's place.
std::vector<Argument> in_order(const Signature& signature, std::vector<Argument> arguments) {
    std::vector<Argument> out;
    std::vector<std::optional<Argument>> named(signature.parameters.size());
    bool any_named = false;
    for (Argument& argument : arguments) {
        if (argument.name.empty()) {
            out.push_back(std::move(argument));
            continue;
        }
        any_named = true;
        for (std::size_t i = 0; i < signature.parameters.size(); ++i) {
            if (ascii_lower(signature.parameters[i].name) == ascii_lower(argument.name)) named[i] = argument;
        }
    }
    if (!any_named) return out;
    for (std::size_t i = out.size(); i < signature.parameters.size(); ++i) {
        if (named[i]) {
            out.push_back(std::move(*named[i]));
        } else if (signature.parameters[i].fallback) {
            out.push_back({Expr(bound::Constant{*signature.parameters[i].fallback}), {}});
        }
    }
    return out;
}

bool fits_count(const Signature& signature, std::size_t n) {
    const auto max = signature.arguments_max();
    return n >= signature.arguments_min() && (!max || n <= *max);
}

[[noreturn]] void fail_count(const std::vector<Overload>& overloads, const std::string& name,
                             std::size_t actual, const Origin& origin) {
    if (name == "count") {
        throw Error(ErrorClass::WrongNumArgsWithSuggestion,
                    {{"functionName", quote_identifier(name)},
                     {"expectedNum", " >= 1"},
                     {"actualNum", std::to_string(actual)},
                     {"legacyNum", "0"},
                     {"legacyConfKey", "\"spark.sql.legacy.allowParameterlessCount\""},
                     {"legacyConfValue", "\"true\""}},
                    origin);
    }
    std::vector<std::size_t> counts;
    std::string open_ended;
    for (const Overload& overload : overloads) {
        const auto max = overload.signature->arguments_max();
        if (!max) {
            open_ended = "> " + std::to_string(overload.signature->arguments_min() == 0
                                                   ? 0
                                                   : overload.signature->arguments_min() - 1);
            continue;
        }
        for (std::size_t n = overload.signature->arguments_min(); n <= *max; ++n) counts.push_back(n);
    }
    std::sort(counts.begin(), counts.end());
    counts.erase(std::unique(counts.begin(), counts.end()), counts.end());
    std::string expected = open_ended;
    if (open_ended.empty()) {
        for (std::size_t n : counts) {
            expected += (expected.empty() ? "" : ", ") + std::to_string(n);
        }
        if (counts.size() > 1) expected = "[" + expected + "]";
    }
    throw Error(ErrorClass::WrongNumArgsWithoutSuggestion,
                {{"functionName", quote_identifier(name)},
                 {"expectedNum", expected},
                 {"actualNum", std::to_string(actual)},
                 {"docroot", "https://spark.apache.org/docs/latest"}},
                origin);
}

/// One attempt to fit the arguments to one overload.
class Fitting {
  public:
    Fitting(Resolution& resolution, std::vector<Argument> arguments)
        : r_(resolution), arguments_(std::move(arguments)) {}

    /// Number of arguments that need a cast, or none where they can't fit; then `misfit` says which.
    std::optional<std::size_t> cost() {
        gather();
        if (bindings_.widen(r_.context, takes_two_arrays()) != 0) return {};
        if (takes_two_arrays() && !has_two_arrays()) return {};
        std::size_t casts = 0;
        for (std::size_t i = 0; i < arguments_.size(); ++i) {
            const TypePattern& pattern = r_.signature->parameter_at(i).type;
            const auto* expr = std::get_if<Expr>(&arguments_[i].value);
            if (expr == nullptr) {
                if (!is_lambda(pattern)) return {};
                continue;
            }
            if (is_lambda(pattern)) continue;
            const auto type = wanted_type(pattern, expr->type(), bindings_, r_.context);
            if (!type) {
                misfit_ = i;
                return {};
            }
            casts += *type == expr->type() ? 0 : 1;
        }
        return casts;
    }

    [[noreturn]] void fail() {
        fill_arguments();
        add_defaults();
        if (takes_two_arrays() && r_.arguments.size() == 2 && !has_two_arrays()) fail_arrays();
        if (const char v = bindings_.widen(r_.context, takes_two_arrays()); v != 0) {
            if (takes_two_arrays()) fail_arrays();
            r_.fail(ErrorClass::DatatypeMismatchDataDiffTypes,
                    {{"functionName", r_.quoted_name()},
                     {"dataType", quoted_types(bindings_.types(v))}});
        }
        const TypePattern& wanted = r_.signature->parameter_at(misfit_).type;
        if (wanted.kind == TypePattern::Kind::Class && wanted.type_class == TypeClass::Ordered) {
            r_.fail(ErrorClass::DatatypeMismatchInvalidOrderingType,
                    {{"functionName", r_.quoted_name()},
                     {"dataType", quoted_sql_name(r_.type_of(misfit_))}});
        }
        r_.fail_input(misfit_, pattern_text(wanted));
    }

    /// Casts the arguments, binds the lambdas, adds defaults, sets type and nullability.
    void finish() {
        fill_arguments();
        for (std::size_t i = 0; i < arguments_.size(); ++i) {
            const TypePattern& pattern = r_.signature->parameter_at(i).type;
            if (is_lambda(pattern)) {
                bind_lambda(i, pattern);
                continue;
            }
            const auto type = wanted_type(pattern, r_.type_of(i), bindings_, r_.context);
            FS_ASSERT(type.has_value());
            r_.cast(i, *type);
        }
        add_defaults();
        switch (r_.row->nulls) {
            case NullRule::Never: r_.nullable = false; break;
            case NullRule::IfAnyArgument: r_.nullable = r_.any_nullable(); break;
            case NullRule::Always:
            case NullRule::ByRule: r_.nullable = true; break;
        }
        if (r_.signature->result_like) {
            r_.type = string_like(r_.type_of(*r_.signature->result_like));
        } else if (r_.signature->result_rule.empty()) {
            r_.type = instantiate(r_.signature->result, bindings_);
        }
    }

  private:
    /// Whether the function gives its lambda NULLs where one of its collections has no more to give.
    bool pads_shorter() const { return r_.row->name() == "zip_with" || r_.row->name() == "map_zip_with"; }
    bool takes_two_arrays() const {
        const auto& parameters = r_.signature->parameters;
        return parameters.size() == 2 && std::all_of(parameters.begin(), parameters.end(), [](const Parameter& p) {
                   return p.type.kind == TypePattern::Kind::Array;
               }) && parameters[0].type.parts[0].variable == parameters[1].type.parts[0].variable;
    }
    bool has_two_arrays() const {
        const auto is_array = [](const Argument& argument) {
            const auto* expr = std::get_if<Expr>(&argument.value);
            return expr != nullptr && expr->type().is(TypeKind::Array);
        };
        return std::all_of(arguments_.begin(), arguments_.end(), is_array);
    }
    [[noreturn]] void fail_arrays() const {
        r_.fail(ErrorClass::DatatypeMismatchBinaryArrayDiffTypes,
                {{"functionName", r_.quoted_name()},
                 {"arrayType", "\"ARRAY\""},
                 {"leftType", quoted_sql_name(r_.type_of(0))},
                 {"rightType", quoted_sql_name(r_.type_of(1))}});
    }

    void gather() {
        bindings_ = {};
        for (std::size_t i = 0; i < arguments_.size(); ++i) {
            const auto* expr = std::get_if<Expr>(&arguments_[i].value);
            if (expr == nullptr) continue;
            if (!collect(r_.signature->parameter_at(i).type, expr->type(), expr->nullable(),
                         bindings_)) {
                misfit_ = i;
            }
        }
    }

    void add_defaults() {
        for (std::size_t i = r_.arguments.size(); i < r_.signature->parameters.size(); ++i) {
            const Parameter& parameter = r_.signature->parameters[i];
            if (parameter.variadic) break;
            r_.arguments.emplace_back(bound::Constant{*parameter.fallback});
        }
    }

    void fill_arguments() {
        r_.arguments.clear();
        for (const Argument& argument : arguments_) {
            const auto* expr = std::get_if<Expr>(&argument.value);
            // A lambda stands as a NULL until its parameters' types are known.
            r_.arguments.push_back(expr != nullptr ? *expr : Expr(bound::Constant{Literal::null()}));
        }
    }

    void bind_lambda(std::size_t i, const TypePattern& pattern) {
        const auto* value = std::get_if<Expr>(&arguments_[i].value);
        if (value != nullptr) {  // the same for all elements
            const std::vector<std::string> hidden(lambda_parameters_min(pattern), "col");
            return set_lambda(i, pattern, lambda_parameters(pattern, hidden), *value, value->origin());
        }
        const auto& written = std::get<unresolved::Expr>(arguments_[i].value);
        const auto* lambda = written.get_if<unresolved::Lambda>();
        FS_ASSERT(lambda != nullptr);
        check_lambda(*lambda, pattern, written.origin());
        std::vector<bound::LambdaParameter> parameters = lambda_parameters(pattern, lambda->parameters);
        Expr body = r_.context.bind_lambda(*lambda, parameters);
        set_lambda(i, pattern, std::move(parameters), std::move(body), written.origin());
    }

    std::vector<bound::LambdaParameter> lambda_parameters(const TypePattern& pattern, const std::vector<std::string>& names) {
        std::vector<bound::LambdaParameter> out;
        for (std::size_t p = 0; p < names.size(); ++p) {
            const TypePattern& type = pattern.parts[p];
            const bool nullable = type.kind != TypePattern::Kind::Variable || bindings_.nullable(type.variable) ||
                                  (pads_shorter() && type.variable != 'K');
            out.push_back({r_.context.next_id(), std::string(kLambdaVariableMark) + names[p],
                           instantiate(type, bindings_), type.kind == TypePattern::Kind::Concrete ? false : nullable});
        }
        return out;
    }

    void set_lambda(std::size_t i, const TypePattern& pattern, std::vector<bound::LambdaParameter> parameters, Expr body,
                    const Origin& origin) {
        const TypePattern& result = pattern.parts.back();
        if (result.kind == TypePattern::Kind::Variable && bindings_.types(result.variable).empty()) {
            bindings_.set(result.variable, body.type(), body.nullable());
        } else {
            const DataType type = instantiate(result, bindings_);
            if (!type.same_structure(body.type())) {
                const bool is_null = body.type().is(TypeKind::Null) && r_.row->name() != "array_sort";
                if (!is_null) fail_lambda(i, bound::Lambda{std::move(parameters), body}, type);
            }
            body = make_cast(body, type, EvalMode::Session, r_.context, /*implicit=*/true);
        }
        r_.arguments[i] = Expr(bound::Lambda{std::move(parameters), std::move(body)}, origin);
    }

    /// A lambda's parameters: as many as the function gives values, each of its own name.
    static void check_lambda(const unresolved::Lambda& lambda, const TypePattern& pattern, const Origin& origin) {
        const auto& names = lambda.parameters;
        for (auto name = names.begin(); name != names.end(); ++name) {
            const auto is_same = [&](const std::string& other) { return ascii_lower(other) == ascii_lower(*name); };
            if (std::none_of(names.begin(), name, is_same)) continue;
            std::string all;
            for (const std::string& each : names) all += (all.empty() ? "" : ", ") + quote_identifier(ascii_lower(each));
            throw Error(ErrorClass::InvalidLambdaFunctionCallDuplicateArgNames,
                        {{"args", all}, {"caseSensitiveConfig", "\"spark.sql.caseSensitive\""}}, origin);
        }
        const std::size_t all = pattern.parts.size() - 1;
        const std::size_t least = lambda_parameters_min(pattern);
        if (names.size() >= least && names.size() <= all) return;
        throw Error(ErrorClass::InvalidLambdaFunctionCallNumArgsMismatch,
                    {{"expectedNumArgs", std::to_string(names.size())},
                     {"actualNumArgs", std::to_string(least)}},
                    origin);
    }

    /// A lambda's result is never cast.
    [[noreturn]] void fail_lambda(std::size_t i, bound::Lambda lambda, const DataType& wanted) {
        const DataType type = lambda.body.type();
        r_.arguments[i] = Expr(std::move(lambda));
        if (r_.row->name() == "array_sort") {
            r_.fail(ErrorClass::DatatypeMismatchUnexpectedReturnType,
                    {{"functionName", "`lambdafunction`"},
                     {"expectedType", quoted_sql_name(wanted)},
                     {"actualType", quoted_sql_name(type)}});
        }
        r_.fail(ErrorClass::DatatypeMismatchUnexpectedInputType, {{"paramIndex", ordinal_word(i)},
                                                                  {"requiredType", quoted_sql_name(wanted)},
                                                                  {"inputSql", sql_text(r_.arguments[i])},
                                                                  {"inputType", quoted_sql_name(type)}});
    }

    Resolution& r_;
    std::vector<Argument> arguments_;
    Bindings bindings_;
    std::size_t misfit_ = 0;
};

/// The finished node: an AggregateCall for aggregates, else a Call.
Expr finished(Resolution& r, CallParts& parts) {
    if (r.result) return *r.result;
    if (r.row->traits.kind != FunctionKind::Aggregate) return r.as_call();
    bound::AggregateCall call;
    call.function = r.row;
    call.arguments = r.arguments;
    call.distinct = parts.distinct;
    call.filter = parts.filter;
    call.order_by = parts.within_group;
    call.ignore_nulls = parts.ignore_nulls.value_or(false);
    call.type = r.type;
    call.nullable = r.nullable;
    call.mode = r.mode;
    // IGNORE NULLS makes another function of it, which has forgotten by which name it was called.
    call.name = parts.ignore_nulls.value_or(false) ? std::string(r.row->name()) : r.name;
    return Expr(std::move(call), r.origin);
}

/// What a rewrite names several times is computed once in Spark, so it is no literal to other rules there.
std::vector<Expr> as_rewritten(std::string_view text, std::vector<Expr> arguments) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string place = "{" + std::to_string(i) + "}";
        const bool is_literal = arguments[i].get_if<bound::Constant>() != nullptr;
        if (!is_literal || text.find(place) == text.rfind(place)) continue;
        bound::Cast hidden{arguments[i], arguments[i].type()};
        hidden.nullable = arguments[i].nullable();
        hidden.implicit = true;
        arguments[i] = Expr(std::move(hidden), arguments[i].origin());
    }
    return arguments;
}

void check_clauses(const FunctionRow& row, const CallParts& parts, const std::string& name) {
    const auto refuse = [&](std::string_view syntax) {
        throw Error(ErrorClass::InvalidSqlSyntaxFunctionWithUnsupportedSyntax,
                    {{"prettyName", quote_identifier(name)}, {"syntax", std::string(syntax)}},
                    parts.origin);
    };
    if (!parts.within_group.empty() && !takes_order(name)) refuse("WITHIN GROUP (ORDER BY ...)");
    const bool skips_nulls = row.signature.find("ignore_nulls") != std::string_view::npos ||
                             row.name() == "lag" || row.name() == "lead";
    if (parts.ignore_nulls.value_or(false) && !skips_nulls) refuse("IGNORE NULLS");
    if (row.traits.kind == FunctionKind::Aggregate) return;
    if (parts.distinct) refuse("DISTINCT");
    if (parts.filter) refuse("FILTER CLAUSE");
    if (parts.ignore_nulls && row.traits.kind != FunctionKind::Window) refuse("IGNORE NULLS");
}

}  // namespace

std::optional<DataType> common_type(const std::vector<DataType>& types, const CallContext& context) {
    return coercion::wider_type(types, context.ansi);
}

std::optional<Expr> resolve_call(const Registry& registry, CallParts parts,
                                 const CallContext& context) {
    const auto& overloads = registry.find(parts.name);
    if (overloads.empty()) return {};
    const std::string name = ascii_lower(parts.name);
    check_named(overloads.front(), parts);
    check_lambdas(overloads, parts);
    if (take_ordered_value(parts)) return resolve_call(registry, std::move(parts), context);
    const bool is_indeterminate = agree_on_collation(parts, overloads.front().signature->collation, context);
    const Overload* best = nullptr;
    const Overload* first_fitting = nullptr;
    std::optional<std::size_t> best_cost;
    for (const Overload& overload : overloads) {
        if (!fits_count(*overload.signature, parts.arguments.size())) continue;
        if (first_fitting == nullptr) first_fitting = &overload;
        Resolution r{registry, context, overload.row, overload.signature, name, {}, {}, true,
                     EvalMode::Ansi, parts.distinct, parts.origin, {}};
        const auto cost = Fitting(r, in_order(*overload.signature, parts.arguments)).cost();
        if (cost && (!best_cost || *cost < *best_cost)) {
            best = &overload;
            best_cost = cost;
        }
    }
    if (first_fitting == nullptr) fail_count(overloads, name, parts.arguments.size(), parts.origin);
    const Overload& chosen = best != nullptr ? *best : *first_fitting;
    check_clauses(*chosen.row, parts, name);
    Resolution r{registry, context, chosen.row, chosen.signature, name, {}, {}, true,
                 EvalMode::Ansi, parts.distinct, parts.origin, {}};
    r.mode = chosen.row->name().starts_with("try_") ? EvalMode::Try
             : context.ansi                         ? EvalMode::Ansi
                                                    : EvalMode::Legacy;
    Fitting fitting(r, in_order(*chosen.signature, parts.arguments));
    if (!fitting.cost()) fitting.fail();
    fitting.finish();
    if (chosen.row->lowering.kind == Lowering::Kind::Rewrite) {
        const std::string_view text = chosen.row->lowering.text;
        rewrite(r, [&](const std::vector<Expr>& over) { return context.bind_rewrite(text, as_rewritten(text, over)); });
        return r.as_call();
    }
    if (!chosen.signature->result_rule.empty()) {
        const ResultRule rule = find_rule(chosen.signature->result_rule);
        FS_ASSERT(rule != nullptr);
        rule(r);
    }
    if (chosen.row->lowering.kind == Lowering::Kind::Unsupported) {
        throw unsupported("function " + name + ": " + std::string(chosen.row->lowering.text),
                          parts.origin);
    }
    if (is_indeterminate) {
        throw Error(ErrorClass::IndeterminateCollationInExpression, {{"expr", sql_text(r.as_call())}}, r.origin);
    }
    return finished(r, parts);
}

// ---- Resolution --------------------------------------------------------------------------------

bool Resolution::any_nullable() const {
    return std::any_of(arguments.begin(), arguments.end(), [](const Expr& e) {
        return e.get_if<bound::Lambda>() == nullptr && e.nullable();
    });
}

void Resolution::cast(std::size_t i, const DataType& to) {
    arguments[i] = make_cast(arguments[i], to, EvalMode::Session, context, /*implicit=*/true, origin);
}

Expr Resolution::call(std::string_view function, std::vector<Expr> over) const {
    CallParts parts;
    parts.name = std::string(function);
    for (Expr& argument : over) parts.arguments.push_back({std::move(argument), {}});
    parts.origin = origin;
    auto made = resolve_call(registry, std::move(parts), context);
    FS_ASSERT(made.has_value());
    return *std::move(made);
}

void Resolution::become(std::string_view other_name) {
    const auto& overloads = registry.find(other_name);
    FS_ASSERT(!overloads.empty());
    row = overloads.front().row;
    signature = overloads.front().signature;
    name = std::string(other_name);
}

Expr Resolution::as_call() const {
    static constexpr auto kCommutative =
        std::to_array<std::string_view>({"+", "*", "and", "or", "=", "<=>", "&", "|", "^"});
    bound::Call call{row, arguments, type, nullable, mode, name};
    call.commutes = arguments.size() == 2 && std::ranges::find(kCommutative, row->name()) != kCommutative.end();
    if (replacement) call.replacement.push_back(*replacement);
    return Expr(std::move(call), origin);
}

void Resolution::fail(ErrorClass id, ErrorParameters parameters) const {
    parameters.insert(parameters.begin(), {"sqlExpr", sql_text(as_call())});
    throw Error(id, std::move(parameters), origin);
}

void Resolution::fail_input(std::size_t i, std::string required) const {
    fail(ErrorClass::DatatypeMismatchUnexpectedInputType,
         {{"paramIndex", ordinal_word(i)},
          {"requiredType", std::move(required)},
          {"inputSql", sql_text(arguments[i])},
          {"inputType", quoted_sql_name(type_of(i))}});
}

std::string Resolution::quoted_name() const { return quote_identifier(name); }

std::optional<Literal> Resolution::fold(std::size_t i) {
    return functions::fold(arguments[i], context);
}

Literal Resolution::constant(std::size_t i) {
    if (auto value = fold(i)) return *value;
    const std::string parameter = i < signature->parameters.size() ? signature->parameters[i].name
                                                                    : signature->parameters.back().name;
    fail(ErrorClass::DatatypeMismatchNonFoldableInput,
         {{"inputName", quote_identifier(parameter)},
          {"inputType", quoted_sql_name(type_of(i))},
          {"inputExpr", sql_text(arguments[i])}});
}

std::string ordinal_word(std::size_t index) {
    static constexpr std::array<std::string_view, 3> kWords = {"first", "second", "third"};
    return index < kWords.size() ? std::string(kWords[index]) : std::to_string(index + 1) + "th";
}

namespace {

std::string joined_types(const std::vector<DataType>& types, std::string_view separator) {
    std::string out;
    for (const DataType& type : types) {
        if (!out.empty()) out += separator;
        out += quoted_sql_name(type);
    }
    return out;
}

}  // namespace

std::string quoted_types(const std::vector<DataType>& types) { return "(" + joined_types(types, " or ") + ")"; }
std::string listed_types(const std::vector<DataType>& types) { return "[" + joined_types(types, ", ") + "]"; }

bool is_null_constant(const Expr& expr) {
    const auto* constant = expr.get_if<bound::Constant>();
    return constant != nullptr && constant->literal.is_null();
}

}  // namespace firesteel::functions
