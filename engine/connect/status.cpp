#include "connect/status.h"

#include <string>
#include <string_view>

#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <spark/connect/base.pb.h>

#include "common/limits.h"
#include "common/log.h"

namespace firesteel::connect {
namespace {

constexpr log::Channel kLog{"connect"};
// Trailers must stay under 8 KiB: the message counts percent-encoded, the details as base64 and with
// the message once more.
constexpr std::size_t kEncodedMessageBytesMax = 2600;
constexpr std::size_t kMessageBytesMax = 2100;
constexpr std::size_t kParametersBytesMax = 1024;
constexpr std::string_view kDomain = "org.apache.spark";
constexpr int kBusyRetrySeconds = 1;

std::size_t encoded_size(unsigned char c) { return c >= 0x20 && c <= 0x7E && c != '%' ? 1 : 3; }

/// The message's beginning, cut between characters, with "..." where something was cut.
std::string shortened(const std::string& message) {
    constexpr std::string_view kDots = "...";
    std::size_t characters = 0;
    std::size_t encoded = 0;
    std::size_t cut = 0;  // where a text with dots would end
    for (std::size_t i = 0; i < message.size(); ++i) {
        const auto c = static_cast<unsigned char>(message[i]);
        const bool begins_character = (c & 0xC0U) != 0x80U;
        const bool room_for_dots = characters + kDots.size() <= limits::kStatusMessageCharactersMax &&
                                   encoded + kDots.size() <= kEncodedMessageBytesMax &&
                                   i + kDots.size() <= kMessageBytesMax;
        if (begins_character && room_for_dots) cut = i;
        characters += begins_character ? 1 : 0;
        encoded += encoded_size(c);
        if (characters > limits::kStatusMessageCharactersMax || encoded > kEncodedMessageBytesMax ||
            i >= kMessageBytesMax) {
            return message.substr(0, cut).append(kDots);
        }
    }
    return message;
}

void append_json(std::string& out, std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    out.push_back('"');
    for (const char raw : text) {
        const auto c = static_cast<unsigned char>(raw);
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(raw);
        } else if (c < 0x20) {
            out.append("\\u00").push_back(kHex[c >> 4U]);
            out.push_back(kHex[c & 0x0FU]);
        } else {
            out.push_back(raw);
        }
    }
    out.push_back('"');
}

std::string classes_json(const Error& error) {
    std::string out = "[";
    for (const std::string_view name : java_class_chain(error.row().exception)) {
        if (out.size() > 1) out.push_back(',');
        append_json(out, name);
    }
    return out.append("]");
}

std::string parameters_json(const Error& error) {
    std::string out = "{";
    for (const auto& [name, value] : error.parameters()) {
        if (out.size() > 1) out.push_back(',');
        append_json(out, name);
        out.push_back(':');
        append_json(out, value);
    }
    return out.append("}");
}

void fill_info(const Error& error, ErrorCache* errors, google::rpc::ErrorInfo& info) {
    const ErrorClassRow& row = error.row();
    info.set_reason(std::string(java_class_chain(row.exception).front()));
    info.set_domain(std::string(kDomain));
    auto& metadata = *info.mutable_metadata();
    metadata["classes"] = classes_json(error);
    if (!row.sqlstate.empty()) metadata["sqlState"] = std::string(row.sqlstate);
    if (!row.condition.empty()) {
        metadata["errorClass"] = std::string(row.condition);
        std::string parameters = parameters_json(error);
        if (parameters.size() <= kParametersBytesMax) metadata["messageParameters"] = std::move(parameters);
    }
    if (errors != nullptr) metadata["errorId"] = errors->add(error);
}

using ErrorDetails = spark::connect::FetchErrorDetailsResponse;

void encode_context(const QueryContext& context, ErrorDetails::QueryContext& out) {
    const bool is_sql = context.kind == SourceText::Kind::Sql;
    out.set_context_type(is_sql ? ErrorDetails::QueryContext::SQL
                                : ErrorDetails::QueryContext::DATAFRAME);
    out.set_object_type(context.object_type);
    out.set_object_name(context.object_name);
    out.set_start_index(context.start_index);
    out.set_stop_index(context.stop_index);
    out.set_fragment(context.fragment);
    out.set_call_site(context.call_site);
    out.set_summary(context.summary);
}

}  // namespace

grpc::Status status_of(const Error& error, ErrorCache* errors) {
    const bool busy = error.id() == ErrorClass::EngineBusy;
    const auto code = busy ? grpc::StatusCode::RESOURCE_EXHAUSTED : grpc::StatusCode::INTERNAL;
    google::rpc::Status status;
    status.set_code(code);
    status.set_message(shortened(error.message()));
    google::rpc::ErrorInfo info;
    fill_info(error, errors, info);
    status.add_details()->PackFrom(info);
    if (busy) {
        google::rpc::RetryInfo retry;
        retry.mutable_retry_delay()->set_seconds(kBusyRetrySeconds);
        status.add_details()->PackFrom(retry);
    }
    return {code, status.message(), status.SerializeAsString()};
}

grpc::Status status_of(const std::exception& thrown, ErrorCache* errors) {
    if (const auto* error = dynamic_cast<const Error*>(&thrown)) return status_of(*error, errors);
    kLog.error("request ended by a defect", {{"what", thrown.what()}});
    return status_of(Error(ErrorClass::InternalError, {{"message", thrown.what()}}), errors);
}

void encode_error(const Error& error, ErrorDetails& response) {
    const ErrorClassRow& row = error.row();
    response.set_root_error_idx(0);
    auto& out = *response.add_errors();
    for (const std::string_view name : java_class_chain(row.exception)) {
        out.add_error_type_hierarchy(std::string(name));
    }
    out.set_message(error.message());
    if (row.condition.empty()) return;
    auto& throwable = *out.mutable_spark_throwable();
    throwable.set_error_class(std::string(row.condition));
    if (!row.sqlstate.empty()) throwable.set_sql_state(std::string(row.sqlstate));
    for (const auto& [name, value] : error.parameters()) {
        (*throwable.mutable_message_parameters())[name] = value;
    }
    for (const QueryContext& context : error.contexts()) {
        encode_context(context, *throwable.add_query_contexts());
    }
}

}  // namespace firesteel::connect
