#pragma once
/// How far an operation's statements are: they say where that can be asked, the operation's clients are told. Thread-safe.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace firesteel {

class Progress {
  public:
    /// From 0 to 1; none while nothing is known. Called by other threads, until the statement's End.
    using Ask = std::function<std::optional<double>()>;
    struct Stage {
        std::int64_t id = 0;
        double fraction = 0;
        bool done = false;
    };

    /// A statement that runs; it has ended with this object.
    class Running {
      public:
        Running(Progress& progress, Ask ask) : progress_(progress), id_(progress.begin(std::move(ask))) {}
        ~Running() { progress_.end(id_); }
        Running(const Running&) = delete;
        Running& operator=(const Running&) = delete;

      private:
        Progress& progress_;
        const std::int64_t id_;
    };

    /// Those that ended and those that run, the last ones of many.
    std::vector<Stage> stages() const {
        const std::lock_guard lock(mutex_);
        std::vector<Stage> out;
        for (const Entry& entry : entries_) {
            Stage stage{entry.id, 1, !entry.ask};
            if (entry.ask) stage.fraction = entry.ask().value_or(0);
            out.push_back(stage);
        }
        return out;
    }

  private:
    static constexpr std::size_t kEntriesMax = 100;
    struct Entry {
        std::int64_t id;
        Ask ask;  // empty: it ended
    };

    std::int64_t begin(Ask ask) {
        const std::lock_guard lock(mutex_);
        if (entries_.size() >= kEntriesMax) std::erase_if(entries_, [](const Entry& e) { return !e.ask; });
        entries_.push_back({next_id_, std::move(ask)});
        return next_id_++;
    }
    void end(std::int64_t id) {
        const std::lock_guard lock(mutex_);
        for (Entry& entry : entries_) {
            if (entry.id == id) entry.ask = nullptr;
        }
    }

    mutable std::mutex mutex_;
    std::vector<Entry> entries_;
    std::int64_t next_id_ = 0;
};

}  // namespace firesteel
