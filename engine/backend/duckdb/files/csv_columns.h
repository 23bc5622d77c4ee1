#pragma once
/// CSV records straight into the columns of a chunk, field by field: what CsvRecordParser makes of them without a row of
/// values in between. Immutable after making: threads share one, each with a Row of its own.

#include <cstdint>
#include <string_view>
#include <vector>

#include "backend/duckdb/handles.h"
#include "formats/csv_record.h"

namespace firesteel::duckdb {

class CsvColumns {
  public:
    /// Where the columns that are read stand in the chunk, in the parser's order; `corrupt` is among them or -1.
    struct Target {
        duckdb_vector vector = nullptr;
        void* data = nullptr;
        std::uint64_t* valid = nullptr;
    };
    /// What one thread reuses.
    struct Scratch {
        std::vector<Target> targets;
        std::vector<CsvView> fields;
        CsvFields slow;
        std::string text;
    };

    /// The parser must outlive it. `columns`: its schema.
    CsvColumns(const CsvRecordParser& parser, const Schema& columns, const std::string& corrupt_column);

    /// The columns of a chunk, `vectors` in the parser's order.
    static void aim(const std::vector<duckdb_vector>& vectors, Scratch& scratch);
    /// Fills a row; false if the record was malformed.
    bool put(std::string_view record, idx_t row, Scratch& scratch) const;

  private:
    bool put_field(std::size_t column, std::string_view text, idx_t row, Scratch& scratch) const;
    std::string_view text_of(const CsvView& field) const;
    bool put_value(const DataType& type, std::string_view text, idx_t row, const Target& target, Scratch& scratch) const;
    template <typename T>
    bool put_integer(std::string_view text, idx_t row, const Target& target) const;
    bool put_real(const DataType& type, std::string_view text, idx_t row, const Target& target, Scratch& scratch) const;
    bool put_parsed(const DataType& type, std::string_view text, idx_t row, const Target& target,
                    Scratch& scratch) const;

    const CsvRecordParser& parser_;
    const Schema columns_;
    std::size_t corrupt_;  // the number of columns: none
    bool is_quick_;
    CsvViews views_;
};

}  // namespace firesteel::duckdb
