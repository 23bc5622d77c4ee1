#include "functions/tables/tables.h"

namespace firesteel::functions {
namespace {

using enum NullRule;

constexpr auto kRows = std::to_array<FunctionRow>({
    {"from_csv(csv: any, schema: any, options: any = null) -> @from_text", ByRule, kernel("from_csv"), "", {.display = "from_csv({0})", .zone = true, .raises = true, .group = "csv_funcs"}},
    {"from_json(json: any, schema: any, options: any = null) -> @from_text", ByRule, kernel("from_json"), "", {.display = "from_json({0})", .zone = true, .raises = true}},
    {"from_xml(xml: any, schema: any, options: any = null) -> @from_text", ByRule, kernel("from_xml"), "", {.display = "from_xml({0})", .zone = true, .raises = true, .group = "xml_funcs"}},
    {"get_json_object(json: any, path: any) -> @of_texts", ByRule, kernel("get_json_object"), "get_json_object('{\"a\":\"b\"}', '$.a') = 'b'", {}},
    {"is_variant_null(v: any) -> @of_variant", ByRule, kernel("is_variant_null"), "", {.group = "variant_funcs"}},
    {"json_array_length(json: any) -> @of_texts", ByRule, kernel("json_array_length"), "json_array_length('[1,2]') = 2", {}},
    {"json_object_keys(json: any) -> @of_texts", ByRule, kernel("json_object_keys"), "", {}},
    {"parse_json(json: any) -> @of_texts", ByRule, kernel("parse_json"), "", {.raises = true, .group = "variant_funcs"}},
    {"schema_of_csv(csv: any, options: any = null) -> @schema_of", ByRule, kernel("schema_of_csv"), "", {.display = "schema_of_csv({0})", .group = "csv_funcs"}},
    {"schema_of_json(json: any, options: any = null) -> @schema_of", ByRule, kernel("schema_of_json"), "schema_of_json('[{\"col\":0}]') = 'ARRAY<STRUCT<col: BIGINT>>'", {.display = "schema_of_json({0})"}},
    {"schema_of_variant(v: any) -> @of_variant", ByRule, kernel("schema_of_variant"), "", {.group = "variant_funcs"}},
    {"schema_of_xml(xml: any, options: any = null) -> @schema_of", ByRule, kernel("schema_of_xml"), "", {.display = "schema_of_xml({0})", .group = "xml_funcs"}},
    {"to_csv(value: any, options: any = null) -> @to_text", ByRule, kernel("to_csv"), "", {.display = "to_csv({0})", .zone = true, .group = "csv_funcs"}},
    {"to_json(value: any, options: any = null) -> @to_text", ByRule, kernel("to_json"), "to_json(named_struct('a', 1)) = '{\"a\":1}'", {.display = "to_json({0})", .zone = true}},
    {"to_variant_object(value: any) -> @to_variant_object", ByRule, kernel("to_variant_object"), "", {.group = "variant_funcs"}},
    {"to_xml(value: any, options: any = null) -> @to_text", ByRule, kernel("to_xml"), "", {.display = "to_xml({0})", .zone = true, .raises = true, .group = "xml_funcs"}},
    {"try_parse_json(json: any) -> @of_texts", ByRule, kernel("parse_json"), "", {.group = "variant_funcs"}},
    {"try_variant_get(v: any, path: any, type: any = 'variant') -> @variant_get", ByRule, kernel("variant_get"), "", {.display = "try_variant_get({0}, {1})", .mode = true, .zone = true, .group = "variant_funcs"}},
    {"variant_get(v: any, path: any, type: any = 'variant') -> @variant_get", ByRule, kernel("variant_get"), "", {.display = "variant_get({0}, {1})", .mode = true, .zone = true, .raises = true, .group = "variant_funcs"}},
    {"xpath(xml: any, path: any) -> @of_texts", ByRule, kernel("xpath"), "", {.raises = true, .group = "xml_funcs"}},
    {"xpath_boolean(xml: any, path: any) -> @of_texts", ByRule, kernel("xpath_boolean"), "xpath_boolean('<a><b>1</b></a>', 'a/b') = true", {.raises = true, .group = "xml_funcs"}},
    {"xpath_double|xpath_number(xml: any, path: any) -> @of_texts", ByRule, kernel("xpath_double"), "xpath_double('<a>1.5</a>', 'a') = 1.5D", {.raises = true, .group = "xml_funcs"}},
    {"xpath_float(xml: any, path: any) -> @of_texts", ByRule, kernel("xpath_float"), "", {.raises = true, .group = "xml_funcs"}},
    {"xpath_int(xml: any, path: any) -> @of_texts", ByRule, kernel("xpath_int"), "xpath_int('<a>5</a>', 'a') = 5", {.raises = true, .group = "xml_funcs"}},
    {"xpath_long(xml: any, path: any) -> @of_texts", ByRule, kernel("xpath_long"), "", {.raises = true, .group = "xml_funcs"}},
    {"xpath_short(xml: any, path: any) -> @of_texts", ByRule, kernel("xpath_short"), "", {.raises = true, .group = "xml_funcs"}},
    {"xpath_string(xml: any, path: any) -> @of_texts", ByRule, kernel("xpath_string"), "xpath_string('<a>x</a>', 'a') = 'x'", {.raises = true, .group = "xml_funcs"}},
});

}  // namespace

constinit const FunctionTable kJsonFunctions{"json_funcs", kRows};

}  // namespace firesteel::functions
