#include "connect/responses.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <spark/connect/base.pb.h>

#include "connect/encode/values.h"

namespace firesteel::connect {
namespace {

namespace proto = spark::connect;
constexpr std::int64_t kChunkBytesMin = 1024;
constexpr std::int64_t kChunkBytesMax = 16 << 20;
/// Clients count tasks: a statement's are hundredths of it.
constexpr std::int64_t kTasksPerStage = 100;

void add_metric(proto::ExecutePlanResponse::Metrics::MetricObject& to, const char* key, const char* name,
                std::int64_t value, const char* type) {
    proto::ExecutePlanResponse::Metrics::MetricValue& metric = (*to.mutable_execution_metrics())[key];
    metric.set_name(name);
    metric.set_value(value);
    metric.set_metric_type(type);
}

/// Plan ids count from 1: to some clients a parent of 0 is none.
void encode_metrics(const PlanMetrics& operators, proto::ExecutePlanResponse::Metrics& out) {
    for (std::size_t i = 0; i < operators.size(); ++i) {
        const OperatorMetrics& one = operators[i];
        auto& to = *out.add_metrics();
        to.set_name(one.name);
        to.set_plan_id(static_cast<std::int64_t>(i) + 1);
        to.set_parent(static_cast<std::int64_t>(one.parent) + 1);
        if (one.rows) add_metric(to, "numOutputRows", "number of output rows", static_cast<std::int64_t>(*one.rows), "sum");
        if (one.time) {
            const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(*one.time).count();
            add_metric(to, "pipelineTime", "duration", milliseconds, "timing");
        }
    }
}

}  // namespace

std::function<std::string(const ResponseId&)> Responses::encoder(const Fill& fill) const {
    return [this, &fill](const ResponseId& id) {
        proto::ExecutePlanResponse response;
        response.set_session_id(session_.key().session.text());
        response.set_server_side_session_id(session_.server_id().text());
        response.set_operation_id(operation_.id().text());
        response.set_response_id(id.text());
        fill(response);
        return response.SerializeAsString();
    };
}

void Responses::send(const Fill& fill) { operation_.respond(encoder(fill)); }

void Responses::progress(const Progress& progress) const {
    const std::vector<Progress::Stage> stages = progress.stages();
    if (stages.empty()) return;
    const Fill fill = [&](proto::ExecutePlanResponse& response) {
        auto& out = *response.mutable_execution_progress();
        for (const Progress::Stage& stage : stages) {
            auto& one = *out.add_stages();
            one.set_stage_id(stage.id);
            one.set_num_tasks(kTasksPerStage);
            one.set_num_completed_tasks(stage.done ? kTasksPerStage : static_cast<std::int64_t>(stage.fraction * kTasksPerStage));
            one.set_done(stage.done);
            if (!stage.done) out.set_num_inflight_tasks(1);
        }
    };
    operation_.offer(encoder(fill));
}

void Responses::schema(const Schema& schema) {
    send([&](proto::ExecutePlanResponse& response) { encode_schema(schema, *response.mutable_schema()); });
}

void Responses::batch(ArrowBatch batch) {
    std::int64_t chunk_bytes = kChunkBytesMax;
    if (chunks_.bytes_preferred && *chunks_.bytes_preferred >= kChunkBytesMin) {
        chunk_bytes = std::min(kChunkBytesMax, *chunks_.bytes_preferred);
    }
    const auto size = static_cast<std::int64_t>(batch.ipc.size());
    const std::int64_t chunks =
        chunks_.allowed ? std::max<std::int64_t>(1, (size + chunk_bytes - 1) / chunk_bytes) : 1;
    for (std::int64_t i = 0; i < chunks; ++i) {
        send([&](proto::ExecutePlanResponse& response) {
            auto& out = *response.mutable_arrow_batch();
            out.set_row_count(batch.rows);
            out.set_start_offset(rows_sent_);
            if (chunks_.allowed) {
                out.set_chunk_index(i);
                out.set_num_chunks_in_batch(chunks);
            }
            if (chunks == 1) {
                out.set_data(std::move(batch.ipc));
            } else {
                out.set_data(batch.ipc.substr(static_cast<std::size_t>(i * chunk_bytes),
                                              static_cast<std::size_t>(chunk_bytes)));
            }
        });
    }
    rows_sent_ += batch.rows;
}

void Responses::observed(const exec::ObservedMetrics& metrics) {
    send([&](proto::ExecutePlanResponse& response) {
        auto& out = *response.add_observed_metrics();
        out.set_name(metrics.name);
        for (std::size_t i = 0; i < metrics.schema.size(); ++i) {
            out.add_keys(metrics.schema[i].name);
            encode_literal({metrics.schema[i].type, metrics.values[i]}, *out.add_values());
        }
    });
}

void Responses::profiled(const std::vector<std::string>& updates) {
    if (updates.empty()) return;
    send([&](proto::ExecutePlanResponse& response) {
        auto& out = *response.add_observed_metrics();
        out.set_name("__python_accumulator__");  // clients know it by this name
        for (const std::string& update : updates) out.add_values()->set_binary(update);
    });
}

void Responses::complete() {
    const bool ends = operation_.is_reattachable();
    if (!ends && metrics_.empty()) return;
    send([&](proto::ExecutePlanResponse& response) {
        if (ends) response.mutable_result_complete();
        if (!metrics_.empty()) encode_metrics(metrics_, *response.mutable_metrics());
    });
}

}  // namespace firesteel::connect
