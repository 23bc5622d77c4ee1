#pragma once
/// Rows kept as a table of the instance's own in-memory database: columnar, compressed, moved to the
/// temporary directory when memory is short. Dropped with its last owner. Thread-safe.

#include <memory>
#include <string>

#include "backend/duckdb/instance.h"
#include "plan/bound.h"

namespace firesteel::duckdb {

class StoredTable final : public bound::StoredRows {
  public:
    /// Owns a table of this name, made or to be made.
    StoredTable(std::shared_ptr<Instance> instance, std::string name, bound::Attributes columns)
        : instance_(std::move(instance)), name_(std::move(name)), columns_(std::move(columns)) {}
    ~StoredTable() override;

    /// With its database's name, as SQL.
    const std::string& name() const { return name_; }
    /// Of the plan whose rows it holds: they name the table's columns.
    const bound::Attributes& columns() const { return columns_; }

  private:
    const std::shared_ptr<Instance> instance_;
    const std::string name_;
    const bound::Attributes columns_;
};

}  // namespace firesteel::duckdb
