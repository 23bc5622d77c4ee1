#include "formats/csv_record.h"

#include <strings.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/error.h"
#include "formats/java_text.h"
#include "formats/schema_merge.h"
#include "types/type_text.h"
#include "types/value_parse.h"

namespace firesteel {
namespace {

bool is_supported(const DataType& type) { return !type.is_nested() && !type.is(TypeKind::Null); }

}  // namespace

CsvRecordParser::CsvRecordParser(const DataType& schema, const Options& options,
                                 std::string_view session_zone, std::int64_t now_micros,
                                 std::optional<CsvPositions> positions)
    : schema_(schema),
      dialect_(CsvDialect::of_reader(options)),
      nan_(options.text("nanValue", "NaN")),
      positive_infinity_(options.text("positiveInf", "Inf")),
      negative_infinity_(options.text("negativeInf", "-Inf")),
      corrupt_index_(std::string::npos),
      times_(options, session_zone, now_micros) {
    const std::string corrupt = corrupt_record_column(options);
    for (std::size_t i = 0; i < schema_.fields().size(); ++i) {
        const StructField& field = schema_.fields()[i];
        if (field.name == corrupt) corrupt_index_ = i;
        if (field.type.is(TypeKind::Variant)) throw unsupported("VARIANT in CSV");
        if (is_supported(field.type)) continue;
        throw Error(ErrorClass::UnsupportedDatatypeOfRecord, {{"typeName", quoted_sql_name(field.type)}});
    }
    if (positions) {
        positions_ = std::move(*positions);
        return;
    }
    positions_.fields = schema_.fields().size() - (corrupt_index_ == std::string::npos ? 0 : 1);
    for (std::size_t i = 0; i < *positions_.fields; ++i) positions_.at.push_back(i);
}

bool CsvRecordParser::real(const DataType& type, const std::string& text, Value& out) const {
    double number = 0;
    if (text == nan_) {
        number = std::nan("");
    } else if (text == positive_infinity_) {
        number = std::numeric_limits<double>::infinity();
    } else if (text == negative_infinity_) {
        number = -std::numeric_limits<double>::infinity();
    } else {
        return java::parse_real(text, type, out);
    }
    out = Value(number);
    return true;
}

bool CsvRecordParser::time(const DataType& type, const std::string& text, Value& out) const {
    std::int64_t number = 0;
    bool ok = false;
    switch (type.kind()) {
        case TypeKind::Date: ok = times_.date(text, number); break;
        case TypeKind::Timestamp: ok = times_.timestamp(text, number); break;
        case TypeKind::TimestampNtz: ok = times_.timestamp_ntz(text, number); break;
        case TypeKind::CalendarInterval: {
            CalendarIntervalValue interval;
            if (!try_parse_calendar_interval(text, interval)) return false;
            out = Value(interval);
            return true;
        }
        case TypeKind::YearMonthInterval:
        case TypeKind::DayTimeInterval:
            try {
                number = type.is(TypeKind::YearMonthInterval)
                             ? parse_year_month_interval(text, type.year_month_start(), type.year_month_end())
                             : parse_day_time_interval(text, type.day_time_start(), type.day_time_end());
                ok = true;
            } catch (const Error&) {
                return false;
            }
            break;
        default: return false;
    }
    if (ok) out = Value(number);
    return ok;
}

bool CsvRecordParser::field(const DataType& type, const std::string& text, Value& out) const {
    switch (type.kind()) {
        case TypeKind::Byte:
        case TypeKind::Short:
        case TypeKind::Int:
        case TypeKind::Long: return java::parse_integer(text, type, out);
        case TypeKind::Float:
        case TypeKind::Double: return real(type, text, out);
        case TypeKind::Boolean:
            out = Value(java::boolean_word(text) == 1);
            return java::boolean_word(text) >= 0;
        case TypeKind::Decimal: return java::parse_decimal(text, type, out);
        case TypeKind::String:
        case TypeKind::Char:
        case TypeKind::Varchar:
        case TypeKind::Binary: out = Value(text); return true;
        default: return time(type, text, out);
    }
}

bool CsvRecordParser::is_record(std::string_view text) const {
    const bool is_comment = dialect_.comment != '\0' && text.starts_with(dialect_.comment);
    return !is_comment && std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) > ' '; });
}

ParsedRecord CsvRecordParser::parse(std::string_view text) const {
    ParsedRecord record;
    ValueList row(schema_.fields().size());
    CsvFields fields;
    record.malformed = !split_csv(text, dialect_, fields);
    std::size_t next = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (i == corrupt_index_) continue;
        const std::size_t at = positions_.at[next++];
        if (at >= fields.size() || !fields[at] || *fields[at] == dialect_.null_text) continue;
        if (!field(schema_.fields()[i].type, *fields[at], row[i])) {
            row[i] = Value();
            record.malformed = true;
        }
    }
    if (positions_.fields && *positions_.fields != fields.size()) record.malformed = true;
    if (record.malformed && corrupt_index_ < row.size()) row[corrupt_index_] = Value(std::string(text));
    record.value = Value(std::move(row));
    return record;
}

