#pragma once
/// Rows that are computed outside of the database and read by it as a table: a Python stage between
/// two queries. exec makes them; the backend opens one reader per scan.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "common/stop_token.h"
#include "plan/bound.h"
#include "types/column_view.h"

namespace firesteel {

/// Rows of a result in the database's own memory, which the columns point into.
struct ColumnBatch {
    std::size_t rows = 0;
    std::vector<ColumnView> columns;
    std::shared_ptr<const void> memory;  // the database's; keeps the rows
};

/// Some rows, each column rows [first, first + rows) of a decoded one, or of one of a batch that the
/// database gave: such a column goes back as it came, uncopied.
struct RowPart {
    struct Column {
        const ResultColumn* decoded = nullptr;
        std::size_t first = 0;
        const ColumnBatch* batch = nullptr;
        std::size_t number = 0;  // in the batch
    };
    std::size_t rows = 0;
    std::vector<Column> columns;
};

/// Used by one thread at a time; its end ends what computes the rows.
class RowReader {
  public:
    virtual ~RowReader() = default;
    /// The next rows, valid until the next call; none at the end. Waits. Throws Error.
    virtual std::optional<RowPart> next() = 0;
};

/// Thread-safe. Each reader computes all rows anew.
class RowSource {
  public:
    virtual ~RowSource() = default;
    /// Rows are computed until the token stops or the reader ends.
    virtual std::unique_ptr<RowReader> open(const StopToken& stop) const = 0;
};

/// For a relation that Python computes: its columns are the relation's.
using MakeRowSource = std::function<std::shared_ptr<const RowSource>(const bound::Relation&)>;

}  // namespace firesteel
