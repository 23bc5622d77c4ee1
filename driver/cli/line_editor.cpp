#include "cli/line_editor.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cwchar>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <histedit.h>
#include <poll.h>
#include <unistd.h>

namespace firesteel::cli {
namespace {

namespace fs = std::filesystem;
constexpr int kHistoryMax = 2000;
constexpr std::size_t kWordsShown = 100;

constexpr int (*kLower)(int) = &std::tolower;
constexpr int (*kUpper)(int) = &std::toupper;

std::string changed_case(std::string_view text, int (*change)(int)) {
    std::string out;
    for (const char c : text) out += static_cast<char>(change(static_cast<unsigned char>(c)));
    return out;
}

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
}

/// Letters beyond ASCII need a locale that knows them.
void choose_locale() {
    if (std::setlocale(LC_CTYPE, "") == nullptr || MB_CUR_MAX == 1)
        std::setlocale(LC_CTYPE, "C.UTF-8");
}

}  // namespace

struct LineEditor::State {
    State(const Interrupts& from, fs::path file, Words all)
        : interrupts(from), history_file(std::move(file)), words(std::move(all)) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
        ::history_end(history);
        ::el_end(editor);
    }

    const Interrupts& interrupts;
    const fs::path history_file;
    const Words words;
    std::string prompt;
    bool interrupted = false;
    ::EditLine* editor = nullptr;
    ::History* history = nullptr;
};

namespace {

template <typename State>
State& state_of(::EditLine* editor) {
    void* data = nullptr;
    ::el_get(editor, EL_CLIENTDATA, &data);
    return *static_cast<State*>(data);
}

/// One character from the terminal; -1 where Ctrl-C comes first.
template <typename State>
int next_character(::EditLine* editor, wchar_t* out) {
    State& state = state_of<State>(editor);
    std::array<pollfd, 2> events{
        {{STDIN_FILENO, POLLIN, 0}, {state.interrupts.fd(), POLLIN, 0}}
    };
    std::mbstate_t shift{};
    while (true) {
        if (::poll(events.data(), events.size(), -1) < 0) {
            if (errno == EINTR) continue;
            return -1;
        }
        if (events[1].revents != 0 && state.interrupts.take()) {
            state.interrupted = true;
            return -1;
        }
        if (events[0].revents == 0) continue;
        char byte = 0;
        const auto count = ::read(STDIN_FILENO, &byte, 1);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return static_cast<int>(count);
        const auto used = std::mbrtowc(out, &byte, 1, &shift);
        if (used == static_cast<std::size_t>(-2)) continue;  // more bytes of it follow
        if (used == static_cast<std::size_t>(-1)) *out = L'?';
        return 1;
    }
}

void print_words(const std::vector<std::string>& words) {
    std::fputc('\n', stdout);
    for (std::size_t i = 0; i < std::min(words.size(), kWordsShown); ++i)
        std::printf("%s  ", words[i].c_str());
    if (words.size() > kWordsShown) std::printf("… %zu more", words.size() - kWordsShown);
    std::fputc('\n', stdout);
    std::fflush(stdout);
}

template <typename State>
unsigned char complete_word(::EditLine* editor, int) {
    const ::LineInfo* line = ::el_line(editor);
    const char* begin = line->cursor;
    while (begin > line->buffer && is_word(begin[-1])) --begin;
    const std::string_view typed(begin, static_cast<std::size_t>(line->cursor - begin));
    if (typed.empty()) return CC_ERROR;
    const Completion found = complete(typed, state_of<State>(editor).words());
    if (found.words.empty()) return CC_ERROR;
    const bool grows = found.insert.size() > typed.size();
    ::el_deletestr(editor, static_cast<int>(typed.size()));
    ::el_insertstr(editor, found.insert.c_str());
    if (found.words.size() > 1 && !grows) {
        print_words(found.words);
        return CC_REDISPLAY;
    }
    return CC_REFRESH;
}

}  // namespace

