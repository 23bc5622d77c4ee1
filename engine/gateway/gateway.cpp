#include "gateway/gateway.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include <firesteel/engine.grpc.pb.h>
#include <grpcpp/support/server_callback.h>

#include "common/config_keys.h"
#include "common/error.h"
#include "common/log.h"
#include "common/log_level.h"
#include "gateway/settings.h"

namespace firesteel::gateway {
namespace {

constexpr log::Channel kLog{"gateway"};
namespace v1 = firesteel::v1;
using Call = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

void set_time(google::protobuf::Timestamp& out, std::chrono::system_clock::time_point time) {
    const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch());
    out.set_seconds(ns.count() / 1'000'000'000);
    out.set_nanos(static_cast<std::int32_t>(ns.count() % 1'000'000'000));
}

v1::OperationState encode(OperationState state) {
    switch (state) {
        case OperationState::Running: return v1::OPERATION_STATE_RUNNING;
        case OperationState::Terminating: return v1::OPERATION_STATE_TERMINATING;
        case OperationState::Succeeded: return v1::OPERATION_STATE_SUCCEEDED;
        case OperationState::Failed: return v1::OPERATION_STATE_FAILED;
        case OperationState::Canceled: return v1::OPERATION_STATE_CANCELLED;
    }
    return v1::OPERATION_STATE_UNSPECIFIED;
}

std::int64_t resident_bytes(const std::string& process) {
    std::ifstream in("/proc/" + process + "/statm");
    std::int64_t total_pages = 0;
    std::int64_t resident_pages = 0;
    in >> total_pages >> resident_pages;
    return resident_pages * ::sysconf(_SC_PAGESIZE);
}

std::int32_t running_operations(const SparkContext& context) {
    std::int32_t count = 0;
    for (const auto& session : context.sessions()) {
        for (const auto& operation : session->operations()) {
            count += operation.state == OperationState::Running ||
                     operation.state == OperationState::Terminating;
        }
    }
    return count;
}

class Engine final : public v1::EngineService::CallbackService {
  public:
    Engine(SparkContext& context, const connect::Access& access, std::function<void()> request_stop)
        : context_(context), access_(access), request_stop_(std::move(request_stop)) {}

    Reactor* GetContext(Call* call, const v1::GetContextRequest*,
                        v1::GetContextResponse* response) override {
        return answer(call, [&] {
            const ApplicationFacts& facts = context_.facts();
            response->set_application_id(facts.id);
            response->set_app_name(facts.name);
            response->set_master(facts.master);
            response->set_default_parallelism(static_cast<std::int32_t>(facts.default_parallelism));
            set_time(*response->mutable_started_at(), facts.started_at);
            response->set_version(facts.version);
            response->set_spark_version(facts.spark_version);
            for (const auto& [key, value] : context_.conf().settings()) {
                if (key.starts_with("spark.")) response->mutable_settings()->insert({key, value});
            }
        });
    }

    Reactor* GetEngineStatus(Call* call, const v1::GetEngineStatusRequest*,
                             v1::GetEngineStatusResponse* response) override {
        return answer(call, [&] {
            response->set_pid(::getpid());
            response->set_sessions(static_cast<std::int32_t>(context_.sessions().size()));
            response->set_operations_running(running_operations(context_));
            response->set_resident_bytes(resident_bytes("self"));
            response->set_workers(static_cast<std::int32_t>(context_.workers().status().size()));
            set_time(*response->mutable_started_at(), context_.facts().started_at);
            response->set_version(context_.facts().version);
        });
    }

    Reactor* ListSessions(Call* call, const v1::ListSessionsRequest*,
                          v1::ListSessionsResponse* response) override {
        return answer(call, [&] {
            const auto now = Session::Clock::now();
            for (const auto& session : context_.sessions()) {
                auto& out = *response->add_sessions();
                out.set_user_id(session->key().user.text());
                out.set_session_id(session->key().session.text());
                out.set_server_side_session_id(session->server_id().text());
                set_time(*out.mutable_started_at(), session->started_at());
                const auto idle = std::chrono::duration_cast<std::chrono::milliseconds>(
                    now - session->last_used());
                out.set_idle_ms(idle.count());
                out.set_operations(static_cast<std::int32_t>(session->operations().size()));
                out.set_caches(static_cast<std::int32_t>(session->plan_cache().size()));
            }
        });
    }

    Reactor* ListOperations(Call* call, const v1::ListOperationsRequest* request,
                            v1::ListOperationsResponse* response) override {
        return answer(call, [&] {
            for (const auto& session : context_.sessions()) {
                const auto& id = session->key().session.text();
                if (!request->session_id().empty() && request->session_id() != id) continue;
                for (const auto& operation : session->operations()) {
                    auto& out = *response->add_operations();
                    out.set_operation_id(operation.id.text());
                    out.set_session_id(id);
                    out.set_user_id(session->key().user.text());
                    out.set_state(encode(operation.state));
                    for (const auto& tag : operation.tags) out.add_tags(tag);
                    set_time(*out.mutable_started_at(), operation.started_at);
                }
            }
        });
    }

    Reactor* ListWorkers(Call* call, const v1::ListWorkersRequest*,
                         v1::ListWorkersResponse* response) override {
        return answer(call, [&] {
            const python::WorkerPool& pool = context_.workers();
            for (const python::WorkerStatus& worker : pool.status()) {
                auto& out = *response->add_workers();
                out.set_pid(worker.pid);
                out.set_python(worker.interpreter);
                out.set_session_id(std::filesystem::path(worker.session_directory).filename());
                out.set_resident_bytes(resident_bytes(std::to_string(worker.pid)));
                out.set_busy(worker.leased);
                out.set_output(worker.output);
            }
            for (const python::FunctionUse& use : pool.functions()) {
                auto& out = *response->add_functions();
                out.set_name(use.name);
                out.set_calls(static_cast<std::int64_t>(use.calls));
                out.set_rows(static_cast<std::int64_t>(use.rows));
                out.set_busy_us(std::chrono::duration_cast<std::chrono::microseconds>(use.busy).count());
            }
            response->set_started(static_cast<std::int64_t>(pool.started_total()));
        });
    }

    Reactor* WarmWorkers(Call* call, const v1::WarmWorkersRequest* request, v1::WarmWorkersResponse*) override {
        Reactor* reactor = call->DefaultReactor();
        if (!admits(*call, reactor)) return reactor;
        const auto count = static_cast<std::size_t>(std::max(request->count(), 0));
        const bool runs = context_.run_analysis([this, reactor, count, python = request->python()] {
            reactor->Finish(warm(python, count));
        });
        if (!runs) reactor->Finish({grpc::StatusCode::UNAVAILABLE, "The engine is busy."});
        return reactor;
    }

    Reactor* RestartWorkers(Call* call, const v1::RestartWorkersRequest*, v1::RestartWorkersResponse*) override {
        return answer(call, [&] { context_.workers().restart(); });
    }

    Reactor* SetLogLevel(Call* call, const v1::SetLogLevelRequest* request, v1::SetLogLevelResponse*) override {
        Reactor* reactor = call->DefaultReactor();
        if (!admits(*call, reactor)) return reactor;
        reactor->Finish(log::set_level(request->level())
                            ? grpc::Status::OK
                            : grpc::Status{grpc::StatusCode::INVALID_ARGUMENT,
                                           "A log level is one of ALL, DEBUG, ERROR, FATAL, INFO, OFF, TRACE, WARN."});
        return reactor;
    }

    Reactor* ListSettings(Call* call, const v1::ListSettingsRequest* request,
                          v1::ListSettingsResponse* response) override {
        return answer(call, [&] { list_settings(context_.conf(), request->part(), *response); });
    }

    Reactor* StopEngine(Call* call, const v1::StopEngineRequest*,
                        v1::StopEngineResponse* response) override {
        return answer(call, [&] {
            response->set_operations_running(running_operations(context_));
            kLog.info("asked to stop", {{"peer", call->peer()}});
            request_stop_();
        });
    }

  private:
    template <typename Fill>
    Reactor* answer(Call* call, Fill fill) {
        Reactor* reactor = call->DefaultReactor();
        if (!admits(*call, reactor)) return reactor;
        fill();
        reactor->Finish(grpc::Status::OK);
        return reactor;
    }

    /// False: the call was answered.
    bool admits(const Call& call, Reactor* reactor) const {
        if (access_.allows(call)) return true;
        reactor->Finish({grpc::StatusCode::UNAUTHENTICATED, "The engine's token is missing or wrong."});
        return false;
    }

    grpc::Status warm(const std::string& python, std::size_t count) {
        const auto environment =
            context_.worker_environment(context_.conf());
        if (!python.empty()) environment->interpreter = python;
        if (environment->interpreter.empty()) environment->interpreter = "python3";
        try {
            context_.workers().warm(environment, count, StopToken());
        } catch (const firesteel::Error& error) {
            return {grpc::StatusCode::FAILED_PRECONDITION, error.message()};
        }
        return grpc::Status::OK;
    }

    SparkContext& context_;
    const connect::Access& access_;
    const std::function<void()> request_stop_;
};

}  // namespace

std::shared_ptr<grpc::Service> make_engine_service(SparkContext& context, const connect::Access& access,
                                                   std::function<void()> request_stop) {
    return std::make_shared<Engine>(context, access, std::move(request_stop));
}

}  // namespace firesteel::gateway
