#pragma once
/// `firesteel status`: whether the user's own engine runs, where, and what it does.

namespace firesteel::cli {

/// Exit code 0 if it runs, 3 if not, 1 if it runs and does not answer.
int print_status();

}  // namespace firesteel::cli
