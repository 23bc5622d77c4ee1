#pragma once
/// What both programs of the command line do with flags. Header only: used by their main files.

#include <iostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/exit_codes.h"
#include "cli/submit_options.h"

namespace firesteel::cli {

inline void check_confs(const std::vector<std::string>& confs) {
    for (const auto& conf : confs) {
        if (conf.find('=') == std::string::npos || conf.front() == '=') {
            throw CLI::ValidationError("--conf", "'" + conf + "' is not key=value");
        }
    }
}

/// Runs the callbacks of the subcommand that is named; they set `code`.
inline int parse_and_run(CLI::App& app, int argc, char** argv, const int& code) {
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : kExitUsage;
    } catch (const UsageError& error) {
        std::cerr << "firesteel: " << error.what() << "\n";
        return kExitUsage;
    } catch (const std::exception& error) {
        std::cerr << "firesteel: " << error.what() << "\n";
        return kExitFailure;
    }
    return code;
}

}  // namespace firesteel::cli
