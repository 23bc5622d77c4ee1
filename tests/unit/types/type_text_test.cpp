#include "types/type_text.h"

#include <catch2/catch.hpp>

#include "common/error.h"

using namespace firesteel;

namespace {

struct TypeRow {
    const char* ddl;
    const char* simple;
    const char* sql;
    const char* name;
    const char* json;
};

/// The condition and parameters of the error that parsing gives: "CONDITION a=b c=d".
template <typename F>
std::string failure(F&& parse) {
    try {
        parse();
    } catch (const Error& error) {
        std::string out(error.row().condition);
        for (const auto& [name, value] : error.parameters()) out += " " + name + "=" + value;
        return out;
    }
    return "no error";
}

std::string type_failure(std::string_view text) {
    return failure([&] { parse_data_type(text); });
}
std::string schema_failure(std::string_view text) {
    return failure([&] { parse_table_schema(text); });
}

}  // namespace

TEST_CASE("single types have Spark's names in every form", "[types][text]") {
    const TypeRow rows[] = {
        {"tinyint", "tinyint", "TINYINT", "byte", "\"byte\""},
        {"BYTE", "tinyint", "TINYINT", "byte", "\"byte\""},
        {"short", "smallint", "SMALLINT", "short", "\"short\""},
        {"integer", "int", "INT", "integer", "\"integer\""},
        {"long", "bigint", "BIGINT", "long", "\"long\""},
        {"real", "float", "FLOAT", "float", "\"float\""},
        {"dec", "decimal(10,0)", "DECIMAL(10,0)", "decimal(10,0)", "\"decimal(10,0)\""},
        {"numeric(4, 1)", "decimal(4,1)", "DECIMAL(4,1)", "decimal(4,1)", "\"decimal(4,1)\""},
        {"decimal(0,0)", "decimal(0,0)", "DECIMAL(0,0)", "decimal(0,0)", "\"decimal(0,0)\""},
        {"string collate de_ci_ai", "string collate de_CI_AI", "STRING COLLATE DE_CI_AI",
         "string collate de_CI_AI", "\"string collate de_CI_AI\""},
        {"string collate system.builtin.UNICODE", "string collate UNICODE", "STRING COLLATE UNICODE",
         "string collate UNICODE", "\"string collate UNICODE\""},
        {"string collate utf8_binary", "string", "STRING", "string", "\"string\""},
        {"character(5)", "char(5)", "CHAR(5)", "char(5)", "\"char(5)\""},
        {"timestamp_ltz", "timestamp", "TIMESTAMP", "timestamp", "\"timestamp\""},
        {"timestamp without time zone", "timestamp_ntz", "TIMESTAMP_NTZ", "timestamp_ntz",
         "\"timestamp_ntz\""},
        {"time(2) without time zone", "time(2)", "TIME(2)", "time(2)", "\"time(2)\""},
        {"time", "time(6)", "TIME(6)", "time(6)", "\"time(6)\""},
        {"interval", "interval", "INTERVAL", "interval", "\"interval\""},
        {"interval month", "interval month", "INTERVAL MONTH", "interval month",
         "\"interval month\""},
        {"interval day to second", "interval day to second", "INTERVAL DAY TO SECOND",
         "interval day to second", "\"interval day to second\""},
        {"void", "void", "VOID", "void", "\"void\""},
        {"variant", "variant", "VARIANT", "variant", "\"variant\""},
        {"int /* c */ -- x", "int", "INT", "integer", "\"integer\""},
        {"array<array<int>>", "array<array<int>>", "ARRAY<ARRAY<INT>>", "array",
         R"({"type":"array","elementType":{"type":"array","elementType":"integer","containsNull":true},"containsNull":true})"},
        {"map<int,string>", "map<int,string>", "MAP<INT, STRING>", "map",
         R"({"type":"map","keyType":"integer","valueType":"string","valueContainsNull":true})"},
        {"struct<>", "struct<>", "STRUCT<>", "struct", R"({"type":"struct","fields":[]})"},
        {"struct<a:int,b string not null comment 'x'>", "struct<a:int,b:string>",
         "STRUCT<a: INT, b: STRING NOT NULL COMMENT 'x'>", "struct",
         R"({"type":"struct","fields":[{"name":"a","type":"integer","nullable":true,"metadata":{}},{"name":"b","type":"string","nullable":false,"metadata":{"comment":"x"}}]})"},
        {"struct<`a b`:int>", "struct<a b:int>", "STRUCT<`a b`: INT>", "struct",
         R"({"type":"struct","fields":[{"name":"a b","type":"integer","nullable":true,"metadata":{}}]})"},
        {"array<string collate utf8_lcase>", "array<string collate UTF8_LCASE>",
         "ARRAY<STRING COLLATE UTF8_LCASE>", "array",
         R"({"type":"array","elementType":"string collate UTF8_LCASE","containsNull":true})"},
    };
    for (const TypeRow& row : rows) {
        CAPTURE(row.ddl);
        const DataType type = parse_data_type(row.ddl);
        CHECK(simple_string(type) == row.simple);
        CHECK(catalog_string(type) == row.simple);
        CHECK(sql_name(type) == row.sql);
        CHECK(type_name(type) == row.name);
        CHECK(to_json(type) == row.json);
        CHECK(parse_json_type(row.json) == type);
    }
}

