#include "session/commands/commands.h"

#include <type_traits>
#include <utility>

#include "common/error.h"
#include "plan/match.h"

namespace firesteel {
namespace u = unresolved;
namespace {

/// The command with its query's parameters and references.
template <typename WithQuery>
WithQuery filled(WithQuery command, const CommandArguments& arguments) {
    if constexpr (std::is_same_v<WithQuery, u::CreateTable>) {
        if (command.query) command.query = with_arguments(*command.query, arguments);
    } else {
        command.query = with_arguments(std::move(command.query), arguments);
    }
    return command;
}

}  // namespace

RowSet run_command(Queries& queries, const u::Command& command, const CommandArguments& arguments) {
    const auto done = [] { return RowSet{}; };
    return std::visit(
        overloaded{
            [&](const u::CreateView& c) { return run_create_view(queries, c, arguments), done(); },
            [&](const u::DropRelation& c) { return run_drop_relation(queries, c), done(); },
            [&](const u::SetConfig& c) { return run_set_config(queries, c); },
            [&](const u::ResetConfig& c) { return run_reset_config(queries, c), done(); },
            [&](const u::SetTimeZone& c) { return run_set_time_zone(queries, c); },
            [&](const u::DeclareVariable& c) { return run_declare_variable(queries, c, arguments), done(); },
            [&](const u::DropVariable& c) { return run_drop_variable(queries, c), done(); },
            [&](const u::SetVariable& c) { return run_set_variable(queries, c, arguments), done(); },
            [&](const u::ExecuteImmediate& c) {
                return run_execute_immediate(queries, c, arguments).rows;
            },
            [&](const u::Explain& c) { return run_explain(queries, c, arguments); },
            [&](const u::Show& c) { return run_show(queries, c); },
            [&](const u::Describe& c) { return run_describe(queries, c); },
            [&](const u::Use& c) {
                auto& names = queries.session().catalog();
                if (c.is_catalog) {
                    use_catalog(names, c.name.back());
                } else {
                    use_namespace(names, c.name);
                }
                return done();
            },
            [&](const u::CreateFunction& c) { return run_create_function(queries, c), done(); },
            [&](const u::DropFunction& c) { return run_drop_function(queries, c), done(); },
            [&](const u::CacheStatement& c) { return run_cache_statement(queries, c, arguments), done(); },
            [&](const u::RunScript& c) { return run_script(queries, c, arguments); },
            [&](const u::UnsupportedStatement& c) -> RowSet {
                throw unsupported(c.feature, command.origin);
            },
            [&](const u::RegisterPythonFunction& c) { return run_register_function(queries, c), done(); },
            [&](const u::Write& c) { return run_write(queries, c), done(); },
            [&](const u::CreateDatabase& c) { return run_create_database(queries, c), done(); },
            [&](const u::DropDatabase& c) { return run_drop_database(queries, c), done(); },
            [&](const u::AlterDatabase& c) { return run_alter_database(queries, c), done(); },
            [&](const u::AlterViewQuery& c) { return run_alter_view_query(queries, c, arguments), done(); },
            [&](const u::AlterRelation& c) { return run_alter_relation(queries, c), done(); },
            [&](const u::CreateTable& c) { return run_create_table(queries, filled(c, arguments)), done(); },
            [&](const u::InsertInto& c) { return run_insert_into(queries, filled(c, arguments)), done(); },
            [&](const u::InsertDirectory& c) { return run_insert_directory(queries, filled(c, arguments)), done(); },
            [&](const u::TruncateTable& c) { return run_truncate_table(queries, c), done(); },
            [&](const u::ChangeRows& c) { return run_change_rows(queries, c), done(); },
            [&](const u::Checkpoint& c) { return queries.checkpoint(c), done(); },
            [&](const u::RemoveCachedRemote& c) {
                return queries.session().remove_checkpoint(c.relation_id), done();
            },
        },
        command.node);
}

}  // namespace firesteel
