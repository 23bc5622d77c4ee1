#pragma once
/// Statements typed at a terminal: `firesteel sql` without any. Ctrl-C ends what runs, or drops
/// what is typed; an error ends its statement alone.

#include "cli/interrupts.h"
#include "cli/sql_run.h"

namespace firesteel::cli {

/// Exit code 0, or 1 where the engine is gone.
int run_sql_shell(const SqlRun& sql, const Interrupts& interrupts);

}  // namespace firesteel::cli
