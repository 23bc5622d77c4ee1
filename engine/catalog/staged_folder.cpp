#include "catalog/staged_folder.h"

#include <fcntl.h>
#include <stdio.h>  // renameat2

#include <fstream>
#include <system_error>
#include <utility>

#include "common/file_errors.h"
#include "common/ids.h"

namespace firesteel::catalog {
namespace {

namespace fs = std::filesystem;

void check(const std::error_code& error, const fs::path& path) {
    if (error) throw write_failed(path.string(), error);
}

}  // namespace

StagedFolder::StagedFolder(fs::path target) : target_(std::move(target)) {
    staging_ = target_.parent_path() / ("." + target_.filename().string() + "." + random_uuid());
    std::error_code error;
    fs::create_directories(staging_, error);
    check(error, staging_);
}

StagedFolder::~StagedFolder() {
    std::error_code ignored;
    fs::remove_all(staging_, ignored);
}

void StagedFolder::mark_success(const fs::path& folder) const {
    std::ofstream(folder / "_SUCCESS").close();
}

/// In one step where there was something: the two change places, then the old one goes.
void StagedFolder::take_place(const fs::path& made, const fs::path& place) const {
    std::error_code error;
    if (!fs::exists(place)) {
        fs::create_directories(place.parent_path(), error);
        fs::rename(made, place, error);
        check(error, place);
        return;
    }
    if (::renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, place.c_str(), RENAME_EXCHANGE) != 0) {
        const fs::path old = made.string() + ".old";  // a file system that can't exchange
        fs::rename(place, old, error);
        check(error, place);
        fs::rename(made, place, error);
        check(error, place);
        fs::rename(old, made, error);
    }
    fs::remove_all(made, error);
}

void StagedFolder::replace() {
    mark_success(staging_);
    take_place(staging_, target_);
}

void StagedFolder::append() {
    std::error_code error;
    fs::create_directories(target_, error);
    check(error, target_);
    for (auto entry = fs::recursive_directory_iterator(staging_); entry != fs::recursive_directory_iterator(); ++entry) {
        if (entry->is_directory()) continue;
        const fs::path place = target_ / entry->path().lexically_relative(staging_);
        fs::create_directories(place.parent_path(), error);
        fs::rename(entry->path(), place, error);
        check(error, place);
    }
    mark_success(target_);
}

void StagedFolder::replace_below(const fs::path& made, const fs::path& place, std::size_t levels) const {
    if (levels == 0) return take_place(made, place);
    for (const auto& entry : fs::directory_iterator(made)) {
        if (entry.is_directory()) replace_below(entry.path(), place / entry.path().filename(), levels - 1);
    }
}

void StagedFolder::replace_folder(const fs::path& part) {
    std::error_code error;
    fs::create_directories(staging_ / part, error);
    check(error, staging_ / part);
    take_place(staging_ / part, target_ / part);
    mark_success(target_);
}

void StagedFolder::replace_folders(std::size_t levels) {
    replace_below(staging_, target_, levels);
    std::error_code error;
    fs::create_directories(target_, error);
    check(error, target_);
    mark_success(target_);
}

}  // namespace firesteel::catalog
