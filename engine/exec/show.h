#pragma once
/// The text of df.show(): a frame around the cells, one record per paragraph, or an HTML table, as
/// Spark prints them. Pure functions over rows that were fetched already.

#include <string>
#include <string_view>
#include <vector>

#include "types/literal.h"

namespace firesteel::exec {

struct ShowOptions {
    std::size_t rows_max = 20;
    int truncate = 20;  // characters per cell; 0: all of them
    std::string time_zone = "UTC";
    bool newline_after_more = false;  // clients of Spark 3.x want one behind "only showing …"
};

/// `rows` may have one row more than rows_max: then the text says that there are more.
std::string show_table(const Schema& schema, const std::vector<ValueList>& rows,
                       const ShowOptions& options);
std::string show_vertical(const Schema& schema, const std::vector<ValueList>& rows,
                          const ShowOptions& options);
std::string show_html(const Schema& schema, const std::vector<ValueList>& rows,
                      const ShowOptions& options);

}  // namespace firesteel::exec
