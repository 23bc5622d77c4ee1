#include "functions/call_checks.h"

#include <algorithm>
#include <cctype>
#include <iterator>

#include "common/ascii.h"
#include "functions/resolution.h"
#include "types/edit_distance.h"
#include "types/type_text.h"

namespace firesteel::functions {

using bound::Expr;

namespace {

bool is_lambda(const TypePattern& pattern) { return pattern.kind == TypePattern::Kind::Lambda; }

std::string routine_name(const CallParts& parts) { return quote_identifier(ascii_lower(parts.name)); }

/// The parameters that are most like a name that none of them has, the likest first.
std::string proposed_parameters(const Signature& signature, const std::string& name) {
    std::vector<std::string> names;
    for (const Parameter& p : signature.parameters) names.push_back(p.name);
    std::stable_sort(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
        return edit_distance(a, ascii_lower(name)) < edit_distance(b, ascii_lower(name));
    });
    constexpr std::size_t kProposalsMax = 3;
    std::string out;
    for (std::size_t i = 0; i < std::min(names.size(), kProposalsMax); ++i) {
        out += (out.empty() ? "" : " ") + quote_identifier(names[i]);
    }
    return out;
}

/// "Upper" for upper: how Spark's class is called, which it shows of functions that take no lambda.
std::string class_name(std::string_view function) {
    std::string out = "org.apache.spark.sql.catalyst.expressions.";
    bool starts = true;
    for (const char c : function) {
        if (c != '_') out += starts ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
        starts = c == '_';
    }
    return out;
}

/// What is ordered within the group: nothing but one expression by percentiles and mode(), which have no
/// value otherwise; with DISTINCT nothing but the argument by listagg.
void check_within_group(const CallParts& parts, const std::string& name) {
    const std::string function = quote_identifier(name);
    const auto fail = [&](ErrorClass condition, ErrorParameters more = {}) {
        more.insert(more.begin(), {"funcName", function});
        throw Error(condition, std::move(more), parts.origin);
    };
    const std::size_t orders = parts.within_group.size();
    if (name == "listagg" || name == "string_agg") {
        const auto* value = parts.arguments.empty() ? nullptr : std::get_if<Expr>(&parts.arguments[0].value);
        if (!parts.distinct || orders == 0 || value == nullptr) return;
        const Expr& order = parts.within_group[0].child;
        if (orders == 1 && pretty_name(order) == pretty_name(*value)) return;
        std::string all;
        for (const auto& o : parts.within_group) all += (all.empty() ? "" : ", ") + sql_text(o.child);
        fail(ErrorClass::WithinGroupMismatch, {{"funcArg", sql_text(*value)}, {"orderingExpr", all}});
    }
    const std::size_t wanted = name == "mode" && !parts.arguments.empty() ? 0 : 1;
    if (orders == 0 && wanted == 1) fail(ErrorClass::WithinGroupMissing);
    if (orders != 0 && parts.distinct) fail(ErrorClass::WithinGroupDistinct);
    if (orders != wanted) {
        fail(ErrorClass::WithinGroupOrderings,
             {{"expectedNum", std::to_string(wanted)}, {"actualNum", std::to_string(orders)}});
    }
}

}  // namespace

void check_named(const Overload& overload, const CallParts& parts) {
    const auto& arguments = parts.arguments;
    const auto is_named = [](const Argument& a) { return !a.name.empty(); };
    const auto first = std::find_if(arguments.begin(), arguments.end(), is_named);
    if (first == arguments.end()) return;
    if (!overload.row->traits.named) {
        throw Error(ErrorClass::NamedParametersNotSupported, {{"functionName", routine_name(parts)}}, parts.origin);
    }
    const auto fail = [&](ErrorClass condition, const std::string& parameter, ErrorParameters more = {}) {
        more.insert(more.begin(), {{"routineName", routine_name(parts)},
                                   {"parameterName", quote_identifier(parameter)}});
        throw Error(condition, std::move(more), parts.origin);
    };
    const auto& parameters = overload.signature->parameters;
    const auto positional = static_cast<std::size_t>(first - arguments.begin());
    std::vector<bool> given(parameters.size(), false);
    std::fill_n(given.begin(), std::min(positional, given.size()), true);
    for (auto argument = first; argument != arguments.end(); ++argument) {
        if (!is_named(*argument)) fail(ErrorClass::UnexpectedPositionalArgument, std::prev(argument)->name);
        const auto at = std::find_if(parameters.begin(), parameters.end(), [&](const Parameter& p) {
            return ascii_lower(p.name) == ascii_lower(argument->name);
        });
        if (at == parameters.end()) {
            throw Error(ErrorClass::UnrecognizedParameterName,
                        {{"routineName", routine_name(parts)},
                         {"argumentName", quote_identifier(argument->name)},
                         {"proposal", proposed_parameters(*overload.signature, argument->name)}},
                        parts.origin);
        }
        const auto i = static_cast<std::size_t>(at - parameters.begin());
        if (given[i]) {
            fail(i < positional ? ErrorClass::DuplicateParameterBoth : ErrorClass::DuplicateRoutineParameter, at->name);
        }
        given[i] = true;
    }
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (given[i] || parameters[i].fallback) continue;
        fail(ErrorClass::RequiredParameterNotFound, parameters[i].name, {{"index", std::to_string(i)}});
    }
}

void check_lambdas(const std::vector<Overload>& overloads, const CallParts& parts) {
    const auto has_lambda = [](const Overload& o) {
        const auto& parameters = o.signature->parameters;
        return std::any_of(parameters.begin(), parameters.end(), [](const Parameter& p) { return is_lambda(p.type); });
    };
    const bool is_higher_order = std::any_of(overloads.begin(), overloads.end(), has_lambda);
    for (std::size_t i = 0; i < parts.arguments.size(); ++i) {
        const auto* lambda = std::get_if<unresolved::Expr>(&parts.arguments[i].value);
        if (lambda == nullptr) continue;
        if (!is_higher_order) {
            throw Error(ErrorClass::InvalidLambdaFunctionCallNonHigherOrderFunction,
                        {{"class", class_name(ascii_lower(parts.name))}}, parts.origin);
        }
        const bool fits = std::any_of(overloads.begin(), overloads.end(), [&](const Overload& o) {
            return i < o.signature->parameters.size() && is_lambda(o.signature->parameters[i].type);
        });
        if (!fits) {
            throw Error(ErrorClass::InvalidLambdaFunctionCallParameterDoesNotAcceptLambdaFunction, {}, lambda->origin());
        }
    }
}

bool takes_order(std::string_view name) {
    static constexpr std::string_view kNames[] = {"listagg", "mode", "percentile_cont",
                                                  "percentile_disc", "string_agg"};
    return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

bool take_ordered_value(CallParts& parts) {
    const std::string name = ascii_lower(parts.name);
    if (!takes_order(name)) return false;
    check_within_group(parts, name);
    const bool is_mode = name == "mode" && parts.arguments.empty();
    if (parts.within_group.size() != 1 || (!is_mode && !name.starts_with("percentile_"))) return false;
    const bool descending = parts.within_group[0].direction == SortDirection::Descending;
    parts.name = is_mode ? (descending ? "__mode_highest" : "__mode_lowest")
                         : "__" + name + (descending ? "_desc" : "");
    parts.arguments.insert(parts.arguments.begin(), Argument{parts.within_group[0].child, {}});
    parts.within_group.clear();
    return true;
}

}  // namespace firesteel::functions
