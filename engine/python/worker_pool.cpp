#include "python/worker_pool.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "common/error.h"

namespace firesteel::python {

namespace {

constexpr std::size_t kFunctionsNotedMax = 1000;

PoolOptions with_cores(PoolOptions options) {
    if (options.cores == 0) options.cores = std::max(1U, std::thread::hardware_concurrency());
    FS_ASSERT(options.workers_max > 0);
    return options;
}

}  // namespace

WorkerLease::~WorkerLease() {
    if (worker_) pool_->give_back(std::move(worker_));
}

io::DuplexPump::Spin WorkerLease::spin() const {
    const std::lock_guard lock(pool_->mutex_);
    // An engine thread and its worker take a core each.
    return 2 * pool_->leased_.size() <= pool_->options_.cores ? io::DuplexPump::Spin::Briefly
                                                              : io::DuplexPump::Spin::No;
}

WorkerPool::WorkerPool(PoolOptions options) : options_(with_cores(std::move(options))) {}

WorkerPool::~WorkerPool() {
    decltype(templates_) templates;
    std::vector<Idle> idle;
    {
        const std::lock_guard lock(mutex_);
        templates.swap(templates_);
        idle.swap(idle_);
    }
    idle.clear();
    templates.clear();  // joins their threads, which may call end_idle()
}

std::shared_ptr<Worker> WorkerPool::take_idle(const WorkerEnvironment& environment) {
    const auto same = [&](const Idle& idle) { return *idle.worker->environment() == environment; };
    while (true) {
        const auto found = std::find_if(idle_.rbegin(), idle_.rend(), same);
        if (found == idle_.rend()) return nullptr;
        std::shared_ptr<Worker> worker = std::move(found->worker);
        idle_.erase(std::next(found).base());
        // One that died while idle is nobody's failure.
        if (worker->alive()) return worker;
    }
}

void WorkerPool::leave_queue(std::uint64_t ticket) {
    queue_.erase(std::find(queue_.begin(), queue_.end(), ticket));
    changed_.notify_all();
}

WorkerLease WorkerPool::acquire(const std::shared_ptr<const WorkerEnvironment>& environment,
                                const StopToken& stop) {
    std::unique_lock lock(mutex_);
    const auto may_go = [&] { return leased_.size() + starting_ < options_.workers_max; };
    if (!queue_.empty() || !may_go()) {
        const std::uint64_t ticket = next_ticket_++;
        queue_.push_back(ticket);
        const bool my_turn =
            changed_.wait(lock, stop.raw(), [&] { return queue_.front() == ticket && may_go(); });
        leave_queue(ticket);
        if (!my_turn) stop.throw_if_stopped();
    }
    return lease(std::move(lock), environment, stop);
}

std::optional<WorkerLease> WorkerPool::acquire_spare(
    const std::shared_ptr<const WorkerEnvironment>& environment, const StopToken& stop) {
    std::unique_lock lock(mutex_);
    if (!queue_.empty() || 2 * (leased_.size() + starting_) > options_.workers_max) return std::nullopt;
    return lease(std::move(lock), environment, stop);
}

/// An idle worker or a new one: there is room for it.
WorkerLease WorkerPool::lease(std::unique_lock<std::mutex> lock,
                              const std::shared_ptr<const WorkerEnvironment>& environment,
                              const StopToken& stop) {
    if (std::shared_ptr<Worker> worker = take_idle(*environment)) {
        leased_.emplace(worker->pid(), worker);
        return {*this, std::move(worker)};
    }
    ++starting_;
    std::shared_ptr<Worker> evicted;
    if (leased_.size() + starting_ + idle_.size() > options_.workers_max && !idle_.empty()) {
        evicted = std::move(idle_.front().worker);
        idle_.erase(idle_.begin());
    }
    lock.unlock();
    evicted.reset();
    return {*this, start(environment, stop)};
}

std::shared_ptr<TemplateProcess> WorkerPool::template_of(const std::string& interpreter, bool has_pandas) {
    std::shared_ptr<TemplateProcess> old;  // joined after the lock is released
    const std::lock_guard lock(mutex_);
    std::shared_ptr<TemplateProcess>& slot = templates_[{interpreter, has_pandas}];
    if (slot && !slot->dead()) return slot;
    old = std::move(slot);
    TemplateOptions options;
    options.interpreter = interpreter;
    options.package_directory = options_.package_directory;
    options.fallback_path = options_.fallback_path;
    options.nice = options_.nice;
    options.has_pandas = has_pandas;
    options.tick = [this] { end_idle(); };
    slot = std::make_shared<TemplateProcess>(std::move(options));
    return slot;
}

std::shared_ptr<Worker> WorkerPool::start(
    const std::shared_ptr<const WorkerEnvironment>& environment, const StopToken& stop) {
    std::shared_ptr<Worker> worker;
    try {
        const auto deadline = std::chrono::steady_clock::now() + options_.start_timeout;
        worker = template_of(environment->interpreter, environment->has_pandas)->fork_worker(environment, stop, deadline);
    } catch (...) {
        const std::lock_guard lock(mutex_);
        --starting_;
        changed_.notify_all();
        throw;
    }
    const std::lock_guard lock(mutex_);
    --starting_;
    ++started_;
    leased_.emplace(worker->pid(), worker);
    return worker;
}

void WorkerPool::give_back(std::shared_ptr<Worker> worker) {
    bool keep = options_.reuse && worker->clean() && worker->unsent() == 0;
    if (!keep) worker->kill();
    {
        const std::lock_guard lock(mutex_);
        leased_.erase(worker->pid());
        if (outdated_.erase(worker->pid()) > 0) keep = false;
        if (keep) idle_.push_back({std::move(worker), std::chrono::steady_clock::now()});
        if (queue_.empty()) return;
    }
    changed_.notify_all();
}

void WorkerPool::end_idle() {
    std::vector<Idle> ended;
    const std::lock_guard lock(mutex_);
    const auto limit = std::chrono::steady_clock::now() - options_.idle_timeout;
    const auto old = [&](const Idle& idle) { return idle.since < limit; };
    const auto first = std::stable_partition(idle_.begin(), idle_.end(),
                                             [&](const Idle& idle) { return !old(idle); });
    ended.assign(std::make_move_iterator(first), std::make_move_iterator(idle_.end()));
    idle_.erase(first, idle_.end());
}

void WorkerPool::warm(const std::string& interpreter) { template_of(interpreter, false); }

void WorkerPool::warm(const std::shared_ptr<const WorkerEnvironment>& environment, std::size_t count,
                      const StopToken& stop) {
    std::vector<WorkerLease> leases;
    for (std::size_t i = 0; i < std::min(count, options_.workers_max); ++i) {
        leases.push_back(acquire(environment, stop));
    }
}

void WorkerPool::restart() {
    std::vector<Idle> ended;
    const std::lock_guard lock(mutex_);
    ended.swap(idle_);
    for (const auto& [pid, worker] : leased_) outdated_.insert(pid);
}

void WorkerPool::note(const std::string& function, std::uint64_t rows, std::chrono::nanoseconds busy) {
    const std::lock_guard lock(mutex_);
    if (functions_.size() >= kFunctionsNotedMax && !functions_.contains(function)) return;
    FunctionUse& use = functions_[function];
    use.name = function;
    ++use.calls;
    use.rows += rows;
    use.busy += busy;
}

std::vector<FunctionUse> WorkerPool::functions() const {
    const std::lock_guard lock(mutex_);
    std::vector<FunctionUse> out;
    for (const auto& [name, use] : functions_) out.push_back(use);
    return out;
}

void WorkerPool::forget_session(const std::string& session_directory) {
    const std::lock_guard lock(mutex_);
    std::erase_if(idle_, [&](const Idle& idle) {
        return idle.worker->environment()->session_directory == session_directory;
    });
}

std::vector<WorkerStatus> WorkerPool::status() const {
    std::vector<WorkerStatus> result;
    const auto add = [&](Worker& worker, bool leased) {
        const WorkerEnvironment& environment = *worker.environment();
        result.push_back({worker.pid(), environment.interpreter, environment.session_directory, leased,
                          worker.output().text()});
    };
    const std::lock_guard lock(mutex_);
    for (const auto& [pid, worker] : leased_) add(*worker, true);
    for (const Idle& idle : idle_) add(*idle.worker, false);
    return result;
}

std::uint64_t WorkerPool::started_total() const {
    const std::lock_guard lock(mutex_);
    return started_;
}

}  // namespace firesteel::python
