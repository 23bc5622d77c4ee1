#include "session/archive_cache.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/error.h"
#include "common/log.h"
#include "io/fd.h"
#include "session/unpack.h"

namespace firesteel {
namespace {

namespace fs = std::filesystem;
constexpr log::Channel kLog{"session"};
constexpr std::size_t kReadBytes = std::size_t{1} << 20;
constexpr const char* kContent = "content";
constexpr const char* kUsers = "users";
constexpr const char* kSize = "bytes";
constexpr const char* kKnown = "known";
constexpr const char* kEntries = "entries";
constexpr const char* kPartial = "partial";

[[noreturn]] void fail(const fs::path& path, const std::string& why) {
    throw Error(ErrorClass::NoCondition,
                {
                    {"message", "The archive cache can't use " + path.string() + ": " + why +
                                    "; set firesteel.archives.cacheDirectory to a directory that can be written"}
    });
}

void make_directories(const fs::path& path) {
    std::error_code ec;
    fs::create_directories(path, ec);
    if (ec) fail(path, ec.message());
}

/// A lock that other processes see; held until its end.
class FileLock {
  public:
    FileLock(const fs::path& path, int kind)
        : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
        if (file_.get() < 0) fail(path, std::strerror(errno));
        int result = 0;
        do {
            result = ::flock(file_.get(), kind);
        } while (result != 0 && errno == EINTR);
        held_ = result == 0;
        if (!held_ && (kind & LOCK_NB) == 0) fail(path, std::strerror(errno));
    }
    bool held() const { return held_; }

  private:
    io::Fd file_;
    bool held_ = false;
};

class Sha256 {
  public:
    Sha256() : context_(::EVP_MD_CTX_new(), &::EVP_MD_CTX_free) {
        ::EVP_DigestInit_ex(context_.get(), ::EVP_sha256(), nullptr);
    }
    void add(const void* data, std::size_t size) { ::EVP_DigestUpdate(context_.get(), data, size); }
    std::string hex() {
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        unsigned size = 0;
        ::EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
        constexpr std::string_view kDigits = "0123456789abcdef";
        std::string out;
        for (unsigned i = 0; i < size; ++i) {
            out.push_back(kDigits[digest.at(i) >> 4U]);
            out.push_back(kDigits[digest.at(i) & 15U]);
        }
        return out;
    }

