// @rules of functions whose result type is given as text: from_json, variant_get and their like.
#include "functions/rules.h"
#include "types/type_text.h"

namespace firesteel::functions {
namespace {

bool is_schema_text(const Resolution& r, std::size_t i) {
    const auto value = constant_value(r.arguments[i]);
    return value && !value->is_null() && value->type.is_string_like();
}

}  // namespace

/// from_json, from_csv, from_xml (text, schema[, options]).
void rule_from_text(Resolution& r) {
    if (!is_schema_text(r, 1)) {
        const auto* call = r.arguments[1].get_if<bound::Call>();
        if (call != nullptr && call->function->name().starts_with("schema_of_")) {
            throw unsupported(r.name + " with a schema that is computed by " +
                                  std::string(call->function->name()),
                              r.origin);
        }
        throw Error(ErrorClass::InvalidSchemaNonStringLiteral,
                    {{"inputSchema", sql_text(r.arguments[1])}}, r.origin);
    }
    const DataType schema = parse_schema_text(r.constant(1).value.bytes());
    const bool is_json = r.row->name() == "from_json";
    if (!is_json && !schema.is(TypeKind::Struct)) {
        throw Error(ErrorClass::InvalidSchemaNonStructType,
                    {{"inputSchema", sql_text(r.arguments[1])}, {"dataType", quoted_sql_name(schema)}},
                    r.origin);
    }
    r.type = schema.with_all_nullable();
    r.nullable = r.row->name() != "from_csv" || r.arguments[0].nullable();
}

/// to_json, to_csv, to_xml (value[, options]).
void rule_to_text(Resolution& r) {
    const DataType& from = r.type_of(0);
    const bool is_json = r.row->name() == "to_json";
    const bool fits = from.is(TypeKind::Struct) ||
                      (is_json && (from.is(TypeKind::Array) || from.is(TypeKind::Map) ||
                                   from.is(TypeKind::Variant)));
    if (!fits) {
        if (!is_json) r.fail_input(0, "\"STRUCT\"");
        r.fail(ErrorClass::DatatypeMismatchInvalidJsonSchema, {{"schema", quoted_sql_name(from)}});
    }
    r.type = DataType::string();
    r.nullable = true;
}

/// schema_of_json and its like: a constant text in, DDL out.
void rule_schema_of(Resolution& r) {
    if (!constant_value(r.arguments[0])) {
        r.fail(ErrorClass::DatatypeMismatchNonFoldableInput,
               {{"inputName", r.row->name() == "schema_of_csv" ? "`csv`"
                              : r.row->name() == "schema_of_xml" ? "`xml`"
                                                                 : "`json`"},
                {"inputType", quoted_sql_name(r.type_of(0))},
                {"inputExpr", sql_text(r.arguments[0])}});
    }
    r.type = DataType::string();
    r.nullable = false;
}

/// variant_get(variant, path, type text).
void rule_variant_get(Resolution& r) {
    r.type = parse_data_type(r.constant(2).value.bytes());
    r.nullable = true;
}

}  // namespace firesteel::functions
