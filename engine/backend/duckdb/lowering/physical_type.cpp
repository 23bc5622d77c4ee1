#include "backend/duckdb/lowering/physical_type.h"

#include <vector>

#include "common/error.h"

namespace firesteel::duckdb {
namespace {

std::string struct_text(const std::vector<StructField>& fields) {
    if (fields.empty()) return "STRUCT(f0 BOOLEAN)";  // DuckDB has no struct without fields
    std::string text = "STRUCT(";
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0) text += ", ";
        text += field_name(i) + " " + physical_type(fields[i].type);
    }
    return text + ")";
}

LogicalType struct_handle(std::vector<LogicalType> parts) {
    std::vector<duckdb_logical_type> types;
    std::vector<std::string> names;
    std::vector<const char*> name_pointers;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        types.push_back(parts[i].get());
        names.push_back(field_name(i));
    }
    for (const std::string& name : names) name_pointers.push_back(name.c_str());
    return LogicalType(
        duckdb_create_struct_type(types.data(), name_pointers.data(), types.size()));
}

LogicalType simple(duckdb_type type) { return LogicalType(duckdb_create_logical_type(type)); }

template <typename... T>
LogicalType struct_of(T... types) {
    std::vector<LogicalType> parts;
    (parts.push_back(simple(types)), ...);
    return struct_handle(std::move(parts));
}

LogicalType struct_of_fields(const std::vector<StructField>& fields) {
    if (fields.empty()) return struct_of(DUCKDB_TYPE_BOOLEAN);
    std::vector<LogicalType> parts;
    for (const StructField& field : fields) parts.push_back(logical_type(field.type));
    return struct_handle(std::move(parts));
}

}  // namespace

std::string field_name(std::size_t index) { return "f" + std::to_string(index); }

const DataType& carried(const DataType& type) {
    return type.is(TypeKind::Udt) ? carried(type.udt_body().sql_type) : type;
}

std::string physical_type(const DataType& type) {
    switch (type.kind()) {
        case TypeKind::Null:
        case TypeKind::Boolean: return "BOOLEAN";
        case TypeKind::Byte: return "TINYINT";
        case TypeKind::Short: return "SMALLINT";
        case TypeKind::Int:
        case TypeKind::YearMonthInterval: return "INTEGER";
        case TypeKind::Long:
        case TypeKind::Time:
        case TypeKind::DayTimeInterval: return "BIGINT";
        case TypeKind::Float: return "FLOAT";
        case TypeKind::Double: return "DOUBLE";
        case TypeKind::Decimal:
            return "DECIMAL(" + std::to_string(type.precision()) + "," +
                   std::to_string(type.scale()) + ")";
        case TypeKind::String:
        case TypeKind::Char:
        case TypeKind::Varchar: return "VARCHAR";
        case TypeKind::Binary: return "BLOB";
        case TypeKind::Date: return "DATE";
        case TypeKind::Timestamp: return "TIMESTAMPTZ";
        case TypeKind::TimestampNtz: return "TIMESTAMP";
        case TypeKind::CalendarInterval: return "STRUCT(f0 INTEGER, f1 INTEGER, f2 BIGINT)";
        case TypeKind::Array: return physical_type(type.element()) + "[]";
        case TypeKind::Map:
            return "MAP(" + physical_type(type.key()) + ", " + physical_type(type.value()) + ")";
        case TypeKind::Struct: return struct_text(type.fields());
        case TypeKind::Variant: return "STRUCT(f0 BLOB, f1 BLOB)";
        case TypeKind::Udt: return physical_type(type.udt_body().sql_type);
    }
    FS_ASSERT(false);
}

LogicalType logical_type(const DataType& type) {
    switch (type.kind()) {
        case TypeKind::Null:
        case TypeKind::Boolean: return simple(DUCKDB_TYPE_BOOLEAN);
        case TypeKind::Byte: return simple(DUCKDB_TYPE_TINYINT);
        case TypeKind::Short: return simple(DUCKDB_TYPE_SMALLINT);
        case TypeKind::Int:
        case TypeKind::YearMonthInterval: return simple(DUCKDB_TYPE_INTEGER);
        case TypeKind::Long:
        case TypeKind::Time:
        case TypeKind::DayTimeInterval: return simple(DUCKDB_TYPE_BIGINT);
        case TypeKind::Float: return simple(DUCKDB_TYPE_FLOAT);
        case TypeKind::Double: return simple(DUCKDB_TYPE_DOUBLE);
        case TypeKind::Decimal:
            return LogicalType(duckdb_create_decimal_type(
                static_cast<std::uint8_t>(type.precision()),
                static_cast<std::uint8_t>(type.scale())));
        case TypeKind::String:
        case TypeKind::Char:
        case TypeKind::Varchar: return simple(DUCKDB_TYPE_VARCHAR);
        case TypeKind::Binary: return simple(DUCKDB_TYPE_BLOB);
        case TypeKind::Date: return simple(DUCKDB_TYPE_DATE);
        case TypeKind::Timestamp: return simple(DUCKDB_TYPE_TIMESTAMP_TZ);
        case TypeKind::TimestampNtz: return simple(DUCKDB_TYPE_TIMESTAMP);
        case TypeKind::CalendarInterval:
            return struct_of(DUCKDB_TYPE_INTEGER, DUCKDB_TYPE_INTEGER, DUCKDB_TYPE_BIGINT);
        case TypeKind::Array:
            return LogicalType(duckdb_create_list_type(logical_type(type.element()).get()));
        case TypeKind::Map:
            return LogicalType(duckdb_create_map_type(logical_type(type.key()).get(),
                                                      logical_type(type.value()).get()));
        case TypeKind::Struct: return struct_of_fields(type.fields());
        case TypeKind::Variant: return struct_of(DUCKDB_TYPE_BLOB, DUCKDB_TYPE_BLOB);
        case TypeKind::Udt: return logical_type(type.udt_body().sql_type);
    }
    FS_ASSERT(false);
}

bool same_carrier(const DataType& a, const DataType& b) {
    return physical_type(a) == physical_type(b);
}

}  // namespace firesteel::duckdb
