#pragma once
/// JSON text to values of a schema: from_json and readers of JSON files. What does not fit becomes NULL as near to its
/// place as Spark keeps the rest. Immutable after making: threads may share one.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "formats/record_options.h"
#include "types/data_type.h"
#include "types/json_reader.h"

namespace firesteel {

class JsonRecordParser {
  public:
    /// `schema`: struct, array, map or variant.
    JsonRecordParser(const DataType& schema, const Options& options, std::string_view session_zone,
                     std::int64_t now_micros);
    ~JsonRecordParser();
    JsonRecordParser(JsonRecordParser&&) noexcept;

    /// The text's first value. A struct's column for malformed records is filled.
    ParsedRecord parse(std::string_view text) const;
    /// The rows of a file's text where the schema is a struct: of an object, of each object of an array; none of a text
    /// without a value.
    std::vector<ParsedRecord> parse_rows(std::string_view text) const;

  private:
    struct Node;
    class Reading;
    ParsedRecord malformed(std::string_view text, ValueList row) const;

    DataType schema_;
    json::Dialect dialect_;
    std::string corrupt_column_;
    std::size_t corrupt_index_;
    TimeReader times_;
    std::unique_ptr<const Node> root_;
    std::unique_ptr<const Node> rows_;  // arrays of the schema
};

}  // namespace firesteel
