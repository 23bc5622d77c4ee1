#pragma once
/// CSV records to structs and back, and the schema of a record: from_csv, to_csv, schema_of_csv, readers and writers of CSV
/// files. Immutable after making: threads may share one.

#include <string>
#include <string_view>

#include "formats/csv_line.h"
#include "formats/record_options.h"
#include "types/data_type.h"

namespace firesteel {

class CsvRecordParser {
  public:
    /// `schema` is a struct; throws UNSUPPORTED_DATATYPE for a field that CSV can't hold.
    CsvRecordParser(const DataType& schema, const Options& options, std::string_view session_zone,
                    std::int64_t now_micros);

    ParsedRecord parse(std::string_view text) const;

  private:
    bool field(const DataType& type, const std::string& text, Value& out) const;
    bool real(const DataType& type, const std::string& text, Value& out) const;
    bool time(const DataType& type, const std::string& text, Value& out) const;

    DataType schema_;
    CsvDialect dialect_;
    std::string nan_;
    std::string positive_infinity_;
    std::string negative_infinity_;
    std::size_t corrupt_index_;
    TimeReader times_;
};

class CsvGenerator {
  public:
    /// `type` is a struct.
    CsvGenerator(DataType type, const Options& options, std::string_view session_zone);

    /// A struct that is not NULL; nothing is appended where Spark's writer gives NULL.
    void append(std::string& out, const Value& value) const;

  private:
    void plain(std::string& out, const DataType& type, const Value& value) const;
    void items(std::string& out, const DataType& type, const Value& value) const;
    void element(std::string& out, std::string_view text, bool first) const;

    DataType type_;
    CsvDialect dialect_;
    bool quote_all_;
    bool escape_quotes_;
    TimeWriter times_;
};

/// _c0, _c1 … with the narrowest types that take the fields.
DataType csv_schema(std::string_view text, const Options& options, std::string_view session_zone);

}  // namespace firesteel
