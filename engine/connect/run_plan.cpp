#include "connect/run_plan.h"

#include <chrono>
#include <memory>
#include <utility>
#include <variant>

#include <spark/connect/base.pb.h>

#include "common/config_keys.h"
#include "common/error.h"
#include "connect/decode/wire.h"
#include "plan/match.h"
#include "session/spark_context.h"
#include "types/type_text.h"

namespace firesteel::connect {
namespace {

namespace proto = spark::connect;

/// spark.sql answers a query with the relation that asked, for the client to build upon.
void echo(const proto::SqlCommand& command, proto::Relation& out) {
    if (command.has_input()) {
        out = command.input();
        return;
    }
    auto& sql = *out.mutable_sql();  // clients before 4.0
    sql.set_query(command.sql());
    *sql.mutable_args() = command.args();
    *sql.mutable_pos_args() = command.pos_args();
    *sql.mutable_named_arguments() = command.named_arguments();
    *sql.mutable_pos_arguments() = command.pos_arguments();
}

/// What a statement that ran answered, as data that the client reads back.
void local_relation(Queries& queries, const RowSet& rows, proto::Relation& out) {
    auto& local = *out.mutable_local_relation();
    local.set_data(queries.to_arrow(rows).ipc);
    local.set_schema(to_json(rows.schema));
}

/// Queries answer with themselves, but their mistakes are told now.
void run_sql(Queries& queries, Responses& responses, const proto::Plan& plan, const SqlStatement& sql) {
    if (const unresolved::Relation* query = sql.statement.query()) queries.analyze(*query);
    responses.send([&](proto::ExecutePlanResponse& response) {
        auto& out = *response.mutable_sql_command_result()->mutable_relation();
        if (sql.statement.query() != nullptr) {
            echo(plan.command().sql_command(), out);
            return;
        }
        const RowSet rows = queries.run(*sql.statement.command(),
                                        {sql.named, sql.positional, sql.references});
        local_relation(queries, rows, out);
    });
}

void run_checkpoint(Queries& queries, Responses& responses, const unresolved::Checkpoint& command) {
    const std::string id = queries.checkpoint(command);
    responses.send([&](proto::ExecutePlanResponse& response) {
        response.mutable_checkpoint_command_result()->mutable_relation()->set_relation_id(id);
    });
}

void run_command(Queries& queries, Responses& responses, const unresolved::Command& command) {
    if (const auto* checkpoint = std::get_if<unresolved::Checkpoint>(&command.node)) {
        return run_checkpoint(queries, responses, *checkpoint);
    }
    queries.run(command, {});
}

/// While it is held, the client hears how far the operation is.
std::unique_ptr<Ticker::Registration> tell_progress(SparkContext& context, const Queries& queries,
                                                    const Responses& responses) {
    const std::chrono::milliseconds interval(context.conf().get(keys::kProgressInterval));
    if (interval.count() <= 0) return nullptr;
    return context.ticker().every(interval, [&] { responses.progress(queries.progress()); });
}

}  // namespace

DecodeContext decode_context(Queries& queries) {
    DecodeContext context;
    context.parser = queries.parser_options();
    context.substituted = [&queries](const std::string& text) { return queries.substituted(text); };
    context.cached_artifact = [&artifacts = queries.session().artifacts()](
                                  const std::string& hash) -> std::shared_ptr<const std::string> {
        auto bytes = artifacts.read("cache/" + hash);
        return bytes ? std::make_shared<const std::string>(std::move(*bytes)) : nullptr;
    };
    return context;
}

void run_plan(Session& session, Operation& operation, const std::string& bytes,
              const ChunkOptions& chunks) {
    const auto plan = std::make_shared<proto::Plan>();
    parse_message(bytes, *plan);
    decompress(*plan);
    Queries queries(session, operation.stop());
    const PlanNode node = decode_plan(*plan, plan, decode_context(queries));
    Responses responses(session, operation, chunks);
    auto telling = tell_progress(session.context(), queries, responses);
    std::visit(overloaded{
                   [&](const unresolved::Relation& root) { queries.run(root, responses); },
                   [&](const SqlStatement& sql) { run_sql(queries, responses, *plan, sql); },
                   [&](const unresolved::Command& command) { run_command(queries, responses, command); },
                   [&](const GetResources&) {
                       responses.send([](proto::ExecutePlanResponse& response) {
                           response.mutable_get_resources_command_result();
                       });
                   },
                   [&](const CleanMlCache&) {
                       responses.send([](proto::ExecutePlanResponse& response) {
                           response.mutable_ml_command_result()->mutable_param()->set_integer(0);
                       });
                   },
               },
               node);
    telling.reset();
    for (const exec::ObservedMetrics& metrics : queries.observed()) responses.observed(metrics);
    responses.profiled(session.profiles()->take());
    responses.complete();
}

}  // namespace firesteel::connect
