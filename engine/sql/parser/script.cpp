#include <algorithm>
#include <array>
#include <utility>

#include "plan/unresolved_script.h"
#include "sql/parser/forms.h"
#include "sql/parser/grammar.h"

namespace firesteel::sql {

using unresolved::Compound;
using unresolved::DeclareHandler;
using unresolved::Script;
using unresolved::ScriptBody;
using unresolved::ScriptNode;
using unresolved::ScriptStatement;

namespace {

std::string quoted_label(const std::string& label) { return "`" + label + "`"; }

}  // namespace

/// BEGIN … END, nothing before and one ";" behind it.
Statement Grammar::whole_script() {
    const Mark from = mark();
    in_script_ = true;
    labels_.clear();
    conditions_.clear();
    advance();
    accept("NOT"_kw, "ATOMIC"_kw);
    Script script;
    script.body.body = compound_body(BodyKind::Scope);
    expect("END"_kw, Missing::Named);
    accept(TokenKind::Semicolon);
    if (!at(TokenKind::End)) fail(extra_input_hint());
    in_script_ = false;
    unresolved::RunScript run{std::make_shared<const Script>(std::move(script))};
    return {unresolved::Command{std::move(run), origin_from(from)}, false, false};
}

// ---- bodies
// --------------------------------------------------------------------------------------

bool Grammar::at_body_end() const {
    return at(TokenKind::End) || at_any("END"_kw, "ELSE"_kw, "ELSEIF"_kw, "WHEN"_kw, "UNTIL"_kw);
}

/// Statements with their ";". Declarations come first, handlers behind them, then the rest.
std::shared_ptr<const ScriptBody> Grammar::compound_body(BodyKind kind) {
    const Nested nested(*this);
    ScriptBody out;
    const std::size_t conditions_outside = conditions_.size();
    enum class Phase : std::uint8_t { Variables, Handlers, Statements } phase = Phase::Variables;
    while (!at_body_end()) {
        const Mark from = mark();
        const Phase now = at_handler_declaration()       ? Phase::Handlers
                          : at("DECLARE"_kw)             ? Phase::Variables
                                                         : Phase::Statements;
        if (now == Phase::Variables) {
            check_declaration_place(kind, phase != Phase::Variables);
        } else if (now == Phase::Handlers && phase == Phase::Statements) {
            keep(Error(ErrorClass::InvalidHandlerDeclarationWrongPlaceOfDeclaration, {},
                       origin_of(peek())));
        }
        phase = std::max(phase, now);
        ScriptNode node = script_statement(conditions_outside);
        out.push_back({std::move(node), origin_from(from)});
        expect(TokenKind::Semicolon);
    }
    if (kind == BodyKind::Branch && out.empty()) fail();
    check_handlers(out);
    conditions_.resize(conditions_outside);
    return std::make_shared<const ScriptBody>(std::move(out));
}

/// Of one block, two handlers can't take the same condition.
void Grammar::check_handlers(const ScriptBody& body) {
    std::vector<std::string> conditions;
    std::vector<std::string> sqlstates;
    const auto add = [&](std::vector<std::string>& list, const std::string& value, ErrorClass duplicate,
                         const char* parameter, const Origin& origin) {
        if (std::find(list.begin(), list.end(), value) != list.end()) {
            keep(Error(duplicate, {{parameter, value}}, origin));
        }
        list.push_back(value);
    };
    for (const ScriptStatement& statement : body) {
        const auto* handler = std::get_if<DeclareHandler>(&statement.node);
        if (handler == nullptr) continue;
        std::vector<std::string> named = handler->conditions;
        if (handler->any_exception) named.emplace_back("SQLEXCEPTION");
        if (handler->not_found) named.emplace_back("NOT FOUND");
        for (const std::string& name : named) {
            add(conditions, name, ErrorClass::DuplicateExceptionHandlerCondition, "condition",
                statement.origin);
        }
        for (const std::string& state : handler->sqlstates) {
            add(sqlstates, state, ErrorClass::DuplicateExceptionHandlerSqlstate, "sqlState",
                statement.origin);
        }
    }
}

bool Grammar::at_handler_declaration() const {
    return at("DECLARE"_kw) && peek(2).keyword == "HANDLER"_kw;
}

bool Grammar::at_condition_declaration() const {
    return at("DECLARE"_kw) && at_identifier(1) && peek(2).keyword == "CONDITION"_kw;
}

void Grammar::check_declaration_place(BodyKind kind, bool is_late) {
    if (at_condition_declaration()) {
        if (!is_late) return;
        keep(Error(ErrorClass::InvalidErrorConditionDeclarationNotAtStartOfCompoundStatement,
                   {{"conditionName", quoted_label(ascii_upper(text_of(peek(1))))}},
                   origin_of(peek())));
    }
    std::size_t i = 1;
    if (peek(i).keyword == "OR"_kw) i += 2;
    if (peek(i).keyword == "VARIABLE"_kw && at_identifier(i + 1)) ++i;
    const ErrorParameters name{{"varName", quoted_label(std::string(text_of(peek(i))))}};
    if (kind == BodyKind::Branch) {
        keep(Error(ErrorClass::InvalidVariableDeclarationNotAllowedInScope, name,
                   origin_of(peek())));
    }
    if (is_late)
        keep(Error(ErrorClass::InvalidVariableDeclarationOnlyAtBeginning, name, origin_of(peek())));
}

ScriptNode Grammar::script_statement(std::size_t conditions_outside) {
    if (at_condition_declaration()) return declare_condition(conditions_outside);
    if (at_handler_declaration()) return declare_handler();
    std::string label;
    if (at_identifier() && peek(1).kind == TokenKind::Colon) {
        label = ascii_lower(identifier());
        advance();
        if (!at_any("BEGIN"_kw, "WHILE"_kw, "REPEAT"_kw, "LOOP"_kw, "FOR"_kw)) fail();
    }
    switch (peek().keyword) {
        case "BEGIN"_kw: return compound(std::move(label));
        case "WHILE"_kw: return while_loop(std::move(label));
        case "REPEAT"_kw: return repeat_loop(std::move(label));
        case "LOOP"_kw: return plain_loop(std::move(label));
        case "FOR"_kw: return for_loop(std::move(label));
        case "IF"_kw: return if_statement();
        case "CASE"_kw: return case_statement();
        case "LEAVE"_kw: return unresolved::LeaveStatement{jump("LEAVE")};
        case "ITERATE"_kw: return unresolved::IterateStatement{jump("ITERATE")};
        default: break;
    }
    return sql_statement();
}

ScriptNode Grammar::sql_statement() {
    const Mark from = mark();
    Statement inner = statement();
    return unresolved::ScriptSql{std::move(inner), text_from(from)};
}

ScriptNode Grammar::compound(std::string label) {
    expect("BEGIN"_kw);
    accept("NOT"_kw, "ATOMIC"_kw);
    open_label(label, /*is_loop=*/false);
    Compound out{label, compound_body(BodyKind::Scope)};
    expect("END"_kw, Missing::Named);
    close_label(label);
    return out;
}

// ---- labels
// --------------------------------------------------------------------------------------

void Grammar::open_label(const std::string& label, bool is_loop) {
    constexpr auto kForbidden =
        std::to_array<std::string_view>({"builtin", "session", "sys", "system"});
    if (!label.empty()) {
        if (std::find(kForbidden.begin(), kForbidden.end(), label) != kForbidden.end()) {
            keep(Error(ErrorClass::LabelOrForVariableNameForbidden,
                       {{"label", quoted_label(label)}}, origin_of(peek())));
        }
        for (const ScriptLabel& other : labels_) {
            if (other.name != label) continue;
            keep(Error(ErrorClass::LabelOrForVariableAlreadyExists,
                       {{"label", quoted_label(label)}}, origin_of(peek())));
        }
    }
    labels_.push_back({label, is_loop});
}

/// Behind END WHILE and the like: the label once more, if anything.
void Grammar::close_label(const std::string& label) {
    labels_.pop_back();
    if (!at_identifier()) return;
    const Token token = peek();
    const std::string end = ascii_lower(identifier());
    if (label.empty()) {
        keep(Error(ErrorClass::EndLabelWithoutBeginLabel, {{"endLabel", quoted_label(end)}},
                   origin_of(token)));
    }
    if (end != label) {
        keep(Error(ErrorClass::LabelsMismatch,
                   {{"beginLabel", quoted_label(label)}, {"endLabel", quoted_label(end)}},
                   origin_of(token)));
    }
}

/// LEAVE label, ITERATE label
std::string Grammar::jump(const char* statement_type) {
    const Mark from = mark();
    const bool iterates = at("ITERATE"_kw);
    advance();
    const NameParts parts = multipart_name();
    const std::string label = ascii_lower(parts.back());
    const std::string shown = ascii_upper(parts.back());
    if (parts.size() > 1) {
        keep(Error(ErrorClass::InvalidLabelUsageQualifiedLabelName,
                   {{"labelName", ascii_upper(text_from(from + 1))}}, origin_from(from)));
    }
    const auto found = std::find_if(labels_.begin(), labels_.end(),
                                    [&](const ScriptLabel& other) { return other.name == label; });
    const bool exists = found != labels_.end();
    if (!exists) {
        keep(Error(ErrorClass::InvalidLabelUsageDoesNotExist,
                    {{"labelName", shown}, {"statementType", statement_type}}, origin_from(from)));
    }
    if (exists && iterates && !found->is_loop) {
        keep(Error(ErrorClass::InvalidLabelUsageIterateInCompound, {{"labelName", shown}},
                   origin_from(from)));
    }
    return label;
}

// ---- control flow
// --------------------------------------------------------------------------------

ScriptNode Grammar::if_statement() {
    unresolved::IfStatement out;
    advance();
    do {
        Expr condition = expression();
        expect("THEN"_kw, Missing::Named);
        auto body = compound_body(BodyKind::Branch);
        out.branches.emplace_back(std::move(condition), std::move(body));
    } while (accept("ELSEIF"_kw));
    if (accept("ELSE"_kw)) out.otherwise = compound_body(BodyKind::Branch);
    expect("END"_kw, Missing::Named);
    expect("IF"_kw, Missing::Named);
    return out;
}

ScriptNode Grammar::case_statement() {
    unresolved::CaseStatement out;
    advance();
    if (!at("WHEN"_kw)) out.subject = expression();
    if (!at("WHEN"_kw)) fail();
    while (accept("WHEN"_kw)) {
        Expr condition = expression();
        expect("THEN"_kw, Missing::Named);
        auto body = compound_body(BodyKind::Branch);
        out.branches.emplace_back(std::move(condition), std::move(body));
    }
    if (accept("ELSE"_kw)) out.otherwise = compound_body(BodyKind::Branch);
    expect("END"_kw, Missing::Named);
    expect("CASE"_kw, Missing::Named);
    return out;
}

ScriptNode Grammar::while_loop(std::string label) {
    advance();
    open_label(label, /*is_loop=*/true);
    Expr condition = expression();
    expect("DO"_kw, Missing::Named);
    auto body = compound_body(BodyKind::Branch);
    expect("END"_kw, "WHILE"_kw);
    close_label(label);
    return unresolved::WhileStatement{std::move(label), std::move(condition), std::move(body)};
}

ScriptNode Grammar::repeat_loop(std::string label) {
    advance();
    open_label(label, /*is_loop=*/true);
    auto body = compound_body(BodyKind::Branch);
    expect("UNTIL"_kw, Missing::Named);
    Expr until = expression();
    expect("END"_kw, "REPEAT"_kw);
    close_label(label);
    return unresolved::RepeatStatement{std::move(label), std::move(body), std::move(until)};
}

ScriptNode Grammar::plain_loop(std::string label) {
    advance();
    open_label(label, /*is_loop=*/true);
    auto body = compound_body(BodyKind::Branch);
    expect("END"_kw, "LOOP"_kw);
    close_label(label);
    return unresolved::LoopStatement{std::move(label), std::move(body)};
}

/// FOR [row AS] query DO … END FOR
ScriptNode Grammar::for_loop(std::string label) {
    advance();
    std::string variable;
    if (at_identifier() && peek(1).keyword == "AS"_kw) {
        variable = ascii_lower(identifier());
        advance();
    }
    open_label(label, /*is_loop=*/true);
    open_label(variable, /*is_loop=*/false);
    const Mark query_at = mark();
    Relation rows = query();
    std::string text = text_from(query_at);
    expect("DO"_kw, Missing::Named);
    auto body = compound_body(BodyKind::Branch);
    expect("END"_kw, "FOR"_kw);
    labels_.pop_back();
    close_label(label);
    return unresolved::ForStatement{std::move(label), std::move(variable), std::move(rows),
                                    std::move(text), std::move(body)};
}

// ---- conditions and handlers
// ---------------------------------------------------------------------

/// SQLSTATE [VALUE] 'xxxxx': five letters or digits that stand for an error.
std::string Grammar::sqlstate() {
    const Mark from = mark();
    expect("SQLSTATE"_kw, Missing::Named);
    accept("VALUE"_kw);
    const std::string state = ascii_upper(string_literal());
    const bool well_formed =
        state.size() == 5 && std::all_of(state.begin(), state.end(), [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
        });
    const std::string_view kind = std::string_view(state).substr(0, 2);
    if (!well_formed || kind == "00" || kind == "01" || kind == "XX") {
        keep(Error(ErrorClass::InvalidSqlstate, {{"sqlState", state}}, origin_from(from)));
    }
    return state;
}

/// DECLARE name CONDITION [FOR SQLSTATE 'x']
ScriptNode Grammar::declare_condition(std::size_t conditions_outside) {
    const Mark from = mark();
    expect("DECLARE"_kw);
    unresolved::DeclareCondition out{ascii_upper(identifier()), "45000"};
    expect("CONDITION"_kw);
    if (accept("FOR"_kw)) out.sqlstate = sqlstate();
    for (std::size_t i = conditions_outside; i < conditions_.size(); ++i) {
        if (conditions_[i] != out.name) continue;
        keep(Error(ErrorClass::DuplicateConditionInScope, {{"condition", quoted_label(out.name)}},
                    origin_from(from)));
    }
    conditions_.push_back(out.name);
    return out;
}

/// DECLARE EXIT HANDLER FOR conditions statement
ScriptNode Grammar::declare_handler() {
    const Mark from = mark();
    expect("DECLARE"_kw);
    DeclareHandler out;
    if (accept("CONTINUE"_kw)) {
        out.exits = false;
    } else {
        expect("EXIT"_kw);
    }
    expect("HANDLER"_kw, "FOR"_kw);
    do {
        handler_condition(out);
    } while (accept(TokenKind::Comma));
    if (at("BEGIN"_kw)) {
        const Mark body_at = mark();
        ScriptNode body = compound({});
        ScriptBody statements;
        statements.push_back({std::move(body), origin_from(body_at)});
        out.body = std::make_shared<const ScriptBody>(std::move(statements));
    } else {
        const Mark body_at = mark();
        ScriptBody statements;
        ScriptNode body = sql_statement();
        statements.push_back({std::move(body), origin_from(body_at)});
        out.body = std::make_shared<const ScriptBody>(std::move(statements));
    }
    const bool general = out.any_exception || out.not_found;
    const bool named = !out.conditions.empty() || !out.sqlstates.empty();
    if (general && named) {
        keep(Error(ErrorClass::InvalidHandlerDeclarationInvalidConditionCombination, {},
                   origin_from(from)));
    }
    if (!out.exits)
        keep(Error(ErrorClass::UnsupportedFeatureContinueExceptionHandler, {}, origin_from(from)));
    return out;
}

void Grammar::handler_condition(DeclareHandler& out) {
    const Mark from = mark();
    if (accept("SQLEXCEPTION"_kw)) {
        out.any_exception = true;
        return;
    }
    if (accept("NOT"_kw, "FOUND"_kw)) {
        out.not_found = true;
        return;
    }
    const auto add = [&](std::vector<std::string>& list, std::string value, ErrorClass duplicate,
                         const char* parameter) {
        if (std::find(list.begin(), list.end(), value) != list.end()) {
            keep(Error(duplicate, {{parameter, value}}, origin_from(from)));
        }
        list.push_back(std::move(value));
    };
    if (at("SQLSTATE"_kw)) {
        add(out.sqlstates, sqlstate(),
            ErrorClass::InvalidHandlerDeclarationDuplicateSqlstateInHandlerDeclaration, "sqlState");
        return;
    }
    std::string name;
    for (const std::string& part : multipart_name())
        name += (name.empty() ? "" : ".") + ascii_upper(part);
    add(out.conditions, name,
        ErrorClass::InvalidHandlerDeclarationDuplicateConditionInHandlerDeclaration, "condition");
    // Spark has more conditions than we can raise; all their names have several words.
    const bool declared =
        std::find(conditions_.begin(), conditions_.end(), name) != conditions_.end();
    if (declared || name.find('_') != name.npos) return;
    keep(Error(ErrorClass::InvalidHandlerDeclarationConditionNotFound, {{"condition", name}},
                origin_from(from)));
}

}  // namespace firesteel::sql
