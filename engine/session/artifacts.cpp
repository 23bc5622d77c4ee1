#include "session/artifacts.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>

#include "common/error.h"
#include "common/log.h"

namespace firesteel {
namespace {

namespace fs = std::filesystem;
constexpr log::Channel kLog{"session"};
constexpr std::string_view kCacheFolder = "cache/";
constexpr std::string_view kStagingFolder = ".staging";
constexpr auto kFolders = std::to_array<std::string_view>(
    {"pyfiles/", "archives/", "files/", "jars/", "classes/", kCacheFolder});

[[noreturn]] void fail_io(const std::string& what) {
    throw Error(ErrorClass::NoCondition,
                {{"message", "Storing an artifact failed: " + what + ": " + std::strerror(errno)}});
}

bool same_bytes(const fs::path& a, const fs::path& b) {
    std::error_code ec;
    if (fs::file_size(a, ec) != fs::file_size(b, ec) || ec) return false;
    std::ifstream left(a, std::ios::binary);
    std::ifstream right(b, std::ios::binary);
    std::array<char, 64 * 1024> x{};
    std::array<char, 64 * 1024> y{};
    while (left && right) {
        left.read(x.data(), x.size());
        right.read(y.data(), y.size());
        if (left.gcount() != right.gcount()) return false;
        if (!std::equal(x.begin(), x.begin() + left.gcount(), y.begin())) return false;
    }
    return left.eof() && right.eof();
}

}  // namespace

void check_artifact_name(std::string_view name) {
    const bool known = std::any_of(kFolders.begin(), kFolders.end(), [&](std::string_view folder) {
        return name.starts_with(folder) && name.size() > folder.size();
    });
    bool inside = known && name.find('\0') == name.npos;
    for (const auto& part : fs::path(name)) inside = inside && part != ".." && part != ".";
    if (!inside) throw Error(ErrorClass::InvalidArtifactPath, {{"name", std::string(name)}});
}

Artifacts::Artifacts(fs::path root, std::size_t bytes_max)
    : root_(std::move(root)), bytes_max_(bytes_max) {}

Artifacts::~Artifacts() {
    std::error_code ec;
    fs::remove_all(root_, ec);
    if (ec) kLog.warn("artifacts not removed", {{"error", ec.message()}});
}

fs::path Artifacts::path_of(std::string_view name) const { return root_ / fs::path(name); }

fs::path Artifacts::new_staging_path() {
    std::error_code ec;
    fs::create_directories(root_ / kStagingFolder, ec);
    if (ec) {
        throw Error(ErrorClass::NoCondition,
                    {{"message", "The artifact directory can't be made: " + ec.message()}});
    }
    return root_ / kStagingFolder / std::to_string(++uploads_);
}

void Artifacts::grow(std::size_t bytes) {
    if (bytes_.fetch_add(bytes) + bytes > bytes_max_) {
        bytes_.fetch_sub(bytes);
        throw Error(ErrorClass::NoCondition,
                    {{"message", "The session's artifacts would take more than " +
                                     std::to_string(bytes_max_) +
                                     " bytes (firesteel.artifacts.bytesMaxPerSession)."}});
    }
}

bool Artifacts::exists(std::string_view name) const {
    check_artifact_name(name);
    std::error_code ec;
    return fs::is_regular_file(path_of(name), ec);
}

std::optional<std::string> Artifacts::read(std::string_view name) const {
    if (!exists(name)) return std::nullopt;
    std::ifstream in(path_of(name), std::ios::binary | std::ios::ate);
    std::string bytes(static_cast<std::size_t>(in.tellg()), '\0');
    in.seekg(0);
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!in) fail_io("reading " + std::string(name));
    return bytes;
}

void Artifacts::copy_from(const Artifacts& other) {
    const std::scoped_lock lock(names_mutex_, other.names_mutex_);
    std::error_code ec;
    if (!fs::exists(other.root_, ec)) return;
    fs::create_directories(root_, ec);
    // What workers see is links into the other session's directory; it is made anew for this one.
    fs::copy(other.root_, root_,
             fs::copy_options::recursive | fs::copy_options::create_hard_links | fs::copy_options::skip_symlinks,
             ec);
    if (ec) {
        throw Error(ErrorClass::NoCondition,
                    {{"message", "The session's artifacts can't be copied: " + ec.message()}});
    }
    fs::remove_all(root_ / kStagingFolder, ec);
    bytes_ = other.bytes_.load();
    version_ = other.version_.load();
}

Artifacts::Upload::Upload(Artifacts& store, std::string name)
    : store_(store), name_(std::move(name)), staging_((check_artifact_name(name_), store.new_staging_path())) {
    // As Spark's workers find them: executable, which an interpreter among the files must be.
    fd_ = ::open(staging_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
    if (fd_ < 0) fail_io(name_);
}

Artifacts::Upload::~Upload() {
    if (fd_ >= 0) ::close(fd_);
    if (committed_) return;
    std::error_code ec;
    fs::remove(staging_, ec);
    store_.bytes_.fetch_sub(bytes_);
}

void Artifacts::Upload::append(std::string_view bytes) {
    store_.grow(bytes.size());
    bytes_ += bytes.size();
    while (!bytes.empty()) {
        const auto written = ::write(fd_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail_io(name_);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

void Artifacts::Upload::commit() {
    if (::close(std::exchange(fd_, -1)) != 0) fail_io(name_);
    const fs::path target = store_.path_of(name_);
    const std::lock_guard lock(store_.names_mutex_);
    std::error_code ec;
    if (fs::exists(target, ec)) {
        // Content-addressed: the same name is the same content.
        if (name_.starts_with(kCacheFolder) || same_bytes(target, staging_)) return;
        throw Error(ErrorClass::ArtifactAlreadyExists, {{"normalizedRemoteRelativePath", name_}});
    }
    fs::create_directories(target.parent_path(), ec);
    fs::rename(staging_, target, ec);
    if (ec) {
        throw Error(ErrorClass::NoCondition,
                    {{"message", "The artifact " + name_ + " can't be stored: " + ec.message()}});
    }
    committed_ = true;
    if (!name_.starts_with(kCacheFolder)) ++store_.version_;
}

}  // namespace firesteel
