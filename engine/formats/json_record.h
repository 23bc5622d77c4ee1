#pragma once
/// JSON text to values of a schema: from_json and readers of JSON files. What does not fit becomes NULL as near to its
/// place as Spark keeps the rest. Immutable after making: threads may share one.

#include <memory>
#include <string>
#include <string_view>

#include "formats/record_options.h"
#include "types/data_type.h"
#include "types/json_reader.h"

namespace firesteel {

class JsonRecordParser {
  public:
    /// What a text may hold where the schema is a struct: from_json takes an object, files also arrays of objects.
    enum class Root : std::uint8_t { OneValue, ObjectOrArray };

    /// `schema`: struct, array, map or variant.
    JsonRecordParser(const DataType& schema, const Options& options, std::string_view session_zone,
                     std::int64_t now_micros);
    ~JsonRecordParser();
    JsonRecordParser(JsonRecordParser&&) noexcept;

    /// The text's first value. A struct's column for malformed records is filled.
    ParsedRecord parse(std::string_view text) const;

  private:
    struct Node;
    class Reading;
    DataType schema_;
    json::Dialect dialect_;
    std::string corrupt_column_;
    std::size_t corrupt_index_;
    TimeReader times_;
    std::unique_ptr<const Node> root_;
};

}  // namespace firesteel
