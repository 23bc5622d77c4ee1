#pragma once
/// Threads with stacks of a chosen size, for work that recurses deeply (plans) or blocks (queries).
/// Grows up to a bound; idle threads end after a while. Tasks must not throw. Thread-safe.

#include <pthread.h>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace firesteel {

class ThreadPool {
  public:
    using Task = std::function<void()>;
    struct Options {
        std::string name;  // at most 15 characters
        std::size_t threads_max = 1;
        std::size_t queue_max = 0;  // tasks that may wait for a thread
        std::size_t stack_bytes = 0;
    };

    explicit ThreadPool(Options options) : options_(std::move(options)) {}
    /// Runs what was taken, then ends all threads.
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    /// False when all threads are busy and the queue is full: the task was not taken.
    bool try_run(Task task);

  private:
    static void* thread_main(void* pool);
    void work();
    bool start_thread();
    void join_finished(std::unique_lock<std::mutex>& lock);

    const Options options_;
    std::mutex mutex_;
    std::condition_variable work_there_;
    std::condition_variable thread_ended_;
    std::deque<Task> tasks_;
    std::vector<pthread_t> finished_;  // ended, not joined yet
    std::size_t threads_ = 0;
    std::size_t idle_ = 0;
    bool stopping_ = false;
};

}  // namespace firesteel
