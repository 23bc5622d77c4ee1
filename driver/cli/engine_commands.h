#pragma once
/// `firesteel engine start|stop|logs|run`: the user's own daemon, found by its state file.
/// Each returns an exit code and prints what it has to say.

#include <string>
#include <vector>

namespace firesteel::cli {

/// Flags are firesteel-engine's own and are passed to it as they are.
int start_engine(const std::vector<std::string>& flags);
int run_engine(const std::vector<std::string>& flags);  // in the foreground, in our place
/// For a process that starts an engine for itself alone: `words` are its pid, a descriptor to report
/// the engine's state on, and submit's options. Becomes that engine.
[[noreturn]] void run_private_engine(const std::vector<std::string>& words);
int stop_engine();
/// Becomes the program that speaks to engines.
[[noreturn]] void run_client(const std::string& command, const std::vector<std::string>& flags);

enum class Follow { No, Yes };
int print_logs(int lines_max, Follow follow);

}  // namespace firesteel::cli
