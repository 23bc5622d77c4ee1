#pragma once
/// Bytes of a file, uncompressed or compressed, read and written as a stream. Which codec a file has
/// its name tells. Throws Error: FAILED_READ_FILE for what can't be read, TASK_WRITE_FAILED for what
/// can't be written. Used by one thread at a time.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace firesteel::files {

enum class Codec : unsigned char { None, Gzip, Deflate, Bzip2, Zstd };

/// By the file's last extension: .gz, .deflate, .bz2, .zst.
Codec codec_of_file(std::string_view path);
/// By the option's value: none, uncompressed, gzip, deflate, bzip2, zstd; CODEC_NOT_AVAILABLE otherwise.
Codec codec_named(std::string_view name);
/// ".gz"; empty for None.
std::string_view extension_of(Codec codec);

class ByteSource {
  public:
    virtual ~ByteSource() = default;
    /// Up to `size` bytes; 0 at the end only.
    virtual std::size_t read(char* to, std::size_t size) = 0;
};
std::unique_ptr<ByteSource> open_source(const std::string& path);

class ByteSink {
  public:
    virtual ~ByteSink() = default;
    virtual void write(std::string_view bytes) = 0;
    /// Writes the end and makes it durable; nothing is written after it.
    virtual void finish() = 0;
};
std::unique_ptr<ByteSink> create_sink(const std::string& path, Codec codec);

}  // namespace firesteel::files
