#include "common/log.h"

#include "common/log_level.h"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace firesteel::log {
namespace {

thread_local std::string t_context;

spdlog::level::level_enum spdlog_level(Level level) {
    switch (level) {
        case Level::Trace: return spdlog::level::trace;
        case Level::Debug: return spdlog::level::debug;
        case Level::Info: return spdlog::level::info;
        case Level::Warn: return spdlog::level::warn;
        case Level::Error: return spdlog::level::err;
    }
    return spdlog::level::info;
}

/// Values with blanks, quotes or control characters are quoted, so that a line stays one line.
void append_value(std::string& line, std::string_view value) {
    const bool plain = !value.empty() && value.find_first_of(" \t\n\r\"=") == value.npos;
    if (plain) {
        line.append(value);
        return;
    }
    line.push_back('"');
    for (const char c : value) {
        switch (c) {
            case '\n': line.append("\\n"); break;
            case '\r': line.append("\\r"); break;
            case '\t': line.append("\\t"); break;
            case '"': line.append("\\\""); break;
            default: line.push_back(c);
        }
    }
    line.push_back('"');
}

bool is_unnamed_file(int fd) {
    struct stat facts{};
    return ::fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_nlink == 0;
}

/// Standard error as a file without a name, such as the memory that a private engine's starter gives
/// it: nobody else can keep it short, so its older half goes when it has grown to `bytes_max`.
class UnnamedFileSink final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    explicit UnnamedFileSink(std::size_t bytes_max) : bytes_max_(static_cast<off_t>(bytes_max)) {}

  protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        const off_t size = ::lseek(STDERR_FILENO, 0, SEEK_END);
        if (size > bytes_max_) drop_older_half(size);
        write_all({line.data(), line.size()});
    }
    void flush_() override {}

  private:
    void drop_older_half(off_t size) const {
        std::string rest(static_cast<std::size_t>(bytes_max_ / 2), '\0');
        const ssize_t count =
            ::pread(STDERR_FILENO, rest.data(), rest.size(), size - bytes_max_ / 2);
        rest.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        rest.erase(0, rest.find('\n') + 1);
        if (::ftruncate(STDERR_FILENO, 0) != 0) return;
        ::lseek(STDERR_FILENO, 0, SEEK_SET);
        write_all(rest);
    }
    static void write_all(std::string_view text) {
        while (!text.empty()) {
            const ssize_t count = ::write(STDERR_FILENO, text.data(), text.size());
            if (count <= 0) return;  // nowhere is left to say so
            text.remove_prefix(static_cast<std::size_t>(count));
        }
    }

    const off_t bytes_max_;
};

}  // namespace

bool enabled(Level level) { return spdlog::should_log(spdlog_level(level)); }

void write(Level level, std::string_view channel, std::string_view text, Fields fields) {
    if (!enabled(level)) return;
    std::string line;
    line.append(channel).append(": ").append(text);
    for (const Field& field : fields) {
        line.append(" ").append(field.name).append("=");
        append_value(line, field.value);
    }
    line.append(t_context);
    spdlog::log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
}

void start(const Options& options) {
    std::shared_ptr<spdlog::sinks::sink> sink;
    if (options.file.empty() && is_unnamed_file(STDERR_FILENO)) {
        sink = std::make_shared<UnnamedFileSink>(options.file_bytes_max);
    } else if (options.file.empty()) {
        sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    } else {
        sink = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
            options.file, options.file_bytes_max, options.files_kept);
    }
    auto logger = std::make_shared<spdlog::logger>("firesteel", std::move(sink));
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %-5l [%t] %v");
    logger->set_level(spdlog_level(options.level));
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(std::move(logger));
}

void flush() { spdlog::default_logger()->flush(); }

bool parse_level(std::string_view text, Level& level) {
    constexpr std::pair<std::string_view, Level> kNames[] = {{"trace", Level::Trace},
                                                             {"debug", Level::Debug},
                                                             {"info", Level::Info},
                                                             {"warn", Level::Warn},
                                                             {"error", Level::Error}};
    for (const auto& [name, value] : kNames) {
        if (name == text) {
            level = value;
            return true;
        }
    }
    return false;
}

bool set_level(std::string_view name) {
    constexpr std::pair<std::string_view, spdlog::level::level_enum> kNames[] = {
        {"ALL",   spdlog::level::trace   },
        {"TRACE", spdlog::level::trace   },
        {"DEBUG", spdlog::level::debug   },
        {"INFO",  spdlog::level::info    },
        {"WARN",  spdlog::level::warn    },
        {"ERROR", spdlog::level::err     },
        {"FATAL", spdlog::level::critical},
        {"OFF",   spdlog::level::off     }
    };
    const auto same = [](char a, char b) { return std::toupper(static_cast<unsigned char>(a)) == b; };
    for (const auto& [known, level] : kNames) {
        if (std::ranges::equal(name, known, same)) {
            spdlog::set_level(level);
            return true;
        }
    }
    return false;
}

Context::Context(std::string_view session, std::string_view operation)
    : previous_(std::move(t_context)) {
    t_context = " session=";
    t_context.append(session);
    if (!operation.empty()) t_context.append(" operation=").append(operation);
}

Context::~Context() { t_context = std::move(previous_); }

}  // namespace firesteel::log