LineEditor::LineEditor(const Interrupts& interrupts, fs::path history, Words words)
    : state_(new State(interrupts, std::move(history), std::move(words))) {
    choose_locale();
    State& state = *state_;
    state.editor = ::el_init("firesteel", stdin, stdout, stderr);
    state.history = ::history_init();
    if (state.editor == nullptr || state.history == nullptr) throw std::bad_alloc();
    using Prompt = char* (*)(::EditLine*);
    const Prompt prompt = [](::EditLine* editor) { return state_of<State>(editor).prompt.data(); };
    ::HistEvent event{};
    ::history(state.history, &event, H_SETSIZE, kHistoryMax);
    ::history(state.history, &event, H_SETUNIQUE, 1);
    ::history(state.history, &event, H_LOAD, state.history_file.c_str());
    ::el_set(state.editor, EL_CLIENTDATA, &state);
    ::el_set(state.editor, EL_PROMPT, prompt);
    ::el_set(state.editor, EL_EDITOR, "emacs");
    ::el_set(state.editor, EL_HIST, &::history, state.history);
    ::el_set(state.editor, EL_ADDFN, "complete", "Complete the word", &complete_word<State>);
    ::el_set(state.editor, EL_BIND, "^I", "complete", nullptr);
    ::el_set(state.editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    ::el_set(state.editor, EL_GETCFN, &next_character<State>);
    ::el_source(state.editor, nullptr);
}

LineEditor::~LineEditor() {
    std::error_code ec;
    fs::create_directories(state_->history_file.parent_path(), ec);
    // Statements may hold what others must not read. A history that can't be kept is no reason to
    // fail.
    const Fd file(::open(state_->history_file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    if (!file) return;
    ::HistEvent event{};
    ::history(state_->history, &event, H_SAVE, state_->history_file.c_str());
}

LineEditor::Line LineEditor::read(const std::string& prompt) {
    state_->prompt = prompt;
    state_->interrupted = false;
    ::el_resize(state_->editor);
    int count = 0;
    const char* text = ::el_gets(state_->editor, &count);
    if (state_->interrupted) {
        std::fputs("^C\n", stdout);
        std::fflush(stdout);
        return {End::Interrupt, ""};
    }
    if (text == nullptr || count <= 0) return {End::Input, ""};
    std::string line(text, static_cast<std::size_t>(count));
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
    return {End::Line, line};
}

void LineEditor::remember(const std::string& text) {
    ::HistEvent event{};
    ::history(state_->history, &event, H_ENTER, text.c_str());
}

Completion complete(std::string_view typed, const std::vector<std::string>& words) {
    const std::string wanted = changed_case(typed, kLower);
    const bool is_lower = std::any_of(typed.begin(), typed.end(),
                                      [](unsigned char c) { return std::islower(c) != 0; });
    Completion out;
    std::string common;
    for (const auto& word : words) {
        const std::string lower = changed_case(word, kLower);
        if (!lower.starts_with(wanted)) continue;
        if (out.words.empty()) common = lower;
        const auto [end, _] =
            std::mismatch(common.begin(), common.end(), lower.begin(), lower.end());
        common.erase(end, common.end());
        out.words.push_back(word);
    }
    std::sort(out.words.begin(), out.words.end());
    out.words.erase(std::unique(out.words.begin(), out.words.end()), out.words.end());
    if (out.words.size() == 1) {
        // Names are meant as they are; keywords and functions follow what is typed.
        const std::string& word = out.words.front();
        const bool all_upper = std::none_of(word.begin(), word.end(),
                                            [](unsigned char c) { return std::islower(c) != 0; });
        out.insert = (all_upper && is_lower ? changed_case(word, kLower) : word) + " ";
    } else if (!out.words.empty()) {
        out.insert =
            std::string(typed) +
            changed_case(std::string_view(common).substr(typed.size()), is_lower ? kLower : kUpper);
    }
    return out;
}

}  // namespace firesteel::cli
