#include "common/log.h"

#include "common/log_level.h"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cctype>
#include <memory>
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
    if (options.file.empty()) {
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
