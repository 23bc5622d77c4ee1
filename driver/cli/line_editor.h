#pragma once
/// Lines from a terminal, with editing, history and completion: libedit behind a small face. The
/// user's ~/.editrc counts. Not thread-safe.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/interrupts.h"

namespace firesteel::cli {

class LineEditor {
  public:
    /// All words that may stand where one is typed; the editor looks for those that begin as it
    /// does.
    using Words = std::function<std::vector<std::string>()>;
    enum class End { Line, Input, Interrupt };
    struct Line {
        End end = End::Line;
        std::string text;  // without the line's end
    };

    /// `history`: a file that is read now and written at the end; the directory is made.
    LineEditor(const Interrupts& interrupts, std::filesystem::path history, Words words);
    ~LineEditor();

    Line read(const std::string& prompt);
    /// Puts it into the history.
    void remember(const std::string& text);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// What completes `typed`: the rest of the words' common beginning, in the case that is typed, and
/// the words themselves.
struct Completion {
    std::string insert;  // in the place of what is typed
    std::vector<std::string> words;
};
Completion complete(std::string_view typed, const std::vector<std::string>& words);

}  // namespace firesteel::cli
