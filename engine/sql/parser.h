#pragma once
/// Spark's SQL: text in, unresolved tree out. Called by session (statements), connect (expression
/// strings), analysis (views, SQL functions, IDENTIFIER, EXECUTE IMMEDIATE). Throws Error with
/// Spark's parse conditions; every node knows its place in the text. Pure; any thread.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "plan/unresolved_command.h"

namespace firesteel::sql {

/// What of a session's configuration decides how text is read.
struct ParserOptions {
    std::string zone = "UTC";                  // spark.sql.session.timeZone
    bool timestamp_ntz = false;                // spark.sql.timestampType = TIMESTAMP_NTZ
    bool ansi = true;                          // spark.sql.ansi.enabled
    bool enforce_reserved_keywords = false;    // spark.sql.ansi.enforceReservedKeywords (with ansi)
    bool double_quoted_identifiers = false;    // spark.sql.ansi.doubleQuotedIdentifiers (with ansi)
    bool keep_string_escapes = false;          // spark.sql.parser.escapedStringLiterals
    bool exponent_as_decimal = false;          // spark.sql.legacy.exponentLiteralAsDecimal.enabled
    bool legacy_interval = false;              // spark.sql.legacy.interval.enabled
    bool quoted_regex_columns = false;         // spark.sql.parser.quotedRegexColumnNames
    bool scripting = true;                     // spark.sql.scripting.enabled
    bool time_type = false;                    // spark.sql.timeType.enabled
    // Where the text comes from, if it is a stored object's ("VIEW", "`v`").
    std::string object_type;
    std::string object_name;
    // Nesting beyond this, or of plan depth, is FAILED_TO_PARSE_TOO_COMPLEX.
    std::size_t stack_bytes_max = std::size_t{4} << 20U;
};

/// One statement; a trailing ";" is fine. A leading BEGIN makes it a script.
unresolved::Statement parse_statement(std::string_view text, const ParserOptions& options = {});
/// A query and nothing else.
unresolved::Relation parse_query(std::string_view text, const ParserOptions& options = {});
/// An expression with or without alias, `*` included: selectExpr, expr(), filter("…").
unresolved::Expr parse_expression(std::string_view text, const ParserOptions& options = {});
/// `a.b.c` with back-quotes: names of tables, functions, columns.
unresolved::NameParts parse_identifier(std::string_view text, const ParserOptions& options = {});

}  // namespace firesteel::sql
