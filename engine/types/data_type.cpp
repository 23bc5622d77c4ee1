#include "types/data_type.h"

#include <algorithm>

#include "common/error.h"

namespace firesteel {

struct DataType::Body {
    std::vector<DataType> parts;      // Array: element; Map: key, value
    std::vector<StructField> fields;  // Struct
    std::string collation;            // String
    std::optional<UdtBody> udt;
};

namespace {
const std::string kBinaryCollation = "UTF8_BINARY";
}

DataType DataType::decimal(int precision, int scale) {
    return {TypeKind::Decimal, static_cast<std::int16_t>(precision), static_cast<std::int16_t>(scale)};
}

DataType DataType::string(std::string_view collation) {
    DataType type(TypeKind::String);
    if (collation != kBinaryCollation) {
        type.body_ = std::make_shared<const Body>(Body{{}, {}, std::string(collation), {}});
    }
    return type;
}

DataType DataType::character(int length) {
    DataType type(TypeKind::Char);
    type.a_ = length;
    return type;
}

DataType DataType::varchar(int length) {
    DataType type(TypeKind::Varchar);
    type.a_ = length;
    return type;
}

DataType DataType::time(int precision) {
    return {TypeKind::Time, static_cast<std::int16_t>(precision), 0};
}

DataType DataType::day_time_interval(DayTimeField start, DayTimeField end) {
    return {TypeKind::DayTimeInterval, static_cast<std::int16_t>(start), static_cast<std::int16_t>(end)};
}

DataType DataType::year_month_interval(YearMonthField start, YearMonthField end) {
    return {TypeKind::YearMonthInterval, static_cast<std::int16_t>(start),
            static_cast<std::int16_t>(end)};
}

DataType DataType::array(DataType element, bool contains_null) {
    DataType type(TypeKind::Array);
    type.a_ = contains_null;
    type.body_ = std::make_shared<const Body>(Body{{std::move(element)}, {}, {}, {}});
    return type;
}

DataType DataType::map(DataType key, DataType value, bool value_contains_null) {
    DataType type(TypeKind::Map);
    type.a_ = value_contains_null;
    type.body_ = std::make_shared<const Body>(Body{{std::move(key), std::move(value)}, {}, {}, {}});
    return type;
}

DataType DataType::structure(std::vector<StructField> fields) {
    DataType type(TypeKind::Struct);
    type.body_ = std::make_shared<const Body>(Body{{}, std::move(fields), {}, {}});
    return type;
}

DataType DataType::udt(UdtBody body) {
    DataType type(TypeKind::Udt);
    type.body_ = std::make_shared<const Body>(Body{{}, {}, {}, std::move(body)});
    return type;
}

int DataType::precision() const {
    FS_ASSERT(is(TypeKind::Decimal) || is(TypeKind::Time));
    return a_;
}

int DataType::scale() const {
    FS_ASSERT(is(TypeKind::Decimal));
    return b_;
}

int DataType::length() const {
    FS_ASSERT(is(TypeKind::Char) || is(TypeKind::Varchar));
    return a_;
}

const std::string& DataType::collation() const {
    FS_ASSERT(is_string_like());
    return body_ ? body_->collation : kBinaryCollation;
}

DayTimeField DataType::day_time_start() const {
    FS_ASSERT(is(TypeKind::DayTimeInterval));
    return static_cast<DayTimeField>(a_);
}

DayTimeField DataType::day_time_end() const {
    FS_ASSERT(is(TypeKind::DayTimeInterval));
    return static_cast<DayTimeField>(b_);
}

YearMonthField DataType::year_month_start() const {
    FS_ASSERT(is(TypeKind::YearMonthInterval));
    return static_cast<YearMonthField>(a_);
}

YearMonthField DataType::year_month_end() const {
    FS_ASSERT(is(TypeKind::YearMonthInterval));
    return static_cast<YearMonthField>(b_);
}

const DataType& DataType::element() const {
    FS_ASSERT(is(TypeKind::Array));
    return body_->parts[0];
}

bool DataType::contains_null() const {
    FS_ASSERT(is(TypeKind::Array));
    return a_ != 0;
}

const DataType& DataType::key() const {
    FS_ASSERT(is(TypeKind::Map));
    return body_->parts[0];
}

const DataType& DataType::value() const {
    FS_ASSERT(is(TypeKind::Map));
    return body_->parts[1];
}

bool DataType::value_contains_null() const {
    FS_ASSERT(is(TypeKind::Map));
    return a_ != 0;
}

const std::vector<StructField>& DataType::fields() const {
    FS_ASSERT(is(TypeKind::Struct));
    return body_->fields;
}

const UdtBody& DataType::udt_body() const {
    FS_ASSERT(is(TypeKind::Udt));
    return *body_->udt;
}

bool DataType::is_numeric() const {
    return kind_ >= TypeKind::Byte && kind_ <= TypeKind::Decimal;
}
bool DataType::is_integral() const { return kind_ >= TypeKind::Byte && kind_ <= TypeKind::Long; }
bool DataType::is_fractional() const {
    return kind_ >= TypeKind::Float && kind_ <= TypeKind::Decimal;
}
bool DataType::is_string_like() const {
    return is(TypeKind::String) || is(TypeKind::Char) || is(TypeKind::Varchar);
}
bool DataType::is_datetime() const {
    return is(TypeKind::Date) || is(TypeKind::Timestamp) || is(TypeKind::TimestampNtz);
}
bool DataType::is_ansi_interval() const {
    return is(TypeKind::DayTimeInterval) || is(TypeKind::YearMonthInterval);
}
bool DataType::is_nested() const {
    return is(TypeKind::Array) || is(TypeKind::Map) || is(TypeKind::Struct);
}
bool DataType::is_collated() const { return is(TypeKind::String) && body_ != nullptr; }

bool DataType::operator==(const DataType& other) const {
    if (kind_ != other.kind_ || a_ != other.a_ || b_ != other.b_) return false;
    if (body_ == other.body_) return true;
    if (!body_ || !other.body_) return false;
    return body_->parts == other.body_->parts && body_->fields == other.body_->fields &&
           body_->collation == other.body_->collation && body_->udt == other.body_->udt;
}

bool DataType::same_ignoring_nullability(const DataType& other) const {
    return with_all_nullable() == other.with_all_nullable();
}

bool DataType::same_structure(const DataType& other) const {
    if (kind_ != other.kind_) return false;
    switch (kind_) {
        case TypeKind::Array: return element().same_structure(other.element());
        case TypeKind::Map: return key().same_structure(other.key()) && value().same_structure(other.value());
        case TypeKind::Struct:
            return std::ranges::equal(fields(), other.fields(), [](const StructField& a, const StructField& b) {
                return a.type.same_structure(b.type);
            });
        default: return *this == other;
    }
}

DataType DataType::with_all_nullable() const {
    switch (kind_) {
        case TypeKind::Array:
            return array(element().with_all_nullable(), true);
        case TypeKind::Map:
            return map(key().with_all_nullable(), value().with_all_nullable(), true);
        case TypeKind::Struct: {
            std::vector<StructField> parts = fields();
            for (StructField& field : parts) {
                field.type = field.type.with_all_nullable();
                field.nullable = true;
            }
            return structure(std::move(parts));
        }
        default:
            return *this;
    }
}

}  // namespace firesteel
