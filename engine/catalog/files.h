#pragma once
/// Files behind a path: globs, directories, hidden files, and `key=value` partition folders with
/// their types inferred as Spark does. Called by analysis for `spark.read…load(paths)` and
/// `` format.`path` ``. Reads directory listings only, never a file's content.

#include <string>
#include <vector>

#include "types/data_type.h"
#include "types/literal.h"

namespace firesteel::catalog {

struct FileListing {
    std::vector<std::string> files;  // absolute, sorted
    Schema partition_columns;
    std::vector<std::vector<Literal>> partition_values;  // per file
};

struct ListingOptions {
    bool recursive = false;        // recursiveFileLookup: no partitions
    std::string base_path;         // basePath
    std::string glob_filter;       // pathGlobFilter
    bool infer_types = true;
    bool case_sensitive = false;
    std::string time_zone = "UTC";  // of timestamps in folders' names
    Schema wanted;                  // types that partition columns shall have, by name
};

/// PATH_NOT_FOUND for a path that names nothing.
FileListing list_files(const std::vector<std::string>& paths, const ListingOptions& options);

}  // namespace firesteel::catalog
