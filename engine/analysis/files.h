#pragma once
/// File formats that can be read, by the names users give them. Internal to analysis.

#include <string>

#include "types/data_type.h"

namespace firesteel::analysis {

/// Whether `format`.`path` names files.
bool is_file_format(const std::string& name);
bool is_there(const std::string& path);
/// A schema as text, DDL or JSON; a type that is no struct is the type of a column "value".
Schema schema_from_text(const std::string& text);

}  // namespace firesteel::analysis
