#pragma once
/// What the footers of Parquet files say about the values of their columns. Called by the lowering of
/// every query with wide decimals; footers are read once per version of a file. Thread-safe.

#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "backend/duckdb/lowering/decimal_ranges.h"
#include "plan/bound.h"

namespace firesteel::duckdb {

class Instance;

class ParquetStatistics {
  public:
    /// The instance must outlive this.
    explicit ParquetStatistics(Instance& instance) : instance_(instance) {}

    /// Per column of the scan: the range of all its values; none for other types, other formats, or
    /// where a row group has no statistics.
    std::vector<std::optional<DecimalRange>> ranges(const bound::FileScan& scan);

  private:
    struct Texts {  // smallest and largest values of the row groups; incomplete: one had none
        std::vector<std::string> values;
        bool complete = true;
    };
    using FileTexts = std::unordered_map<std::string, Texts>;  // by column

    std::shared_ptr<const FileTexts> file_texts(const std::string& path);
    std::shared_ptr<const FileTexts> read(const std::string& path);

    Instance& instance_;
    std::mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<const FileTexts>> files_;  // by path and version
};

}  // namespace firesteel::duckdb
