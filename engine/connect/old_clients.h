#pragma once
/// Clients before Spark 4.0 come from a world where ANSI mode was off: overflow and bad casts gave
/// NULL there and are errors here. The log says so, once for an engine. Any thread.

#include <optional>
#include <string_view>

#include "session/spark_context.h"

namespace firesteel::connect {

/// The release that a client names in what it says of itself: 3 of "_SPARK_CONNECT_PYTHON
/// spark/3.5.1 os/linux".
std::optional<int> major_release(std::string_view client_type);

void note_old_client(SparkContext& context, Session& session, std::string_view client_type);

}  // namespace firesteel::connect
