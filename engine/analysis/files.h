#pragma once
/// File formats that can be read, by the names users give them. For analysis, and for session's writers.

#include <string>

#include "common/error.h"
#include "types/data_type.h"

namespace firesteel::analysis {

/// Whether `format`.`path` names files.
bool is_file_format(const std::string& name);
/// What a format is told that is neither read nor written here; `operation` is "read" or "write".
[[nodiscard]] Error no_such_format(const std::string& given, const std::string& operation, const Origin& origin = {});
bool is_there(const std::string& path);
/// A schema as text, DDL or JSON; a type that is no struct is the type of a column "value".
Schema schema_from_text(const std::string& text);

}  // namespace firesteel::analysis
