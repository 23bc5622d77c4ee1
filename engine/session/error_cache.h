#pragma once
/// The last errors of one session, whole, for FetchErrorDetails: a gRPC status holds only a part.
/// Bounded; the oldest go first. Thread-safe.

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "common/error.h"
#include "common/ids.h"
#include "common/limits.h"

namespace firesteel {

class ErrorCache {
  public:
    /// The id under which the client may ask for the error.
    std::string add(const Error& error) {
        std::string id = random_uuid();
        const std::lock_guard lock(mutex_);
        errors_.emplace_back(id, error);
        if (errors_.size() > limits::kErrorsKeptPerSession) errors_.pop_front();
        return id;
    }

    std::optional<Error> find(const std::string& id) const {
        const std::lock_guard lock(mutex_);
        for (const auto& [key, error] : errors_) {
            if (key == id) return error;
        }
        return std::nullopt;
    }

  private:
    mutable std::mutex mutex_;
    std::deque<std::pair<std::string, Error>> errors_;
};

}  // namespace firesteel
