#pragma once
/// Writes what an archive holds into a directory, and nothing outside it. The only includer of
/// libarchive. Blocks on files.

#include <cstdint>
#include <filesystem>

namespace firesteel {

/// Takes tar, with or without gzip, and zip. `directory` must exist and be empty. Returns the bytes
/// of the files. Throws Error: not an archive, a name or link that leads out, a device, more than
/// `bytes_max`, or the file system's error; what was written so far stays.
std::uint64_t unpack_archive(const std::filesystem::path& archive,
                             const std::filesystem::path& directory, std::uint64_t bytes_max);

}  // namespace firesteel