  private:
    std::unique_ptr<EVP_MD_CTX, decltype(&::EVP_MD_CTX_free)> context_;
};

std::string hash_text(std::string_view text) {
    Sha256 hash;
    hash.add(text.data(), text.size());
    return hash.hex();
}

std::string hash_file(const fs::path& path) {
    const io::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) fail(path, std::strerror(errno));
    std::vector<char> buffer(kReadBytes);
    Sha256 hash;
    while (true) {
        const auto count = ::read(file.get(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail(path, std::strerror(errno));
        if (count == 0) return hash.hex();
        hash.add(buffer.data(), static_cast<std::size_t>(count));
    }
}

/// Changes whenever the file may have other content.
std::string file_identity(const fs::path& path) {
    struct stat facts{};
    if (::stat(path.c_str(), &facts) != 0) fail(path, std::strerror(errno));
    if (!S_ISREG(facts.st_mode)) fail(path, "it is not a file");
    std::string text;
    for (const auto number :
         {static_cast<std::int64_t>(facts.st_dev), static_cast<std::int64_t>(facts.st_ino),
          static_cast<std::int64_t>(facts.st_size), static_cast<std::int64_t>(facts.st_mtim.tv_sec),
          static_cast<std::int64_t>(facts.st_mtim.tv_nsec),
          static_cast<std::int64_t>(facts.st_ctim.tv_sec),
          static_cast<std::int64_t>(facts.st_ctim.tv_nsec)}) {
        text += std::to_string(number) + " ";
    }
    return hash_text(text);
}

std::string read_word(const fs::path& path) {
    std::ifstream in(path);
    std::string word;
    in >> word;
    return word;
}

/// Seen whole or not at all.
void write_word(const fs::path& path, const std::string& word) {
    const fs::path fresh = path.string() + "." + std::to_string(::getpid());
    {
        std::ofstream out(fresh);
        out << word << "\n" << std::flush;
        if (!out) fail(path, std::strerror(errno));
    }
    std::error_code ec;
    fs::rename(fresh, path, ec);
    if (ec) fail(path, ec.message());
}

void enter_user(const fs::path& entry, const fs::path& user) {
    std::error_code ec;
    fs::create_directory_symlink(user, entry / kUsers / hash_text(user.string()), ec);
    if (ec && ec != std::errc::file_exists) fail(entry, ec.message());
    ::utimensat(AT_FDCWD, entry.c_str(), nullptr, 0);
}

bool in_use(const fs::path& entry) {
    std::error_code ec;
    bool used = false;
    for (const auto& user : fs::directory_iterator(entry / kUsers, ec)) {
        if (fs::exists(user.path(), ec)) {
            used = true;
        } else {
            fs::remove(user.path(), ec);
        }
    }
    return used;
}

struct Entry {
    fs::path path;
    fs::file_time_type used;
    std::uint64_t bytes = 0;
};

std::vector<Entry> entries_of(const fs::path& directory) {
    std::vector<Entry> out;
    std::error_code ec;
    for (const auto& entry : fs::directory_iterator(directory, ec)) {
        const std::string size = read_word(entry.path() / kSize);
        out.push_back(
            {entry.path(), entry.last_write_time(ec), std::strtoull(size.c_str(), nullptr, 10)});
    }
    std::sort(out.begin(), out.end(),
              [](const Entry& a, const Entry& b) { return a.used < b.used; });
    return out;
}

}  // namespace

ArchiveCache::ArchiveCache(fs::path directory, std::uint64_t bytes_max)
    : directory_(std::move(directory)), bytes_max_(bytes_max) {}

bool ArchiveCache::is_archive(const std::string& file_name) {
    std::string name = file_name;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    constexpr std::array<std::string_view, 5> kEndings{".zip", ".jar", ".tar", ".tar.gz", ".tgz"};
    return std::any_of(kEndings.begin(), kEndings.end(),
                       [&](std::string_view ending) { return name.ends_with(ending); });
}

/// The content's hash, which is remembered for the file as it is now.
std::string ArchiveCache::identify(const fs::path& archive) const {
    const fs::path note = directory_ / kKnown / file_identity(archive);
    std::string id = read_word(note);
    if (!id.empty()) return id;
    id = hash_file(archive);
    write_word(note, id);
    return id;
}

fs::path ArchiveCache::unpacked(const fs::path& archive, const fs::path& user) const {
    for (const char* folder : {kKnown, kEntries, kPartial}) make_directories(directory_ / folder);
    const std::string id = identify(archive);
    const fs::path entry = directory_ / kEntries / id;
    std::error_code ec;
    const auto found = [&] {
        const FileLock lock(directory_ / "lock", LOCK_SH);
        if (!fs::is_directory(entry / kContent, ec)) return false;
        enter_user(entry, user);
        return true;
    };
    if (found()) return entry / kContent;
    const FileLock unpacking(directory_ / kPartial / (id + ".lock"), LOCK_EX);
    if (found()) return entry / kContent;
    const fs::path partial = directory_ / kPartial / id;
    fs::remove_all(partial, ec);
    try {
        unpack(archive, id);
        const FileLock lock(directory_ / "lock", LOCK_EX);
        make_room(std::stoull(read_word(partial / kSize)));
        fs::rename(partial, entry, ec);
        if (ec) fail(entry, ec.message());
        enter_user(entry, user);
    } catch (...) {
        fs::remove_all(partial, ec);
        throw;
    }
    return entry / kContent;
}

void ArchiveCache::unpack(const fs::path& archive, const std::string& id) const {
    const fs::path partial = directory_ / kPartial / id;
    make_directories(partial / kContent);
    make_directories(partial / kUsers);
    const std::uint64_t bytes = unpack_archive(archive, partial / kContent, bytes_max_);
    write_word(partial / kSize, std::to_string(bytes));
    kLog.info("archive unpacked", {
                                      {"archive", archive.filename().string()},
                                      {"bytes",   bytes                      }
    });
}

/// With the directory's lock held.
void ArchiveCache::make_room(std::uint64_t bytes) const {
    std::error_code ec;
    auto entries = entries_of(directory_ / kEntries);
    std::uint64_t total = bytes;
    for (const Entry& entry : entries) total += entry.bytes;
    for (const Entry& entry : entries) {
        if (total <= bytes_max_) break;
        if (in_use(entry.path)) continue;
        fs::remove_all(entry.path, ec);
        total -= entry.bytes;
        kLog.info("unpacked archive removed", {
                                                  {"entry", entry.path.filename().string()}
        });
    }
    for (const auto& note : fs::directory_iterator(directory_ / kKnown, ec)) {
        const std::string id = read_word(note.path());
        const bool unpacking = fs::exists(directory_ / kPartial / id, ec);
        if (!unpacking && !fs::exists(directory_ / kEntries / id, ec)) fs::remove(note.path(), ec);
    }
}

}  // namespace firesteel
