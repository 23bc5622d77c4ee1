#pragma once
/// The schema that JSON texts have: schema_of_json and readers of JSON files without a schema.

#include <string_view>

#include "formats/record_options.h"
#include "types/data_type.h"
#include "types/json_reader.h"

namespace firesteel {

class JsonSchemaInference {
  public:
    JsonSchemaInference(const Options& options, std::string_view session_zone);

    /// What one text holds; void where nothing is known. False if it is malformed.
    bool infer(std::string_view text, DataType& out) const;
    static DataType merged(const DataType& a, const DataType& b);
    /// What stayed unknown is a string.
    DataType settled(const DataType& type) const;

  private:
    bool value(json::TokenReader& reader, DataType& out) const;
    bool object(json::TokenReader& reader, DataType& out) const;
    DataType number(const json::TokenReader& reader) const;

    json::Dialect dialect_;
    bool primitives_as_string_;
    bool prefers_decimal_;
    bool infer_timestamp_;
    bool drop_all_null_;
    TimeReader times_;
};

}  // namespace firesteel
