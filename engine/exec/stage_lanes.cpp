#include "exec/stage_lanes.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/error.h"

namespace firesteel::exec {
namespace {

/// One that the worker computes, one that waits in its pipe.
constexpr std::size_t kTurnsOpenMax = 2;

}  // namespace

void RowCursor::take(EncodedRows rows) {
    rows_ = std::move(rows);
    next_ = 0;
    const std::span<const std::byte> payload(rows_.bytes.get(), rows_.size);
    if (!python::read_result(types_, static_cast<std::uint32_t>(rows_.rows), payload, columns_)) {
        throw Error(ErrorClass::NoCondition, {{"message", "a Python worker sent a malformed result"}});
    }
}

struct StageLanes::Lane final : python::StreamReader {
    Lane(StageLanes& lanes, python::WorkerLease lease)
        : all(lanes),
          call(lanes.options_.workers, std::move(lease), lanes.options_.spec, lanes.options_.stop) {}

    void read(const python::StreamPart& part) override {
        if (open.empty()) {
            throw Error(ErrorClass::NoCondition, {{"message", "a Python worker sent more than it was asked for"}});
        }
        Turn& turn = *open.front();
        if (part.rows != 0) turn.parts.push_back(copy_of(part.payload, part.rows));
        if (all.options_.owed == Owed::Rows) turn.got += part.rows;
        if (all.options_.owed == Owed::Groups && part.group_end) ++turn.got;
        if (turn.done()) open.pop_front();
        all.emit_ready();
    }

    StageLanes& all;
    python::StreamCall call;
    std::deque<std::shared_ptr<Turn>> open;
};

StageLanes::StageLanes(Options options, std::function<void(EncodedRows)> emit)
    : options_(std::move(options)), emit_(std::move(emit)) {}

StageLanes::~StageLanes() = default;

/// A lane with room for a turn; waits for the oldest turn's lane while there is none.
StageLanes::Lane& StageLanes::free_lane() {
    const auto add = [&](python::WorkerLease lease) -> Lane& {
        return *lanes_.emplace_back(std::make_unique<Lane>(*this, std::move(lease)));
    };
    if (lanes_.empty()) return add(options_.workers.acquire(options_.environment, options_.stop));
    const auto idlest = [&]() -> Lane& {
        return **std::min_element(lanes_.begin(), lanes_.end(), [](const auto& a, const auto& b) {
            return a->open.size() < b->open.size();
        });
    };
    if (!idlest().open.empty() && lanes_.size() < options_.lanes_max) {
        auto spare = options_.workers.acquire_spare(options_.environment, options_.stop);
        if (spare) return add(*std::move(spare));
    }
    while (idlest().open.size() >= kTurnsOpenMax) {
        Lane& oldest = *turns_.front()->lane;
        oldest.call.await(oldest);
    }
    return idlest();
}

void StageLanes::begin_turn() {
    Lane& lane = free_lane();
    current_ = std::make_shared<Turn>();
    current_->lane = &lane;
    lane.open.push_back(current_);
    turns_.push_back(current_);
}

void StageLanes::feed(std::vector<python::BatchPiece> batch, python::Side side, python::Group group) {
    if (!current_) begin_turn();
    current_->lane->call.feed(std::move(batch), *current_->lane, side, group);
}

void StageLanes::feed(const python::GatheredRows& batch, python::Side side) {
    if (!current_) begin_turn();
    current_->lane->call.feed(batch, *current_->lane, side, python::Group::GoesOn);
}

void StageLanes::end_turn(std::size_t owed) {
    if (!current_) return;
    const std::shared_ptr<Turn> turn = std::exchange(current_, nullptr);
    turn->owed = owed;
    turn->closed = true;
    if (turn->done()) std::erase(turn->lane->open, turn);
    emit_ready();
}

void StageLanes::emit_ready() {
    while (!turns_.empty()) {
        Turn& turn = *turns_.front();
        for (; !turn.parts.empty(); turn.parts.pop_front()) emit_(std::move(turn.parts.front()));
        if (!turn.done()) return;
        turns_.pop_front();
    }
}

void StageLanes::finish() {
    if (options_.owed == Owed::Stream && !current_) begin_turn();
    for (const auto& lane : lanes_) lane->call.finish(*lane);
    for (const auto& turn : turns_) {
        if (options_.owed != Owed::Stream && !turn->done()) {
            throw Error(ErrorClass::NoCondition, {{"message", "a Python worker sent less than it was asked for"}});
        }
    }
}

}  // namespace firesteel::exec
