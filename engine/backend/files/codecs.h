#pragma once
/// Compressed byte streams over plain ones. Internal to backend/files.

#include <memory>
#include <string>

#include "backend/files/byte_stream.h"

namespace firesteel::files {

/// The path is for errors.
std::unique_ptr<ByteSource> decompressing(Codec codec, std::unique_ptr<ByteSource> from, const std::string& path);
std::unique_ptr<ByteSink> compressing(Codec codec, std::unique_ptr<ByteSink> to, const std::string& path);

[[noreturn]] void fail_read(const std::string& path);
[[noreturn]] void fail_write(const std::string& path);

}  // namespace firesteel::files
