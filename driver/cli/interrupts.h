#pragma once
/// Ctrl-C as something to wait for, instead of a handler that may run anywhere: blocked in every
/// thread that starts while this lives. One per program.

#include <functional>
#include <thread>

#include "cli/child.h"

namespace firesteel::cli {

class Interrupts {
  public:
    Interrupts();
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;

    /// Readable while a Ctrl-C waits to be taken.
    int fd() const { return signals_.get(); }
    /// True if there was one; it is taken.
    bool take() const;

    /// Calls `react` on a thread of its own once Ctrl-C came, then again and again as long as it lives:
    /// what is to end may not have begun.
    class Watch {
      public:
        Watch(const Interrupts& interrupts, std::function<void()> react);
        Watch(const Watch&) = delete;
        Watch& operator=(const Watch&) = delete;
        ~Watch();

      private:
        Fd end_;
        std::thread thread_;
    };

  private:
    Fd signals_;
};

}  // namespace firesteel::cli
