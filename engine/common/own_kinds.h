#pragma once
/// Evaluation types of Python functions that the engine itself calls, beside Spark's; workers know
/// them by these numbers (worker/firesteel_worker/runtime.py).

#include <cstdint>

namespace firesteel {

inline constexpr std::int32_t kAnalyzeTableKind = 10300;    // a table function's static method
inline constexpr std::int32_t kPlanReadKind = 10301;        // a data source's class: schema, reader, partitions
inline constexpr std::int32_t kReadPartitionsKind = 10302;  // a reader: rows of partitions
inline constexpr std::int32_t kPlanWriteKind = 10303;       // a data source's class: writer
inline constexpr std::int32_t kWritePartitionKind = 10304;  // a writer: rows in, its message out
inline constexpr std::int32_t kEndWriteKind = 10305;        // a writer: commit or abort

}  // namespace firesteel
