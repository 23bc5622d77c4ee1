#pragma once
/// The workers of one Python stage. Input goes to them in turns, each to one worker; results come
/// out in the order of the turns, whatever worker was first. More workers than one are taken as they
/// are needed and free. Used by the stage's thread alone.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "exec/encoded_rows.h"
#include "python/stream_call.h"

namespace firesteel::exec {

class StageLanes {
  public:
    /// What a worker owes for a turn: as many rows as it got, as many ends of groups, or what it likes
    /// until the end of the stream, which is a single turn.
    enum class Owed : std::uint8_t { Rows, Groups, Stream };
    struct Options {
        python::WorkerPool& workers;
        std::shared_ptr<const python::WorkerEnvironment> environment;
        python::CallSpec spec;
        Owed owed = Owed::Stream;
        std::size_t lanes_max = 1;
        StopToken stop;
    };
    /// `emit` gets the results in order and may wait: the workers then wait too.
    StageLanes(Options options, std::function<void(EncodedRows)> emit);
    ~StageLanes();
    StageLanes(const StageLanes&) = delete;
    StageLanes& operator=(const StageLanes&) = delete;

    /// Sends a batch of the current turn, as python::StreamCall::feed() does. Throws Error.
    void feed(std::vector<python::BatchPiece> batch, python::Side side = python::Side::Left,
              python::Group group = python::Group::GoesOn);
    void feed(const python::GatheredRows& batch, python::Side side);
    /// The next batch begins another turn. `owed`: rows or groups of this one.
    void end_turn(std::size_t owed);
    /// Waits for all that is owed. A stream runs even if it was fed nothing.
    void finish();

  private:
    struct Lane;
    struct Turn {
        Lane* lane = nullptr;
        std::deque<EncodedRows> parts;  // that wait for earlier turns
        std::size_t got = 0;
        std::size_t owed = 0;
        bool closed = false;
        bool done() const { return closed && got >= owed; }
    };

    Lane& free_lane();
    void begin_turn();
    void emit_ready();

    Options options_;
    std::function<void(EncodedRows)> emit_;
    std::vector<std::unique_ptr<Lane>> lanes_;
    std::deque<std::shared_ptr<Turn>> turns_;  // oldest first
    std::shared_ptr<Turn> current_;
};

}  // namespace firesteel::exec
