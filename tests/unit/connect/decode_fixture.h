#pragma once
/// Messages for the decoder's tests, written in protobuf's text format.

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <google/protobuf/text_format.h>
#include <spark/connect/base.pb.h>

#include "connect/decode/decode.h"

namespace firesteel::connect::test {

template <typename Message>
Message from_text(std::string_view text) {
    Message message;
    if (!google::protobuf::TextFormat::ParseFromString(std::string(text), &message)) {
        throw std::invalid_argument("no such message: " + std::string(text));
    }
    return message;
}

/// A session with cached artifacts by hash.
struct Session {
    std::map<std::string, std::string> artifacts;
    DecodeContext context() const {
        DecodeContext result;
        result.cached_artifact =
            [this](const std::string& hash) -> std::shared_ptr<const std::string> {
            const auto found = artifacts.find(hash);
            if (found == artifacts.end()) return nullptr;
            return std::make_shared<const std::string>(found->second);
        };
        return result;
    }
};

inline PlanNode decode_message(spark::connect::Plan message, const Session& session = {}) {
    auto plan = std::make_shared<spark::connect::Plan>(std::move(message));
    return decode_plan(*plan, plan, session.context());
}

/// The text of a relation message, decoded.
inline unresolved::Relation relation(std::string_view text, const Session& session = {}) {
    return std::get<unresolved::Relation>(decode_message(
        from_text<spark::connect::Plan>("root {" + std::string(text) + "}"), session));
}

/// The text of an expression message, decoded as the only column of a project.
inline unresolved::Expr expression(std::string_view text) {
    const auto project = relation("project { expressions {" + std::string(text) + "} }");
    return project.get_if<unresolved::Project>()->expressions.at(0);
}

/// The error that decoding raises; its absence fails the test.
template <typename F>
Error error_of(F&& run) {
    try {
        run();
    } catch (const Error& error) {
        return error;
    }
    throw std::logic_error("no error was raised");
}

inline ErrorClass relation_error(std::string_view text) {
    return error_of([&] { relation(text); }).id();
}

inline ErrorClass expression_error(std::string_view text) {
    return error_of([&] { expression(text); }).id();
}

}  // namespace firesteel::connect::test
