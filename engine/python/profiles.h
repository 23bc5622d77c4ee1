#pragma once
/// What Python's profilers tell of a session's functions: the workers' pickled results, kept until the
/// operation that caused them answers its client, and the numbers by which clients name functions.
/// Thread-safe.

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "common/stop_token.h"
#include "python/setup.h"
#include "python/worker_pool.h"

namespace firesteel::python {

class Profiles {
  public:
    /// Of a function with its arguments; the same one keeps its number as long as the session lives.
    std::uint64_t id_of(const std::string& function);
    /// `update`: as pyspark's client unpickles it, (accumulator, results by function).
    void add(std::string update);
    /// What came since the last call.
    std::vector<std::string> take();

  private:
    std::mutex mutex_;
    std::map<std::string, std::uint64_t> ids_;
    std::vector<std::string> updates_;
};

/// Numbers the functions of a call whose worker is to profile them; to be done once all else is set.
void profile(CallSpec& spec, const std::shared_ptr<Profiles>& profiles);
/// Asks the worker, which has served batches of the call, what it has seen since it was asked last. Part of
/// the exchange. Throws Error.
void collect_profile(const WorkerLease& lease, const CallSpec& spec, std::uint32_t call, const StopToken& stop);

}  // namespace firesteel::python
