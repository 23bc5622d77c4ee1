#include "cli/completion.h"

#include <iostream>

#include <CLI/CLI.hpp>

namespace firesteel::cli {
namespace {

constexpr const char* kBash =
    R"sh(# bash: firesteel completion bash > ~/.local/share/bash-completion/completions/firesteel
_firesteel() {
    local IFS=$'\n'
    COMPREPLY=($("$1" complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -o bashdefault -F _firesteel firesteel
)sh";

constexpr const char* kZsh = R"sh(#compdef firesteel
# zsh: firesteel completion zsh > a directory of $fpath/_firesteel
_firesteel() {
    local -a found
    found=(${(f)"$(${words[1]} complete "${(@)words[2,CURRENT]}" 2>/dev/null)"})
    if (( $#found )); then compadd -- $found; else _files; fi
}
if [ "$funcstack[1]" = "_firesteel" ]; then _firesteel "$@"; else compdef _firesteel firesteel; fi
)sh";

constexpr const char* kFish =
    R"sh(# fish: firesteel completion fish > ~/.config/fish/completions/firesteel.fish
complete -c firesteel -a '(firesteel complete (commandline -opc)[2..] (commandline -ct | string collect --allow-empty) 2>/dev/null)'
)sh";

}  // namespace

std::vector<std::string> beginning_with(const std::string& typed,
                                        const std::vector<std::string>& all) {
    std::vector<std::string> out;
    for (const auto& name : all) {
        if (name.starts_with(typed)) out.push_back(name);
    }
    return out;
}

std::vector<std::string> candidates(const CLI::App& app, const std::vector<std::string>& words) {
    const CLI::App* at = &app;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        const auto below =
            at->get_subcommands([&](const CLI::App* sub) { return sub->get_name() == words[i]; });
        if (below.empty()) break;
        at = below.front();
    }
    const std::string typed = words.empty() ? "" : words.back();
    std::vector<std::string> all;
    if (typed.starts_with("-")) {
        for (const CLI::Option* option : at->get_options({})) {
            for (const auto& name : option->get_lnames()) all.push_back("--" + name);
            for (const auto& name : option->get_snames()) all.push_back("-" + name);
        }
    } else {
        for (const CLI::App* sub :
             at->get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); }))
            all.push_back(sub->get_name());
    }
    return beginning_with(typed, all);
}

int print_candidates(const std::vector<std::string>& words) {
    for (const auto& word : words) std::cout << word << "\n";
    return 0;
}

const char* completion_script(const std::string& shell) {
    if (shell == "bash") return kBash;
    return shell == "zsh" ? kZsh : kFish;
}

}  // namespace firesteel::cli
