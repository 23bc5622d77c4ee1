#pragma once
/// Strong id types and UUIDs. Ids are values: made at the edges, passed everywhere. Thread-safe.

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace firesteel {

template <typename Tag>
class Id {
  public:
    Id() = default;
    explicit Id(std::string text) : text_(std::move(text)) {}
    const std::string& text() const { return text_; }
    bool empty() const { return text_.empty(); }
    auto operator<=>(const Id&) const = default;

  private:
    std::string text_;
};

using SessionId = Id<struct SessionIdTag>;          // made by the client
using ServerSessionId = Id<struct ServerSessionIdTag>;  // made by us, one per session life
using OperationId = Id<struct OperationIdTag>;
using ResponseId = Id<struct ResponseIdTag>;
using UserId = Id<struct UserIdTag>;

/// Who a session belongs to: users may choose equal session ids.
struct SessionKey {
    UserId user;
    SessionId session;
    auto operator<=>(const SessionKey&) const = default;
};

/// A random (version 4) UUID.
std::string random_uuid();
/// 8-4-4-4-12 hexadecimal digits.
bool is_uuid(std::string_view text);

}  // namespace firesteel

template <typename Tag>
struct std::hash<firesteel::Id<Tag>> {
    std::size_t operator()(const firesteel::Id<Tag>& id) const noexcept {
        return std::hash<std::string>{}(id.text());
    }
};
