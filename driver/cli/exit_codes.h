#pragma once
/// What the command line ends with, beside 0; `--help` says it too.

namespace firesteel::cli {

inline constexpr int kExitFailure = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitNotRunning = 3;  // as init scripts say it

}  // namespace firesteel::cli
