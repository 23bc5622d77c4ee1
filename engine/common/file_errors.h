#pragma once
/// What the system says of a file, in the error that a client gets.

#include <string>
#include <system_error>

#include "common/error.h"

namespace firesteel {

/// TASK_WRITE_FAILED, with the reason behind its text: a full disk, a file system that is read-only.
[[nodiscard]] Error write_failed(const std::string& path, std::error_code why);

}  // namespace firesteel
