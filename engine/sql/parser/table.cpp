// CREATE TABLE, and the statements that write tables.
#include <algorithm>
#include <utility>

#include "sql/parser/forms.h"
#include "sql/parser/grammar.h"
#include "sql/syntax_error.h"
#include "types/json_tree.h"

namespace firesteel::sql {

using unresolved::CommandNode;
using unresolved::CreateTable;
using unresolved::InsertInto;
using unresolved::UnsupportedStatement;

/// TABLE [IF NOT EXISTS] name [(columns)] clauses [[AS] query]
CommandNode Grammar::create_table(bool replace, Mark from) {
    expect("TABLE"_kw);
    CreateTable out;
    out.replace = replace;
    out.if_not_exists = accept("IF"_kw, "NOT"_kw, "EXISTS"_kw);
    out.name = reference_name();
    const bool has_columns = at(TokenKind::OpenParen) && !at_query();
    if (has_columns) {
        advance();
        do {
            table_element(out);
        } while (accept(TokenKind::Comma));
        expect(TokenKind::CloseParen, Missing::Named);
    }
    while (!at(TokenKind::End) && !at(TokenKind::Semicolon)) {
        if (at("AS"_kw) || at_query()) {
            accept("AS"_kw);
            out.query = query();
            if (has_columns) {
                keep(Error(ErrorClass::LegacyErrorTemp0035,
                           {{"message",
                             "Schema may not be specified in a Create Table As Select (CTAS) statement"}},
                           origin_from(from)));
            }
            break;
        }
        table_clause(out);
    }
    if (!out.unsupported.empty()) return UnsupportedStatement{out.unsupported};
    return out;
}

/// A column, or a constraint (which is refused).
void Grammar::table_element(CreateTable& out) {
    const auto skip_element = [&] {
        while (!at(TokenKind::Comma) && !at(TokenKind::CloseParen) && !at(TokenKind::End)) skip_one();
    };
    if (at_any("CONSTRAINT"_kw, "PRIMARY"_kw, "FOREIGN"_kw, "CHECK"_kw, "UNIQUE"_kw) &&
        (peek(1).kind == TokenKind::OpenParen || peek(1).keyword == "KEY"_kw || at("CONSTRAINT"_kw))) {
        skip_element();
        out.unsupported = "CREATE TABLE with constraints";
        return;
    }
    StructField column = column_definition();
    if (!at(TokenKind::Comma) && !at(TokenKind::CloseParen)) {
        if (!at_any("COMMENT"_kw, "GENERATED"_kw, "CONSTRAINT"_kw, "CHECK"_kw, "UNIQUE"_kw, "PRIMARY"_kw)) {
            fail(extra_word_hint());
        }
        if (out.unsupported.empty()) out.unsupported = "CREATE TABLE with generated columns or constraints";
        skip_element();
    }
    out.columns.push_back(std::move(column));
}

/// A column of a table: name, type, NOT NULL, DEFAULT and COMMENT. The default's text is in the metadata, as Spark has it.
StructField Grammar::column_definition() {
    StructField column = struct_field(/*with_colon=*/false);
    if (!accept("DEFAULT"_kw)) return column;
    const Mark value_at = mark();
    expression();
    std::string metadata = "{\"CURRENT_DEFAULT\":";
    json::append_quoted(metadata, text_from(value_at));
    if (!column.metadata.empty()) metadata += "," + column.metadata.substr(1, column.metadata.size() - 2);
    for (;;) {
        if (accept("NOT"_kw, "NULL"_kw)) {
            column.nullable = false;
        } else if (accept("COMMENT"_kw)) {
            metadata += ",\"comment\":";
            json::append_quoted(metadata, string_literal());
        } else {
            break;
        }
    }
    column.metadata = metadata + "}";
    return column;
}

void Grammar::table_clause(CreateTable& out) {
    if (accept("PARTITIONED"_kw)) {
        expect("BY"_kw);
        if (!at(TokenKind::OpenParen)) fail();
        partitioned_by(out);
    } else if (accept("USING"_kw)) {
        for (const std::string& part : multipart_name()) out.provider += (out.provider.empty() ? "" : ".") + part;
    } else if (accept("OPTIONS"_kw)) {
        out.options = option_list();
    } else if (accept("TBLPROPERTIES"_kw)) {
        out.properties = option_list();
    } else if (accept("COMMENT"_kw)) {
        out.comment = string_literal();
    } else if (accept("LOCATION"_kw)) {
        out.location = string_literal();
    } else if (at("LIKE"_kw)) {
        advance();
        out.like = reference_name();
    } else if (at_any("CLUSTERED"_kw, "CLUSTER"_kw, "SORTED"_kw, "INTO"_kw, "SKEWED"_kw, "ROW"_kw,
                      "STORED"_kw, "DEFAULT"_kw)) {
        out.unsupported = "CREATE TABLE with the clause " + ascii_upper(text_of(peek()));
        advance();
        while (at(TokenKind::OpenParen) || at(TokenKind::String) || at(TokenKind::Integer) ||
               (at(TokenKind::Word) && !at_any("AS"_kw, "LOCATION"_kw, "TBLPROPERTIES"_kw, "USING"_kw,
                                               "COMMENT"_kw, "OPTIONS"_kw, "SELECT"_kw))) {
            skip_one();
        }
        if (at("AS"_kw) && peek(1).kind == TokenKind::Word && !at_query(1)) {
            advance();
            skip_one();
        }
    } else {
        fail();
    }
}

/// (a, b), (a INT, b STRING): columns that are there, or new ones; transforms are refused.
void Grammar::partitioned_by(CreateTable& out) {
    advance();
    do {
        if (at_identifier() && peek(1).kind == TokenKind::OpenParen) {
            out.unsupported = "CREATE TABLE partitioned by transforms";
            skip_one();
            skip_one();
            continue;
        }
        const bool is_new = peek(1).kind != TokenKind::Comma && peek(1).kind != TokenKind::CloseParen;
        if (is_new) {
            StructField column = struct_field(/*with_colon=*/false);
            out.partition_by.push_back(column.name);
            out.columns.push_back(std::move(column));
        } else {
            out.partition_by.push_back(identifier());
        }
    } while (accept(TokenKind::Comma));
    expect(TokenKind::CloseParen, Missing::Named);
}

/// One token, or one group in parentheses.
void Grammar::skip_one() {
    const std::size_t tokens = at(TokenKind::OpenParen) ? closing_paren(0) + 1 : 1;
    for (std::size_t i = 0; i < tokens; ++i) advance();
}

// ---- INSERT --------------------------------------------------------------------------------------

/// INSERT INTO | OVERWRITE [TABLE] name [PARTITION (…)] [(columns) | BY NAME | REPLACE WHERE …] query
CommandNode Grammar::insert_command() {
    advance();
    if (!at_any("INTO"_kw, "OVERWRITE"_kw)) fail();
    InsertInto out{{}, accept("OVERWRITE"_kw), {}, false, {}, false, false,
                   Relation(unresolved::OneRow{}), {}};
    if (!out.overwrite) advance();
    if (at("DIRECTORY"_kw) || at("LOCAL"_kw, "DIRECTORY"_kw)) return insert_directory();
    if (peek(1).kind == TokenKind::Word || peek(1).kind == TokenKind::BackQuoted) accept("TABLE"_kw);
    const Mark table_at = mark();
    out.table = reference_name();
    out.table_origin = origin_from(table_at);
    if (at("PARTITION"_kw) && peek(1).kind == TokenKind::OpenParen) {
        advance();
        out.partition = partition_spec();
    }
    out.if_not_exists = accept("IF"_kw, "NOT"_kw, "EXISTS"_kw);
    const auto free = std::ranges::find_if(out.partition, [](const auto& part) { return !part.second; });
    if (out.if_not_exists && free != out.partition.end()) {
        keep(Error(ErrorClass::LegacyErrorTemp0035,
                   {{"message", "IF NOT EXISTS with dynamic partitions: " + free->first}}, origin_from(table_at)));
    }
    if (accept("REPLACE"_kw, "WHERE"_kw)) {
        expression();
        out.replace_where = true;
    } else if (accept("BY"_kw, "NAME"_kw)) {
        out.by_name = true;
    } else if (at_identifier_list()) {
        out.columns = identifier_list();
    }
    out.query = query();
    return out;
}

/// [LOCAL] DIRECTORY 'path' USING format [OPTIONS (…)] query
CommandNode Grammar::insert_directory() {
    accept("LOCAL"_kw);
    expect("DIRECTORY"_kw);
    unresolved::InsertDirectory out{{}, {}, {}, Relation(unresolved::OneRow{})};
    if (at_string()) out.path = string_literal();
    if (!at("USING"_kw)) return skipped("INSERT OVERWRITE DIRECTORY in a Hive format");
    advance();
    for (const std::string& part : multipart_name()) out.provider += (out.provider.empty() ? "" : ".") + part;
    if (accept("OPTIONS"_kw)) out.options = option_list();
    if (out.path.empty()) {
        for (const auto& [key, value] : out.options) {
            if (ascii_lower(key) == "path") out.path = value;
        }
    }
    out.query = query();
    return out;
}

/// DELETE FROM, UPDATE, MERGE INTO: read as far as it tells their table.
CommandNode Grammar::change_rows() {
    const Mark from = mark();
    unresolved::ChangeRows out;
    const Keyword word = peek().keyword;
    advance();
    if (word == "DELETE"_kw) {
        expect("FROM"_kw, Missing::Named);
        out.operation = "DELETE";
        out.table = reference_name();
        if (accept("WHERE"_kw)) expression();
    } else if (word == "UPDATE"_kw) {
        out.operation = "UPDATE TABLE";
        out.table = reference_name();
        if (at("AS"_kw) || (at_identifier() && !at("SET"_kw))) {
            accept("AS"_kw);
            identifier();
        }
        expect("SET"_kw);
        if (at(TokenKind::End)) fail();
    } else {
        out.operation = "MERGE INTO TABLE";
        accept("WITH"_kw, "SCHEMA"_kw, "EVOLUTION"_kw);
        expect("INTO"_kw);
        out.table = reference_name();
        while (!at("USING"_kw) && !at(TokenKind::End)) advance();
        expect("USING"_kw);
        while (!at("ON"_kw) && !at(TokenKind::End)) advance();
        expect("ON"_kw);
        expression();
        if (at(TokenKind::End)) fail();
    }
    rest_of_statement();
    out.origin = origin_from(from);
    return out;
}

CommandNode Grammar::truncate_table() {
    advance();
    expect("TABLE"_kw, Missing::Named);
    unresolved::TruncateTable out;
    const Mark from = mark();
    out.name = reference_name();
    out.origin = origin_from(from);
    if (accept("PARTITION"_kw)) out.partition = partition_spec();
    return out;
}

}  // namespace firesteel::sql
