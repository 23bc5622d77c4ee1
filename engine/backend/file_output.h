#pragma once
/// How a plan's rows become files below a directory: what session says, what the backend does.

#include <cstdint>
#include <string>
#include <vector>

namespace firesteel {

struct FileOutput {
    std::string format;     // "parquet"; "text": the first column is the lines
    std::string directory;  // there already
    std::string file_stem;  // "part-00000-<uuid>"
    std::string codec;      // as the format's compression option names it; empty: none
    /// The plan's last columns are the values of these, as text: one folder `name=value` each. Text
    /// wants rows of one folder to be neighbours.
    std::vector<std::string> partition_names;
    // Text only:
    std::string extension;  // ".csv"
    std::string separator = "\n";
    /// The first line of each file, and its end. A file without rows has them too, except that a document does not.
    std::string header;
    bool has_header = false;
    std::string footer;
    bool is_document = false;
    std::int64_t file_rows_max = 0;  // 0: no limit
};

/// "k=a%2Fb": a partition's folder as Spark names it.
std::string partition_folder(const std::string& name, const std::string& value);

}  // namespace firesteel
