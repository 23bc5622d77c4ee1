#pragma once
/// The process that started the engine, for an engine that is to end with it: watched through a
/// pidfd, so neither its threads nor its own children matter, nor how it ends.

#include <signal.h>
#include <sys/types.h>

#include "io/fd.h"

namespace firesteel::io {

class ParentProcess {
  public:
    /// Throws Error when `pid` is not (or no longer) the process that started us.
    explicit ParentProcess(pid_t pid);

    /// Readable for poll() when the process has ended.
    int pidfd() const { return pidfd_.get(); }

  private:
    Fd pidfd_;
};

/// Waits for one of `signals`, which every thread blocks, and gives its number; 0 when the parent
/// (if there is one to watch) ended first.
int wait_for_signal(const sigset_t& signals, const ParentProcess* parent);

}  // namespace firesteel::io
