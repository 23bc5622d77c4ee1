#include <utility>

#include "sql/parser/forms.h"
#include "sql/parser/grammar.h"

namespace firesteel::sql {

using unresolved::CommandNode;
using unresolved::DeclareVariable;
using unresolved::ExecuteImmediate;
using unresolved::SetVariable;

/// DECLARE [OR REPLACE] [VARIABLE] a, b [type] [DEFAULT | = value]
CommandNode Grammar::declare_variable() {
    const Mark from = mark();
    expect("DECLARE"_kw);
    DeclareVariable out;
    out.replace = accept("OR"_kw, "REPLACE"_kw);
    if (at_any("VAR"_kw, "VARIABLE"_kw) && at_identifier(1) && !type_follows()) advance();
    do {
        out.names.push_back(reference_name());
    } while (accept(TokenKind::Comma));
    if (at_identifier() && !at("DEFAULT"_kw)) out.type = data_type();
    if (accept("DEFAULT"_kw) || accept(TokenKind::Equal)) {
        const Mark value_at = mark();
        out.value = expression();
        out.value_text = text_from(value_at);
    }
    if (!out.type && !out.value) {
        if (!at(TokenKind::End) && !at(TokenKind::Semicolon)) fail();
        keep(Error(ErrorClass::InvalidSqlSyntaxVariableTypeOrDefaultRequired, {},
                   origin_from(from)));
    }
    return out;
}

/// "DECLARE VARIABLE INT" declares a variable of that name.
bool Grammar::type_follows() const {
    const TokenKind behind = peek(2).kind;
    return behind == TokenKind::End || behind == TokenKind::Semicolon;
}

/// SET VAR a = 1, b = DEFAULT; SET VAR (a, b) = (query). In scripts without VAR.
CommandNode Grammar::set_variable() {
    expect("SET"_kw);
    if (!in_script_) advance();
    SetVariable out;
    if (accept(TokenKind::OpenParen)) {
        do {
            out.names.push_back(reference_name());
        } while (accept(TokenKind::Comma));
        expect(TokenKind::CloseParen, Missing::Named);
        expect(TokenKind::Equal);
        expect(TokenKind::OpenParen);
        out.query = query();
        expect(TokenKind::CloseParen, Missing::Named);
        return out;
    }
    do {
        out.names.push_back(reference_name());
        expect(TokenKind::Equal);
        const TokenKind next = peek(1).kind;
        const bool is_default =
            at("DEFAULT"_kw) &&
            (next == TokenKind::End || next == TokenKind::Comma || next == TokenKind::Semicolon);
        if (is_default) {
            advance();
            out.values.emplace_back();
        } else {
            out.values.emplace_back(expression());
        }
    } while (accept(TokenKind::Comma));
    return out;
}

/// EXECUTE IMMEDIATE text [INTO a, b] [USING value [AS name], …]
CommandNode Grammar::execute_immediate() {
    expect("EXECUTE"_kw);
    expect("IMMEDIATE"_kw);
    ExecuteImmediate out{expression(), {}, {}};
    if (accept("INTO"_kw)) {
        do {
            out.into.push_back(multipart_name());
        } while (accept(TokenKind::Comma));
    }
    if (!accept("USING"_kw)) return out;
    const Token& behind = peek(at(TokenKind::OpenParen) ? closing_paren(0) + 1 : 0);
    const bool listed = at(TokenKind::OpenParen) && !at_query() &&
                        (behind.kind == TokenKind::End || behind.kind == TokenKind::Semicolon);
    if (listed) advance();
    for (Expr& argument : named_expressions()) {
        const auto* alias = argument.get_if<unresolved::Alias>();
        if (alias != nullptr) {
            for (const auto& [name, value] : out.arguments) {
                if (name != alias->names.front()) continue;
                keep(Error(ErrorClass::DuplicateArgumentAliases, {{"aliases", "`" + name + "`"}},
                           argument.origin()));
            }
            out.arguments.emplace_back(alias->names.front(), alias->child);
        } else {
            out.arguments.emplace_back(std::string(), std::move(argument));
        }
    }
    if (listed) expect(TokenKind::CloseParen, Missing::Named);
    return out;
}

}  // namespace firesteel::sql
