#pragma once
/// A queue between threads with a capacity and an end. Writers wait while it is full, readers while
/// it is empty; both wake when their StopToken stops. Thread-safe.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "common/stop_token.h"

namespace firesteel {

template <typename T>
class BoundedQueue {
  public:
    explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

    /// False if the queue is closed; throws OPERATION_CANCELED when stopped.
    bool push(T item, const StopToken& stop) {
        std::unique_lock lock(mutex_);
        not_full_.wait(lock, stop.raw(), [&] { return closed_ || items_.size() < capacity_; });
        if (closed_) return false;
        if (items_.size() >= capacity_) stop.throw_if_stopped();
        items_.push_back(std::move(item));
        lock.unlock();
        not_empty_.notify_one();
        return true;
    }

    /// False if full or closed: never waits.
    bool try_push(T item) {
        {
            const std::lock_guard lock(mutex_);
            if (closed_ || items_.size() >= capacity_) return false;
            items_.push_back(std::move(item));
        }
        not_empty_.notify_one();
        return true;
    }

    /// Nothing once closed and empty; throws OPERATION_CANCELED when stopped.
    std::optional<T> pop(const StopToken& stop) {
        std::unique_lock lock(mutex_);
        not_empty_.wait(lock, stop.raw(), [&] { return closed_ || !items_.empty(); });
        if (items_.empty()) {
            if (!closed_) stop.throw_if_stopped();
            return std::nullopt;
        }
        std::optional<T> item(std::move(items_.front()));
        items_.pop_front();
        lock.unlock();
        not_full_.notify_one();
        return item;
    }

    /// No more items: readers get what is there, then nothing.
    void close() {
        {
            const std::lock_guard lock(mutex_);
            closed_ = true;
        }
        not_empty_.notify_all();
        not_full_.notify_all();
    }

    std::size_t size() const {
        const std::lock_guard lock(mutex_);
        return items_.size();
    }

  private:
    const std::size_t capacity_;
    mutable std::mutex mutex_;
    std::condition_variable_any not_full_;
    std::condition_variable_any not_empty_;
    std::deque<T> items_;
    bool closed_ = false;
};

}  // namespace firesteel
