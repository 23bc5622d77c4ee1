#pragma once
/// SQL scripts: BEGIN … END with its variables, conditions, handlers and control flow. Made by sql/parser,
/// run by engine/session statement by statement. Immutable; shared.
///
/// Labels and loop variables are in lower case, conditions in upper case; empty = none. Inside a script
/// SET is a SetVariable; DECLARE of a variable is a DeclareVariable.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "plan/unresolved_command.h"

namespace firesteel::unresolved {

struct ScriptStatement;
using ScriptBody = std::vector<ScriptStatement>;

/// A SQL statement (query or command) inside a script, with its text.
struct ScriptSql {
    Statement statement;
    std::string text;
};

/// DECLARE name CONDITION [FOR SQLSTATE 'x'].
struct DeclareCondition {
    std::string name;
    std::string sqlstate;
};

/// DECLARE EXIT|CONTINUE HANDLER FOR …: the conditions are names of Spark's or declared ones.
struct DeclareHandler {
    bool exits = true;  // false: CONTINUE
    std::vector<std::string> conditions;
    std::vector<std::string> sqlstates;
    bool any_exception = false;  // SQLEXCEPTION
    bool not_found = false;      // NOT FOUND
    std::shared_ptr<const ScriptBody> body;
};

/// [label:] BEGIN … END: variables live until the end.
struct Compound {
    std::string label;
    std::shared_ptr<const ScriptBody> body;
};

struct IfStatement {
    std::vector<std::pair<Expr, std::shared_ptr<const ScriptBody>>> branches;
    std::shared_ptr<const ScriptBody> otherwise;  // may be null
};

/// CASE [subject] WHEN … THEN …; a subject is compared by "=".
struct CaseStatement {
    MaybeExpr subject;
    std::vector<std::pair<Expr, std::shared_ptr<const ScriptBody>>> branches;
    std::shared_ptr<const ScriptBody> otherwise;  // may be null
};

struct WhileStatement {
    std::string label;
    Expr condition;
    std::shared_ptr<const ScriptBody> body;
};

struct RepeatStatement {
    std::string label;
    std::shared_ptr<const ScriptBody> body;
    Expr until;
};

struct LoopStatement {
    std::string label;
    std::shared_ptr<const ScriptBody> body;
};

/// FOR [row AS] query DO … END FOR: the query's columns are variables of the body.
struct ForStatement {
    std::string label;
    std::string variable;  // may be empty
    Relation query;
    std::string query_text;
    std::shared_ptr<const ScriptBody> body;
};

struct LeaveStatement {
    std::string label;
};
struct IterateStatement {
    std::string label;
};

using ScriptNode =
    std::variant<ScriptSql, DeclareCondition, DeclareHandler, Compound, IfStatement, CaseStatement,
                 WhileStatement, RepeatStatement, LoopStatement, ForStatement, LeaveStatement,
                 IterateStatement>;

struct ScriptStatement {
    ScriptNode node;
    Origin origin;
};

/// The whole script: its outermost BEGIN … END.
struct Script {
    Compound body;
};

}  // namespace firesteel::unresolved
