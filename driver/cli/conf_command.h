#pragma once
/// `firesteel conf`: the settings of an engine, with what they mean. README's list is its
/// --markdown.

#include <string>

namespace firesteel::cli {

struct ConfOptions {
    std::string remote;           // sc:// URL; empty: the running engine, else one for this command
    std::string part;             // of names; empty: all
    std::string format = "text";  // or "json", "markdown"
};

int run_conf(const ConfOptions& options);

}  // namespace firesteel::cli
