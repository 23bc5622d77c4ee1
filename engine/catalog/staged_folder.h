#pragma once
/// A folder of new files that is made beside its target and takes its place in one step, so that an
/// engine that dies while it writes leaves the old data whole. Throws TASK_WRITE_FAILED. Used by one
/// thread.

#include <cstddef>
#include <filesystem>

namespace firesteel::catalog {

class StagedFolder {
  public:
    /// Makes the staging folder; readers of the target's parent don't see it.
    explicit StagedFolder(std::filesystem::path target);
    /// Removes what was not published.
    ~StagedFolder();
    StagedFolder(const StagedFolder&) = delete;
    StagedFolder& operator=(const StagedFolder&) = delete;

    const std::filesystem::path& path() const { return staging_; }

    /// The target is the new files alone; what was there is gone.
    void replace();
    /// The new files join those of the target.
    void append();
    /// Folders `levels` deep that have new files take the place of the target's, the others stay.
    void replace_folders(std::size_t levels);
    /// What is new below `part` is all that the target has there; the rest stays.
    void replace_folder(const std::filesystem::path& part);

  private:
    void mark_success(const std::filesystem::path& folder) const;
    void take_place(const std::filesystem::path& made, const std::filesystem::path& place) const;
    void replace_below(const std::filesystem::path& made, const std::filesystem::path& place,
                       std::size_t levels) const;

    const std::filesystem::path target_;
    std::filesystem::path staging_;
};

/// "file:/a" and "/a" alike, absolute.
std::filesystem::path local_path(std::string_view path);

}  // namespace firesteel::catalog
