#pragma once
/// What an engine's settings are, with what they mean: the documented ones, then all else that is
/// set. Any thread.

#include <array>
#include <string_view>

#include <firesteel/engine.pb.h>

#include "common/config.h"

namespace firesteel::gateway {

/// Parts of names whose values are not shown.
inline constexpr std::array<std::string_view, 5> kSecretMarks{"secret", "password", "token",
                                                              "access.key", "accesskey"};

void list_settings(const Config& conf, std::string_view part,
                   firesteel::v1::ListSettingsResponse& out);

}  // namespace firesteel::gateway
