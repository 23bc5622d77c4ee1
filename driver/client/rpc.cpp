#include "client/rpc.h"

#include <array>
#include <cstdlib>
#include <random>

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <unistd.h>

#include "client/errors.h"

namespace firesteel::client {
namespace {

constexpr int kMessageBytesMax = 128 << 20;

std::string new_uuid() {
    std::random_device device;
    std::array<std::uint32_t, 4> words{};
    for (auto& word : words) word = device();
    words[1] = (words[1] & 0xffff0fffU) | 0x4000U;      // version 4
    words[2] = (words[2] & 0x3fffffffU) | 0x80000000U;  // RFC 4122
    char text[37];
    std::snprintf(text, sizeof text, "%08x-%04x-%04x-%04x-%04x%08x", words[0], words[1] >> 16,
                  words[1] & 0xffffU, words[2] >> 16, words[2] & 0xffffU, words[3]);
    return text;
}

bool is_loopback(const std::string& host) {
    return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

std::shared_ptr<grpc::ChannelCredentials> credentials(const ConnectOptions& options) {
    if (options.use_ssl) return grpc::SslCredentials({});
    if (!options.token.empty() && !is_loopback(options.host)) {
        // As pyspark does: a token never travels in the clear.
        return grpc::SslCredentials({});
    }
    return grpc::InsecureChannelCredentials();
}

std::map<std::string, std::string> string_map(const std::string& json) {
    std::map<std::string, std::string> map;
    google::protobuf::Struct object;
    if (!google::protobuf::util::JsonStringToMessage(json, &object).ok()) return map;
    for (const auto& [key, value] : object.fields()) map[key] = value.string_value();
    return map;
}

std::vector<std::string> string_list(const std::string& json) {
    std::vector<std::string> list;
    google::protobuf::ListValue array;
    if (!google::protobuf::util::JsonStringToMessage(json, &array).ok()) return list;
    for (const auto& value : array.values()) list.push_back(value.string_value());
    return list;
}

/// The full text and the parameters, which may be too long for the trailers of the failed call.
void complete(QueryError::Details& details, const proto::FetchErrorDetailsResponse& fetched) {
    if (!fetched.has_root_error_idx()) return;
    const int root = fetched.root_error_idx();
    if (root < 0 || root >= fetched.errors_size()) return;
    const auto& error = fetched.errors(root);
    details.message = error.message();
    details.class_hierarchy.assign(error.error_type_hierarchy().begin(),
                                   error.error_type_hierarchy().end());
    if (!error.has_spark_throwable()) return;
    const auto& throwable = error.spark_throwable();
    if (throwable.has_error_class()) details.condition = throwable.error_class();
    if (throwable.has_sql_state()) details.sqlstate = throwable.sql_state();
    details.parameters.clear();
    for (const auto& [key, value] : throwable.message_parameters()) {
        details.parameters[key] = value;
    }
}

}  // namespace

Rpc::Rpc(ConnectOptions options) : options_(std::move(options)) {
    if (options_.session_id.empty()) options_.session_id = new_uuid();
    if (options_.user_agent.empty()) options_.user_agent = "firesteel";
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(kMessageBytesMax);
    arguments.SetMaxSendMessageSize(kMessageBytesMax);
    channel_ = grpc::CreateCustomChannel(options_.target(), credentials(options_), arguments);
    stub_ = proto::SparkConnectService::NewStub(channel_);
}

void Rpc::prepare(grpc::ClientContext& context) const {
    if (!options_.token.empty()) context.AddMetadata("authorization", "Bearer " + options_.token);
    for (const auto& [key, value] : options_.headers) context.AddMetadata(key, value);
}

void Rpc::raise(const grpc::Status& status) {
    google::rpc::Status details;
    google::rpc::ErrorInfo info;
    bool reported = false;
    if (details.ParseFromString(status.error_details())) {
        for (const auto& detail : details.details()) reported |= detail.UnpackTo(&info);
    }
    if (!reported) {
        const std::string where = options_.target() + ": " + status.error_message();
        if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
            throw ConnectionError("no answer from " + where);
        }
        if (status.error_code() == grpc::StatusCode::UNAUTHENTICATED ||
            status.error_code() == grpc::StatusCode::PERMISSION_DENIED) {
            throw ConnectionError("refused by " + where);
        }
        throw QueryError({.message = status.error_message()});
    }
    const auto& metadata = info.metadata();
    auto field = [&](const char* key) {
        const auto found = metadata.find(key);
        return found == metadata.end() ? std::string() : found->second;
    };
    QueryError::Details error{.message = status.error_message(),
                              .condition = field("errorClass"),
                              .sqlstate = field("sqlState"),
                              .parameters = string_map(field("messageParameters")),
                              .class_hierarchy = string_list(field("classes"))};
    if (const std::string id = field("errorId"); !id.empty()) {
        proto::FetchErrorDetailsRequest request;
        identify(request);
        request.set_error_id(id);
        grpc::ClientContext context;
        prepare(context);
        proto::FetchErrorDetailsResponse fetched;
        // What came with the status still stands if this call fails.
        if (stub_->FetchErrorDetails(&context, request, &fetched).ok()) complete(error, fetched);
    }
    throw QueryError(std::move(error));
}

}  // namespace firesteel::client
