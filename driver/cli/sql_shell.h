#pragma once
/// Statements typed at a terminal: `firesteel sql` without any. Ctrl-C ends what runs, or drops
/// what is typed; an error ends its statement alone.

#include <functional>
#include <string>

#include "cli/interrupts.h"
#include "cli/sql_run.h"

namespace firesteel::cli {

struct Prompts {
    std::string first;
    std::string more;  // of a statement that goes on
};

/// Exit code 0, or 1 where the engine is gone. `prompts` are asked for before each statement.
int run_sql_shell(const SqlRun& sql, const Interrupts& interrupts, std::function<Prompts()> prompts);

}  // namespace firesteel::cli
