#pragma once
/// The text of df.show() and of a DataFrame in a notebook: Spark's frame, truncation and escapes,
/// byte for byte. Pure functions.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "types/data_type.h"
#include "types/literal.h"
#include "types/time_zone.h"

namespace firesteel {

/// Rows with their columns: what small results are made of.
struct RowSet {
    Schema schema;
    std::vector<ValueList> rows;
};

struct ShowOptions {
    std::int32_t rows = 20;
    std::int32_t truncate = 20;  // characters of a cell; 0: all
    bool vertical = false;
    std::string time_zone = "UTC";
};

/// `data` holds up to `options.rows` + 1 rows: one more says that there are more.
std::string show_string(const RowSet& data, const ShowOptions& options);
std::string html_string(const RowSet& data, const ShowOptions& options);

/// One cell before truncation: like CAST(… AS STRING), with NULL at any depth and binary as hex.
std::string cell_text(const DataType& type, const Value& value, const TimeZone& zone);

}  // namespace firesteel
