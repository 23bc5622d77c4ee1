#pragma once
/// The options of JSON records, with Spark's defaults.

#include "formats/record_options.h"
#include "types/json_reader.h"

namespace firesteel {

json::Dialect json_dialect(const Options& options);

}  // namespace firesteel
