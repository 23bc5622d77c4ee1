#pragma once
/// Unpacked archives, one directory per content, shared by all engines of a user. An archive is
/// unpacked once; later it is found by its file's identity without being read. Bounded in bytes:
/// the least recently used ones go, unless a user's directory still stands. Blocks on files and on
/// other engines that unpack the same archive. Any number of objects and processes may use one
/// directory.

#include <cstdint>
#include <filesystem>
#include <string>

namespace firesteel {

class ArchiveCache {
  public:
    /// `directory` is made when first needed.
    ArchiveCache(std::filesystem::path directory, std::uint64_t bytes_max);

    /// The directory that holds what is in `archive` (.zip, .jar, .tar, .tar.gz, .tgz). It stays at
    /// least as long as `user`, a directory, exists. Throws Error: no archive, unsafe, too large.
    std::filesystem::path unpacked(const std::filesystem::path& archive,
                                   const std::filesystem::path& user) const;

    /// By the name's ending; others are files like any.
    static bool is_archive(const std::string& file_name);

  private:
    std::string identify(const std::filesystem::path& archive) const;
    void unpack(const std::filesystem::path& archive, const std::string& id) const;
    void make_room(std::uint64_t bytes) const;

    const std::filesystem::path directory_;
    const std::uint64_t bytes_max_;
};

}  // namespace firesteel
