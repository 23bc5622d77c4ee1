#include "client/engine_service.h"

#include <firesteel/engine.grpc.pb.h>

#include "client/rpc.h"

namespace firesteel::client {

namespace engine_proto = firesteel::v1;

struct EngineService::Channel {
    Rpc rpc;
    std::unique_ptr<engine_proto::EngineService::Stub> stub;

    template <typename Request, typename Response>
    Response call(grpc::Status (engine_proto::EngineService::Stub::*method)(grpc::ClientContext*,
                                                                            const Request&,
                                                                            Response*),
                  const Request& request = {}) {
        grpc::ClientContext context;
        rpc.prepare(context);
        Response response;
        const grpc::Status status = ((*stub).*method)(&context, request, &response);
        if (!status.ok()) rpc.raise(status);
        return response;
    }
};

EngineService::EngineService(ConnectOptions options)
    : channel_(new Channel{.rpc = Rpc(std::move(options)), .stub = nullptr}) {
    channel_->stub = engine_proto::EngineService::NewStub(channel_->rpc.channel());
}

EngineService::~EngineService() = default;

EngineContext EngineService::context() const {
    const auto response = channel_->call(&engine_proto::EngineService::Stub::GetContext);
    return {.application_id = response.application_id(),
            .app_name = response.app_name(),
            .master = response.master(),
            .default_parallelism = response.default_parallelism(),
            .version = response.version(),
            .spark_version = response.spark_version()};
}

std::vector<SessionFacts> EngineService::sessions() const {
    const auto response = channel_->call(&engine_proto::EngineService::Stub::ListSessions);
    std::vector<SessionFacts> out;
    for (const auto& one : response.sessions()) {
        out.push_back({one.user_id(), one.session_id(), one.operations(), one.idle_ms(), one.caches()});
    }
    return out;
}

std::vector<OperationFacts> EngineService::operations() const {
    const auto response = channel_->call(&engine_proto::EngineService::Stub::ListOperations);
    std::vector<OperationFacts> out;
    for (const auto& one : response.operations()) {
        const bool running = one.state() == engine_proto::OPERATION_STATE_RUNNING ||
                             one.state() == engine_proto::OPERATION_STATE_TERMINATING;
        out.push_back({one.operation_id(), one.session_id(), one.user_id(), running});
    }
    return out;
}

std::vector<SettingFacts> EngineService::settings(const std::string& part) const {
    engine_proto::ListSettingsRequest request;
    request.set_part(part);
    const auto response = channel_->call(&engine_proto::EngineService::Stub::ListSettings, request);
    std::vector<SettingFacts> out;
    for (const auto& one : response.settings()) {
        SettingFacts& setting = out.emplace_back();
        setting.name = one.name();
        if (one.has_value()) setting.value = one.value();
        if (one.has_fallback()) setting.fallback = one.fallback();
        setting.is_set = one.is_set();
        setting.any_session = one.any_session();
        setting.options = one.options();
        setting.doc = one.doc();
    }
    return out;
}

EngineStatus EngineService::status() const {
    const auto response = channel_->call(&engine_proto::EngineService::Stub::GetEngineStatus);
    return {.sessions = response.sessions(),
            .operations_running = response.operations_running(),
            .workers = response.workers(),
            .resident_bytes = response.resident_bytes()};
}

EngineWorkers EngineService::workers() const {
    const auto response = channel_->call(&engine_proto::EngineService::Stub::ListWorkers);
    EngineWorkers out;
    for (const auto& w : response.workers()) {
        out.workers.push_back({w.pid(), w.python(), w.session_id(), w.resident_bytes(), w.busy(), w.output()});
    }
    for (const auto& f : response.functions()) {
        out.functions.push_back({f.name(), f.calls(), f.rows(), f.busy_us()});
    }
    out.started = response.started();
    return out;
}

void EngineService::warm_workers(std::int32_t count, const std::string& python) const {
    engine_proto::WarmWorkersRequest request;
    request.set_count(count);
    request.set_python(python);
    channel_->call(&engine_proto::EngineService::Stub::WarmWorkers, request);
}

void EngineService::restart_workers() const {
    channel_->call(&engine_proto::EngineService::Stub::RestartWorkers);
}

}  // namespace firesteel::client
