#include "backend/duckdb/stored_table.h"

#include "common/log.h"

namespace firesteel::duckdb {
namespace {

constexpr log::Channel kLog{"backend"};

}  // namespace

StoredTable::~StoredTable() {
    try {
        instance_->execute("DROP TABLE IF EXISTS " + name_);
    } catch (const std::exception& error) {
        kLog.warn("stored rows were not freed", {{"table", name_}, {"error", error.what()}});
    }
}

}  // namespace firesteel::duckdb