TEST_CASE("a schema prints as DDL, JSON and tree, and reads back", "[types][text]") {
    const Schema schema = parse_table_schema(
        "`a b` int not null comment 'it\\'s \\\\ \\n \" \xC3\xBC', c array<string collate "
        "utf8_lcase>, d struct<e: bigint not null, `x.y`: map<string collate unicode_ci,int>> "
        "comment 'q', 1x int, select int");
    CHECK(to_ddl(schema) ==
          "`a b` INT NOT NULL COMMENT 'it\\'s \\ \n \" \xC3\xBC',c ARRAY<STRING COLLATE "
          "UTF8_LCASE>,d STRUCT<e: BIGINT NOT NULL, `x.y`: MAP<STRING COLLATE UNICODE_CI, INT>> "
          "COMMENT 'q',`1x` INT,select INT");
    const std::string json =
        R"({"type":"struct","fields":[{"name":"a b","type":"integer","nullable":false,"metadata":{"comment":"it's \\ \n \" )"
        "\xC3\xBC"
        R"("}},{"name":"c","type":{"type":"array","elementType":"string","containsNull":true},"nullable":true,"metadata":{"__COLLATIONS":{"c.element":"spark.UTF8_LCASE"}}},{"name":"d","type":{"type":"struct","fields":[{"name":"e","type":"long","nullable":false,"metadata":{}},{"name":"x.y","type":{"type":"map","keyType":"string","valueType":"integer","valueContainsNull":true},"nullable":true,"metadata":{"__COLLATIONS":{"x.y.key":"icu.UNICODE_CI"}}}]},"nullable":true,"metadata":{"comment":"q"}},{"name":"1x","type":"integer","nullable":true,"metadata":{}},{"name":"select","type":"integer","nullable":true,"metadata":{}}]})";
    CHECK(to_json(schema) == json);
    const DataType back = parse_json_type(json);
    CHECK(back.fields() == schema);
    CHECK(to_json(back) == json);
    CHECK(tree_string(schema) ==
          "root\n"
          " |-- a b: integer (nullable = false)\n"
          " |-- c: array (nullable = true)\n"
          " |    |-- element: string collate UTF8_LCASE (containsNull = true)\n"
          " |-- d: struct (nullable = true)\n"
          " |    |-- e: long (nullable = false)\n"
          " |    |-- x.y: map (nullable = true)\n"
          " |    |    |-- key: string collate UNICODE_CI\n"
          " |    |    |-- value: integer (valueContainsNull = true)\n"
          " |-- 1x: integer (nullable = true)\n"
          " |-- select: integer (nullable = true)\n");
    CHECK(tree_string(parse_table_schema("a array<int>, b int"), 1) ==
          "root\n |-- a: array (nullable = true)\n |-- b: integer (nullable = true)\n");
}

