#pragma once
/// Writes SQL text for DuckDB: the only place that quotes identifiers and literals. One per
/// statement; text is appended, never inserted.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "plan/common_nodes.h"

namespace firesteel::duckdb {

class SqlWriter {
  public:
    SqlWriter& text(std::string_view sql) {
        sql_ += sql;
        return *this;
    }
    SqlWriter& number(std::int64_t value) {
        sql_ += std::to_string(value);
        return *this;
    }
    SqlWriter& identifier(std::string_view name);
    /// Bytes as a string; NUL bytes are allowed.
    SqlWriter& string(std::string_view value);
    SqlWriter& blob(std::string_view bytes);
    /// A column of the plan.
    SqlWriter& column(AttributeId id) {
        sql_ += 'a';
        sql_ += std::to_string(id.value);
        return *this;
    }
    /// A fresh name for a subquery.
    std::string fresh() { return "t" + std::to_string(++names_); }
    std::string take() { return std::move(sql_); }
    std::size_t size() const { return sql_.size(); }
    /// What was written since it had this size.
    std::string take_from(std::size_t size) {
        std::string out = sql_.substr(size);
        sql_.resize(size);
        return out;
    }

  private:
    std::string sql_;
    std::uint64_t names_ = 0;
};

}  // namespace firesteel::duckdb
