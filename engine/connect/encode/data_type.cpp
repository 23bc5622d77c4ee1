#include <spark/connect/types.pb.h>

#include "common/error.h"
#include "connect/encode/values.h"

namespace firesteel::connect {
namespace {

namespace proto = spark::connect;

void encode_struct(const std::vector<StructField>& fields, proto::DataType::Struct& message) {
    for (const StructField& field : fields) {
        auto& encoded = *message.add_fields();
        encoded.set_name(field.name);
        encode_data_type(field.type, *encoded.mutable_data_type());
        encoded.set_nullable(field.nullable);
        if (!field.metadata.empty() && field.metadata != "{}") encoded.set_metadata(field.metadata);
    }
}

void encode_udt(const UdtBody& udt, proto::DataType::UDT& message) {
    message.set_type("udt");
    if (!udt.jvm_class.empty()) message.set_jvm_class(udt.jvm_class);
    if (!udt.python_class.empty()) message.set_python_class(udt.python_class);
    if (!udt.serialized_python_class.empty()) {
        message.set_serialized_python_class(udt.serialized_python_class);
    }
    encode_data_type(udt.sql_type, *message.mutable_sql_type());
}

void encode_nested(const DataType& type, proto::DataType& message) {
    if (type.is(TypeKind::Array)) {
        encode_data_type(type.element(), *message.mutable_array()->mutable_element_type());
        message.mutable_array()->set_contains_null(type.contains_null());
    } else if (type.is(TypeKind::Map)) {
        encode_data_type(type.key(), *message.mutable_map()->mutable_key_type());
        encode_data_type(type.value(), *message.mutable_map()->mutable_value_type());
        message.mutable_map()->set_value_contains_null(type.value_contains_null());
    } else {
        encode_struct(type.fields(), *message.mutable_struct_());
    }
}

void encode_interval(const DataType& type, proto::DataType& message) {
    if (type.is(TypeKind::DayTimeInterval)) {
        message.mutable_day_time_interval()->set_start_field(
            static_cast<int>(type.day_time_start()));
        message.mutable_day_time_interval()->set_end_field(static_cast<int>(type.day_time_end()));
    } else if (type.is(TypeKind::YearMonthInterval)) {
        message.mutable_year_month_interval()->set_start_field(
            static_cast<int>(type.year_month_start()));
        message.mutable_year_month_interval()->set_end_field(
            static_cast<int>(type.year_month_end()));
    } else {
        message.mutable_calendar_interval();
    }
}

/// The types without parameters; false for the others.
bool encode_plain(TypeKind kind, proto::DataType& message) {
    switch (kind) {
        case TypeKind::Null:
            message.mutable_null();
            return true;
        case TypeKind::Boolean:
            message.mutable_boolean();
            return true;
        case TypeKind::Byte:
            message.mutable_byte();
            return true;
        case TypeKind::Short:
            message.mutable_short_();
            return true;
        case TypeKind::Int:
            message.mutable_integer();
            return true;
        case TypeKind::Long:
            message.mutable_long_();
            return true;
        case TypeKind::Float:
            message.mutable_float_();
            return true;
        case TypeKind::Double:
            message.mutable_double_();
            return true;
        case TypeKind::Binary:
            message.mutable_binary();
            return true;
        case TypeKind::Date:
            message.mutable_date();
            return true;
        case TypeKind::Timestamp:
            message.mutable_timestamp();
            return true;
        case TypeKind::TimestampNtz:
            message.mutable_timestamp_ntz();
            return true;
        case TypeKind::Variant:
            message.mutable_variant();
            return true;
        default:
            return false;
    }
}

}  // namespace

void encode_data_type(const DataType& type, proto::DataType& message) {
    if (encode_plain(type.kind(), message)) return;
    switch (type.kind()) {
        case TypeKind::Decimal:
            message.mutable_decimal()->set_precision(type.precision());
            message.mutable_decimal()->set_scale(type.scale());
            return;
        case TypeKind::String:
            message.mutable_string()->set_collation(type.collation());
            return;
        case TypeKind::Char:
            message.mutable_char_()->set_length(type.length());
            return;
        case TypeKind::Varchar:
            message.mutable_var_char()->set_length(type.length());
            return;
        case TypeKind::Time:
            message.mutable_time()->set_precision(type.precision());
            return;
        case TypeKind::DayTimeInterval:
        case TypeKind::YearMonthInterval:
        case TypeKind::CalendarInterval:
            encode_interval(type, message);
            return;
        case TypeKind::Array:
        case TypeKind::Map:
        case TypeKind::Struct:
            encode_nested(type, message);
            return;
        case TypeKind::Udt:
            encode_udt(type.udt_body(), *message.mutable_udt());
            return;
        default:
            FS_ASSERT(false && "a type without a message");
    }
}

void encode_schema(const Schema& schema, proto::DataType& message) {
    encode_struct(schema, *message.mutable_struct_());
}

}  // namespace firesteel::connect
