// @rules of functions that read and write records as text, and of VARIANT's: from_json, schema_of_json, variant_get …
#include "formats/csv_record.h"
#include "formats/json_schema.h"
#include "formats/record_options.h"
#include "formats/xml_schema.h"
#include "functions/rules.h"
#include "types/coercion.h"
#include "types/type_parts.h"
#include "types/type_text.h"

namespace firesteel::functions {
namespace {

bound::Expr constant_expr(Literal literal, const Origin& origin) {
    return {bound::Constant{std::move(literal)}, origin};
}

/// A schema or type given as text. What its parser refuses is refused by the analysis here.
DataType parsed_schema(const Resolution& r, const std::string& text, DataType (*parse)(std::string_view)) {
    DataType type;
    try {
        type = parse(text);
    } catch (const Error& error) {
        switch (error.id()) {
            case ErrorClass::ParseSyntaxError:
                throw Error(ErrorClass::ParseSyntaxErrorOfSchema, error.parameters(), r.origin);
            case ErrorClass::ParseEmptyStatement:
                throw Error(ErrorClass::ParseEmptySchema, error.parameters(), r.origin);
            case ErrorClass::UnsupportedDatatype:
                throw Error(ErrorClass::UnsupportedDatatypeOfSchema, error.parameters(), r.origin);
            default: throw;
        }
    }
    if (holds_char(type)) throw Error(ErrorClass::UnsupportedCharVarchar, {}, r.origin);
    return type;
}

/// The argument is of the type already, or NULL.
void expect(Resolution& r, std::size_t i, const DataType& type) {
    if (r.type_of(i).is(TypeKind::Null)) return r.cast(i, type);
    const bool fits = type.is(TypeKind::String) ? r.type_of(i).is_string_like() : r.type_of(i).is(type.kind());
    if (!fits) r.fail_input(i, quoted_sql_name(type));
}

[[noreturn]] void fail_schema_argument(const Resolution& r, std::size_t i) {
    throw Error(ErrorClass::InvalidSchemaNonStringLiteral, {{"inputSchema", sql_text(r.arguments[i])}}, r.origin);
}

/// The options as a constant, in place of the call of map() that gave them.
Options take_options(Resolution& r, std::size_t i) {
    const bound::Expr given = r.arguments[i];
    const auto* absent = given.get_if<bound::Constant>();
    if (absent != nullptr && absent->literal.is_null() && !given.origin().known()) return {};
    const auto* call = given.get_if<bound::Call>();
    if (call == nullptr || call->function->name() != "map") {
        throw Error(ErrorClass::InvalidOptionsNonMapFunction, {}, r.origin);
    }
    const DataType& type = call->type;
    if (!type.key().is_string_like() || !type.value().is_string_like()) {
        throw Error(ErrorClass::InvalidOptionsNonStringType, {{"mapType", quoted_sql_name(type)}}, r.origin);
    }
    const auto map = r.fold(i);
    if (!map) throw Error(ErrorClass::InvalidOptionsNonMapFunction, {}, r.origin);
    r.arguments[i] = constant_expr(*map, given.origin());
    return Options::of(*map);
}

/// The schema of a constant text.
DataType inferred_schema(const Resolution& r, const std::string& text, const Options& options) {
    if (r.row->name() == "schema_of_csv") return csv_schema(text, options, r.context.time_zone);
    if (r.row->name() == "schema_of_xml") return xml_schema(text, options, r.context.time_zone);
    const JsonSchemaInference inference(options, r.context.time_zone);
    DataType found;
    if (!inference.infer(text, found)) {
        throw Error(ErrorClass::RuntimeFailure, {{"message", "The text is no JSON: " + text}});
    }
    return inference.settled(found);
}

std::string_view format_of(const Resolution& r) {
    const std::string_view name = r.row->name();
    // "__from_json_entries" is JSON too.
    return name.find("csv") != name.npos ? "csv" : name.find("xml") != name.npos ? "xml" : "json";
}

bool has_other_keys(const DataType& type) {
    switch (type.kind()) {
        case TypeKind::Array: return has_other_keys(type.element());
        case TypeKind::Map: return !type.key().is_string_like() || has_other_keys(type.value());
        case TypeKind::Struct:
            for (const StructField& field : type.fields()) {
                if (has_other_keys(field.type)) return true;
            }
            return false;
        default: return false;
    }
}

bool csv_holds(const DataType& type) {
    switch (type.kind()) {
        case TypeKind::Variant: return false;
        case TypeKind::Array: return csv_holds(type.element());
        case TypeKind::Map: return csv_holds(type.key()) && csv_holds(type.value());
        case TypeKind::Struct:
            for (const StructField& field : type.fields()) {
                if (!csv_holds(field.type)) return false;
            }
            return true;
        default: return true;
    }
}

/// Arrays, structs and maps with string keys of what casts to VARIANT.
bool variant_object_holds(const DataType& type) {
    switch (type.kind()) {
        case TypeKind::Array: return variant_object_holds(type.element());
        case TypeKind::Map: return type.key().is(TypeKind::String) && variant_object_holds(type.value());
        case TypeKind::Struct:
            for (const StructField& field : type.fields()) {
                if (!variant_object_holds(field.type)) return false;
            }
            return true;
        default: return !type.is(TypeKind::Null) && can_cast(type, DataType::variant(), CastMode::Ansi);
    }
}

void check_json_schema(const Resolution& r, const DataType& schema) {
    const bool fits = schema.is(TypeKind::Struct) || schema.is(TypeKind::Array) || schema.is(TypeKind::Map) ||
                      schema.is(TypeKind::Variant);
    if (!fits) r.fail(ErrorClass::DatatypeMismatchInvalidJsonSchema, {{"schema", quoted_sql_name(schema)}});
    if (has_other_keys(schema)) {
        r.fail(ErrorClass::DatatypeMismatchInvalidJsonMapKeyType, {{"schema", quoted_sql_name(schema)}});
    }
}

void check_csv_schema(const Resolution& r, const DataType& schema) {
    if (!schema.is(TypeKind::Struct)) {
        throw Error(ErrorClass::InvalidSchemaNonStructType,
                    {{"inputSchema", sql_text(r.arguments[1])}, {"dataType", quoted_sql_name(schema)}}, r.origin);
    }
}

void check_xml_schema(const Resolution& r, const DataType& schema) {
    if (!schema.is(TypeKind::Struct) && !schema.is(TypeKind::Variant)) {
        r.fail(ErrorClass::DatatypeMismatchInvalidXmlSchema, {{"schema", quoted_sql_name(schema)}});
    }
    if (has_other_keys(schema)) {
        r.fail(ErrorClass::DatatypeMismatchInvalidXmlMapKeyType, {{"schema", quoted_sql_name(schema)}});
    }
}

void check_modes(const Resolution& r, const DataType& schema, const Options& options) {
    if (parse_mode(options) == ParseMode::DropMalformed) {
        throw Error(ErrorClass::ParseModeUnsupported,
                    {{"funcName", "`from_" + std::string(format_of(r)) + "`"}, {"mode", "DROPMALFORMED"}});
    }
    if (!schema.is(TypeKind::Struct)) return;
    const std::string corrupt = corrupt_record_column(options);
    for (const StructField& field : schema.fields()) {
        if (field.name != corrupt || field.type.is_string_like()) continue;
        throw Error(ErrorClass::InvalidCorruptRecordType,
                    {{"columnName", quote_identifier(corrupt)}, {"actualType", quoted_sql_name(field.type)}});
    }
}

/// The schema argument: a constant text, or a call of schema_of_….
DataType schema_argument(Resolution& r, std::size_t i) {
    const std::optional<Literal> text = r.fold(i);
    if (!text || text->is_null() || !text->type.is_string_like()) fail_schema_argument(r, i);
    return parsed_schema(r, text->value.bytes(), parse_schema_text);
}

}  // namespace

/// from_json, from_csv, from_xml (text, schema[, options]).
void rule_from_text(Resolution& r) {
    expect(r, 0, DataType::string());
    const Options options = take_options(r, 2);
    const DataType schema = schema_argument(r, 1);
    const std::string_view format = format_of(r);
    if (format == "json" && schema.is(TypeKind::Map)) r.become("__from_json_entries");
    if (format == "json") check_json_schema(r, schema);
    if (format == "csv") check_csv_schema(r, schema);
    if (format == "xml") check_xml_schema(r, schema);
    check_modes(r, schema, options);
    r.type = schema.with_all_nullable();
    r.nullable = format != "csv" || r.arguments[0].nullable();
}

/// The rows that a text holds: an array of a schema's structs.
void rule_rows_of_text(Resolution& r) {
    take_options(r, 2);
    const auto schema = constant_value(r.arguments[1]);
    FS_ASSERT(schema.has_value());
    r.type = DataType::array(parse_schema_text(schema->value.bytes()), false);
    r.nullable = false;
}

/// to_json, to_csv, to_xml (value[, options]).
void rule_to_text(Resolution& r) {
    take_options(r, 1);
    const DataType& from = r.type_of(0);
    const std::string_view format = format_of(r);
    const bool is_struct = from.is(TypeKind::Struct) || from.is(TypeKind::Null);
    if (format == "json" && !is_struct && !from.is(TypeKind::Array) && !from.is(TypeKind::Map) &&
        !from.is(TypeKind::Variant)) {
        r.fail(ErrorClass::DatatypeMismatchInvalidJsonSchema, {{"schema", quoted_sql_name(from)}});
    }
    if (format == "csv" && (!is_struct || !csv_holds(from))) {
        r.fail(ErrorClass::DatatypeMismatchUnsupportedInputType,
               {{"functionName", r.quoted_name()}, {"dataType", quoted_sql_name(from)}});
    }
    if (format == "xml" && !is_struct && !from.is(TypeKind::Variant)) r.fail_input(0, "\"STRUCT\"");
    r.type = DataType::string();
    r.nullable = true;
}

/// schema_of_json and its like: a constant text in, DDL out. The schema is known here, so the call is its text.
void rule_schema_of(Resolution& r) {
    const Options options = take_options(r, 1);
    const std::string format(format_of(r));
    expect(r, 0, DataType::string());
    const auto text = r.fold(0);
    if (!text) {
        r.fail(ErrorClass::DatatypeMismatchNonFoldableInput, {{"inputName", "`" + format + "`"},
                                                              {"inputType", quoted_sql_name(r.type_of(0))},
                                                              {"inputExpr", sql_text(r.arguments[0])}});
    }
    if (text->is_null()) r.fail(ErrorClass::DatatypeMismatchUnexpectedNull, {{"exprName", format}});
    r.type = DataType::string();
    r.nullable = false;
    const DataType schema = inferred_schema(r, text->value.bytes(), options);
    r.replacement = {constant_expr(Literal::string(sql_name(schema)), r.origin)};
}

/// Functions over texts that take strings alone, where others would cast: get_json_object, parse_json, xpath …
void rule_of_texts(Resolution& r) {
    struct Row {
        std::string_view name;
        DataType (*type)();
    };
    static constexpr Row kTypes[] = {{"get_json_object", [] { return DataType::string(); }},
                                     {"json_array_length", DataType::integer},
                                     {"json_object_keys", [] { return DataType::array(DataType::string()); }},
                                     {"parse_json", DataType::variant},
                                     {"try_parse_json", DataType::variant},
                                     {"xpath", [] { return DataType::array(DataType::string()); }},
                                     {"xpath_boolean", DataType::boolean},
                                     {"xpath_double", DataType::float64},
                                     {"xpath_float", DataType::float32},
                                     {"xpath_int", DataType::integer},
                                     {"xpath_long", DataType::long_int},
                                     {"xpath_short", DataType::short_int},
                                     {"xpath_string", [] { return DataType::string(); }}};
    for (std::size_t i = 0; i < r.arguments.size(); ++i) expect(r, i, DataType::string());
    const std::string_view name = r.row->name();
    if (name.starts_with("xpath")) r.constant(1);
    r.nullable = name != "parse_json" || r.any_nullable();
    for (const Row& row : kTypes) {
        if (row.name == name) r.type = row.type();
    }
}

/// is_variant_null, schema_of_variant, schema_of_variant_agg.
void rule_of_variant(Resolution& r) {
    expect(r, 0, DataType::variant());
    const bool is_test = r.row->name() == "is_variant_null";
    r.type = is_test ? DataType::boolean() : DataType::string();
    r.nullable = r.row->name() == "schema_of_variant" && r.any_nullable();
}

/// variant_get(variant, path, type text).
void rule_variant_get(Resolution& r) {
    expect(r, 0, DataType::variant());
    expect(r, 1, DataType::string());
    const auto text = r.fold(2);
    if (!text || text->is_null() || !text->type.is_string_like()) fail_schema_argument(r, 2);
    r.type = parsed_schema(r, text->value.bytes(), parse_data_type).with_all_nullable();
    r.nullable = true;
    if (!can_cast(DataType::variant(), r.type, CastMode::Ansi) || r.type.is(TypeKind::Null)) {
        r.fail(ErrorClass::DatatypeMismatchCastWithoutSuggestion,
               {{"srcType", quoted_sql_name(DataType::variant())}, {"targetType", quoted_sql_name(r.type)}});
    }
}

/// to_variant_object(array, map or struct).
void rule_to_variant_object(Resolution& r) {
    const DataType& from = r.type_of(0);
    if (!from.is_nested() || !variant_object_holds(from)) {
        r.fail(ErrorClass::DatatypeMismatchCastWithoutSuggestion,
               {{"srcType", quoted_sql_name(from)}, {"targetType", quoted_sql_name(DataType::variant())}});
    }
    r.type = DataType::variant();
    r.nullable = r.arguments[0].nullable();
}

}  // namespace firesteel::functions
