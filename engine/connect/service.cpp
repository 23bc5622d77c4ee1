#include "connect/service.h"

#include <spark/connect/base.grpc.pb.h>

#include "common/error.h"
#include "connect/access.h"
#include "connect/decode/wire.h"
#include "connect/handlers/handlers.h"
#include "connect/message_bytes.h"
#include "connect/status.h"

namespace firesteel::connect {
namespace {

using Bytes = grpc::ByteBuffer;
using Unary = grpc::ServerUnaryReactor;
using Call = grpc::CallbackServerContext;
using Base = spark::connect::SparkConnectService;

// Every method takes bytes: gRPC's own parse stops at 100 nested messages.
template <typename S>
using RawStreams = Base::WithRawCallbackMethod_ExecutePlan<
    Base::WithRawCallbackMethod_ReattachExecute<Base::WithRawCallbackMethod_AddArtifacts<S>>>;
template <typename S>
using RawQuick = Base::WithRawCallbackMethod_Config<Base::WithRawCallbackMethod_Interrupt<
    Base::WithRawCallbackMethod_ReleaseExecute<Base::WithRawCallbackMethod_GetStatus<
        Base::WithRawCallbackMethod_FetchErrorDetails<S>>>>>;
template <typename S>
using RawSlow = Base::WithRawCallbackMethod_AnalyzePlan<
    Base::WithRawCallbackMethod_ArtifactStatus<Base::WithRawCallbackMethod_ReleaseSession<
        Base::WithRawCallbackMethod_CloneSession<S>>>>;
using RawService = RawStreams<RawQuick<RawSlow<Base::Service>>>;

grpc::Status unauthenticated() {
    return {grpc::StatusCode::UNAUTHENTICATED, "The engine's token is missing or wrong."};
}

/// A stream that ends at once.
class RefusedRead final : public grpc::ServerReadReactor<Bytes> {
  public:
    explicit RefusedRead(const grpc::Status& status) { Finish(status); }
    void OnDone() override { delete this; }
};
class RefusedWrite final : public grpc::ServerWriteReactor<Bytes> {
  public:
    explicit RefusedWrite(const grpc::Status& status) { Finish(status); }
    void OnDone() override { delete this; }
};

/// Parse, handle, serialise; whatever goes wrong becomes a status.
template <typename Request, typename Response>
grpc::Status answer(SparkContext& context, Response (*handle)(SparkContext&, const Request&),
                    const Bytes& bytes, Bytes& out) {
    Request request;
    try {
        parse_envelope(bytes, request);
        out = to_buffer(handle(context, request));
        return grpc::Status::OK;
    } catch (const std::exception& thrown) {
        const auto session = context.find_session(session_key(request));
        return status_of(thrown, session ? &session->errors() : nullptr);
    }
}

/// The same for requests that hold plans.
grpc::Status analyze(SparkContext& context, const Bytes& bytes, Bytes& out) {
    const auto request = std::make_shared<proto::AnalyzePlanRequest>();
    try {
        parse_message(to_string(bytes), *request);
        out = to_buffer(handle_analyze_plan(context, request));
        return grpc::Status::OK;
    } catch (const std::exception& thrown) {
        const auto session = context.find_session(session_key(*request));
        return status_of(thrown, session ? &session->errors() : nullptr);
    }
}

class SparkConnect final : public RawService {
  public:
    SparkConnect(SparkContext& context, const Access& access) : context_(context), access_(access) {}

    grpc::ServerWriteReactor<Bytes>* ExecutePlan(Call* call, const Bytes* request) override {
        if (!access_.allows(*call)) return new RefusedWrite(unauthenticated());
        return handle_execute_plan(context_, *request);
    }
    grpc::ServerWriteReactor<Bytes>* ReattachExecute(Call* call, const Bytes* request) override {
        if (!access_.allows(*call)) return new RefusedWrite(unauthenticated());
        return handle_reattach_execute(context_, *request);
    }
    grpc::ServerReadReactor<Bytes>* AddArtifacts(Call* call, Bytes* response) override {
        if (!access_.allows(*call)) return new RefusedRead(unauthenticated());
        return handle_add_artifacts(context_, response);
    }

    Unary* Config(Call* call, const Bytes* in, Bytes* out) override {
        return quick(call, handle_config, in, out);
    }
    Unary* Interrupt(Call* call, const Bytes* in, Bytes* out) override {
        return quick(call, handle_interrupt, in, out);
    }
    Unary* ReleaseExecute(Call* call, const Bytes* in, Bytes* out) override {
        return quick(call, handle_release_execute, in, out);
    }
    Unary* GetStatus(Call* call, const Bytes* in, Bytes* out) override {
        return quick(call, handle_get_status, in, out);
    }
    Unary* FetchErrorDetails(Call* call, const Bytes* in, Bytes* out) override {
        return quick(call, handle_fetch_error_details, in, out);
    }

    Unary* AnalyzePlan(Call* call, const Bytes* in, Bytes* out) override {
        return slow(call, [this, in, out] { return analyze(context_, *in, *out); });
    }
    Unary* ArtifactStatus(Call* call, const Bytes* in, Bytes* out) override {
        return slow(call, [this, in, out] { return answer(context_, handle_artifact_status, *in, *out); });
    }
    Unary* ReleaseSession(Call* call, const Bytes* in, Bytes* out) override {
        return slow(call, [this, in, out] { return answer(context_, handle_release_session, *in, *out); });
    }
    Unary* CloneSession(Call* call, const Bytes* in, Bytes* out) override {
        return slow(call, [this, in, out] { return answer(context_, handle_clone_session, *in, *out); });
    }

  private:
    template <typename Handle>
    Unary* quick(Call* call, Handle handle, const Bytes* in, Bytes* out) {
        Unary* reactor = call->DefaultReactor();
        reactor->Finish(access_.allows(*call) ? answer(context_, handle, *in, *out)
                                              : unauthenticated());
        return reactor;
    }

    /// gRPC keeps request, response and reactor until Finish.
    template <typename Answer>
    Unary* slow(Call* call, Answer make) {
        Unary* reactor = call->DefaultReactor();
        if (!access_.allows(*call)) {
            reactor->Finish(unauthenticated());
            return reactor;
        }
        if (!context_.run_analysis([reactor, make] { reactor->Finish(make()); })) {
            reactor->Finish(status_of(
                Error(ErrorClass::EngineBusy, {{"what", "too many requests wait"}}), nullptr));
        }
        return reactor;
    }

    SparkContext& context_;
    const Access& access_;
};

}  // namespace

std::shared_ptr<grpc::Service> make_spark_connect_service(SparkContext& context, const Access& access) {
    return std::make_shared<SparkConnect>(context, access);
}

}  // namespace firesteel::connect
