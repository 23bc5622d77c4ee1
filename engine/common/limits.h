#pragma once
/// Bounds that hold for the whole engine and are no config keys. Everything that grows has one:
/// here, or as a row in config_rows.cpp.

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace firesteel::limits {

inline constexpr std::size_t operator""_KiB(unsigned long long n) { return n << 10U; }
inline constexpr std::size_t operator""_MiB(unsigned long long n) { return n << 20U; }
inline constexpr std::size_t operator""_GiB(unsigned long long n) { return n << 30U; }

/// Nesting of a plan and of an expression: Spark's own limit. Threads that walk plans have stacks
/// sized for it.
inline constexpr std::uint32_t kPlanDepthMax = 1024;
/// Nesting of protobuf messages: a relation takes up to three levels of it.
inline constexpr int kMessageDepthMax = 3 * static_cast<int>(kPlanDepthMax) + 64;
/// Virtual size; pages are touched only by deep plans.
inline constexpr std::size_t kPlanStackBytes = 256_MiB;

inline constexpr std::size_t kMessageBytesMax = 128_MiB;
inline constexpr std::size_t kPlanBytesDecompressedMax = 512_MiB;

/// Text of an error in a gRPC status; longer texts are fetched by FetchErrorDetails.
inline constexpr std::size_t kStatusMessageCharactersMax = 2048;

inline constexpr std::size_t kOperationThreadsMax = 256;
inline constexpr std::size_t kAnalysisThreadsMax = 16;
inline constexpr std::size_t kAnalysisQueueMax = 4096;
inline constexpr std::chrono::seconds kIdleThreadKept{20};

inline constexpr std::size_t kErrorsKeptPerSession = 50;
inline constexpr std::size_t kClosedIdsKept = 4096;
inline constexpr std::size_t kTagsPerOperationMax = 64;
inline constexpr std::size_t kTagBytesMax = 1024;

}  // namespace firesteel::limits
