#include "session/unpack.h"

#include <cstring>
#include <memory>
#include <string>
#include <system_error>

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/error.h"

namespace firesteel {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kBlockBytes = std::size_t{256} << 10;
constexpr std::uint64_t kEntriesMax = 4'000'000;
constexpr std::uint64_t kEntryBytes = 512;  // what an empty file or a link counts
constexpr ::mode_t kPermissions = 0777;     // no set-user-id
constexpr int kWriteFlags = ARCHIVE_EXTRACT_TIME | ARCHIVE_EXTRACT_PERM |
                            ARCHIVE_EXTRACT_SECURE_NODOTDOT | ARCHIVE_EXTRACT_SECURE_SYMLINKS;

using Reader = std::unique_ptr<::archive, decltype(&::archive_read_free)>;
using Writer = std::unique_ptr<::archive, decltype(&::archive_write_free)>;

class Unpacking {
  public:
    Unpacking(const fs::path& archive, const fs::path& directory, std::uint64_t bytes_max)
        : name_(archive.filename().string()),
          directory_(fs::canonical(directory)),
          bytes_max_(bytes_max),
          reader_(::archive_read_new(), &::archive_read_free),
          writer_(::archive_write_disk_new(), &::archive_write_free) {
        ::archive_read_support_filter_gzip(reader_.get());
        ::archive_read_support_format_tar(reader_.get());
        ::archive_read_support_format_zip(reader_.get());
        ::archive_write_disk_set_options(writer_.get(), kWriteFlags);
        check(reader_, ::archive_read_open_filename(reader_.get(), archive.c_str(), kBlockBytes));
    }

    std::uint64_t run() {
        ::archive_entry* entry = nullptr;
        while (next(entry)) {
            count(kEntryBytes);
            if (++entries_ > kEntriesMax) fail("it has too many entries");
            place(entry);
            check(writer_, ::archive_write_header(writer_.get(), entry));
            if (::archive_entry_size(entry) > 0) copy_content();
            check(writer_, ::archive_write_finish_entry(writer_.get()));
        }
        check(writer_, ::archive_write_close(writer_.get()));
        return bytes_;
    }

  private:
    [[noreturn]] void fail(const std::string& why) const {
        throw Error(ErrorClass::NoCondition,
                    {
                        {"message", "The archive " + name_ + " can't be unpacked: " + why + "."}
        });
    }

    template <typename Handle>
    void check(const Handle& handle, la_ssize_t result) const {
        if (result >= ARCHIVE_WARN) return;
        const char* why = ::archive_error_string(handle.get());
        fail(why == nullptr ? "it is malformed" : why);
    }

    [[noreturn]] void fail_write() const {
        const int error = ::archive_errno(writer_.get());
        fail(error == 0 ? "its content can't be written"
                        : std::string(std::strerror(error)) + "; " + directory_.parent_path().parent_path().string() +
                              " is where archives are unpacked (XDG_CACHE_HOME)");
    }

    bool next(::archive_entry*& entry) {
        const int result = ::archive_read_next_header(reader_.get(), &entry);
        if (result == ARCHIVE_EOF) return false;
        check(reader_, result);
        return true;
    }

    void count(std::uint64_t bytes) {
        bytes_ += bytes;
        if (bytes_ > bytes_max_) {
            fail("its content has more than " + std::to_string(bytes_max_) +
                 " bytes (firesteel.archives.bytesMax)");
        }
    }

    /// Relative to the root of the archive, without "."; refuses what leads out.
    fs::path inside(const fs::path& path) const {
        const fs::path normal = path.lexically_normal();
        if (normal.is_absolute() || (!normal.empty() && *normal.begin() == "..")) {
            fail("the name " + path.string() + " leads out of it");
        }
        return normal;
    }

    void check_link(const fs::path& link, const fs::path& target) const {
        if (!target.is_absolute()) {
            inside(link.parent_path() / target);
            return;
        }
        // Virtual environments name the interpreter that they were made with. Nothing is ever
        // written through a link, so this one can only be run.
        std::error_code ec;
        if (!fs::is_regular_file(target, ec) || ::access(target.c_str(), X_OK) != 0) {
            fail("the link " + link.string() + " to " + target.string() + " leads out of it");
        }
    }

    void place(::archive_entry* entry) const {
        const char* raw = ::archive_entry_pathname(entry);
        if (raw == nullptr) fail("a name in it is not text");
        const fs::path path = inside(raw);
        const auto type = ::archive_entry_filetype(entry);
        if (const char* link = ::archive_entry_hardlink(entry)) {
            ::archive_entry_copy_hardlink(entry, (directory_ / inside(link)).c_str());
        } else if (type == AE_IFLNK) {
            check_link(path, ::archive_entry_symlink(entry));
        } else if (type != AE_IFREG && type != AE_IFDIR) {
            fail(path.string() + " is neither a file nor a directory nor a link");
        }
        // Directories must stay usable while their content is written.
        const ::mode_t least = type == AE_IFDIR ? 0700 : 0600;
        ::archive_entry_set_perm(entry, (::archive_entry_perm(entry) & kPermissions) | least);
        ::archive_entry_copy_pathname(entry, (directory_ / path).c_str());
    }

    void copy_content() {
        const void* block = nullptr;
        std::size_t size = 0;
        la_int64_t offset = 0;
        while (true) {
            const int result = ::archive_read_data_block(reader_.get(), &block, &size, &offset);
            if (result == ARCHIVE_EOF) return;
            check(reader_, result);
            count(size);
            // A write that fails, as on a full disk, is but a warning to the library.
            if (::archive_write_data_block(writer_.get(), block, size, offset) < ARCHIVE_OK) fail_write();
        }
    }

    const std::string name_;
    const fs::path directory_;
    const std::uint64_t bytes_max_;
    const Reader reader_;
    const Writer writer_;
    std::uint64_t bytes_ = 0;
    std::uint64_t entries_ = 0;
};

}  // namespace

std::uint64_t unpack_archive(const fs::path& archive, const fs::path& directory,
                             std::uint64_t bytes_max) {
    return Unpacking(archive, directory, bytes_max).run();
}

}  // namespace firesteel
