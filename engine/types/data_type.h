#pragma once
/// Spark's data types as an immutable value class. Scalar types cost nothing; nested ones share an
/// immutable body. Text forms are in types/type_text.h, coercion in types/coercion.h.

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firesteel {

enum class TypeKind : std::uint8_t {
    Null,
    Boolean,
    Byte,
    Short,
    Int,
    Long,
    Float,
    Double,
    Decimal,
    String,  // with a collation
    Char,
    Varchar,
    Binary,
    Date,
    Timestamp,     // µs since the epoch, shown in the session's zone
    TimestampNtz,  // µs of local time
    Time,          // ns since midnight, precision 0-6
    DayTimeInterval,    // µs
    YearMonthInterval,  // months
    CalendarInterval,
    Array,
    Map,
    Struct,
    Variant,
    Udt,
};

enum class DayTimeField : std::uint8_t { Day, Hour, Minute, Second };
enum class YearMonthField : std::uint8_t { Year, Month };

struct StructField;
struct UdtBody;

class DataType {
  public:
    /// NullType.
    DataType() = default;

    static DataType null() { return {}; }
    static DataType boolean() { return DataType(TypeKind::Boolean); }
    static DataType byte() { return DataType(TypeKind::Byte); }
    static DataType short_int() { return DataType(TypeKind::Short); }
    static DataType integer() { return DataType(TypeKind::Int); }
    static DataType long_int() { return DataType(TypeKind::Long); }
    static DataType float32() { return DataType(TypeKind::Float); }
    static DataType float64() { return DataType(TypeKind::Double); }
    /// 1 <= precision <= 38, 0 <= scale <= precision; not checked here.
    static DataType decimal(int precision, int scale);
    static DataType string() { return DataType(TypeKind::String); }
    /// A string with a collation name as Spark spells it ("UTF8_LCASE", "UNICODE_CI"); UTF8_BINARY equals string().
    static DataType string(std::string_view collation);
    static DataType character(int length);
    static DataType varchar(int length);
    static DataType binary() { return DataType(TypeKind::Binary); }
    static DataType date() { return DataType(TypeKind::Date); }
    static DataType timestamp() { return DataType(TypeKind::Timestamp); }
    static DataType timestamp_ntz() { return DataType(TypeKind::TimestampNtz); }
    static DataType time(int precision = 6);
    static DataType day_time_interval(DayTimeField start = DayTimeField::Day,
                                      DayTimeField end = DayTimeField::Second);
    static DataType year_month_interval(YearMonthField start = YearMonthField::Year,
                                        YearMonthField end = YearMonthField::Month);
    static DataType calendar_interval() { return DataType(TypeKind::CalendarInterval); }
    static DataType array(DataType element, bool contains_null = true);
    static DataType map(DataType key, DataType value, bool value_contains_null = true);
    static DataType structure(std::vector<StructField> fields);
    static DataType variant() { return DataType(TypeKind::Variant); }
    static DataType udt(UdtBody body);

    TypeKind kind() const { return kind_; }
    bool is(TypeKind kind) const { return kind_ == kind; }

    // Each is meaningful for its kinds only; asking another kind is a defect (FS_ASSERT).
    int precision() const;                 // Decimal, Time
    int scale() const;                     // Decimal
    int length() const;                    // Char, Varchar
    const std::string& collation() const;  // String
    DayTimeField day_time_start() const;
    DayTimeField day_time_end() const;
    YearMonthField year_month_start() const;
    YearMonthField year_month_end() const;
    const DataType& element() const;  // Array
    bool contains_null() const;       // Array
    const DataType& key() const;      // Map
    const DataType& value() const;    // Map
    bool value_contains_null() const;  // Map
    const std::vector<StructField>& fields() const;  // Struct
    const UdtBody& udt_body() const;

    bool is_numeric() const;      // Byte … Decimal
    bool is_integral() const;     // Byte … Long
    bool is_fractional() const;   // Float, Double, Decimal
    bool is_string_like() const;  // String, Char, Varchar
    bool is_datetime() const;     // Date, Timestamp, TimestampNtz
    bool is_ansi_interval() const;
    bool is_nested() const;  // Array, Map, Struct
    /// The non-default collation of a String, if any.
    bool is_collated() const;

    /// Equal in everything, nested nullability and field names (not metadata) included.
    bool operator==(const DataType& other) const;
    /// Equal but for nullability of parts.
    bool same_ignoring_nullability(const DataType& other) const;
    /// The same, whatever its fields are called and which parts are nullable.
    bool same_structure(const DataType& other) const;
    /// This type with every part nullable.
    DataType with_all_nullable() const;

  private:
    struct Body;
    explicit DataType(TypeKind kind) : kind_(kind) {}
    DataType(TypeKind kind, std::int16_t a, std::int16_t b) : kind_(kind), a_(a), b_(b) {}

    TypeKind kind_ = TypeKind::Null;
    std::int32_t a_ = 0;  // precision, start field, length
    std::int32_t b_ = 0;  // scale, end field
    std::shared_ptr<const Body> body_;
};

struct StructField {
    std::string name;
    DataType type;
    bool nullable = true;
    std::string metadata;  // JSON object text; empty = {}
    /// Metadata is not compared.
    bool operator==(const StructField& other) const {
        return name == other.name && nullable == other.nullable && type == other.type;
    }
};

/// A Python (or Java) user-defined type: its values are carried as sql_type.
struct UdtBody {
    DataType sql_type;
    std::string jvm_class;
    std::string python_class;
    std::string serialized_python_class;
    bool operator==(const UdtBody&) const = default;
};

/// A relation's columns as clients see them.
using Schema = std::vector<StructField>;

constexpr int kDecimalPrecisionMax = 38;

}  // namespace firesteel
