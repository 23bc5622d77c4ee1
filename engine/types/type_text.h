#pragma once
/// Text forms of data types: the names users see in schemas, errors and DDL, and the parsers of DDL and
/// JSON schema text. Called by the parser, the analyzer, explain, connect and Python stages. Pure functions.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "types/data_type.h"

namespace firesteel {

/// "array<int>", as in df.dtypes; structs beyond `fields_max` fields are cut ("... 3 more fields").
std::string simple_string(const DataType& type, std::size_t fields_max = 25);
/// As simple_string, never cut; a UDT shows its sql_type.
std::string catalog_string(const DataType& type);
/// "ARRAY<INT>", "STRING COLLATE UNICODE_CI", as in CAST(… AS …) and error texts.
std::string sql_name(const DataType& type);
/// sql_name in double quotes: how error parameters show a type.
std::string quoted_sql_name(const DataType& type);
/// "integer", "long", "array", "decimal(10,2)": as in printSchema and JSON.
std::string type_name(const DataType& type);

/// "a INT NOT NULL COMMENT 'x',b STRUCT<c: STRING>".
std::string to_ddl(const Schema& schema);
/// df.schema.json(): compact.
std::string to_json(const DataType& type);
std::string to_json(const Schema& schema);
/// printSchema: "root\n |-- a: integer (nullable = false)\n"; level 0 or less = all depths.
std::string tree_string(const Schema& schema, int level = 0);

/// The name in back-quotes unless it is a plain identifier.
std::string quote_if_needed(std::string_view name);
/// Always in back-quotes.
std::string quote_identifier(std::string_view name);

/// Makes the scalar type that `name(parameters)` stands for in SQL; throws DATATYPE_MISSING_SIZE,
/// UNSUPPORTED_DATATYPE, DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION, … Not for intervals and nested types.
DataType scalar_type_named(std::string_view name, std::span<const int> parameters = {});
/// A collation's name as Spark spells it, from any case ("utf8_lcase" -> "UTF8_LCASE"); throws COLLATION_INVALID_NAME.
std::string collation_named(std::string_view name);

/// "array<int>", "interval day to second".
DataType parse_data_type(std::string_view text);
/// "a int not null comment 'x', b struct<c: int>".
Schema parse_table_schema(std::string_view text);
/// AnalyzePlan.ddl_parse: a table schema, else one type, else the inside of struct<…>; the first error counts.
DataType parse_ddl(std::string_view text);
/// Schema arguments of functions and readers (from_json and others): one type, else a table schema, else JSON.
DataType parse_schema_text(std::string_view text);
/// DataType.fromJson.
DataType parse_json_type(std::string_view text);

/// Nesting beyond this is refused with FAILED_TO_PARSE_TOO_COMPLEX.
inline constexpr int kTypeDepthMax = 400;

}  // namespace firesteel
