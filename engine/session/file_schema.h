#pragma once
/// The columns of several data files of one format as one schema.

#include <string>
#include <vector>

#include "exec/query.h"
#include "types/data_type.h"

namespace firesteel {

/// Of the first file, or the columns of all files by name, where types must be alike or widen.
Schema parquet_columns(exec::QueryEngine& queries, const std::vector<std::string>& files, bool merge,
                       bool case_sensitive);

}  // namespace firesteel
