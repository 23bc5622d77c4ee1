// SQL scripts: control flow, scopes of variables, handlers. Statements run as any other do.
#include <optional>
#include <string>
#include <utility>

#include "common/error.h"
#include "common/ids.h"
#include "plan/match.h"
#include "plan/unresolved_script.h"
#include "session/commands/commands.h"

namespace firesteel {
namespace {

namespace u = unresolved;

/// Where control goes behind a statement: on, or out to a labelled loop or block.
struct Flow {
    enum class Kind : std::uint8_t { Next, Leave, Iterate };
    Kind kind = Kind::Next;
    std::string label;
    bool is_next() const { return kind == Kind::Next; }
};

/// As error parameters show a piece of the script.
std::string statement_text(const u::Expr& expr) {
    const Origin& origin = expr.origin();
    std::string out;
    if (origin.known() && origin.start >= 0) {
        out = origin.source->text.substr(static_cast<std::size_t>(origin.start),
                                         static_cast<std::size_t>(origin.stop - origin.start + 1));
    }
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

/// A name of a condition stands for its subconditions too.
bool names_condition(std::string_view name, std::string_view condition) {
    return condition == name || (condition.starts_with(name) && condition.substr(name.size()).starts_with('.'));
}

/// How specific a handler is for an error; 0: it doesn't take it.
int match_of(const u::DeclareHandler& handler, const ErrorClassRow& error) {
    int best = 0;
    for (const std::string& name : handler.conditions) {
        if (name == error.condition) return 5;
        if (names_condition(name, error.condition)) best = 4;
    }
    if (best > 0) return best;
    for (const std::string& state : handler.sqlstates) {
        if (state == error.sqlstate) return 3;
    }
    const std::string_view kind = error.sqlstate.substr(0, 2);
    if (handler.not_found && kind == "02") return 2;
    return handler.any_exception && !kind.empty() && kind != "02" && kind != "XX" ? 1 : 0;
}

class ScriptRunner {
  public:
    ScriptRunner(Queries& queries, const CommandArguments& arguments)
        : queries_(queries), arguments_(arguments), outer_(queries.locals()) {
        queries_.set_locals(&locals_);
    }
    ~ScriptRunner() { queries_.set_locals(outer_); }
    ScriptRunner(const ScriptRunner&) = delete;
    ScriptRunner& operator=(const ScriptRunner&) = delete;

    RowSet run(const u::Compound& script) {
        run_compound(script);
        return std::move(result_);
    }

  private:
    class OpenScope {
      public:
        OpenScope(catalog::LocalVariables& locals, const std::string& label) : locals_(locals) {
            locals_.open_scope(label.empty() ? random_uuid() : label);
        }
        ~OpenScope() { locals_.close_scope(); }
        OpenScope(const OpenScope&) = delete;
        OpenScope& operator=(const OpenScope&) = delete;

      private:
        catalog::LocalVariables& locals_;
    };

    Flow run_compound(const u::Compound& compound) {
        const OpenScope scope(locals_, compound.label);
        Flow flow = run_guarded(*compound.body);
        if (flow.kind == Flow::Kind::Leave && flow.label == compound.label) return {};
        return flow;
    }

    /// A block's statements. An error that a handler of the block takes ends them; one that the
    /// handler itself raises is for the blocks outside.
    Flow run_guarded(const u::ScriptBody& body) {
        const u::DeclareHandler* handler = nullptr;
        try {
            return run_body(body);
        } catch (const Error& error) {
            queries_.check_stop();
            handler = handler_for(body, error.row());
            if (handler == nullptr) throw;
        }
        return run_body(*handler->body);
    }

    static const u::DeclareHandler* handler_for(const u::ScriptBody& body, const ErrorClassRow& error) {
        const u::DeclareHandler* best = nullptr;
        int best_match = 0;
        for (const u::ScriptStatement& statement : body) {
            const auto* handler = std::get_if<u::DeclareHandler>(&statement.node);
            const int match = handler == nullptr ? 0 : match_of(*handler, error);
            if (match <= best_match) continue;
            best = handler;
            best_match = match;
        }
        return best;
    }

    Flow run_body(const u::ScriptBody& body) {
        for (const u::ScriptStatement& statement : body) {
            queries_.check_stop();
            Flow flow = run_statement(statement);
            if (!flow.is_next()) return flow;
        }
        return {};
    }

    Flow run_statement(const u::ScriptStatement& statement) {
        return std::visit(
            overloaded{
                [&](const u::ScriptSql& n) { return run_sql(n); },
                [](const u::DeclareCondition&) { return Flow{}; },
                [](const u::DeclareHandler&) { return Flow{}; },
                [&](const u::Compound& n) { return run_compound(n); },
                [&](const u::IfStatement& n) { return run_if(n); },
                [&](const u::CaseStatement& n) { return run_case(n); },
                [&](const u::WhileStatement& n) { return run_while(n); },
                [&](const u::RepeatStatement& n) { return run_repeat(n); },
                [&](const u::LoopStatement& n) { return run_loop(n); },
                [&](const u::ForStatement& n) { return run_for(n); },
                [](const u::LeaveStatement& n) { return Flow{Flow::Kind::Leave, n.label}; },
                [](const u::IterateStatement& n) { return Flow{Flow::Kind::Iterate, n.label}; },
            },
            statement.node);
    }

    Flow run_sql(const u::ScriptSql& sql) {
        if (const u::Relation* query = sql.statement.query()) {
            result_ = queries_.rows(with_arguments(*query, arguments_));
            return {};
        }
        const u::Command& command = *sql.statement.command();
        if (std::holds_alternative<u::DropVariable>(command.node)) {
            throw Error(ErrorClass::ScriptingDropVariable, {}, command.origin);
        }
        if (const auto* immediate = std::get_if<u::ExecuteImmediate>(&command.node)) {
            ImmediateResult answer = run_execute_immediate(queries_, *immediate, arguments_);
            if (answer.is_query) result_ = std::move(answer.rows);
            queries_.refresh();
        } else {
            queries_.run(command, arguments_);
        }
        return {};
    }

    RowSet one_row(const u::Expr& expr) {
        const u::Relation row(u::Project{u::Relation(u::OneRow{}), {expr}});
        return queries_.rows(with_arguments(row, arguments_));
    }

    /// NULL is false; what is no boolean has no truth.
    bool holds(const u::Expr& condition, const u::Expr& shown) {
        const RowSet row = one_row(condition);
        FS_ASSERT(row.schema.size() == 1 && row.rows.size() == 1);
        if (!row.schema[0].type.is(TypeKind::Boolean)) {
            throw Error(ErrorClass::InvalidBooleanStatement,
                        {{"invalidStatement", statement_text(shown)}}, shown.origin());
        }
        const Value& value = row.rows[0][0];
        return !value.is_null() && value.boolean();
    }
    bool holds(const u::Expr& condition) { return holds(condition, condition); }

    Flow run_if(const u::IfStatement& n) {
        for (const auto& [condition, body] : n.branches) {
            if (holds(condition)) return run_body(*body);
        }
        return n.otherwise ? run_body(*n.otherwise) : Flow{};
    }

    Flow run_case(const u::CaseStatement& n) {
        u::MaybeExpr subject;
        if (n.subject) {
            const RowSet row = one_row(*n.subject);
            subject = u::Expr(u::Constant{{row.schema[0].type, row.rows[0][0]}}, n.subject->origin());
        }
        for (const auto& [condition, body] : n.branches) {
            const u::Expr test = subject ? u::call("=", {*subject, condition}, condition.origin()) : condition;
            if (holds(test, condition)) return run_body(*body);
        }
        return n.otherwise ? run_body(*n.otherwise) : Flow{};
    }

    /// What the loop named `label` makes of its body's flow: none if it goes on.
    static std::optional<Flow> after_body(Flow flow, const std::string& label) {
        if (flow.is_next()) return std::nullopt;
        if (label.empty() || flow.label != label) return flow;
        if (flow.kind == Flow::Kind::Leave) return Flow{};
        return std::nullopt;
    }

    Flow run_while(const u::WhileStatement& n) {
        while (holds(n.condition)) {
            if (auto out = after_body(run_body(*n.body), n.label)) return *out;
        }
        return {};
    }

    Flow run_repeat(const u::RepeatStatement& n) {
        do {
            if (auto out = after_body(run_body(*n.body), n.label)) return *out;
        } while (!holds(n.until));
        return {};
    }

    Flow run_loop(const u::LoopStatement& n) {
        while (true) {
            queries_.check_stop();
            if (auto out = after_body(run_body(*n.body), n.label)) return *out;
        }
    }

    /// The query runs to its end before the first turn: what the body changes, it doesn't see.
    Flow run_for(const u::ForStatement& n) {
        const RowSet rows = queries_.rows(with_arguments(n.query, arguments_));
        for (const ValueList& row : rows.rows) {
            const OpenScope scope(locals_, n.variable);
            for (std::size_t i = 0; i < row.size(); ++i) {
                const StructField& column = rows.schema[i];
                declare_local(locals_, column.name, {column.type, row[i]}, "NULL");
            }
            if (auto out = after_body(run_body(*n.body), n.label)) return *out;
        }
        return {};
    }

    Queries& queries_;
    const CommandArguments& arguments_;
    catalog::LocalVariables* const outer_;
    catalog::LocalVariables locals_;
    RowSet result_;
};

}  // namespace

RowSet run_script(Queries& queries, const u::RunScript& command, const CommandArguments& arguments) {
    if (!arguments.positional.empty()) throw Error(ErrorClass::ScriptingPositionalParameters);
    RowSet out = ScriptRunner(queries, arguments).run(command.script->body);
    for (StructField& column : out.schema) column.metadata.clear();
    return out;
}

}  // namespace firesteel
