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

/// Statements that change or describe what we have no catalog of yet: read by their first words, so
/// that what is no Spark SQL at all still is a syntax error.
std::optional<CommandNode> Grammar::unsupported_statement() {
    const Mark from = mark();
    switch (peek().keyword) {
        case "INSERT"_kw: case "UPDATE"_kw: case "DELETE"_kw: case "MERGE"_kw:
            return UnsupportedStatement{data_change()};
        case "ALTER"_kw: return UnsupportedStatement{alter_statement()};
        case "TRUNCATE"_kw:
            advance();
            expect("TABLE"_kw, Missing::Named);
            table_reference();
            return skipped("TRUNCATE TABLE");
        case "ANALYZE"_kw:
            advance();
            if (!at_any("TABLE"_kw, "TABLES"_kw)) fail();
            advance();
            if (at(TokenKind::End)) fail();
            return skipped("ANALYZE TABLE");
        case "REPLACE"_kw:
            if (peek(1).keyword != "TABLE"_kw) return std::nullopt;
            advance();
            return create_table();
        case "COMMENT"_kw:
            if (peek(1).keyword != "ON"_kw) return std::nullopt;
            return skipped("COMMENT ON");
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

/// INSERT, UPDATE, DELETE, MERGE: the name of the statement.
std::string Grammar::data_change() {
    std::string name = ascii_upper(text_of(peek()));
    const Keyword word = peek().keyword;
    advance();
    if (word == "INSERT"_kw) {
        if (!at_any("INTO"_kw, "OVERWRITE"_kw)) fail();
        advance();
        if (at("DIRECTORY"_kw) || at("LOCAL"_kw, "DIRECTORY"_kw)) {
            rest_of_statement();
            return "INSERT OVERWRITE DIRECTORY";
        }
        if (peek(1).kind == TokenKind::Word || peek(1).kind == TokenKind::BackQuoted)
            accept("TABLE"_kw);
        table_reference();
        insert_source();
        return name;
    } else if (word == "DELETE"_kw) {
        expect("FROM"_kw, Missing::Named);
        table_reference();
        if (accept("WHERE"_kw)) expression();
    } else if (word == "UPDATE"_kw) {
        table_reference();
        if (at("AS"_kw) || (at_identifier() && !at("SET"_kw))) {
            accept("AS"_kw);
            identifier();
        }
        expect("SET"_kw);
        if (at(TokenKind::End)) fail();
    } else {
        accept("WITH"_kw, "SCHEMA"_kw, "EVOLUTION"_kw);
        expect("INTO"_kw);
        table_reference();
        while (!at("USING"_kw) && !at(TokenKind::End)) advance();
        expect("USING"_kw);
        while (!at("ON"_kw) && !at(TokenKind::End)) advance();
        expect("ON"_kw);
        expression();
        if (at(TokenKind::End)) fail();
    }
    rest_of_statement();
    return name;
}

/// What stands between the table's name and the query, and the query.
void Grammar::insert_source() {
    if (at("PARTITION"_kw) && peek(1).kind == TokenKind::OpenParen) {
        advance();
        skip_one();
    }
    accept("IF"_kw, "NOT"_kw, "EXISTS"_kw);
    if (accept("REPLACE"_kw, "WHERE"_kw)) {
        expression();
    } else if (!accept("BY"_kw, "NAME"_kw) && at_identifier_list()) {
        identifier_list();
    }
    query();
}

std::string Grammar::alter_statement() {
    advance();
    const Keyword word = peek().keyword;
    const bool known =
        at_any("TABLE"_kw, "VIEW"_kw, "DATABASE"_kw, "SCHEMA"_kw, "NAMESPACE"_kw, "INDEX"_kw);
    if (!known) fail();
    advance();
    if (word != "INDEX"_kw) table_reference();
    if (at(TokenKind::End) || at(TokenKind::Semicolon)) fail();
    rest_of_statement();
    return "ALTER " + std::string(keyword_row(word).word);
}

/// CREATE of anything but views and functions.
CommandNode Grammar::create_unsupported(Mark from) {
    if (at("EXTERNAL"_kw) || at("TABLE"_kw)) {
        accept("EXTERNAL"_kw);
        return create_table();
    }
    if (at_any("TEMPORARY"_kw, "TEMP"_kw) && peek(1).keyword == "TABLE"_kw) {
        throw invalid_statement("CREATE TEMPORARY TABLE ..., use CREATE TEMPORARY VIEW instead",
                                from);
    }
    if (at_any("DATABASE"_kw, "SCHEMA"_kw, "NAMESPACE"_kw)) {
        advance();
        accept("IF"_kw, "NOT"_kw, "EXISTS"_kw);
        reference_name();
        return skipped("CREATE DATABASE");
    }
    if (at("ROLE"_kw)) throw invalid_statement("CREATE ROLE", from);
    if (accept("INDEX"_kw)) {
        if (at(TokenKind::End)) fail();
        return skipped("CREATE INDEX");
    }
    fail();
}

/// TABLE [IF NOT EXISTS] name [(columns)] clauses [[AS] query]
CommandNode Grammar::create_table() {
    expect("TABLE"_kw);
    accept("IF"_kw, "NOT"_kw, "EXISTS"_kw);
    table_reference();
    const bool has_columns = at(TokenKind::OpenParen) && !at_query();
    if (has_columns) {
        advance();
        table_elements();
        expect(TokenKind::CloseParen, Missing::Named);
    }
    while (!at(TokenKind::End) && !at(TokenKind::Semicolon)) {
        if (at("AS"_kw) || at("SELECT"_kw) || at("WITH"_kw)) {
            accept("AS"_kw);
            query();
            if (has_columns) {
                keep(Error(ErrorClass::LegacyErrorTemp0035,
                           {{"message",
                             "Schema may not be specified in a Create Table As Select (CTAS) statement"}},
                           origin_from(0)));
            }
            break;
        }
        table_clause();
    }
    return UnsupportedStatement{"CREATE TABLE"};
}

void Grammar::table_elements() {
    do {
        if (at_any("CONSTRAINT"_kw, "PRIMARY"_kw, "FOREIGN"_kw, "CHECK"_kw, "UNIQUE"_kw) &&
            (peek(1).kind == TokenKind::OpenParen || peek(1).keyword == "KEY"_kw ||
             at("CONSTRAINT"_kw))) {
            skip_element();
            continue;
        }
        identifier();
        data_type();
        skip_element();
    } while (accept(TokenKind::Comma));
}

/// Up to the comma or parenthesis that ends a column's definition.
void Grammar::skip_element() {
    while (!at(TokenKind::Comma) && !at(TokenKind::CloseParen) && !at(TokenKind::End)) {
        const std::size_t tokens = at(TokenKind::OpenParen) ? closing_paren(0) + 1 : 1;
        for (std::size_t i = 0; i < tokens; ++i) advance();
    }
}

void Grammar::table_clause() {
    if (accept("PARTITIONED"_kw)) {
        expect("BY"_kw);
        if (!at(TokenKind::OpenParen)) fail();
    } else if (accept("USING"_kw)) {
        multipart_name();
        return;
    } else if (at_any("OPTIONS"_kw, "TBLPROPERTIES"_kw)) {
        advance();
        option_list();
        return;
    } else if (accept("COMMENT"_kw) || accept("LOCATION"_kw)) {
        string_literal();
        return;
    } else if (at_any("CLUSTERED"_kw, "CLUSTER"_kw, "SORTED"_kw, "INTO"_kw, "SKEWED"_kw, "ROW"_kw,
                      "STORED"_kw, "LIKE"_kw, "DEFAULT"_kw)) {
        advance();
        while (
            at(TokenKind::OpenParen) || at(TokenKind::String) || at(TokenKind::Integer) ||
            (at(TokenKind::Word) && !at_any("AS"_kw, "LOCATION"_kw, "TBLPROPERTIES"_kw, "USING"_kw,
                                            "COMMENT"_kw, "OPTIONS"_kw, "SELECT"_kw))) {
            skip_one();
        }
        if (at("AS"_kw) && peek(1).kind == TokenKind::Word && !at_query(1)) {
            advance();
            skip_one();
        }
        return;
    } else {
        fail();
    }
    skip_one();
}

/// One token, or one group in parentheses.
void Grammar::skip_one() {
    const std::size_t tokens = at(TokenKind::OpenParen) ? closing_paren(0) + 1 : 1;
    for (std::size_t i = 0; i < tokens; ++i) advance();
}

}  // namespace firesteel::sql
