#include <utility>

#include "sql/parser/forms.h"
#include "sql/parser/grammar.h"
#include "types/type_text.h"

namespace firesteel::sql {

using unresolved::CommandNode;
using unresolved::CreateFunction;
using unresolved::CreateView;
using unresolved::UnsupportedStatement;

/// CREATE [OR REPLACE] [GLOBAL] [TEMPORARY] VIEW | FUNCTION; the rest is not there yet.
CommandNode Grammar::create_command() {
    const Mark from = mark();
    expect("CREATE"_kw);
    const bool replace = accept("OR"_kw, "REPLACE"_kw);
    const Mark what = mark();
    const bool global = accept("GLOBAL"_kw);
    const bool temporary = accept("TEMPORARY"_kw) || accept("TEMP"_kw);
    if (global && !temporary) fail();
    if (accept("VIEW"_kw)) {
        CreateView view{
            {}, Relation(unresolved::OneRow{}), {}, replace, false, temporary, global, {}, {}, {}, {}};
        return create_view(std::move(view), from);
    }
    if (!global && accept("FUNCTION"_kw)) return create_function(replace, temporary, from);
    rewind(what);
    return create_unsupported(replace, from);
}

CommandNode Grammar::create_view(CreateView view, Mark from) {
    const auto refuse = [&](ErrorClass condition, ErrorParameters parameters = {}) {
        return Error(condition, std::move(parameters), origin_from(from));
    };
    view.if_not_exists = accept("IF"_kw, "NOT"_kw, "EXISTS"_kw);
    view.name = reference_name();
    if (view.temporary && is_view_of_source()) {
        rest_of_statement();
        return UnsupportedStatement{"CREATE TEMPORARY VIEW … USING"};
    }
    if (accept(TokenKind::OpenParen)) {
        do {
            std::string column = identifier();
            std::optional<std::string> comment;
            if (accept("COMMENT"_kw)) comment = string_literal();
            if (!at(TokenKind::Comma) && !at(TokenKind::CloseParen)) fail(extra_word_hint());
            view.columns.emplace_back(std::move(column), std::move(comment));
        } while (accept(TokenKind::Comma));
        expect(TokenKind::CloseParen, Missing::Named);
    }
    while (!at("AS"_kw)) view_clause(view, from);
    expect("AS"_kw);
    const Mark query_at = mark();
    view.query = query();
    view.text = text_from(query_at);
    if (view.temporary && view.if_not_exists) keep(refuse(ErrorClass::LegacyErrorTemp0053));
    if (view.replace && view.if_not_exists) keep(refuse(ErrorClass::LegacyErrorTemp0052));
    if (view.temporary && view.name.size() > 1) {
        keep(refuse(ErrorClass::TempViewNameTooManyNameParts, {{"actualName", quoted(view.name)}}));
    }
    return view;
}

/// CREATE TEMPORARY VIEW v [(columns)] USING source
bool Grammar::is_view_of_source() const {
    const std::size_t i = at(TokenKind::OpenParen) ? closing_paren(0) + 1 : 0;
    return peek(i).keyword == "USING"_kw;
}

void Grammar::view_clause(CreateView& view, Mark from) {
    if (accept("COMMENT"_kw)) {
        view.comment = string_literal();
    } else if (at("TBLPROPERTIES"_kw)) {
        advance();
        view.properties = option_list();
        if (view.temporary) {
            keep(Error(ErrorClass::LegacyErrorTemp0035,
                        {{"message", "TBLPROPERTIES can't coexist with CREATE TEMPORARY VIEW"}},
                        origin_from(from)));
        }
    } else if (accept("WITH"_kw, "SCHEMA"_kw)) {
        view.schema_mode = view_schema_mode();
        if (view.temporary) {
            keep(Error(ErrorClass::TemporaryViewWithSchemaMode, {}, origin_from(from)));
        }
    } else if (accept("DEFAULT"_kw, "COLLATION"_kw)) {
        collation_named(identifier());
        throw unsupported("CREATE VIEW … DEFAULT COLLATION", origin_from(from));
    } else {
        fail();
    }
}

/// WITH SCHEMA [TYPE] EVOLUTION | BINDING | COMPENSATION
unresolved::ViewSchemaMode Grammar::view_schema_mode() {
    using Mode = unresolved::ViewSchemaMode;
    if (accept("TYPE"_kw)) {
        expect("EVOLUTION"_kw);
        return Mode::TypeEvolution;
    }
    if (accept("BINDING"_kw)) return Mode::Binding;
    if (accept("EVOLUTION"_kw)) return Mode::Evolution;
    if (!accept("COMPENSATION"_kw)) fail();
    return Mode::Compensation;
}

// ---- functions
// -----------------------------------------------------------------------------------

CommandNode Grammar::create_function(bool replace, bool temporary, Mark from) {
    CreateFunction out;
    out.replace = replace;
    out.temporary = temporary;
    out.if_not_exists = accept("IF"_kw, "NOT"_kw, "EXISTS"_kw);
    out.name = reference_name();
    if (accept("AS"_kw)) {
        out.class_name = string_literal();
        rest_of_statement();
        return out;
    }
    expect(TokenKind::OpenParen);
    if (!at(TokenKind::CloseParen)) out.parameters = function_parameters();
    expect(TokenKind::CloseParen, Missing::Named);
    if (accept("RETURNS"_kw)) function_result(out);
    function_characteristics(out, from);
    expect("RETURN"_kw);
    function_body(out);
    const auto refuse = [&](ErrorClass condition, ErrorParameters parameters = {}) {
        keep(Error(condition, std::move(parameters), origin_from(from)));
    };
    if (replace && out.if_not_exists) {
        refuse(ErrorClass::InvalidSqlSyntaxCreateRoutineWithIfNotExistsAndReplace);
    }
    if (temporary && out.if_not_exists)
        refuse(ErrorClass::InvalidSqlSyntaxCreateTempFuncWithIfNotExists);
    if (temporary && out.name.size() > 1) {
        refuse(ErrorClass::InvalidSqlSyntaxCreateTempFuncWithDatabase,
               {{"database", quoted(out.name, 1)}});
    }
    if (!out.language.empty() && out.language != "SQL") {
        refuse(ErrorClass::LegacyErrorTemp0035,
               {{"message", "Unsupported language for user defined functions: " + out.language}});
    }
    return out;
}

std::vector<CreateFunction::Parameter> Grammar::function_parameters() {
    std::vector<CreateFunction::Parameter> out;
    do {
        CreateFunction::Parameter parameter;
        const Mark parameter_at = mark();
        parameter.name = identifier();
        parameter.type = data_type();
        for (;;) {
            if (accept("NOT"_kw, "NULL"_kw)) {
                parameter.not_null = true;
                continue;
            }
            if (accept("DEFAULT"_kw)) {
                const Mark value_at = mark();
                parameter.default_value = expression();
                parameter.default_text = text_from(value_at);
            } else if (accept("COMMENT"_kw)) {
                parameter.comment = string_literal();
            } else {
                break;
            }
        }
        if (!at(TokenKind::Comma) && !at(TokenKind::CloseParen)) fail(extra_word_hint());
        parameter.text = text_from(parameter_at);
        out.push_back(std::move(parameter));
    } while (accept(TokenKind::Comma));
    return out;
}

void Grammar::function_result(CreateFunction& out) {
    if (!at("TABLE"_kw)) {
        out.returns = data_type();
        return;
    }
    advance();
    out.is_table = true;
    out.returns_table.emplace();
    if (!accept(TokenKind::OpenParen)) return;
    *out.returns_table = table_columns();
    expect(TokenKind::CloseParen, Missing::Named);
}

/// LANGUAGE SQL, [NOT] DETERMINISTIC, COMMENT, CONTAINS SQL, READS SQL DATA, SQL SECURITY, each
/// once.
void Grammar::function_characteristics(CreateFunction& out, Mark from) {
    std::vector<std::string> seen;
    const auto once = [&](std::string clause) {
        for (const std::string& other : seen) {
            if (other != clause) continue;
            keep(Error(ErrorClass::DuplicateClauses, {{"clauseName", clause}}, origin_from(from)));
        }
        seen.push_back(std::move(clause));
    };
    for (;;) {
        if (accept("LANGUAGE"_kw)) {
            once("LANGUAGE");
            out.language = ascii_upper(identifier());
        } else if (at("DETERMINISTIC"_kw) || at("NOT"_kw, "DETERMINISTIC"_kw)) {
            once("DETERMINISTIC");
            out.deterministic = !accept("NOT"_kw);
            advance();
        } else if (accept("COMMENT"_kw)) {
            once("COMMENT");
            out.comment = string_literal();
        } else if (accept("CONTAINS"_kw, "SQL"_kw) || accept("READS"_kw, "SQL"_kw, "DATA"_kw)) {
            once("SQL DATA ACCESS");
        } else if (accept("SQL"_kw, "SECURITY"_kw)) {
            once("SQL SECURITY");
            if (!accept("INVOKER"_kw)) expect("DEFINER"_kw);
        } else {
            return;
        }
    }
}

/// The query of a table function, or the expression of a scalar one; a bare query there is a scalar
/// subquery.
void Grammar::function_body(CreateFunction& out) {
    const Mark from = mark();
    const bool is_query = at_query();
    if (out.is_table && is_query) {
        out.query = query();
    } else if (is_query && !at(TokenKind::OpenParen)) {
        unresolved::Subquery subquery;
        subquery.query = std::make_shared<const Relation>(query());
        out.body = Expr(std::move(subquery), origin_from(from));
    } else {
        out.body = expression();
    }
    out.body_text = text_from(from);
}

}  // namespace firesteel::sql