namespace {

/// `any_date`: a date looks as its format says, not as ISO has it.
DataType field_schema(const std::string& text, const TimeReader& times, bool prefer_date, bool any_date) {
    std::int64_t number = 0;
    Value real;
    if (java::parse_long(text, number)) {
        return number == static_cast<std::int32_t>(number) ? DataType::integer() : DataType::long_int();
    }
    Int128 unscaled = 0;
    int scale = 0;
    const bool digits_only = text.find_first_not_of("+-0123456789") == std::string::npos;
    if (digits_only && parse_decimal_digits(text, unscaled, scale) == Parse::Ok && scale == 0) {
        int digits = 1;
        for (Int128 rest = unscaled / 10; rest != 0; rest /= 10) ++digits;
        return DataType::decimal(digits, 0);
    }
    if (text == "Inf" || text == "-Inf") return DataType::float64();
    if (java::parse_real(text, DataType::float64(), real)) return DataType::float64();
    const bool iso_date = text.size() == 10 && text[4] == '-' && text[7] == '-';
    if (prefer_date && (iso_date || any_date) && times.date(text, number)) return DataType::date();
    if (times.timestamp(text, number)) return DataType::timestamp();
    if (java::boolean_word(text) >= 0) return DataType::boolean();
    return DataType::string();
}

bool same_text(const std::string& a, const std::string& b, bool case_sensitive) {
    return case_sensitive ? a == b : ::strcasecmp(a.c_str(), b.c_str()) == 0;
}

}  // namespace

CsvSchemaInference::CsvSchemaInference(const Options& options, std::string_view session_zone, bool case_sensitive)
    : dialect_(CsvDialect::of_reader(options)),
      has_header_(options.csv_flag("header", false)),
      infers_types_(options.csv_flag("inferSchema", false)),
      prefers_date_(options.csv_flag("preferDate", true)),
      has_date_format_(options.find("dateFormat").has_value()),
      has_timestamp_format_(options.find("timestampFormat").has_value()),
      case_sensitive_(case_sensitive),
      times_(options, session_zone, 0) {}

void CsvSchemaInference::first(std::string_view record) {
    CsvFields fields;
    split_csv(record, dialect_, fields);
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const std::string& field = *fields[i];
        const bool is_named = has_header_ && !field.empty() && field != dialect_.null_text;
        const auto is_same = [&](const auto& other) { return same_text(*other, field, case_sensitive_); };
        const bool repeats = is_named && std::ranges::count_if(fields, is_same) > 1;
        names_.push_back(!is_named ? "_c" + std::to_string(i) : repeats ? field + std::to_string(i) : field);
    }
    types_.resize(names_.size());
}

void CsvSchemaInference::add(std::string_view record) {
    CsvFields fields;
    split_csv(record, dialect_, fields);
    for (std::size_t i = 0; i < std::min(types_.size(), fields.size()); ++i) {
        const std::string& field = *fields[i];
        if (field.empty() || field == dialect_.null_text || types_[i].is(TypeKind::String)) continue;
        types_[i] = merged(types_[i], field_schema(field, times_, prefers_date_, has_date_format_));
    }
}

DataType CsvSchemaInference::merged(const DataType& a, const DataType& b) const {
    // A date can be read as a timestamp only without a format for those.
    const bool is_mixed = (a.is(TypeKind::Date) && b.is(TypeKind::Timestamp)) ||
                          (a.is(TypeKind::Timestamp) && b.is(TypeKind::Date));
    if (is_mixed && has_timestamp_format_) return DataType::string();
    return merged_type(a, b, DataType::string());
}

Schema CsvSchemaInference::schema() const {
    Schema out;
    for (std::size_t i = 0; i < names_.size(); ++i) {
        const bool is_known = infers_types_ && !types_[i].is(TypeKind::Null);
        out.push_back({names_[i], is_known ? types_[i] : DataType::string(), true, {}});
    }
    return out;
}

DataType csv_schema(std::string_view text, const Options& options, std::string_view session_zone) {
    const CsvDialect dialect = CsvDialect::of_reader(options);
    const TimeReader times(options, session_zone, 0);
    const bool prefer_date = options.csv_flag("preferDate", true);
    const bool any_date = options.find("dateFormat").has_value();
    CsvFields fields;
    if (!split_csv(text, dialect, fields)) {
        throw Error(ErrorClass::InternalError, {{"message", "schema_of_csv of a text without a record"}});
    }
    std::vector<StructField> columns;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const std::string& field = *fields[i];
        const bool unknown = field.empty() || field == dialect.null_text;
        columns.push_back({"_c" + std::to_string(i),
                           unknown ? DataType::string() : field_schema(field, times, prefer_date, any_date), true, {}});
    }
    return DataType::structure(std::move(columns));
}

}  // namespace firesteel
