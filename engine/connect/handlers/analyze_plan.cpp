#include <functional>
#include <memory>

#include "common/error.h"
#include "connect/decode/decode.h"
#include "connect/decode/wire.h"
#include "connect/encode/values.h"
#include "connect/handlers/handlers.h"
#include "connect/run_plan.h"
#include "types/type_text.h"

namespace firesteel::connect {
namespace {

using Request = proto::AnalyzePlanRequest;
using Response = proto::AnalyzePlanResponse;

unresolved::Relation decoded(Queries& queries, const proto::Plan& plan,
                             const std::shared_ptr<const void>& owner) {
    if (plan.op_type_case() != proto::Plan::kCompressedOperation) {
        return decode_query(plan, owner, decode_context(queries));
    }
    const auto plain = std::make_shared<proto::Plan>(plan);
    decompress(*plain);
    return decode_query(*plain, plain, decode_context(queries));
}

unresolved::ExplainMode explain_mode(Request::Explain::ExplainMode mode) {
    switch (mode) {
        case Request::Explain::EXPLAIN_MODE_SIMPLE: return unresolved::ExplainMode::Simple;
        case Request::Explain::EXPLAIN_MODE_EXTENDED: return unresolved::ExplainMode::Extended;
        case Request::Explain::EXPLAIN_MODE_CODEGEN: return unresolved::ExplainMode::Codegen;
        case Request::Explain::EXPLAIN_MODE_COST: return unresolved::ExplainMode::Cost;
        case Request::Explain::EXPLAIN_MODE_FORMATTED: return unresolved::ExplainMode::Formatted;
        default: throw unsupported("this mode of explain");
    }
}

/// The schema's fields as DDL text: "a INT NOT NULL,b STRING".
std::string json_to_ddl(const std::string& json) {
    const DataType type = parse_json_type(json);
    if (!type.is(TypeKind::Struct)) return sql_name(type);
    return to_ddl(Schema(type.fields()));
}

/// True for data that came with the plan.
bool is_local(const unresolved::Relation& plan) {
    return plan.get_if<unresolved::LocalData>() != nullptr;
}

StorageLevel storage_level(const proto::StorageLevel& level) {
    return {level.use_disk(), level.use_memory(), level.use_off_heap(), level.deserialized(), level.replication()};
}

void encode_level(const StorageLevel& level, proto::StorageLevel& out) {
    out.set_use_disk(level.disk);
    out.set_use_memory(level.memory);
    out.set_use_off_heap(level.off_heap);
    out.set_deserialized(level.deserialized);
    out.set_replication(level.replication);
}

using Decode = std::function<unresolved::Relation(const proto::Plan&)>;

/// df.cache() and its kin, which name a relation; false for other variants.
bool answer_cache(Queries& queries, const Request& request, Response& response) {
    const auto relation = [&](const proto::Relation& message) {
        const auto plan = std::make_shared<proto::Plan>();  // what is decoded points into it
        *plan->mutable_root() = message;
        return decoded(queries, *plan, plan);
    };
    switch (request.analyze_case()) {
        case Request::kPersist:
            queries.persist(relation(request.persist().relation()),
                            request.persist().has_storage_level() ? storage_level(request.persist().storage_level())
                                                                  : kDefaultStorage);
            response.mutable_persist();
            return true;
        case Request::kUnpersist:
            queries.unpersist(relation(request.unpersist().relation()));
            response.mutable_unpersist();
            return true;
        case Request::kGetStorageLevel:
            encode_level(queries.storage_level(relation(request.get_storage_level().relation())).value_or(StorageLevel{}),
                         *response.mutable_get_storage_level()->mutable_storage_level());
            return true;
        default: return false;
    }
}

/// Questions about what plans mean; false for other variants.
bool answer_meaning(Queries& queries, const Request& request, const Decode& decode, Response& response) {
    switch (request.analyze_case()) {
        case Request::kInputFiles:
            for (const std::string& file : queries.input_files(decode(request.input_files().plan()))) {
                response.mutable_input_files()->add_files(file);
            }
            response.mutable_input_files();
            return true;
        case Request::kSameSemantics:
            response.mutable_same_semantics()->set_result(queries.same_semantics(
                decode(request.same_semantics().target_plan()), decode(request.same_semantics().other_plan())));
            return true;
        case Request::kSemanticHash:
            response.mutable_semantic_hash()->set_result(queries.semantic_hash(decode(request.semantic_hash().plan())));
            return true;
        default: return false;
    }
}

/// Variants that need no plan.
bool answer_without_plan(Session& session, const Request& request, Response& response) {
    switch (request.analyze_case()) {
        case Request::kSparkVersion:
            response.mutable_spark_version()->set_version(
                session.context().facts().spark_version);
            return true;
        case Request::kDdlParse:
            encode_data_type(parse_ddl(request.ddl_parse().ddl_string()),
                             *response.mutable_ddl_parse()->mutable_parsed());
            return true;
        case Request::kJsonToDdl:
            response.mutable_json_to_ddl()->set_ddl_string(json_to_ddl(request.json_to_ddl().json_string()));
            return true;
        default: return false;
    }
}

void answer(Session& session, const std::shared_ptr<const Request>& request, Response& response) {
    if (answer_without_plan(session, *request, response)) return;
    Queries queries(session, StopToken());
    const Decode decode = [&](const proto::Plan& plan) { return decoded(queries, plan, request); };
    if (answer_cache(queries, *request, response) || answer_meaning(queries, *request, decode, response)) return;
    switch (request->analyze_case()) {
        case Request::kSchema:
            encode_schema(queries.schema(decode(request->schema().plan())),
                          *response.mutable_schema()->mutable_schema());
            return;
        case Request::kTreeString: {
            const auto& asked = request->tree_string();
            response.mutable_tree_string()->set_tree_string(tree_string(
                queries.schema(decode(asked.plan())), asked.has_level() ? asked.level() : 0));
            return;
        }
        case Request::kExplain:
            response.mutable_explain()->set_explain_string(
                queries.explain(decode(request->explain().plan()),
                                explain_mode(request->explain().explain_mode())));
            return;
        case Request::kIsLocal:
            response.mutable_is_local()->set_is_local(is_local(decode(request->is_local().plan())));
            return;
        case Request::kIsStreaming:
            queries.schema(decode(request->is_streaming().plan()));  // streaming sources are refused
            response.mutable_is_streaming()->set_is_streaming(false);
            return;
        default: throw unsupported("this kind of analysis");
    }
}

}  // namespace

proto::AnalyzePlanResponse handle_analyze_plan(SparkContext& context,
                                               const std::shared_ptr<const Request>& request) {
    const auto session = session_of(context, *request);
    Response response;
    set_session(response, *session);
    answer(*session, request, response);
    return response;
}

}  // namespace firesteel::connect
