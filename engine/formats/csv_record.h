#pragma once
/// CSV records to structs and back, and the schema of a record: from_csv, to_csv, schema_of_csv, readers and writers of CSV
/// files. Immutable after making: threads may share one.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/csv_line.h"
#include "formats/record_options.h"
#include "types/data_type.h"

namespace firesteel {

/// Where a file's records have the fields that are read.
struct CsvPositions {
    std::vector<std::size_t> at;        // per field of the schema but the column for malformed records
    std::optional<std::size_t> fields;  // how many a record must have; none: any number
};

class CsvRecordParser {
  public:
    /// `schema` is a struct; throws UNSUPPORTED_DATATYPE for a field that CSV can't hold. Without `positions` the schema's
    /// fields are the record's.
    CsvRecordParser(const DataType& schema, const Options& options, std::string_view session_zone,
                    std::int64_t now_micros, std::optional<CsvPositions> positions = {});

    ParsedRecord parse(std::string_view text) const;
    /// Neither blank nor a comment.
    bool is_record(std::string_view text) const;

    // ---- what parse() consists of, for readers that write columns ----
    const CsvDialect& dialect() const { return dialect_; }
    const CsvPositions& positions() const { return positions_; }
    const TimeReader& times() const { return times_; }
    bool is_special_real(std::string_view text) const {
        return text == nan_ || text == positive_infinity_ || text == negative_infinity_;
    }
    /// A field that is not NULL as a value of the type; false if it is none.
    bool value(const DataType& type, const std::string& text, Value& out) const { return field(type, text, out); }

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
    CsvPositions positions_;
    TimeReader times_;
};

/// The schema of a file's records: names from its first one, types from all.
class CsvSchemaInference {
  public:
    CsvSchemaInference(const Options& options, std::string_view session_zone, bool case_sensitive);

    /// Names the columns; with a header, it is one.
    void first(std::string_view record);
    void add(std::string_view record);
    bool needs_all() const { return infers_types_; }
    Schema schema() const;

  private:
    DataType merged(const DataType& a, const DataType& b) const;

    CsvDialect dialect_;
    bool has_header_;
    bool infers_types_;
    bool prefers_date_;
    bool has_date_format_;
    bool has_timestamp_format_;
    bool case_sensitive_;
    TimeReader times_;
    std::vector<std::string> names_;
    std::vector<DataType> types_;
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
