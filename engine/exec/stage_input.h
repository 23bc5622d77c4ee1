#pragma once
/// The input of a Python stage: rows as the database gives them, or group by group. Groups are made
/// in memory; what outgrows it is sorted by the database, which spills. Used by the stage's thread.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "backend/backend.h"
#include "physical/python_stages.h"
#include "python/batch_codec.h"
#include "python/gathered_rows.h"

namespace firesteel::exec {

struct StageContext;

/// Some rows of an input.
struct InputBatch {
    ColumnBatch all;
    std::vector<ColumnView> sent;  // the columns that workers get
};

/// Rows [first, first + rows) of a batch, or those that `index` numbers; lives as its batch does.
struct RowSlice {
    std::shared_ptr<const InputBatch> batch;
    std::size_t first = 0;
    std::size_t rows = 0;
    const std::uint32_t* index = nullptr;
};

std::vector<python::BatchPiece> pieces_of(const std::vector<RowSlice>& slices);

class InputRows {
  public:
    InputRows(const physical::PythonStage::Input& input, std::unique_ptr<ResultStream> rows)
        : input_(&input), rows_(std::move(rows)) {}

    /// False at the end; else there is a current row.
    bool fetch();
    /// The next rows, at most that many.
    RowSlice take(std::size_t rows_max);
    std::size_t left() const { return batch_->all.rows - row_; }
    std::string_view key() const { return key_at(row_); }
    /// Rows from the current one on with its key, of those that are here.
    std::size_t rows_of_key(std::string_view key) const;

  private:
    std::string_view key_at(std::size_t row) const;

    const physical::PythonStage::Input* input_;
    std::unique_ptr<ResultStream> rows_;
    std::shared_ptr<const InputBatch> batch_;
    std::size_t row_ = 0;
};

/// Some rows of a group: slices, or picked from all batches; then the only slice is the first row.
struct GroupRows {
    std::vector<RowSlice> slices;
    python::GatheredRows gathered;
    std::size_t rows = 0;
};

/// Groups in the order of their keys; within one the rows' own order.
class GroupedInput {
  public:
    virtual ~GroupedInput() = default;
    /// There is a current group; false at the end.
    virtual bool has_group() = 0;
    virtual std::string_view key() const = 0;
    /// The group's next rows, at most that many; none: it ended, the next one is current. They live
    /// until the next call.
    virtual GroupRows take(std::size_t rows_max) = 0;
};

/// What the input refers to must outlive it.
std::unique_ptr<GroupedInput> grouped_input(const StageContext& context,
                                            const physical::PythonStage::Input& input,
                                            const StopToken& stop);

}  // namespace firesteel::exec
