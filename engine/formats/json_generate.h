#pragma once
/// Values as JSON text: to_json and writers of JSON files. Immutable after making: threads may share one.

#include <string>
#include <string_view>

#include "formats/record_options.h"
#include "types/data_type.h"

namespace firesteel {

class JsonGenerator {
  public:
    JsonGenerator(DataType type, const Options& options, std::string_view session_zone);

    /// A value that is not NULL.
    void append(std::string& out, const Value& value) const;

  private:
    void value(std::string& out, const DataType& type, const Value& value, int level) const;
    void object(std::string& out, const DataType& type, const Value& value, int level) const;
    void map(std::string& out, const DataType& type, const Value& value, int level) const;
    void array(std::string& out, const DataType& type, const Value& value, int level) const;
    void scalar(std::string& out, const DataType& type, const Value& value) const;
    void string(std::string& out, std::string_view text) const;
    void name(std::string& out, std::string_view text, bool first, int level) const;
    void close(std::string& out, char bracket, bool empty, int level) const;

    DataType type_;
    TimeWriter times_;
    bool ignore_null_fields_;
    bool pretty_;
    bool escape_non_ascii_;
};

}  // namespace firesteel
