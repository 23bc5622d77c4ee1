#include "session/response_log.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace firesteel {
namespace {

constexpr std::size_t kIndexDigits = 12;  // the last group of a UUID

}  // namespace

ResponseLog::ResponseLog(Limits limits, Replay replay)
    : limits_(limits), replay_(replay), id_prefix_(random_uuid().substr(0, 36 - kIndexDigits)) {}

/// UUIDs of one operation differ in their last group, which counts.
ResponseId ResponseLog::id_of(std::uint64_t index) const {
    char digits[17];
    const auto [end, error] = std::to_chars(digits, digits + sizeof(digits), index, 16);
    const auto count = static_cast<std::size_t>(end - digits);
    std::string text = id_prefix_;
    text.append(kIndexDigits > count ? kIndexDigits - count : 0, '0');
    text.append(digits, count);
    return ResponseId(std::move(text));
}

std::optional<std::uint64_t> ResponseLog::index_of(const ResponseId& id) const {
    const std::string_view text = id.text();
    if (!text.starts_with(id_prefix_)) return std::nullopt;
    const auto digits = text.substr(id_prefix_.size());
    std::uint64_t index = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), index, 16);
    if (error != std::errc() || end != digits.data() + digits.size() || index >= next_index_) {
        return std::nullopt;
    }
    return index;
}

void ResponseLog::append(const std::function<std::string(const ResponseId&)>& encode,
                         const StopToken& stop) {
    std::unique_lock lock(mutex_);
    const auto has_space = [&] {
        return released_ || unsent_bytes_ < limits_.unsent_bytes_max;
    };
    while (!has_space()) {
        stop.throw_if_stopped();
        if (reader_ != 0) {
            // Readers that stay attached may take their time; wake on detach, progress and stop.
            const ReaderId reader = reader_;
            space_there_.wait(lock, stop.raw(), [&] { return has_space() || reader_ != reader; });
        } else {
            const auto deadline = unread_since_ + limits_.abandoned_timeout;
            space_there_.wait_until(lock, stop.raw(), deadline,
                                    [&] { return has_space() || reader_ != 0; });
            if (!has_space() && reader_ == 0 && Clock::now() >= deadline) {
                throw Error(ErrorClass::OperationCanceled);
            }
        }
    }
    stop.throw_if_stopped();
    const std::uint64_t index = next_index_;
    lock.unlock();
    auto bytes = std::make_shared<const std::string>(encode(id_of(index)));
    lock.lock();
    if (released_) return;
    unsent_bytes_ += bytes->size();
    entries_.push_back({index, std::move(bytes)});
    ++next_index_;
    const auto wake = take_wake();
    lock.unlock();
    if (wake) wake();
}

bool ResponseLog::has_space() const {
    const std::lock_guard lock(mutex_);
    return released_ || unsent_bytes_ < limits_.unsent_bytes_max;
}

void ResponseLog::finish(std::optional<Error> error) {
    std::unique_lock lock(mutex_);
    finished_ = true;
    error_ = std::move(error);
    const auto wake = take_wake();
    lock.unlock();
    if (wake) wake();
}

ResponseLog::ReaderId ResponseLog::attach(const std::optional<ResponseId>& after,
                                          std::function<void()> wake) {
    std::unique_lock lock(mutex_);
    std::uint64_t cursor = first_kept();
    if (after) {
        const auto index = index_of(*after);
        if (!index) {
            throw Error(ErrorClass::InvalidCursorPositionNotFound, {{"responseId", after->text()}});
        }
        cursor = *index + 1;
        if (cursor < first_kept()) {
            throw Error(ErrorClass::InvalidCursorPositionNotAvailable,
                        {{"responseId", after->text()}, {"index", std::to_string(*index)}});
        }
    }
    const auto older = take_wake();
    reader_ = ++last_reader_;
    cursor_ = cursor;
    wake_ = std::move(wake);
    wake_pending_ = false;
    const ReaderId reader = reader_;
    lock.unlock();
    space_there_.notify_all();
    if (older) older();  // it reads on and learns that it was preempted
    return reader;
}

ResponseLog::Read ResponseLog::next(ReaderId reader) {
    const std::lock_guard lock(mutex_);
    if (reader != reader_) return {ReadState::Preempted, nullptr, std::nullopt};
    if (cursor_ < next_index_) {
        cursor_ = std::max(cursor_, first_kept());
        ResponseBytes bytes = entries_[cursor_ - first_kept()].bytes;
        ++cursor_;
        if (cursor_ > sent_) {
            unsent_bytes_ -= bytes->size();
            sent_bytes_ += bytes->size();
            sent_ = cursor_;
            drop_sent_over_bound();
            space_there_.notify_all();
        }
        return {ReadState::Ready, std::move(bytes), std::nullopt};
    }
    if (finished_) {
        end_was_read_ = true;
        return {ReadState::End, nullptr, error_};
    }
    wake_pending_ = true;
    return {ReadState::Pending, nullptr, std::nullopt};
}

bool ResponseLog::detach(ReaderId reader) {
    std::unique_lock lock(mutex_);
    if (reader != reader_) return false;
    const bool pending = std::exchange(wake_pending_, false);
    reader_ = 0;
    wake_ = nullptr;
    unread_since_ = Clock::now();
    lock.unlock();
    space_there_.notify_all();
    return pending;
}

void ResponseLog::release_until(const ResponseId& id) {
    const std::lock_guard lock(mutex_);
    const auto index = index_of(id);
    if (!index) throw Error(ErrorClass::InvalidCursorPositionNotFound, {{"responseId", id.text()}});
    drop_before(std::min(*index + 1, sent_));
}

void ResponseLog::release_all() {
    {
        const std::lock_guard lock(mutex_);
        released_ = true;
        entries_.clear();
        unsent_bytes_ = sent_bytes_ = 0;
        cursor_ = sent_ = next_index_;
    }
    space_there_.notify_all();
}

bool ResponseLog::finished() const {
    const std::lock_guard lock(mutex_);
    return finished_;
}

std::optional<ResponseLog::Clock::time_point> ResponseLog::unread_since() const {
    const std::lock_guard lock(mutex_);
    if (reader_ != 0) return std::nullopt;
    return unread_since_;
}

bool ResponseLog::end_was_read() const {
    const std::lock_guard lock(mutex_);
    return end_was_read_;
}

void ResponseLog::drop_sent_over_bound() {
    const std::size_t kept = replay_ == Replay::Kept ? limits_.sent_bytes_kept : 0;
    // The response that was handed out last stays: it may not have arrived.
    const std::uint64_t keep_from = replay_ == Replay::Kept ? sent_ - 1 : sent_;
    while (!entries_.empty() && entries_.front().index < keep_from && sent_bytes_ > kept) {
        drop_before(entries_.front().index + 1);
    }
}

void ResponseLog::drop_before(std::uint64_t index) {
    while (!entries_.empty() && entries_.front().index < index) {
        sent_bytes_ -= entries_.front().bytes->size();
        entries_.pop_front();
    }
}

std::function<void()> ResponseLog::take_wake() {
    return std::exchange(wake_pending_, false) ? wake_ : nullptr;
}

}  // namespace firesteel
