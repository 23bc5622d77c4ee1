#pragma once
/// Calls that Spark refuses with a condition that has no row in error_classes.inc yet: they fail as unsupported, with
/// that condition's name in the text.

#include <string>
#include <string_view>

#include "common/error.h"

namespace firesteel {

[[nodiscard]] inline Error refused(std::string_view condition, const ErrorParameters& parameters = {}) {
    std::string text = "a call that is refused with " + std::string(condition);
    for (const auto& [name, value] : parameters) text += ", " + name + " " + value;
    return unsupported(std::move(text));
}

}  // namespace firesteel
