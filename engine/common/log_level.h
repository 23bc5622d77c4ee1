#pragma once
/// Changes how much is logged while the engine runs. Any thread.

#include <string_view>

namespace firesteel::log {

/// `name` is one of Spark's, in any case: ALL, TRACE, DEBUG, INFO, WARN, ERROR, FATAL, OFF. False if
/// it is none of them.
bool set_level(std::string_view name);

}  // namespace firesteel::log
