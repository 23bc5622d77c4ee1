#include <zlib.h>

#include <atomic>
#include <optional>

#include "common/error.h"
#include "common/log.h"
#include "connect/handlers/handlers.h"
#include "connect/message_bytes.h"
#include "connect/status.h"
#include "session/worker_files.h"

namespace firesteel::connect {
namespace {

using Request = proto::AddArtifactsRequest;

bool crc_fits(const Request::ArtifactChunk& chunk) {
    const auto& data = chunk.data();
    const auto crc = ::crc32_z(0, reinterpret_cast<const unsigned char*>(data.data()), data.size());
    return static_cast<std::int64_t>(crc) == chunk.crc();
}

/// Stores the artifacts of one stream, message by message.
class ArtifactStream {
  public:
    explicit ArtifactStream(SparkContext& context) : context_(context) {}

    void take(const Request& request) {
        if (!session_) {
            session_ = session_of(context_, request);
            set_session(response_, *session_);
        }
        switch (request.payload_case()) {
            case Request::kBatch:
                expect_no_chunk();
                for (const auto& artifact : request.batch().artifacts()) store_whole(artifact);
                return;
            case Request::kBeginChunk: return begin(request.begin_chunk());
            case Request::kChunk: return add(request.chunk());
            case Request::PAYLOAD_NOT_SET: break;
        }
        throw unsupported("this kind of artifact message");
    }

    const proto::AddArtifactsResponse& finish() {
        expect_no_chunk();
        if (!session_) fail("the stream of artifacts was empty");
        return response_;
    }

    ErrorCache* errors() { return session_ ? &session_->errors() : nullptr; }

  private:
    [[noreturn]] static void fail(const std::string& what) {
        throw Error(ErrorClass::ConnectInvalidPlanCannotParse, {{"errorMsg", what}});
    }

    void expect_no_chunk() const {
        if (upload_) fail("an artifact ended before its last chunk");
    }

    void add_summary(const std::string& name, bool crc_successful) {
        auto& summary = *response_.add_artifacts();
        summary.set_name(name);
        summary.set_is_crc_successful(crc_successful);
    }

    void store(Artifacts::Upload& upload) {
        upload.commit();
        admit_artifact(context_.conf(), session_->artifacts(), upload.name());
    }

    void store_whole(const Request::SingleChunkArtifact& artifact) {
        check_artifact_name(artifact.name());
        const bool fits = crc_fits(artifact.data());
        if (fits) {
            Artifacts::Upload upload(session_->artifacts(), artifact.name());
            upload.append(artifact.data().data());
            store(upload);
        }
        add_summary(artifact.name(), fits);
    }

    void begin(const Request::BeginChunkedArtifact& begin) {
        expect_no_chunk();
        if (begin.num_chunks() < 1 || begin.total_bytes() < 0) fail("an artifact has no chunks");
        upload_.emplace(session_->artifacts(), begin.name());
        chunks_left_ = begin.num_chunks();
        bytes_left_ = begin.total_bytes();
        crc_successful_ = true;
        add(begin.initial_chunk());
    }

    void add(const Request::ArtifactChunk& chunk) {
        if (!upload_) fail("a chunk came without its artifact");
        crc_successful_ = crc_successful_ && crc_fits(chunk);
        bytes_left_ -= static_cast<std::int64_t>(chunk.data().size());
        if (bytes_left_ < 0) fail("an artifact has more bytes than it announced");
        if (crc_successful_) upload_->append(chunk.data());
        if (--chunks_left_ > 0) return;
        if (bytes_left_ != 0) fail("an artifact has fewer bytes than it announced");
        if (crc_successful_) store(*upload_);
        add_summary(upload_->name(), crc_successful_);
        upload_.reset();
    }

    SparkContext& context_;
    std::shared_ptr<Session> session_;
    proto::AddArtifactsResponse response_;
    std::optional<Artifacts::Upload> upload_;
    std::int64_t chunks_left_ = 0;
    std::int64_t bytes_left_ = 0;
    bool crc_successful_ = true;
};

/// Reads one message, stores it on an analysis thread (files block), reads the next.
class AddArtifactsReactor final : public grpc::ServerReadReactor<grpc::ByteBuffer> {
  public:
    AddArtifactsReactor(SparkContext& context, grpc::ByteBuffer* response)
        : context_(context), response_(response), stream_(std::in_place, context) {
        StartRead(&message_);
    }

    void OnReadDone(bool ok) override {
        const bool taken = context_.run_analysis([this, ok] { ok ? take() : finish(); });
        if (!taken) Finish(status_of(Error(ErrorClass::EngineBusy, {{"what", "too many requests wait"}}), nullptr));
    }

    void OnDone() override { delete this; }

  private:
    void take() {
        try {
            Request request;
            parse_envelope(message_, request);
            stream_->take(request);
        } catch (const std::exception& error) {
            return end(status_of(error, stream_->errors()));
        }
        StartRead(&message_);
    }

    void finish() {
        try {
            *response_ = to_buffer(stream_->finish());
        } catch (const std::exception& error) {
            return end(status_of(error, stream_->errors()));
        }
        end(grpc::Status::OK);
    }

    void end(const grpc::Status& status) {
        stream_.reset();  // files are closed here, not on gRPC's thread
        Finish(status);
    }

    SparkContext& context_;
    grpc::ByteBuffer* const response_;
    grpc::ByteBuffer message_;
    std::optional<ArtifactStream> stream_;
};

}  // namespace

grpc::ServerReadReactor<grpc::ByteBuffer>* handle_add_artifacts(SparkContext& context,
                                                                grpc::ByteBuffer* response) {
    return new AddArtifactsReactor(context, response);
}

}  // namespace firesteel::connect
