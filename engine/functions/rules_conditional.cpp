// @rules of CASE, IF, COALESCE, IN, LEAST/GREATEST and their like.
#include <algorithm>

#include "functions/rules.h"
#include "types/type_text.h"

namespace firesteel::functions {
namespace {

std::string bracketed(const std::vector<DataType>& types) {
    std::string out = "[";
    for (const DataType& type : types) {
        if (out.size() > 1) out += ", ";
        out += quoted_sql_name(type);
    }
    return out + "]";
}

using CommonType = std::optional<DataType> (*)(const std::vector<DataType>&, const CallContext&);

/// In legacy mode a string has a common type with strings alone.
std::optional<DataType> common_without_strings(const std::vector<DataType>& types,
                                               const CallContext& context) {
    return context.ansi ? common_type(types, context)
                        : coercion::wider_type_without_strings(types, /*ansi=*/false);
}

/// Casts the arguments at `places` to their common type and returns it.
DataType unify(Resolution& r, const std::vector<std::size_t>& places, std::string_view shown_as,
               bool brackets, CommonType common = common_type) {
    std::vector<DataType> types;
    for (const std::size_t i : places) types.push_back(r.type_of(i));
    const auto type = common(types, r.context);
    if (!type) {
        if (shown_as != r.name && r.registry.row(shown_as) != nullptr) r.become(shown_as);
        r.fail(ErrorClass::DatatypeMismatchDataDiffTypes,
               {{"functionName", quote_identifier(shown_as)},
                {"dataType", brackets ? bracketed(types) : quoted_types(types)}});
    }
    for (const std::size_t i : places) r.cast(i, *type);
    return *type;
}

std::vector<std::size_t> all_from(const Resolution& r, std::size_t first) {
    std::vector<std::size_t> places;
    for (std::size_t i = first; i < r.arguments.size(); ++i) places.push_back(i);
    return places;
}

/// The condition that is the branch-th of its call.
void want_boolean(Resolution& r, std::size_t i, std::size_t branch) {
    if (r.type_of(i).is(TypeKind::Boolean)) return;
    r.fail(ErrorClass::DatatypeMismatchUnexpectedInputType,
           {{"paramIndex", ordinal_word(branch)},
            {"requiredType", "\"BOOLEAN\""},
            {"inputSql", sql_text(r.arguments[i])},
            {"inputType", quoted_sql_name(r.type_of(i))}});
}

bool is_true(const bound::Expr& e) {
    const auto* constant = e.get_if<bound::Constant>();
    return constant != nullptr && constant->literal == Literal::boolean(true);
}

bool all_nullable(const Resolution& r) {
    return std::all_of(r.arguments.begin(), r.arguments.end(),
                       [](const bound::Expr& e) { return e.nullable(); });
}

void want_ordered(Resolution& r, const DataType& type) {
    if (type.is(TypeKind::Null) || coercion::accepts(coercion::TypeClass::Ordered, type)) return;
    r.fail(ErrorClass::DatatypeMismatchInvalidOrderingType,
           {{"functionName", r.quoted_name()}, {"dataType", quoted_sql_name(type)}});
}

}  // namespace

/// when(c1, v1, c2, v2, …[, otherwise]).
void rule_case(Resolution& r) {
    const std::size_t n = r.arguments.size();
    const bool has_else = n % 2 == 1;
    std::vector<std::size_t> values;
    for (std::size_t i = 0; i + 1 < n; i += 2) values.push_back(i + 1);
    if (has_else) values.push_back(n - 1);
    r.type = unify(r, values, "casewhen", /*brackets=*/true);
    for (std::size_t i = 0; i + 1 < n; i += 2) want_boolean(r, i, i / 2);
    if (is_true(r.arguments[0])) {
        r.nullable = r.arguments[1].nullable();
        return;
    }
    r.nullable = !has_else || std::any_of(values.begin(), values.end(), [&](std::size_t i) {
        return r.arguments[i].nullable();
    });
}

void rule_if(Resolution& r) {
    if (is_null_constant(r.arguments[0])) r.cast(0, DataType::boolean());
    want_boolean(r, 0, 0);
    r.type = unify(r, {1, 2}, "if", /*brackets=*/true);
    r.nullable = r.arguments[1].nullable() || r.arguments[2].nullable();
}

void rule_coalesce(Resolution& r) {
    r.type = unify(r, all_from(r, 0), "coalesce", /*brackets=*/false);
    r.nullable = all_nullable(r);
}

void rule_least_greatest(Resolution& r) {
    if (r.arguments.size() < 2) {
        throw Error(ErrorClass::WrongNumArgsWithoutSuggestion,
                    {{"functionName", r.quoted_name()},
                     {"expectedNum", "> 1"},
                     {"actualNum", std::to_string(r.arguments.size())},
                     {"docroot", "https://spark.apache.org/docs/latest"}},
                    r.origin);
    }
    r.type = unify(r, all_from(r, 0), r.name, /*brackets=*/true, common_without_strings);
    want_ordered(r, r.type);
    r.nullable = all_nullable(r);
}

void rule_in(Resolution& r) {
    std::vector<DataType> types;
    for (std::size_t i = 0; i < r.arguments.size(); ++i) types.push_back(r.type_of(i));
    const bool same = std::all_of(types.begin(), types.end(),
                                  [&](const DataType& t) { return t == types.front(); });
    const bool is_alike = std::ranges::all_of(types, [&](const DataType& t) { return t.same_structure(types.front()); });
    if (is_alike && !common_type(types, r.context)) {
        for (std::size_t i = 1; i < r.arguments.size(); ++i) r.cast(i, types.front());
    } else if (!same) {
        unify(r, all_from(r, 0), "in", /*brackets=*/true);
    }
    if (!r.type_of(0).is(TypeKind::Null) &&
        !coercion::accepts(coercion::TypeClass::Ordered, r.type_of(0))) {
        r.fail(ErrorClass::DatatypeMismatchInvalidOrderingType,
               {{"functionName", "`in`"}, {"dataType", quoted_sql_name(r.type_of(0))}});
    }
    r.type = DataType::boolean();
    r.nullable = r.any_nullable();
}

void rule_nullif(Resolution& r) {
    r.type = r.type_of(0);
    const auto both = coercion::comparison_type(r.type_of(0), r.type_of(1), r.context.ansi);
    if (!both) {
        r.fail(ErrorClass::DatatypeMismatchBinaryOpDiffTypes,
               {{"left", quoted_sql_name(r.type_of(0))}, {"right", quoted_sql_name(r.type_of(1))}});
    }
    r.nullable = true;
}

void rule_nvl2(Resolution& r) {
    r.type = unify(r, {1, 2}, r.name, /*brackets=*/true);
    r.nullable = r.arguments[1].nullable() || r.arguments[2].nullable();
}

/// x IS [NOT] UNKNOWN.
void rule_is_unknown(Resolution& r) {
    if (is_null_constant(r.arguments[0])) r.cast(0, DataType::boolean());
    want_boolean(r, 0, 0);
    r.type = DataType::boolean();
    r.nullable = false;
}

}  // namespace firesteel::functions
