#include "backend/files/byte_stream.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>
#include <vector>

#include "backend/files/codecs.h"
#include "common/error.h"
#include "common/file_errors.h"

namespace firesteel::files {
namespace {

struct CodecRow {
    std::string_view name;
    std::string_view extension;
    Codec codec;
};
constexpr auto kCodecs = std::to_array<CodecRow>({
    {"bzip2", ".bz2", Codec::Bzip2},
    {"deflate", ".deflate", Codec::Deflate},
    {"gzip", ".gz", Codec::Gzip},
    {"none", "", Codec::None},
    {"uncompressed", "", Codec::None},
    {"zstd", ".zst", Codec::Zstd},
});

constexpr std::size_t kBlockBytes = std::size_t{1} << 18U;

class FileDescriptor {
  public:
    explicit FileDescriptor(int fd) : fd_(fd) {}
    ~FileDescriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;
    int get() const { return fd_; }

  private:
    int fd_;
};

class FileSource final : public ByteSource {
  public:
    explicit FileSource(std::string path)
        : path_(std::move(path)), fd_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC)) {
        if (fd_.get() < 0) fail_read(path_);
    }
    std::size_t read(char* to, std::size_t size) override {
        while (true) {
            const ::ssize_t n = ::read(fd_.get(), to, size);
            if (n >= 0) return static_cast<std::size_t>(n);
            if (errno != EINTR) fail_read(path_);
        }
    }

  private:
    const std::string path_;
    const FileDescriptor fd_;
};

class FileSink final : public ByteSink {
  public:
    explicit FileSink(std::string path)
        : path_(std::move(path)),
          fd_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)) {
        if (fd_.get() < 0) fail_write(path_);
        block_.reserve(kBlockBytes);
    }
    void write(std::string_view bytes) override {
        if (block_.size() + bytes.size() > kBlockBytes) flush();
        if (bytes.size() >= kBlockBytes) {
            write_out(bytes);
        } else {
            block_ += bytes;
        }
    }
    void finish() override {
        flush();
        if (::fsync(fd_.get()) != 0) fail_write(path_);
    }

  private:
    void flush() {
        write_out(block_);
        block_.clear();
    }
    void write_out(std::string_view bytes) {
        while (!bytes.empty()) {
            const ::ssize_t n = ::write(fd_.get(), bytes.data(), bytes.size());
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) fail_write(path_);
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
    }

    const std::string path_;
    const FileDescriptor fd_;
    std::string block_;
};

}  // namespace

void fail_read(const std::string& path) {
    throw Error(ErrorClass::FailedReadFile, {{"path", "file://" + path}});
}

void fail_write(const std::string& path) {
    throw write_failed(path, {errno, std::generic_category()});
}

Codec codec_of_file(std::string_view path) {
    for (const CodecRow& row : kCodecs) {
        if (!row.extension.empty() && path.ends_with(row.extension)) return row.codec;
    }
    // Hadoop decodes these: their bytes must not pass for text.
    for (const std::string_view other : {".lz4", ".snappy"}) {
        if (path.ends_with(other)) throw unsupported("text files that are compressed as " + std::string(other.substr(1)));
    }
    return Codec::None;
}

Codec codec_named(std::string_view name) {
    std::string lower(name);
    std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    std::string known;
    for (const CodecRow& row : kCodecs) {
        if (row.name == lower) return row.codec;
        known += (known.empty() ? "" : ", ") + std::string(row.name);
    }
    throw Error(ErrorClass::CodecNotAvailable, {{"codecName", std::string(name)}, {"availableCodecs", known}});
}

std::string_view extension_of(Codec codec) {
    for (const CodecRow& row : kCodecs) {
        if (row.codec == codec) return row.extension;
    }
    return {};
}

std::unique_ptr<ByteSource> open_source(const std::string& path) {
    auto file = std::make_unique<FileSource>(path);
    const Codec codec = codec_of_file(path);
    if (codec == Codec::None) return file;
    return decompressing(codec, std::move(file), path);
}

std::unique_ptr<ByteSink> create_sink(const std::string& path, Codec codec) {
    auto file = std::make_unique<FileSink>(path);
    if (codec == Codec::None) return file;
    return compressing(codec, std::move(file), path);
}

}  // namespace firesteel::files
