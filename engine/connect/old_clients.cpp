#include "connect/old_clients.h"

#include <charconv>
#include <string>

#include "common/config_keys.h"
#include "common/log.h"

namespace firesteel::connect {
namespace {

constexpr log::Channel kLog{"connect"};
constexpr std::string_view kRelease = "spark/";
constexpr int kFirstWithAnsi = 4;

}  // namespace

std::optional<int> major_release(std::string_view client_type) {
    const auto at = client_type.find(kRelease);
    if (at == client_type.npos) return std::nullopt;
    const std::string_view text = client_type.substr(at + kRelease.size());
    int major = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), major);
    if (error != std::errc()) return std::nullopt;
    return major;
}

void note_old_client(SparkContext& context, Session& session, std::string_view client_type) {
    const auto major = major_release(client_type);
    if (!major || *major >= kFirstWithAnsi) return;
    if (!session.conf().snapshot().get(keys::kAnsiEnabled) || !context.is_first_old_client())
        return;
    kLog.warn(
        "a client older than 4.0 runs with ANSI mode on: overflow and bad casts are errors; "
        "spark.sql.ansi.enabled=false gives what it is used to",
        {
            {"client", client_type}
    });
}

}  // namespace firesteel::connect
