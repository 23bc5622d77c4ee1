#include <algorithm>
#include <utility>

#include "sql/parser/forms.h"
#include "sql/parser/grammar.h"

namespace firesteel::sql {

using unresolved::CacheStatement;
using unresolved::Command;
using unresolved::CommandNode;
using unresolved::DropRelation;
using unresolved::Explain;
using unresolved::ExplainMode;
using unresolved::UnsupportedStatement;
using unresolved::Use;

Statement Grammar::whole_statement() {
    return with_choices([&] {
        if (is_blank_text()) throw empty_statement();
        if (at("BEGIN"_kw)) return whole_script();
        Statement out = statement();
        expect_end();
        out.has_named_markers = has_named_markers_;
        out.has_positional_markers = has_positional_markers_;
        return out;
    });
}

NameParts Grammar::whole_identifier() {
    return with_choices([&] {
        NameParts out = multipart_name();
        if (!at(TokenKind::End)) fail(extra_input_hint());
        return out;
    });
}

/// A query or a command, without what ends it.
Statement Grammar::statement() {
    const Nested nested(*this);
    const Mark from = mark();
    if (auto node = command()) return {Command{std::move(*node), origin_from(from)}, false, false};
    return {query(), false, false};
}

std::optional<CommandNode> Grammar::command() {
    switch (peek().keyword) {
        case "SET"_kw: return set_command();
        case "RESET"_kw: return reset_command();
        case "USE"_kw: return use_command();
        case "EXPLAIN"_kw: return explain_command();
        case "SHOW"_kw: return show_command();
        case "DESC"_kw: case "DESCRIBE"_kw: return describe_command();
        case "CREATE"_kw: return create_command();
        case "DROP"_kw: return drop_command();
        case "DECLARE"_kw: return declare_variable();
        case "EXECUTE"_kw: return execute_immediate();
        case "CACHE"_kw: case "UNCACHE"_kw: case "CLEAR"_kw: case "REFRESH"_kw: return cache_command();
        default: return unsupported_statement();
    }
}

/// A name, or IDENTIFIER('name') of a constant.
NameParts Grammar::reference_name() {
    if (!at_identifier_clause()) return multipart_name();
    const Mark from = mark();
    advance();
    expect(TokenKind::OpenParen);
    const Expr text = expression();
    expect(TokenKind::CloseParen, Missing::Named);
    const auto* constant = text.get_if<unresolved::Constant>();
    if (constant == nullptr || !constant->literal.type.is(TypeKind::String)) {
        throw unsupported("IDENTIFIER(…) of anything but a text constant in this statement",
                          origin_from(from));
    }
    return parse_identifier(constant->literal.value.bytes(), options());
}

/// USE name, USE DATABASE name
CommandNode Grammar::use_command() {
    expect("USE"_kw);
    if (at_any("DATABASE"_kw, "SCHEMA"_kw, "NAMESPACE"_kw) && at_identifier(1)) advance();
    return Use{reference_name(), false};
}

CommandNode Grammar::explain_command() {
    const Mark from = mark();
    expect("EXPLAIN"_kw);
    Explain out;
    const bool is_word = peek(1).kind != TokenKind::Dot;
    if (is_word && accept("EXTENDED"_kw)) {
        out.mode = ExplainMode::Extended;
    } else if (is_word && accept("CODEGEN"_kw)) {
        out.mode = ExplainMode::Codegen;
    } else if (is_word && accept("COST"_kw)) {
        out.mode = ExplainMode::Cost;
    } else if (is_word && accept("FORMATTED"_kw)) {
        out.mode = ExplainMode::Formatted;
    } else if (is_word && accept("LOGICAL"_kw)) {
        throw invalid_statement("EXPLAIN LOGICAL", from);
    }
    out.statement = std::make_shared<const Statement>(statement());
    return out;
}

/// CACHE [LAZY] TABLE, UNCACHE TABLE, CLEAR CACHE, REFRESH [TABLE | FUNCTION]
CommandNode Grammar::cache_command() {
    CacheStatement out;
    const Mark from = mark();
    if (accept("CLEAR"_kw)) {
        expect("CACHE"_kw);
        out.kind = "CLEAR";
        return out;
    }
    if (accept("UNCACHE"_kw)) {
        out.kind = "UNCACHE";
        expect("TABLE"_kw);
        out.if_exists = accept("IF"_kw, "EXISTS"_kw);
        out.name = reference_name();
        return out;
    }
    if (accept("REFRESH"_kw)) return refresh_target();
    expect("CACHE"_kw);
    out.kind = "CACHE";
    out.lazy = accept("LAZY"_kw);
    expect("TABLE"_kw);
    out.name = reference_name();
    if (at("OPTIONS"_kw) && peek(1).kind == TokenKind::OpenParen) {
        advance();
        out.options = option_list();
    }
    if (at("AS"_kw) || at_query()) {
        accept("AS"_kw);
        if (out.name.size() > 1) {
            keep(Error(ErrorClass::LegacyErrorTemp0037, {{"quoted", quoted(out.name, 1)}},
                       origin_from(from)));
        }
        out.query = query();
    }
    return out;
}

CommandNode Grammar::refresh_target() {
    CacheStatement out;
    if (accept("TABLE"_kw)) {
        out.kind = "REFRESH TABLE";
        out.name = reference_name();
    } else if (accept("FUNCTION"_kw)) {
        reference_name();
        return UnsupportedStatement{"REFRESH FUNCTION"};
    } else {
        out.kind = "REFRESH";
        out.name.push_back(at_string() ? string_literal() : rest_of_statement());
    }
    return out;
}

/// Everything up to the end of the statement, as written.
std::string Grammar::rest_of_statement() {
    const Mark from = mark();
    while (!at(TokenKind::End) && !at(TokenKind::Semicolon)) advance();
    return text_from(from);
}

/// DROP VIEW, TABLE, FUNCTION, VARIABLE
CommandNode Grammar::drop_command() {
    expect("DROP"_kw);
    if (at_any("VIEW"_kw, "TABLE"_kw)) {
        DropRelation out;
        out.is_view = at("VIEW"_kw);
        advance();
        out.if_exists = accept("IF"_kw, "EXISTS"_kw);
        out.name = reference_name();
        if (!out.is_view) accept("PURGE"_kw);
        return out;
    }
    const Mark from = mark();
    const bool temporary = accept("TEMPORARY"_kw) || accept("TEMP"_kw);
    if (accept("FUNCTION"_kw)) {
        unresolved::DropFunction out;
        out.temporary = temporary;
        out.if_exists = accept("IF"_kw, "EXISTS"_kw);
        out.name = reference_name();
        if (temporary && out.name.size() > 1) {
            keep(Error(ErrorClass::InvalidSqlSyntaxMultiPartName,
                        {{"statement", "DROP TEMPORARY FUNCTION"}, {"name", quoted(out.name)}},
                        origin_from(from)));
        }
        return out;
    }
    if (temporary) {
        if (!accept("VARIABLE"_kw)) expect("VAR"_kw);
        unresolved::DropVariable out;
        out.if_exists = accept("IF"_kw, "EXISTS"_kw);
        out.name = reference_name();
        return out;
    }
    if (at_any("DATABASE"_kw, "SCHEMA"_kw, "NAMESPACE"_kw)) return drop_database();
    if (accept("INDEX"_kw)) {
        accept("IF"_kw, "EXISTS"_kw);
        identifier();
        expect("ON"_kw);
        accept("TABLE"_kw);
        reference_name();
        return UnsupportedStatement{"DROP INDEX"};
    }
    if (at("ROLE"_kw)) throw invalid_statement("DROP ROLE", from);
    fail();
}

// ---- SET
// -----------------------------------------------------------------------------------------

CommandNode Grammar::set_command() {
    if (in_script_) return set_variable();
    const bool is_variable = peek(1).keyword == "VAR"_kw || peek(1).keyword == "VARIABLE"_kw;
    if (is_variable && (at_identifier(2) || peek(2).kind == TokenKind::OpenParen))
        return set_variable();
    if (peek(1).keyword == "TIME"_kw && peek(2).keyword == "ZONE"_kw) return set_time_zone();
    if (peek(1).keyword == "CATALOG"_kw && peek(2).kind != TokenKind::Equal &&
        peek(2).kind != TokenKind::End && peek(2).kind != TokenKind::Dot) {
        advance();
        advance();
        if (at_string()) return Use{{string_literal()}, true};
        return Use{reference_name(), true};
    }
    if (peek(1).keyword == "ROLE"_kw && peek(2).kind != TokenKind::Equal &&
        peek(2).kind != TokenKind::Dot) {
        throw invalid_statement("SET ROLE", mark());
    }
    return set_configuration();
}

/// SET TIME ZONE LOCAL | 'zone' | INTERVAL …
CommandNode Grammar::set_time_zone() {
    const Mark from = mark();
    unresolved::SetTimeZone out;
    accept("SET"_kw, "TIME"_kw, "ZONE"_kw);
    if (accept("LOCAL"_kw)) return out;
    if (at_string()) {
        out.zone = string_literal();
        return out;
    }
    if (at("INTERVAL"_kw)) {
        if (auto interval = interval_literal()) {
            out.interval = std::move(*interval);
            return out;
        }
    }
    rest_of_statement();
    throw Error(ErrorClass::LegacyErrorTemp0045, {}, origin_from(from));
}

/// SET, SET -v, SET key, SET key = any text. Either may stand in back-quotes.
CommandNode Grammar::set_configuration() {
    const Mark from = mark();
    unresolved::SetConfig out;
    advance();
    const auto invalid = [&] {
        rest_of_statement();
        return Error(ErrorClass::InvalidSetSyntax, {}, origin_from(from));
    };
    if (at(TokenKind::BackQuoted)) {
        out.key = quoted_name(text_of(peek()));
        advance();
        if (at(TokenKind::End) || at(TokenKind::Semicolon)) return out;
        if (!accept(TokenKind::Equal)) throw invalid();
    } else {
        const std::string text = configuration_text();
        if (text.empty()) return out;
        if (text == "-v") {
            out.verbose = true;
            return out;
        }
        const std::size_t key_end = configuration_key_end(text);
        const std::size_t equal = text.find_first_not_of(" \t\r\n", key_end);
        if (key_end == 0 || (equal != text.npos && text[equal] != '=')) throw invalid();
        out.key = text.substr(0, key_end);
        if (equal == text.npos) return out;
        const std::size_t value = text.find_first_not_of(" \t\r\n", equal + 1);
        out.value = value == text.npos ? std::string() : text.substr(value);
        if (out.value->size() >= 2 && out.value->front() == '`' && out.value->back() == '`') {
            out.value = quoted_name(*out.value);
        }
        return out;
    }
    out.value = configuration_text();
    if (out.value->size() >= 2 && out.value->front() == '`' && out.value->back() == '`') {
        out.value = quoted_name(*out.value);
    }
    return out;
}

/// The rest of the statement as one text: blanks around it and what follows a ";" don't count.
std::string Grammar::configuration_text() {
    std::string text = rest_of_text();
    text.resize(std::min(text.find(';'), text.size()));
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

CommandNode Grammar::reset_command() {
    const Mark from = mark();
    expect("RESET"_kw);
    if (at(TokenKind::BackQuoted)) {
        std::string key = quoted_name(text_of(peek()));
        advance();
        return unresolved::ResetConfig{std::move(key)};
    }
    std::string key = configuration_text();
    if (key.empty()) return unresolved::ResetConfig{};
    if (configuration_key_end(key) != key.size()) {
        throw Error(ErrorClass::InvalidResetCommandFormat, {}, origin_from(from));
    }
    return unresolved::ResetConfig{std::move(key)};
}

}  // namespace firesteel::sql
