#pragma once
/// Completion of the command line in shells: `firesteel complete WORDS` prints what the last word
/// may become, out of the same tables that the commands read; the shells' scripts call it.

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace firesteel::cli {

/// Subcommands and options that stand where `words` end, and begin as the last one does.
std::vector<std::string> candidates(const CLI::App& app, const std::vector<std::string>& words);
/// Those that begin so.
std::vector<std::string> beginning_with(const std::string& typed,
                                        const std::vector<std::string>& all);
int print_candidates(const std::vector<std::string>& words);

/// The script that makes bash, zsh or fish ask.
const char* completion_script(const std::string& shell);

}  // namespace firesteel::cli
