#pragma once
/// Calls functions again and again, each after its own interval, on one thread. They must neither block nor throw.
/// Thread-safe.

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace firesteel {

class Ticker {
  public:
    using Clock = std::chrono::steady_clock;

    /// Until its end, which waits for a call that is under way.
    class Registration {
      public:
        Registration(Ticker& ticker, std::uint64_t id) : ticker_(ticker), id_(id) {}
        ~Registration() { ticker_.remove(id_); }
        Registration(const Registration&) = delete;
        Registration& operator=(const Registration&) = delete;

      private:
        Ticker& ticker_;
        const std::uint64_t id_;
    };

    Ticker() : thread_([this](const std::stop_token& stop) { work(stop); }) {}
    /// After all registrations.
    ~Ticker() = default;
    Ticker(const Ticker&) = delete;
    Ticker& operator=(const Ticker&) = delete;

    std::unique_ptr<Registration> every(std::chrono::milliseconds interval, std::function<void()> tick) {
        const auto due = Clock::now() + interval;
        bool is_first = false;
        std::uint64_t id = 0;
        {
            const std::lock_guard lock(mutex_);
            id = ++last_id_;
            is_first = due < wakes_at_;
            entries_.push_back({id, interval, due, std::move(tick)});
        }
        if (is_first) changed_.notify_one();
        return std::make_unique<Registration>(*this, id);
    }

  private:
    struct Entry {
        std::uint64_t id;
        std::chrono::milliseconds interval;
        Clock::time_point due;
        std::function<void()> tick;
    };

    void remove(std::uint64_t id) {
        const std::lock_guard lock(mutex_);
        std::erase_if(entries_, [&](const Entry& e) { return e.id == id; });
    }
    Clock::time_point next_due() const {
        auto due = Clock::now() + std::chrono::hours(1);
        for (const Entry& e : entries_) due = std::min(due, e.due);
        return due;
    }
    void work(const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        while (!stop.stop_requested()) {
            wakes_at_ = next_due();
            changed_.wait_until(lock, stop, wakes_at_, [&] { return next_due() < wakes_at_; });
            const auto now = Clock::now();
            for (Entry& e : entries_) {
                if (e.due > now) continue;
                e.tick();
                e.due = now + e.interval;
            }
        }
    }

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::vector<Entry> entries_;
    std::uint64_t last_id_ = 0;
    Clock::time_point wakes_at_ = Clock::time_point::min();  // of the thread; earlier ones have to wake it
    std::jthread thread_;  // last: it uses the others
};

}  // namespace firesteel
