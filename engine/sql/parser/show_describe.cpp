#include <utility>

#include "sql/parser/forms.h"
#include "sql/parser/grammar.h"

namespace firesteel::sql {

using unresolved::CommandNode;
using unresolved::Describe;
using unresolved::Show;
using unresolved::UnsupportedStatement;

/// [IN | FROM name]
std::optional<NameParts> Grammar::in_namespace() {
    if (!at_any("IN"_kw, "FROM"_kw)) return std::nullopt;
    advance();
    return reference_name();
}

/// [[LIKE] 'pattern']
std::optional<std::string> Grammar::show_pattern() {
    if (accept("LIKE"_kw)) return string_literal();
    if (at_string()) return string_literal();
    return std::nullopt;
}

CommandNode Grammar::show_command() {
    const Mark from = mark();
    expect("SHOW"_kw);
    Show out;
    const Keyword word = peek().keyword;
    switch (word) {
        case "TABLES"_kw: case "VIEWS"_kw: case "PROCEDURES"_kw:
            out.kind = ascii_upper(text_of(peek()));
            advance();
            out.in_namespace = in_namespace();
            if (word != "PROCEDURES"_kw) out.pattern = show_pattern();
            return out;
        case "DATABASES"_kw: case "SCHEMAS"_kw: case "NAMESPACES"_kw:
            advance();
            out.kind = "DATABASES";
            out.in_namespace = in_namespace();
            out.pattern = show_pattern();
            return out;
        case "CATALOGS"_kw:
            advance();
            out.kind = "CATALOGS";
            out.pattern = show_pattern();
            return out;
        case "COLUMNS"_kw: return show_columns();
        case "TABLE"_kw: return show_table_extended();
        case "TBLPROPERTIES"_kw:
            advance();
            out.kind = "TBLPROPERTIES";
            out.target = reference_name();
            if (accept(TokenKind::OpenParen)) {
                std::string key;
                if (at_string()) {
                    key = string_literal();
                } else {
                    for (const std::string& part : multipart_name())
                        key += (key.empty() ? "" : ".") + part;
                }
                out.pattern = std::move(key);
                expect(TokenKind::CloseParen, Missing::Named);
            }
            return out;
        case "CREATE"_kw:
            advance();
            expect("TABLE"_kw);
            out.kind = "CREATE TABLE";
            out.target = reference_name();
            out.extended = accept("AS"_kw, "SERDE"_kw);
            return out;
        case "PARTITIONS"_kw:
            advance();
            out.kind = "PARTITIONS";
            out.target = reference_name();
            if (accept("PARTITION"_kw)) out.partition = partition_spec();
            return out;
        case "CURRENT"_kw:
            advance();
            if (!at_any("NAMESPACE"_kw, "DATABASE"_kw, "SCHEMA"_kw)) fail();
            advance();
            out.kind = "CURRENT NAMESPACE";
            return out;
        case "ROLES"_kw: case "GRANT"_kw: case "PRINCIPALS"_kw: case "COMPACTIONS"_kw:
        case "TRANSACTIONS"_kw: case "INDEXES"_kw: case "LOCKS"_kw:
            throw invalid_statement("SHOW " + ascii_upper(text_of(peek())), from);
        default:
            return show_functions(from);
    }
}

CommandNode Grammar::show_columns() {
    Show out;
    out.kind = "COLUMNS";
    advance();
    if (!at_any("IN"_kw, "FROM"_kw)) fail();
    advance();
    out.target = reference_name();
    out.in_namespace = in_namespace();
    return out;
}

CommandNode Grammar::show_table_extended() {
    Show out;
    out.kind = "TABLE EXTENDED";
    out.extended = true;
    advance();
    expect("EXTENDED"_kw);
    out.in_namespace = in_namespace();
    expect("LIKE"_kw);
    out.pattern = string_literal();
    if (at("PARTITION"_kw) && peek(1).kind == TokenKind::OpenParen) {
        rest_of_statement();
        return UnsupportedStatement{"SHOW TABLE EXTENDED … PARTITION"};
    }
    return out;
}

/// SHOW [USER | SYSTEM | ALL] FUNCTIONS [IN database] [LIKE 'pattern' | name]
CommandNode Grammar::show_functions(Mark from) {
    Show out;
    out.kind = "FUNCTIONS";
    if (!at("FUNCTIONS"_kw)) {
        const Token scope = peek();
        if (!at_identifier()) fail();
        out.scope = ascii_upper(identifier());
        expect("FUNCTIONS"_kw, Missing::Named);
        if (out.scope != "USER" && out.scope != "SYSTEM" && out.scope != "ALL") {
            keep(Error(ErrorClass::InvalidSqlSyntaxShowFunctionsInvalidScope,
                        {{"scope", "`" + ascii_lower(text_of(scope)) + "`"}}, origin_from(from)));
        }
    } else {
        advance();
        out.scope = "ALL";
    }
    out.in_namespace = in_namespace();
    out.pattern = show_pattern();
    if (!out.pattern && at_identifier()) {
        NameParts name = multipart_name();
        out.pattern = std::move(name.back());
        name.pop_back();
        if (!name.empty()) out.in_namespace = std::move(name);
    }
    return out;
}

// ---- DESCRIBE
// ------------------------------------------------------------------------------------

CommandNode Grammar::describe_command() {
    advance();
    const TokenKind next = peek(1).kind;
    const bool names_follow = next == TokenKind::Word || next == TokenKind::BackQuoted;
    if (at("FUNCTION"_kw) && next != TokenKind::End && next != TokenKind::Dot)
        return describe_function();
    if (names_follow && at_any("DATABASE"_kw, "SCHEMA"_kw, "NAMESPACE"_kw)) {
        Describe out;
        out.kind = "DATABASE";
        advance();
        out.extended = at("EXTENDED"_kw) && at_identifier(1) && accept("EXTENDED"_kw);
        out.target = reference_name();
        return out;
    }
    if (at("PROCEDURE"_kw) && names_follow) {
        rest_of_statement();
        return UnsupportedStatement{"DESCRIBE PROCEDURE"};
    }
    if (at("QUERY"_kw) && at_query(1)) advance();
    // Bare FROM and TABLE are read as tables' names here, as in Spark.
    if (at_query() && !at_any("FROM"_kw, "TABLE"_kw)) {
        Describe out;
        out.kind = "QUERY";
        out.query = query();
        return out;
    }
    return describe_table();
}

/// DESCRIBE FUNCTION [EXTENDED] name | 'name' | operator
CommandNode Grammar::describe_function() {
    Describe out;
    out.kind = "FUNCTION";
    advance();
    const TokenKind next = peek(1).kind;
    if (at("EXTENDED"_kw) && next != TokenKind::End && next != TokenKind::Dot) {
        out.extended = true;
        advance();
    }
    if (at_string()) {
        out.target = {string_literal()};
    } else if (at_identifier()) {
        out.target = reference_name();
    } else if (at(TokenKind::End)) {
        fail();
    } else {
        out.target = {std::string(text_of(peek()))};
        advance();
    }
    return out;
}

/// DESCRIBE [TABLE] [EXTENDED | FORMATTED] name [column] [AS JSON]
CommandNode Grammar::describe_table() {
    Describe out;
    out.kind = "TABLE";
    if (at("TABLE"_kw) && (at_identifier(1))) advance();
    if (at_any("EXTENDED"_kw, "FORMATTED"_kw) && at_identifier(1)) {
        out.extended = true;
        advance();
    }
    out.target = reference_name();
    if (at("PARTITION"_kw) && peek(1).kind == TokenKind::OpenParen) {
        rest_of_statement();
        return UnsupportedStatement{"DESCRIBE … PARTITION"};
    }
    if (at_identifier() && !at("AS"_kw)) out.column = multipart_name();
    out.as_json = accept("AS"_kw, "JSON"_kw);
    return out;
}

}  // namespace firesteel::sql
