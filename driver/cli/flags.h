#pragma once
/// What both programs of the command line do with flags. Header only: used by their main files.

#include <algorithm>
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

inline std::vector<const CLI::App*> commands_of(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App*) { return true; });
}

/// One line: of an unknown word the nearest that is known, else what is wrong with the flags.
inline std::string mistake(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
    std::string name = "firesteel";
    std::vector<const CLI::App*> commands = commands_of(app);
    int i = 1;
    for (; i < argc; ++i) {
        const auto named = std::find_if(commands.begin(), commands.end(), [&](const CLI::App* one) {
            return one->get_name() == argv[i];
        });
        if (named == commands.end()) break;
        name += " " + (*named)->get_name();
        commands = commands_of(**named);
    }
    std::vector<std::string> names;
    for (const CLI::App* known : commands) {
        if (!known->get_group().empty()) names.push_back(known->get_name());  // else ours alone
    }
    const std::string help = name + " --help";
    if (names.empty() || (i < argc && argv[i][0] == '-'))
        return std::string(error.what()) + "; see " + help;
    if (i == argc) return "what is to be done? " + help + " lists the commands";
    return "there is no command " + std::string(argv[i]) + "; the nearest is " +
           nearest(argv[i], names);
}

/// Runs the callbacks of the subcommand that is named; they set `code`.
inline int parse_and_run(CLI::App& app, int argc, char** argv, const int& code) {
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);  // --help
        std::cerr << "firesteel: " << mistake(app, error, argc, argv) << "\n";
        return kExitUsage;
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
