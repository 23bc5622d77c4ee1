// @rules of generators: their type is array<struct<output columns>>.
#include <algorithm>

#include "functions/rules.h"
#include "types/type_text.h"
#include "types/value_text.h"

namespace firesteel::functions {
namespace {

void set_columns(Resolution& r, std::vector<StructField> fields) {
    r.type = DataType::array(DataType::structure(std::move(fields)), false);
    r.nullable = false;
}

std::vector<StructField> exploded(Resolution& r) {
    const DataType from = r.type_of(0);
    if (from.is(TypeKind::Array)) return {{"col", from.element(), from.contains_null(), {}}};
    if (!from.is(TypeKind::Map)) r.fail_input(0, "(\"ARRAY\" or \"MAP\")");
    return {{"key", from.key(), false, {}}, {"value", from.value(), from.value_contains_null(), {}}};
}

}  // namespace

void rule_explode(Resolution& r) { set_columns(r, exploded(r)); }

void rule_posexplode(Resolution& r) {
    std::vector<StructField> fields = exploded(r);
    fields.insert(fields.begin(), StructField{"pos", DataType::integer(), false, {}});
    set_columns(r, std::move(fields));
}

void rule_inline(Resolution& r) {
    const DataType from = r.type_of(0);
    if (!from.is(TypeKind::Array) || !from.element().is(TypeKind::Struct)) {
        r.fail_input(0, "\"ARRAY<STRUCT>\"");
    }
    std::vector<StructField> fields = from.element().fields();
    for (StructField& field : fields) field.nullable = field.nullable || from.contains_null();
    set_columns(r, std::move(fields));
}

/// stack(n, v1, v2, …): n rows, columns col0, col1, ….
void rule_stack(Resolution& r) {
    if (r.arguments.size() < 2) {
        throw Error(ErrorClass::WrongNumArgsWithoutSuggestion,
                    {{"functionName", r.quoted_name()},
                     {"expectedNum", "> 1"},
                     {"actualNum", std::to_string(r.arguments.size())},
                     {"docroot", "https://spark.apache.org/docs/latest"}},
                    r.origin);
    }
    r.cast(0, DataType::integer());
    const Literal count = r.constant(0);
    if (count.is_null() || count.value.integer() <= 0) {
        r.fail(ErrorClass::DatatypeMismatchValueOutOfRange,
               {{"exprName", "`n`"},
                {"valueRange", "(0, 2147483647]"},
                {"currentValue", pretty_literal(count, "UTC")}});
    }
    const auto rows = static_cast<std::size_t>(count.value.integer());
    const std::size_t values = r.arguments.size() - 1;
    const std::size_t columns = (values + rows - 1) / rows;
    std::vector<StructField> fields;
    for (std::size_t c = 0; c < columns; ++c) {
        DataType type;
        std::size_t type_from = 1 + c;
        for (std::size_t i = 1 + c; i < r.arguments.size(); i += columns) {
            if (r.type_of(i).is(TypeKind::Null)) continue;
            if (type.is(TypeKind::Null)) {
                type = r.type_of(i);
                type_from = i;
            }
            const auto both = coercion::tightest_common_type(type, r.type_of(i), r.context.ansi);
            if (!both || !(type.same_ignoring_nullability(r.type_of(i)))) {
                r.fail(ErrorClass::DatatypeMismatchStackColumnDiffTypes,
                       {{"columnIndex", std::to_string(c)},
                        {"leftParamIndex", std::to_string(type_from)},
                        {"leftType", quoted_sql_name(type)},
                        {"rightParamIndex", std::to_string(i)},
                        {"rightType", quoted_sql_name(r.type_of(i))}});
            }
        }
        for (std::size_t i = 1 + c; i < r.arguments.size(); i += columns) r.cast(i, type);
        fields.push_back({"col" + std::to_string(c), type, true, {}});
    }
    set_columns(r, std::move(fields));
}

/// json_tuple(text, path, …): columns c0, c1, ….
void rule_json_tuple(Resolution& r) {
    std::vector<StructField> fields;
    for (std::size_t i = 0; i < r.arguments.size(); ++i) {
        if (!r.type_of(i).is_string_like()) {
            r.fail(ErrorClass::DatatypeMismatchNonStringType, {{"funcName", r.quoted_name()}});
        }
        if (i > 0) fields.push_back({"c" + std::to_string(i - 1), DataType::string(), true, {}});
    }
    set_columns(r, std::move(fields));
}

void rule_variant_explode(Resolution& r) {
    if (r.type_of(0).is(TypeKind::Null)) r.cast(0, DataType::variant());
    if (!r.type_of(0).is(TypeKind::Variant)) r.fail_input(0, "\"VARIANT\"");
    set_columns(r, {{"pos", DataType::integer(), false, {}},
                    {"key", DataType::string(), true, {}},
                    {"value", DataType::variant(), false, {}}});
}

}  // namespace firesteel::functions
