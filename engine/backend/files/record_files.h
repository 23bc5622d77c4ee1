#pragma once
/// Files of records as text (CSV, JSON, XML) by their options: how they are cut, the schema that their records have.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/files/text_records.h"
#include "common/stop_token.h"
#include "formats/record_options.h"
#include "types/data_type.h"

namespace firesteel::files {

/// Throws INVALID_PARAMETER_VALUE.CHARSET, and UNSUPPORTED_FEATURE for what can't be read.
TextFormat record_format(std::string_view format, const Options& options);

struct InferenceContext {
    std::string session_zone;
    bool case_sensitive;
    std::int32_t parallelism;
    StopToken stop;
};

/// Reads the files: CSV with inferSchema, JSON and XML wholly or a sample of them, CSV without it up to its first record.
Schema record_schema(std::string_view format, const std::vector<std::string>& paths, const Options& options,
                     const InferenceContext& context);
/// The same of records that are no files: `next` gives them one after the other.
using NextText = std::function<std::optional<std::string_view>()>;
Schema text_schema(std::string_view format, const NextText& next, const Options& options, const InferenceContext& context);

}  // namespace firesteel::files
