#pragma once
/// The engine's one memory budget: who holds much memory (logs, artifacts, Arrow staging, kernels)
/// reserves it here, and DuckDB gets the rest as its limit. Thread-safe.

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>

namespace firesteel {

class MemoryBudget {
  public:
    explicit MemoryBudget(std::size_t bytes_max) : bytes_max_(bytes_max) {}
    MemoryBudget(const MemoryBudget&) = delete;
    MemoryBudget& operator=(const MemoryBudget&) = delete;

    /// Gives its bytes back when destroyed. Movable; the budget must outlive it.
    class Reservation {
      public:
        Reservation() = default;
        Reservation(Reservation&& other) noexcept;
        Reservation& operator=(Reservation&& other) noexcept;
        ~Reservation();
        std::size_t bytes() const { return bytes_; }

      private:
        friend class MemoryBudget;
        Reservation(MemoryBudget* budget, std::size_t bytes) : budget_(budget), bytes_(bytes) {}
        MemoryBudget* budget_ = nullptr;
        std::size_t bytes_ = 0;
    };

    /// Nothing if the budget would be exceeded.
    std::optional<Reservation> try_reserve(std::size_t bytes);
    std::size_t bytes_used() const { return bytes_used_.load(std::memory_order_relaxed); }
    std::size_t bytes_max() const { return bytes_max_; }

  private:
    const std::size_t bytes_max_;
    std::atomic<std::size_t> bytes_used_{0};
};

/// What this process may use: the smaller of the machine's memory and its cgroup's limit.
std::size_t memory_available_bytes();
/// Cores this process may use: affinity mask and cgroup quota.
unsigned cores_available();

}  // namespace firesteel
