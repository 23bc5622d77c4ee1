#include <optional>
#include <string>

#include <spark/connect/types.pb.h>

#include "connect/decode/decode.h"
#include "connect/decode/wire.h"
#include "types/json_tree.h"
#include "types/type_text.h"

namespace firesteel::connect {
namespace {

namespace proto = spark::connect;

DataType decode_type(const proto::DataType& type, int depth);

DataType decode_decimal(const proto::DataType::Decimal& type) {
    const int precision = type.has_precision() ? type.precision() : 10;
    const int scale = type.has_scale() ? type.scale() : 0;
    const int parameters[] = {precision, scale};
    if (precision < 0)
        throw invalid_plan("a decimal type has the precision " + std::to_string(precision));
    return scalar_type_named("decimal", parameters);
}

int length_of(std::int32_t length) {
    if (length < 1)
        throw invalid_plan("a char or varchar type has the length " + std::to_string(length));
    return length;
}

DataType decode_time(const proto::DataType::Time& type) {
    const int parameters[] = {type.has_precision() ? type.precision() : 6};
    return scalar_type_named("time", parameters);
}

/// Both fields, the first alone (it is the last too), or none (the widest interval).
template <typename Field, typename Type>
std::pair<Field, Field> interval_fields(const Type& type, Field last) {
    if (!type.has_start_field() && !type.has_end_field()) return {Field{}, last};
    if (!type.has_start_field()) throw invalid_plan("an interval type has an end but no start");
    const int start = type.start_field();
    const int end = type.has_end_field() ? type.end_field() : start;
    if (start < 0 || end > static_cast<int>(last) || start > end) {
        throw invalid_plan("an interval type goes from field " + std::to_string(start) +
                           " to field " + std::to_string(end));
    }
    return {static_cast<Field>(start), static_cast<Field>(end)};
}

void check_metadata(const proto::DataType::StructField& field) {
    try {
        if (json::parse(field.metadata()).is_object()) return;
    } catch (const json::Malformed&) {  // said below, with the column's name
    }
    throw invalid_plan("the metadata of column '" + field.name() + "' is no JSON object");
}

DataType decode_struct(const proto::DataType::Struct& type, int depth) {
    std::vector<StructField> fields;
    fields.reserve(static_cast<std::size_t>(type.fields_size()));
    for (const auto& field : type.fields()) {
        StructField decoded{
            field.name(), decode_type(field.data_type(), depth), field.nullable(), {}};
        if (field.has_metadata() && !field.metadata().empty() && field.metadata() != "{}") {
            check_metadata(field);
            decoded.metadata = field.metadata();
        }
        fields.push_back(std::move(decoded));
    }
    return DataType::structure(std::move(fields));
}

DataType decode_udt(const proto::DataType::UDT& type, int depth) {
    if (type.type() != "udt")
        throw invalid_plan("a user-defined type says that it is '" + type.type() + "'");
    if (!type.has_sql_type()) {
        throw unsupported("the user-defined type " + type.jvm_class() +
                          ", which only a JVM can read");
    }
    return DataType::udt({decode_type(type.sql_type(), depth), type.jvm_class(),
                          type.python_class(), type.serialized_python_class()});
}

/// The types without parameters; none for the others.
std::optional<DataType> plain_type(proto::DataType::KindCase kind) {
    switch (kind) {
        case proto::DataType::kNull:
            return DataType::null();
        case proto::DataType::kBinary:
            return DataType::binary();
        case proto::DataType::kBoolean:
            return DataType::boolean();
        case proto::DataType::kByte:
            return DataType::byte();
        case proto::DataType::kShort:
            return DataType::short_int();
        case proto::DataType::kInteger:
            return DataType::integer();
        case proto::DataType::kLong:
            return DataType::long_int();
        case proto::DataType::kFloat:
            return DataType::float32();
        case proto::DataType::kDouble:
            return DataType::float64();
        case proto::DataType::kDate:
            return DataType::date();
        case proto::DataType::kTimestamp:
            return DataType::timestamp();
        case proto::DataType::kTimestampNtz:
            return DataType::timestamp_ntz();
        case proto::DataType::kCalendarInterval:
            return DataType::calendar_interval();
        case proto::DataType::kVariant:
            return DataType::variant();
        default:
            return std::nullopt;
    }
}

DataType decode_type(const proto::DataType& type, int depth) {
    if (++depth > kTypeDepthMax) {
        throw invalid_plan("a data type nests deeper than " + std::to_string(kTypeDepthMax) +
                           " levels");
    }
    if (auto plain = plain_type(type.kind_case())) return *plain;
    switch (type.kind_case()) {
        case proto::DataType::kDecimal:
            return decode_decimal(type.decimal());
        case proto::DataType::kString:
            return type.string().collation().empty()
                       ? DataType::string()
                       : DataType::string(collation_named(type.string().collation()));
        case proto::DataType::kChar:
            return DataType::character(length_of(type.char_().length()));
        case proto::DataType::kVarChar:
            return DataType::varchar(length_of(type.var_char().length()));
        case proto::DataType::kTime:
            return decode_time(type.time());
        case proto::DataType::kYearMonthInterval: {
            const auto [start, end] =
                interval_fields(type.year_month_interval(), YearMonthField::Month);
            return DataType::year_month_interval(start, end);
        }
        case proto::DataType::kDayTimeInterval: {
            const auto [start, end] =
                interval_fields(type.day_time_interval(), DayTimeField::Second);
            return DataType::day_time_interval(start, end);
        }
        case proto::DataType::kArray:
            return DataType::array(decode_type(type.array().element_type(), depth),
                                   type.array().contains_null());
        case proto::DataType::kMap:
            return DataType::map(decode_type(type.map().key_type(), depth),
                                 decode_type(type.map().value_type(), depth),
                                 type.map().value_contains_null());
        case proto::DataType::kStruct:
            return decode_struct(type.struct_(), depth);
        case proto::DataType::kUdt:
            return decode_udt(type.udt(), depth);
        case proto::DataType::kUnparsed:
            return parse_ddl(type.unparsed().data_type_string());
        case proto::DataType::kGeometry:
        case proto::DataType::kGeography:
            throw unsupported("geospatial types");
        default:
            break;
    }
    throw invalid_plan("a data type is of no kind that is known");
}

}  // namespace

DataType decode_data_type(const proto::DataType& type) { return decode_type(type, 0); }

}  // namespace firesteel::connect
