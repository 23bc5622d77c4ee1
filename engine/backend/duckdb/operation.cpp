#include "backend/duckdb/operation.h"

#include <utility>

namespace firesteel::duckdb {

void Operation::raise(Error error) {
    const std::lock_guard lock(error_mutex_);
    if (!error_) error_.emplace(std::move(error));
}

std::optional<Error> Operation::error() const {
    const std::lock_guard lock(error_mutex_);
    return error_;
}

std::size_t Operation::add_site(KernelSite site) {
    sites_.push_back(std::move(site));
    return sites_.size() - 1;
}

const KernelSite& Operation::site(std::size_t id) const {
    FS_ASSERT(id < sites_.size());
    return sites_[id];
}

std::size_t Operation::add_rows(std::shared_ptr<const LocalRows> rows) {
    rows_.push_back(std::move(rows));
    return rows_.size() - 1;
}

std::shared_ptr<const LocalRows> Operation::rows(std::size_t id) const {
    FS_ASSERT(id < rows_.size());
    return rows_[id];
}

std::size_t Operation::add_source(Source source) {
    sources_.push_back(std::move(source));
    return sources_.size() - 1;
}

const Operation::Source& Operation::source(std::size_t id) const {
    FS_ASSERT(id < sources_.size());
    return sources_[id];
}

std::size_t Operation::add_text_scan(std::shared_ptr<const TextScan> scan) {
    text_scans_.push_back(std::move(scan));
    return text_scans_.size() - 1;
}

std::shared_ptr<const TextScan> Operation::text_scan(std::size_t id) const {
    FS_ASSERT(id < text_scans_.size());
    return text_scans_[id];
}

std::size_t Operation::add_record_scan(std::shared_ptr<const RecordScan> scan) {
    record_scans_.push_back(std::move(scan));
    return record_scans_.size() - 1;
}

std::shared_ptr<const RecordScan> Operation::record_scan(std::size_t id) const {
    FS_ASSERT(id < record_scans_.size());
    return record_scans_[id];
}

}  // namespace firesteel::duckdb
