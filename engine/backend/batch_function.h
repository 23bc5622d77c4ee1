#pragma once
/// What the backend asks of Python: a function that turns a batch of columns into a column of as many
/// rows. exec binds it to the worker pool; the backend calls it inside its scalar functions.

#include <cstddef>
#include <functional>
#include <memory>
#include <span>

#include "common/stop_token.h"
#include "plan/bound.h"
#include "types/column_view.h"

namespace firesteel {

/// Thread-safe: several of the database's threads call it at once.
class BatchFunction {
  public:
    /// Receives the result column of rows [first_row, …), in order; valid during the call.
    using Reader = std::function<void(std::size_t first_row, const ResultColumn& column)>;

    virtual ~BatchFunction() = default;
    /// Throws Error.
    virtual void run(std::span<const ColumnView> inputs, std::size_t rows, const StopToken& stop,
                     const Reader& read) const = 0;
};

using MakeBatchFunction =
    std::function<std::shared_ptr<const BatchFunction>(const bound::PythonCall&)>;

}  // namespace firesteel
