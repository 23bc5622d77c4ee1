#include <utility>

#include "sql/parser/forms.h"
#include "sql/parser/grammar.h"
#include "sql/syntax_error.h"

namespace firesteel::sql {

using unresolved::CommandNode;
using unresolved::UnsupportedStatement;

/// A statement that Spark's grammar knows only to refuse it.
Error Grammar::invalid_statement(std::string operation, Mark from) {
    rest_of_statement();
    return Error(ErrorClass::InvalidStatementOrClause, {{"operation", std::move(operation)}},
                 origin_from(from));
}

Error Grammar::empty_statement() const {
    return framed_error(ErrorClass::ParseEmptyStatement, {}, source()->text, source()->text.size());
}

/// Statements that change what databases hold, and those that are not there: these are read by their first
/// words, so that what is no Spark SQL at all still is a syntax error.
std::optional<CommandNode> Grammar::unsupported_statement() {
    const Mark from = mark();
    switch (peek().keyword) {
        case "INSERT"_kw: return insert_command();
        case "WITH"_kw: return at_with_insert() ? std::optional(with_insert()) : std::nullopt;
        case "UPDATE"_kw: case "DELETE"_kw: case "MERGE"_kw: return change_rows();
        case "ALTER"_kw: return alter_command();
        case "TRUNCATE"_kw: return truncate_table();
        case "ANALYZE"_kw:
            advance();
            if (!at_any("TABLE"_kw, "TABLES"_kw)) fail();
            advance();
            if (at(TokenKind::End)) fail();
            return skipped("ANALYZE TABLE");
        case "REPLACE"_kw:
            if (peek(1).keyword != "TABLE"_kw) return std::nullopt;
            advance();
            return create_table(/*replace=*/true, from);
        case "COMMENT"_kw:
            if (peek(1).keyword != "ON"_kw) return std::nullopt;
            return comment_on();
        case "MSCK"_kw: case "REPAIR"_kw: return skipped("REPAIR TABLE");
        case "LOAD"_kw: return skipped("LOAD DATA");
        case "CALL"_kw: return skipped("CALL of a procedure");
        case "ADD"_kw: case "LIST"_kw: return skipped("ADD and LIST of files, jars and archives");
        case "DFS"_kw: return skipped("DFS commands");
        case "GRANT"_kw: case "REVOKE"_kw: case "COMMIT"_kw: case "ROLLBACK"_kw: case "EXPORT"_kw:
        case "IMPORT"_kw:
            throw invalid_statement(ascii_upper(text_of(peek())), from);
        case "LOCK"_kw: case "UNLOCK"_kw: {
            const std::string verb = ascii_upper(text_of(peek()));
            throw invalid_statement(verb + " " + ascii_upper(text_of(peek(1))), from);
        }
        case "START"_kw:
            if (peek(1).keyword != "TRANSACTION"_kw) return std::nullopt;
            throw invalid_statement("START TRANSACTION", from);
        default: return std::nullopt;
    }
}

CommandNode Grammar::skipped(std::string feature) {
    rest_of_statement();
    return UnsupportedStatement{std::move(feature)};
}

/// CREATE of anything but views and functions.
CommandNode Grammar::create_unsupported(bool replace, Mark from) {
    if (at("EXTERNAL"_kw) || at("TABLE"_kw)) {
        accept("EXTERNAL"_kw);
        return create_table(replace, from);
    }
    if (at_any("TEMPORARY"_kw, "TEMP"_kw) && peek(1).keyword == "TABLE"_kw) {
        throw invalid_statement("CREATE TEMPORARY TABLE ..., use CREATE TEMPORARY VIEW instead",
                                from);
    }
    if (at_any("DATABASE"_kw, "SCHEMA"_kw, "NAMESPACE"_kw)) return create_database();
    if (at("ROLE"_kw)) throw invalid_statement("CREATE ROLE", from);
    if (accept("INDEX"_kw)) {
        if (at(TokenKind::End)) fail();
        return skipped("CREATE INDEX");
    }
    fail();
}

}  // namespace firesteel::sql
