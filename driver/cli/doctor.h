#pragma once
/// `firesteel doctor`: what scripts and engines need, one line each, and what to do where it lacks.

namespace firesteel::cli {

/// 0 if all is well, else 1.
int run_doctor();

}  // namespace firesteel::cli
