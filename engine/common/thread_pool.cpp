#include "common/thread_pool.h"

#include <algorithm>
#include <utility>

#include "common/limits.h"
#include "common/log.h"

namespace firesteel {
namespace {
constexpr log::Channel kLog{"common"};
}

ThreadPool::~ThreadPool() {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    work_there_.notify_all();
    thread_ended_.wait(lock, [&] { return threads_ == 0; });
    join_finished(lock);
}

bool ThreadPool::try_run(Task task) {
    std::unique_lock lock(mutex_);
    if (stopping_) return false;
    join_finished(lock);
    const bool needs_thread = idle_ <= tasks_.size();
    if (needs_thread && threads_ >= options_.threads_max &&
        tasks_.size() >= options_.queue_max + idle_) {
        return false;
    }
    tasks_.push_back(std::move(task));
    if (needs_thread && threads_ < options_.threads_max && !start_thread() && threads_ == 0) {
        tasks_.pop_back();
        return false;
    }
    lock.unlock();
    work_there_.notify_one();
    return true;
}

/// With the lock held.
bool ThreadPool::start_thread() {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    if (options_.stack_bytes > 0) pthread_attr_setstacksize(&attributes, options_.stack_bytes);
    pthread_t thread{};
    const int failure = pthread_create(&thread, &attributes, &ThreadPool::thread_main, this);
    pthread_attr_destroy(&attributes);
    if (failure != 0) {
        kLog.warn("thread not started", {{"pool", options_.name}, {"errno", failure}});
        return false;
    }
    pthread_setname_np(thread, options_.name.c_str());
    ++threads_;
    return true;
}

void* ThreadPool::thread_main(void* pool) {
    static_cast<ThreadPool*>(pool)->work();
    return nullptr;
}

void ThreadPool::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        ++idle_;
        const bool woken = work_there_.wait_for(lock, limits::kIdleThreadKept,
                                                [&] { return stopping_ || !tasks_.empty(); });
        --idle_;
        if (tasks_.empty()) {
            if (stopping_ || !woken) break;
            continue;
        }
        {
            const Task task = std::move(tasks_.front());
            tasks_.pop_front();
            lock.unlock();
            task();
        }  // the task's captures end here, on this thread's stack and without the lock
        lock.lock();
    }
    finished_.push_back(pthread_self());
    --threads_;
    thread_ended_.notify_all();
}

void ThreadPool::join_finished(std::unique_lock<std::mutex>& lock) {
    const auto finished = std::exchange(finished_, {});
    if (finished.empty()) return;
    lock.unlock();
    for (const pthread_t thread : finished) pthread_join(thread, nullptr);
    lock.lock();
}

}  // namespace firesteel