TEST_CASE("long structs are cut in simple strings only", "[types][text]") {
    std::vector<StructField> fields;
    for (int i = 0; i < 30; ++i) fields.push_back({"c" + std::to_string(i), DataType::integer(), true, ""});
    const DataType type = DataType::structure(fields);
    CHECK(simple_string(type).ends_with("c23:int,c24:int,... 5 more fields>"));
    CHECK(catalog_string(type).ends_with("c28:int,c29:int>"));
}

TEST_CASE("user-defined types keep their classes", "[types][text]") {
    const char* json = R"({"type":"udt","pyClass":"x.Y","serializedClass":"abc","sqlType":"integer"})";
    const DataType type = parse_json_type(json);
    CHECK(to_json(type) == json);
    CHECK(simple_string(type) == "pythonuserdefined");
    CHECK(catalog_string(type) == "int");
    CHECK(sql_name(type) == "INT");
    const char* vector =
        R"({"type":"udt","class":"org.apache.spark.ml.linalg.VectorUDT","pyClass":"pyspark.ml.linalg.VectorUDT","sqlType":"integer"})";
    CHECK(type_name(parse_json_type(vector)) == "vector");
}

TEST_CASE("wrong types are refused with Spark's conditions", "[types][text]") {
    const std::pair<const char*, const char*> rows[] = {
        {"decimal(39,0)", "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION precision=39 maxPrecision=38"},
        {"decimal(5,6)", "_LEGACY_ERROR_TEMP_1228 scale=6 precision=5"},
        {"decimal(5,-1)", "PARSE_SYNTAX_ERROR error='-' hint="},
        {"decimal(1,2,3)", "UNSUPPORTED_DATATYPE typeName=\"DECIMAL(1,2,3)\""},
        {"decimal()", "PARSE_SYNTAX_ERROR error=')' hint="},
        {"decimal(1.5)", "PARSE_SYNTAX_ERROR error='1.5' hint="},
        {"char", "DATATYPE_MISSING_SIZE type=\"CHAR\""},
        {"varchar(5,6)", "UNSUPPORTED_DATATYPE typeName=\"VARCHAR(5,6)\""},
        {"timestamp with time zone", "PARSE_SYNTAX_ERROR error='with' hint="},
        {"time(7)", "UNSUPPORTED_TIME_PRECISION precision=7"},
        {"interval month to year", "PARSE_SYNTAX_ERROR error='to' hint="},
        {"interval day to month", "PARSE_SYNTAX_ERROR error='to' hint="},
        {"interval minute to hour",
         "INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION input= from=minute to=hour"},
        {"null", "UNSUPPORTED_DATATYPE typeName=\"NULL\""},
        {"foo(3)", "UNSUPPORTED_DATATYPE typeName=\"FOO(3)\""},
        {"array", "INCOMPLETE_TYPE_DEFINITION.ARRAY elementType=<INT>"},
        {"map", "INCOMPLETE_TYPE_DEFINITION.MAP"},
        {"struct", "INCOMPLETE_TYPE_DEFINITION.STRUCT"},
        {"array<>", "PARSE_SYNTAX_ERROR error='<>' hint="},
        {"array<int", "PARSE_SYNTAX_ERROR error='<' hint="},
        {"map<int>", "PARSE_SYNTAX_ERROR error='<' hint="},
        {"array<int >>", "PARSE_SYNTAX_ERROR error='>' hint=: extra input '>'"},
        {"struct<a-b:int>", "INVALID_IDENTIFIER ident=a-b"},
        {"array<array<foo>>", "UNSUPPORTED_DATATYPE typeName=\"FOO\""},
        {"\xC3\xBC", "INVALID_IDENTIFIER ident=\xC3\xBC"},
        {"", "PARSE_EMPTY_STATEMENT"},
        {"int /* c", "UNCLOSED_BRACKETED_COMMENT"},
        {"int, string", "PARSE_SYNTAX_ERROR error=',' hint="},
        {"null null", "PARSE_SYNTAX_ERROR error='null' hint=: extra input 'null'"},
        {"string collate foo", "COLLATION_INVALID_NAME collationName=foo proposals=fo, bo, eo"},
        {"string collate en_XX", "COLLATION_INVALID_NAME collationName=en_XX proposals=en"},
        {"string collate unicode_ci_ci",
         "COLLATION_INVALID_NAME collationName=unicode_ci_ci proposals=UNICODE_CI"},
        {"string collate unicode_ci_cs",
         "COLLATION_INVALID_NAME collationName=unicode_ci_cs proposals=UNICODE_CS"},
        {"string collate enn", "COLLATION_INVALID_NAME collationName=enn proposals=en, nn, bn"},
        {"string collate UTF8_LCASE_AI",
         "COLLATION_INVALID_NAME collationName=UTF8_LCASE_AI proposals=UTF8_LCASE"},
    };
    for (const auto& [text, expected] : rows) {
        CAPTURE(text);
        CHECK(type_failure(text) == expected);
    }
    const std::pair<const char*, const char*> schemas[] = {
        {"a int, b", "PARSE_SYNTAX_ERROR error=end of input hint="},
        {"a int default 5", "PARSE_SYNTAX_ERROR error='default' hint="},
        {"a array", "INCOMPLETE_TYPE_DEFINITION.ARRAY elementType=<INT>"},
        {"a foo", "UNSUPPORTED_DATATYPE typeName=\"FOO\""},
        {"a b c", "PARSE_SYNTAX_ERROR error='c' hint=: extra input 'c'"},
        {"a int not", "PARSE_SYNTAX_ERROR error=end of input hint=: missing 'NULL'"},
        {"a-b int", "INVALID_IDENTIFIER ident=a-b"},
        {"\"a\" int", "PARSE_SYNTAX_ERROR error='\"a\"' hint="},
        {"1 int", "PARSE_SYNTAX_ERROR error='1' hint="},
        {"a:int", "PARSE_SYNTAX_ERROR error=':' hint="},
    };
    for (const auto& [text, expected] : schemas) {
        CAPTURE(text);
        CHECK(schema_failure(text) == expected);
    }
    const std::pair<const char*, const char*> jsons[] = {
        {"\"int\"", "INVALID_JSON_DATA_TYPE invalidType=int"},
        {"[]", "INVALID_JSON_DATA_TYPE invalidType=[]"},
        {R"({"type":"struct"})", R"(INVALID_JSON_DATA_TYPE invalidType={"type":"struct"})"},
        {"\"decimal(5,-2)\"",
         "NEGATIVE_SCALE_DISALLOWED scale=-2 sqlConf=\"spark.sql.legacy.allowNegativeScaleOfDecimal\""},
        {"\"time\"", "INVALID_JSON_DATA_TYPE invalidType=time"},
    };
    for (const auto& [text, expected] : jsons) {
        CAPTURE(text);
        CHECK(failure([&] { parse_json_type(text); }) == expected);
    }
}

TEST_CASE("ddl_parse tries a schema, then a type, then fields of a struct", "[types][text]") {
    CHECK(sql_name(parse_ddl("int")) == "INT");
    CHECK(sql_name(parse_ddl("a int, b string")) == "STRUCT<a: INT, b: STRING>");
    CHECK(sql_name(parse_ddl("a: int, b: string")) == "STRUCT<a: INT, b: STRING>");
    CHECK(sql_name(parse_ddl("")) == "STRUCT<>");
    CHECK(failure([] { parse_ddl("a foo"); }) == "UNSUPPORTED_DATATYPE typeName=\"FOO\"");
}

TEST_CASE("too deep a type is an error, not a crash", "[types][text]") {
    std::string text;
    for (int i = 0; i < 5000; ++i) text += "array<";
    CHECK(type_failure(text).starts_with("FAILED_TO_PARSE_TOO_COMPLEX"));
}
