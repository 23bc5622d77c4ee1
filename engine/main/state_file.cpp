#include "main/state_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

namespace firesteel {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& text) { throw std::runtime_error(text); }

std::string json_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out.push_back('\\');
        if (static_cast<unsigned char>(c) >= ' ') out.push_back(c);
    }
    return out + "\"";
}

std::string contents(int fd) {
    std::array<char, 4096> buffer{};
    const auto size = ::pread(fd, buffer.data(), buffer.size(), 0);
    std::string text(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

std::string work_prefix() { return "firesteel-" + std::to_string(::geteuid()) + "-"; }

}  // namespace

std::string to_json(const EngineState& state) {
    std::string out = "{\"pid\":" + std::to_string(state.pid);
    out += ",\"host\":" + json_text(state.host) + ",\"port\":" + std::to_string(state.port);
    out += ",\"token\":" + json_text(state.token) + ",\"started\":" + json_text(state.started);
    out += ",\"log\":" + json_text(state.log) + ",\"version\":" + json_text(state.version) + "}";
    return out;
}

StateFile::StateFile(fs::path path) : path_(std::move(path)) {
    std::error_code ec;
    const fs::path directory = path_.parent_path();
    if (!directory.empty() && fs::create_directories(directory, ec)) {
        fs::permissions(directory, fs::perms::owner_all, ec);
    }
    while (true) {
        fd_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd_ < 0) fail("the state file " + path_.string() + " can't be opened: " + std::strerror(errno) +
                 "; set XDG_RUNTIME_DIR to a directory that can be written");
        if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
            const std::string running = contents(fd_);
            ::close(fd_);
            const auto token = running.find(",\"token\"");
            fail("an engine is running already: " + running.substr(0, token) +
                 (token == running.npos ? "" : "}") + " (" + path_.string() + ")");
        }
        struct stat locked{};
        struct stat named{};
        if (::fstat(fd_, &locked) == 0 && ::stat(path_.c_str(), &named) == 0 &&
            locked.st_ino == named.st_ino && locked.st_dev == named.st_dev) {
            break;
        }
        ::close(fd_);  // an engine that ended removed it between open and lock
    }
    ::fchmod(fd_, 0600);
}

StateFile::~StateFile() {
    ::unlink(path_.c_str());
    ::close(fd_);
}

void StateFile::write(const EngineState& state) {
    const std::string text = to_json(state) + "\n";
    if (::ftruncate(fd_, 0) != 0 ||
        ::pwrite(fd_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
        fail("the state file " + path_.string() + " can't be written: " + std::strerror(errno));
    }
}

fs::path make_work_directory(const fs::path& base) {
    std::string name = (base / (work_prefix() + std::to_string(::getpid()) + "-XXXXXX")).string();
    if (::mkdtemp(name.data()) == nullptr) {
        fail("no directory can be made in " + base.string() + ": " + std::strerror(errno) +
             "; set TMPDIR to one that can be written");
    }
    return name;
}

void remove_stale_directories(const fs::path& base) {
    const std::string prefix = work_prefix();
    std::error_code ec;
    for (const auto& entry : fs::directory_iterator(base, ec)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with(prefix)) continue;
        const auto digits = std::string_view(name).substr(prefix.size());
        pid_t pid = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), pid);
        if (error != std::errc() || pid <= 0) continue;
        struct stat owner{};
        if (::lstat(entry.path().c_str(), &owner) != 0 || owner.st_uid != ::geteuid()) continue;
        if (::kill(pid, 0) != 0 && errno == ESRCH) fs::remove_all(entry.path(), ec);
    }
}

}  // namespace firesteel
