#pragma once
/// Bounded, replayable record of one operation's responses. Written by the operation's thread; read
/// by one stream at a time (a new one preempts the older). Never blocks a reader; blocks the writer
/// while too many bytes wait to be sent. What was sent is kept, within a bound, until the client
/// releases it, so that a lost connection costs nothing. Thread-safe.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "common/error.h"
#include "common/ids.h"
#include "common/stop_token.h"

namespace firesteel {

using ResponseBytes = std::shared_ptr<const std::string>;

class ResponseLog {
  public:
    using Clock = std::chrono::steady_clock;
    struct Limits {
        std::size_t unsent_bytes_max = 0;
        std::size_t sent_bytes_kept = 0;
        std::chrono::milliseconds abandoned_timeout{0};
    };
    enum class Replay : std::uint8_t { Kept, None };

    ResponseLog(Limits limits, Replay replay);

    // ---- the writer ---------------------------------------------------------------------------
    /// Appends what `encode` makes of the response's id. Waits while the bound is reached; throws
    /// OPERATION_CANCELED when stopped, or when nobody reads for too long.
    void append(const std::function<std::string(const ResponseId&)>& encode, const StopToken& stop);
    /// Whether append() would not wait.
    bool has_space() const;
    /// No more responses: the stream ends well, or with this error.
    void finish(std::optional<Error> error);

    // ---- readers ------------------------------------------------------------------------------
    enum class ReadState : std::uint8_t { Ready, Pending, End, Preempted };
    struct Read {
        ReadState state = ReadState::Pending;
        ResponseBytes bytes;         // Ready
        std::optional<Error> error;  // End
    };
    using ReaderId = std::uint64_t;

    /// A new reader, from behind `after` or from the first response that is kept. `wake` is called
    /// once after each Pending, from any thread, without a lock.
    ReaderId attach(const std::optional<ResponseId>& after, std::function<void()> wake);
    Read next(ReaderId reader);
    /// The reader reads no more. True: a wake was pending and will not come.
    bool detach(ReaderId reader);

    // ---- the client's releases ------------------------------------------------------------------
    void release_until(const ResponseId& id);
    void release_all();

    bool finished() const;
    /// Since when nobody reads; nothing while a reader is attached.
    std::optional<Clock::time_point> unread_since() const;
    /// True once a reader was told the end.
    bool end_was_read() const;

  private:
    struct Entry {
        std::uint64_t index;
        ResponseBytes bytes;
    };

    ResponseId id_of(std::uint64_t index) const;
    std::optional<std::uint64_t> index_of(const ResponseId& id) const;
    std::uint64_t first_kept() const { return next_index_ - entries_.size(); }
    void drop_sent_over_bound();
    void drop_before(std::uint64_t index);
    [[nodiscard]] std::function<void()> take_wake();

    const Limits limits_;
    const Replay replay_;
    const std::string id_prefix_;
    mutable std::mutex mutex_;
    std::condition_variable_any space_there_;
    std::deque<Entry> entries_;
    std::uint64_t next_index_ = 0;  // of the next response
    std::uint64_t sent_ = 0;        // responses before this one were handed to a reader
    std::size_t unsent_bytes_ = 0;
    std::size_t sent_bytes_ = 0;
    bool finished_ = false;
    bool released_ = false;
    bool end_was_read_ = false;
    std::optional<Error> error_;

    ReaderId reader_ = 0;  // 0: none
    ReaderId last_reader_ = 0;
    std::uint64_t cursor_ = 0;
    std::function<void()> wake_;
    bool wake_pending_ = false;
    Clock::time_point unread_since_ = Clock::now();
};

}  // namespace firesteel
