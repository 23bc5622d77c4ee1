#pragma once
/// Structured log: one line = lower-case fragment + fields. One Channel per folder; session and
/// operation ids come from a LogContext on the calling thread. Any thread; spdlog stays in log.cpp.
///   constexpr log::Channel kLog{"session"};
///   kLog.info("operation finished", {{"rows", rows}, {"ms", ms}});
/// ERROR an invariant broke or data may be lost; WARN recovered but unexpected; INFO state changes
/// and users' query failures; DEBUG plans and lowered SQL. Never rows or literals above DEBUG.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace firesteel::log {

enum class Level : std::uint8_t { Trace, Debug, Info, Warn, Error };

struct Field {
    std::string_view name;
    std::string value;

    Field(std::string_view n, std::string v) : name(n), value(std::move(v)) {}
    Field(std::string_view n, std::string_view v) : name(n), value(v) {}
    Field(std::string_view n, const char* v) : name(n), value(v) {}
    Field(std::string_view n, bool v) : name(n), value(v ? "true" : "false") {}
    template <typename T>
        requires std::is_arithmetic_v<T>
    Field(std::string_view n, T v) : name(n), value(std::to_string(v)) {}
};
using Fields = std::initializer_list<Field>;

bool enabled(Level level);
void write(Level level, std::string_view channel, std::string_view text, Fields fields);

struct Channel {
    std::string_view name;
    void debug(std::string_view text, Fields fields = {}) const {
        if (enabled(Level::Debug)) write(Level::Debug, name, text, fields);
    }
    void info(std::string_view text, Fields fields = {}) const { write(Level::Info, name, text, fields); }
    void warn(std::string_view text, Fields fields = {}) const { write(Level::Warn, name, text, fields); }
    void error(std::string_view text, Fields fields = {}) const { write(Level::Error, name, text, fields); }
};

struct Options {
    std::string file;  // empty: standard error
    Level level = Level::Info;
    std::size_t file_bytes_max = 0;
    std::size_t files_kept = 0;
};
/// Called once by main() before threads start.
void start(const Options& options);
/// Writes out what is buffered.
void flush();
/// "debug", "info", "warn", "error"; false if unknown.
bool parse_level(std::string_view text, Level& level);

/// Ids that every line of this thread carries while the object lives.
class Context {
  public:
    Context(std::string_view session, std::string_view operation);
    ~Context();
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

  private:
    std::string previous_;
};

}  // namespace firesteel::log
