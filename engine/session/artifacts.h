#pragma once
/// Files that one session's client has sent: Python files, archives, plain files, cached relations.
/// Stored in the session's own directory, which workers see and which goes with the session.
/// Bounded in bytes. Blocks on files: never called on a gRPC thread. Thread-safe.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace firesteel {

class Artifacts {
  public:
    /// `root` is made when the first artifact comes, and removed with this object.
    Artifacts(std::filesystem::path root, std::size_t bytes_max);
    ~Artifacts();
    Artifacts(const Artifacts&) = delete;
    Artifacts& operator=(const Artifacts&) = delete;

    /// One artifact on its way. Left without commit, nothing of it stays.
    class Upload {
      public:
        Upload(Artifacts& store, std::string name);
        ~Upload();
        Upload(const Upload&) = delete;
        Upload& operator=(const Upload&) = delete;
        void append(std::string_view bytes);
        /// Makes it visible. ARTIFACT_ALREADY_EXISTS if the name is taken by other bytes.
        void commit();
        const std::string& name() const { return name_; }

      private:
        Artifacts& store_;
        const std::string name_;
        const std::filesystem::path staging_;
        int fd_ = -1;
        std::size_t bytes_ = 0;
        bool committed_ = false;
    };

    bool exists(std::string_view name) const;
    /// The whole content of an artifact ("cache/<hash>").
    std::optional<std::string> read(std::string_view name) const;
    /// Takes over all of another session's artifacts (the same files, linked).
    void copy_from(const Artifacts& other);

    const std::filesystem::path& root() const { return root_; }
    /// Grows with every artifact that workers should see.
    std::uint64_t version() const { return version_.load(); }

  private:
    friend class Upload;
    std::filesystem::path path_of(std::string_view name) const;
    std::filesystem::path new_staging_path();
    void grow(std::size_t bytes);

    const std::filesystem::path root_;
    const std::size_t bytes_max_;
    std::atomic<std::size_t> bytes_{0};
    std::atomic<std::uint64_t> version_{0};
    std::atomic<std::uint64_t> uploads_{0};
    mutable std::mutex names_mutex_;  // commits, one at a time
};

/// INVALID_ARTIFACT_PATH unless the name is relative, without "..", and in a known folder.
void check_artifact_name(std::string_view name);

}  // namespace firesteel
