#include "python/setup.h"

#include <cstring>

#include "common/error.h"
#include "worker/frame.h"

namespace firesteel::python {

namespace {

constexpr std::size_t kStructFieldsMax = 65535;

template <typename T>
void append_raw(T value, std::string& out) {
    const std::size_t at = out.size();
    out.resize(at + sizeof value);
    std::memcpy(out.data() + at, &value, sizeof value);
}

void append_u32(std::size_t value, std::string& out) {
    append_raw(static_cast<std::uint32_t>(value), out);
}

void append_text(std::string_view text, std::string& out) {
    append_u32(text.size(), out);
    out += text;
}

fs_type_tag tag_of(TypeKind kind) {
    switch (kind) {
        case TypeKind::Null: return FS_TYPE_NULL;
        case TypeKind::Boolean: return FS_TYPE_BOOLEAN;
        case TypeKind::Byte: return FS_TYPE_INT8;
        case TypeKind::Short: return FS_TYPE_INT16;
        case TypeKind::Int: return FS_TYPE_INT32;
        case TypeKind::Long: return FS_TYPE_INT64;
        case TypeKind::Float: return FS_TYPE_FLOAT32;
        case TypeKind::Double: return FS_TYPE_FLOAT64;
        case TypeKind::Decimal: return FS_TYPE_DECIMAL;
        case TypeKind::String:
        case TypeKind::Char:
        case TypeKind::Varchar: return FS_TYPE_STRING;
        case TypeKind::Binary: return FS_TYPE_BINARY;
        case TypeKind::Date: return FS_TYPE_DATE;
        case TypeKind::Timestamp: return FS_TYPE_TIMESTAMP;
        case TypeKind::TimestampNtz: return FS_TYPE_TIMESTAMP_NTZ;
        case TypeKind::Time: return FS_TYPE_TIME;
        case TypeKind::DayTimeInterval: return FS_TYPE_DAY_TIME_INTERVAL;
        case TypeKind::YearMonthInterval: return FS_TYPE_YEAR_MONTH_INTERVAL;
        case TypeKind::CalendarInterval: return FS_TYPE_CALENDAR_INTERVAL;
        case TypeKind::Array: return FS_TYPE_ARRAY;
        case TypeKind::Map: return FS_TYPE_MAP;
        case TypeKind::Struct: return FS_TYPE_STRUCT;
        case TypeKind::Variant: return FS_TYPE_VARIANT;
        case TypeKind::Udt: return FS_TYPE_UDT;
    }
    internal_error("type kind", __FILE__, __LINE__);
}

void append_type_at(const DataType& type, std::string& out, std::uint32_t depth) {
    if (depth > FS_TYPE_DEPTH_MAX) throw unsupported("a type nested deeper in a Python function");
    const fs_type_tag tag = tag_of(type.kind());
    append_raw(static_cast<std::uint8_t>(tag), out);
    if (tag == FS_TYPE_DECIMAL) {
        append_raw(static_cast<std::uint8_t>(type.precision()), out);
        append_raw(static_cast<std::uint8_t>(type.scale()), out);
    } else if (tag == FS_TYPE_TIME) {
        append_raw(static_cast<std::uint8_t>(type.precision()), out);
    } else if (tag == FS_TYPE_ARRAY) {
        append_raw(static_cast<std::uint8_t>(type.contains_null()), out);
        append_type_at(type.element(), out, depth + 1);
    } else if (tag == FS_TYPE_MAP) {
        append_raw(static_cast<std::uint8_t>(type.value_contains_null()), out);
        append_type_at(type.key(), out, depth + 1);
        append_type_at(type.value(), out, depth + 1);
    } else if (tag == FS_TYPE_STRUCT) {
        if (type.fields().size() > kStructFieldsMax) {
            throw unsupported("a struct of more than 65,535 fields in a Python function");
        }
        append_raw(static_cast<std::uint16_t>(type.fields().size()), out);
        for (const StructField& field : type.fields()) {
            append_text(field.name, out);
            append_raw(static_cast<std::uint8_t>(field.nullable), out);
            append_type_at(field.type, out, depth + 1);
        }
    } else if (tag == FS_TYPE_UDT) {
        append_text(type.udt_body().python_class, out);
        append_text(type.udt_body().serialized_python_class, out);
        append_type_at(type.udt_body().sql_type, out, depth + 1);
    }
}

void append_described(const DataType& type, std::string& out) {
    std::string descriptor;
    append_type(type, descriptor);
    append_text(descriptor, out);
}

void append_inputs(const std::vector<DataType>& types, const std::vector<std::string>& names,
                   std::string& out) {
    FS_ASSERT(names.empty() || names.size() == types.size());
    append_u32(types.size(), out);
    for (std::size_t i = 0; i < types.size(); ++i) {
        append_text(names.empty() ? std::string_view{} : names[i], out);
        append_described(types[i], out);
    }
}

void append_numbers(const std::vector<std::uint32_t>& numbers, std::string& out) {
    append_u32(numbers.size(), out);
    for (const std::uint32_t number : numbers) append_u32(number, out);
}

void append_function(const FunctionSpec& function, std::string& out) {
    append_text(function.name, out);
    append_u32(function.arguments.size(), out);
    for (const Argument& argument : function.arguments) {
        append_u32(argument.column, out);
        append_text(argument.keyword, out);
    }
    append_u32(function.commands.size(), out);
    for (const std::string& command : function.commands) append_text(command, out);
    append_described(function.result, out);
}

}  // namespace

bool is_profiled(EvalType type) { return type < EvalType::Table; }

void append_type(const DataType& type, std::string& out) { append_type_at(type, out, 0); }

std::string setup_frame(std::uint32_t call, const CallSpec& spec) {
    std::string out(FS_FRAME_HEADER_BYTES, '\0');
    append_u32(FS_PROTOCOL_VERSION, out);
    append_u32(static_cast<std::uint32_t>(spec.eval_type), out);
    append_text(spec.python_version, out);
    append_u32(spec.conf.size(), out);
    for (const auto& [key, value] : spec.conf) {
        append_text(key, out);
        append_text(value, out);
    }
    append_inputs(spec.inputs, spec.input_names, out);
    append_numbers(spec.key_columns, out);
    append_inputs(spec.right_inputs, spec.right_names, out);
    append_numbers(spec.right_key_columns, out);
    append_numbers(spec.right_columns, out);
    append_u32(spec.functions.size(), out);
    for (const FunctionSpec& function : spec.functions) append_function(function, out);
    out.resize((out.size() + 7) / 8 * 8, '\0');
    const std::size_t payload = out.size() - FS_FRAME_HEADER_BYTES;
    if (payload > FS_FRAME_PAYLOAD_BYTES_MAX) {
        throw unsupported("a Python function larger than 1 GiB");
    }
    fs_frame_header header{};
    header.payload_bytes = static_cast<std::uint32_t>(payload);
    header.call = call;
    header.kind = FS_FRAME_SETUP;
    std::memcpy(out.data(), &header, sizeof header);
    return out;
}

}  // namespace firesteel::python
