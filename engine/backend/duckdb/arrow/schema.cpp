#include "backend/duckdb/arrow/schema.h"

#include <map>
#include <string>

#include "common/error.h"

namespace firesteel::duckdb {
namespace {

void check(ArrowErrorCode code) {
    if (code != NANOARROW_OK) throw Error(ErrorClass::InternalError, {{"message", "out of memory"}});
}

void set_field(ArrowSchema* out, std::string_view name, const DataType& type, bool nullable,
               const ArrowTypeOptions& options);

ArrowType simple_type(const DataType& type, bool large) {
    switch (type.kind()) {
        case TypeKind::Null: return NANOARROW_TYPE_NA;
        case TypeKind::Boolean: return NANOARROW_TYPE_BOOL;
        case TypeKind::Byte: return NANOARROW_TYPE_INT8;
        case TypeKind::Short: return NANOARROW_TYPE_INT16;
        case TypeKind::Int: return NANOARROW_TYPE_INT32;
        case TypeKind::Long: return NANOARROW_TYPE_INT64;
        case TypeKind::Float: return NANOARROW_TYPE_FLOAT;
        case TypeKind::Double: return NANOARROW_TYPE_DOUBLE;
        case TypeKind::String:
        case TypeKind::Char:
        case TypeKind::Varchar: return large ? NANOARROW_TYPE_LARGE_STRING : NANOARROW_TYPE_STRING;
        case TypeKind::Binary: return large ? NANOARROW_TYPE_LARGE_BINARY : NANOARROW_TYPE_BINARY;
        case TypeKind::Date: return NANOARROW_TYPE_DATE32;
        case TypeKind::YearMonthInterval: return NANOARROW_TYPE_INTERVAL_MONTHS;
        case TypeKind::CalendarInterval: return NANOARROW_TYPE_INTERVAL_MONTH_DAY_NANO;
        default: return NANOARROW_TYPE_UNINITIALIZED;
    }
}

void set_metadata(ArrowSchema* out, const char* key) {
    nanoarrow::UniqueBuffer buffer;
    check(ArrowMetadataBuilderInit(buffer.get(), nullptr));
    check(ArrowMetadataBuilderAppend(buffer.get(), ArrowCharView(key), ArrowCharView("true")));
    check(ArrowSchemaSetMetadata(out, reinterpret_cast<const char*>(buffer->data)));
}

/// Arrow readers refuse repeated names inside a struct: x, x become x_0, x_1.
std::vector<std::string> field_names(const std::vector<StructField>& fields) {
    std::map<std::string_view, int> counts;
    for (const StructField& field : fields) ++counts[field.name];
    std::map<std::string_view, int> used;
    std::vector<std::string> names;
    for (const StructField& field : fields) {
        names.push_back(counts[field.name] == 1
                            ? field.name
                            : field.name + "_" + std::to_string(used[field.name]++));
    }
    return names;
}

void set_struct(ArrowSchema* out, const DataType& type, const ArrowTypeOptions& options) {
    const auto& fields = type.fields();
    const std::vector<std::string> names = field_names(fields);
    check(ArrowSchemaSetTypeStruct(out, static_cast<std::int64_t>(fields.size())));
    for (std::size_t i = 0; i < fields.size(); ++i) {
        set_field(out->children[i], names[i], fields[i].type, fields[i].nullable, options);
    }
}

void set_nested(ArrowSchema* out, const DataType& type, const ArrowTypeOptions& options) {
    if (type.is(TypeKind::Array)) {
        check(ArrowSchemaSetType(out, NANOARROW_TYPE_LIST));
        set_field(out->children[0], "element", type.element(), type.contains_null(), options);
        return;
    }
    if (type.is(TypeKind::Map)) {
        check(ArrowSchemaSetType(out, NANOARROW_TYPE_MAP));
        ArrowSchema* entries = out->children[0];
        set_field(entries->children[0], "key", type.key(), false, options);
        set_field(entries->children[1], "value", type.value(), type.value_contains_null(), options);
        return;
    }
    if (type.is(TypeKind::Struct)) {
        set_struct(out, type, options);
        return;
    }
    FS_ASSERT(type.is(TypeKind::Variant));
    check(ArrowSchemaSetTypeStruct(out, 2));
    set_field(out->children[0], "value", DataType::binary(), false, options);
    set_field(out->children[1], "metadata", DataType::binary(), false, options);
    set_metadata(out->children[1], "variant");
}

void set_type(ArrowSchema* out, const DataType& type, const ArrowTypeOptions& options) {
    const std::string zone(options.time_zone);
    switch (type.kind()) {
        case TypeKind::Decimal:
            check(ArrowSchemaSetTypeDecimal(out, NANOARROW_TYPE_DECIMAL128, type.precision(),
                                            type.scale()));
            return;
        case TypeKind::Timestamp:
            check(ArrowSchemaSetTypeDateTime(out, NANOARROW_TYPE_TIMESTAMP,
                                             NANOARROW_TIME_UNIT_MICRO, zone.c_str()));
            return;
        case TypeKind::TimestampNtz:
            check(ArrowSchemaSetTypeDateTime(out, NANOARROW_TYPE_TIMESTAMP,
                                             NANOARROW_TIME_UNIT_MICRO, nullptr));
            return;
        case TypeKind::Time:
            check(ArrowSchemaSetTypeDateTime(out, NANOARROW_TYPE_TIME64,
                                             NANOARROW_TIME_UNIT_NANO, nullptr));
            return;
        case TypeKind::DayTimeInterval:
            check(ArrowSchemaSetTypeDateTime(out, NANOARROW_TYPE_DURATION,
                                             NANOARROW_TIME_UNIT_MICRO, nullptr));
            return;
        case TypeKind::Udt: set_type(out, type.udt_body().sql_type, options); return;
        case TypeKind::Array:
        case TypeKind::Map:
        case TypeKind::Struct:
        case TypeKind::Variant: set_nested(out, type, options); return;
        default: check(ArrowSchemaSetType(out, simple_type(type, options.large_var_types))); return;
    }
}

void set_field(ArrowSchema* out, std::string_view name, const DataType& type, bool nullable,
               const ArrowTypeOptions& options) {
    set_type(out, type, options);
    check(ArrowSchemaSetName(out, std::string(name).c_str()));
    if (nullable) {
        out->flags |= ARROW_FLAG_NULLABLE;
    } else {
        out->flags &= ~ARROW_FLAG_NULLABLE;
    }
}

[[noreturn]] void refuse(const ArrowSchema& schema) {
    throw Error(ErrorClass::UnsupportedArrowType,
                {{"typeName", schema.format != nullptr ? schema.format : "?"}});
}

DataType type_of(const ArrowSchema& schema);

bool is_variant(const ArrowSchema& schema) {
    return schema.n_children == 2 && schema.children[1]->metadata != nullptr &&
           ArrowMetadataHasKey(schema.children[1]->metadata, ArrowCharView("variant")) != 0;
}

DataType nested_type_of(const ArrowSchema& schema, const ArrowSchemaView& view) {
    switch (view.type) {
        case NANOARROW_TYPE_LIST:
        case NANOARROW_TYPE_LARGE_LIST: {
            const ArrowSchema& element = *schema.children[0];
            return DataType::array(type_of(element), (element.flags & ARROW_FLAG_NULLABLE) != 0);
        }
        case NANOARROW_TYPE_MAP: {
            const ArrowSchema& entries = *schema.children[0];
            return DataType::map(type_of(*entries.children[0]), type_of(*entries.children[1]),
                                 (entries.children[1]->flags & ARROW_FLAG_NULLABLE) != 0);
        }
        case NANOARROW_TYPE_STRUCT:
            return is_variant(schema) ? DataType::variant()
                                      : DataType::structure(from_arrow(schema));
        default: refuse(schema);
    }
}

DataType type_of(const ArrowSchema& schema) {
    ArrowSchemaView view;
    if (ArrowSchemaViewInit(&view, &schema, nullptr) != NANOARROW_OK || schema.dictionary) {
        refuse(schema);
    }
    switch (view.type) {
        case NANOARROW_TYPE_NA: return DataType::null();
        case NANOARROW_TYPE_BOOL: return DataType::boolean();
        case NANOARROW_TYPE_INT8: return DataType::byte();
        case NANOARROW_TYPE_INT16: return DataType::short_int();
        case NANOARROW_TYPE_INT32: return DataType::integer();
        case NANOARROW_TYPE_INT64: return DataType::long_int();
        case NANOARROW_TYPE_FLOAT: return DataType::float32();
        case NANOARROW_TYPE_DOUBLE: return DataType::float64();
        case NANOARROW_TYPE_STRING:
        case NANOARROW_TYPE_LARGE_STRING: return DataType::string();
        case NANOARROW_TYPE_BINARY:
        case NANOARROW_TYPE_LARGE_BINARY:
        case NANOARROW_TYPE_FIXED_SIZE_BINARY: return DataType::binary();
        case NANOARROW_TYPE_DATE32: return DataType::date();
        case NANOARROW_TYPE_DECIMAL128:
            return DataType::decimal(view.decimal_precision, view.decimal_scale);
        case NANOARROW_TYPE_TIMESTAMP:
            if (view.time_unit != NANOARROW_TIME_UNIT_MICRO) refuse(schema);
            return view.timezone != nullptr && view.timezone[0] != '\0'
                       ? DataType::timestamp()
                       : DataType::timestamp_ntz();
        case NANOARROW_TYPE_TIME64:
            if (view.time_unit != NANOARROW_TIME_UNIT_NANO) refuse(schema);
            return DataType::time();
        case NANOARROW_TYPE_DURATION:
            if (view.time_unit != NANOARROW_TIME_UNIT_MICRO) refuse(schema);
            return DataType::day_time_interval();
        case NANOARROW_TYPE_INTERVAL_MONTHS: return DataType::year_month_interval();
        case NANOARROW_TYPE_INTERVAL_MONTH_DAY_NANO: return DataType::calendar_interval();
        default: return nested_type_of(schema, view);
    }
}

}  // namespace

nanoarrow::UniqueSchema to_arrow(const Schema& schema, const ArrowTypeOptions& options) {
    nanoarrow::UniqueSchema out;
    ArrowSchemaInit(out.get());
    check(ArrowSchemaSetTypeStruct(out.get(), static_cast<std::int64_t>(schema.size())));
    for (std::size_t i = 0; i < schema.size(); ++i) {
        set_field(out->children[i], schema[i].name, schema[i].type, schema[i].nullable, options);
    }
    return out;
}

Schema from_arrow(const ArrowSchema& schema) {
    Schema out;
    for (std::int64_t i = 0; i < schema.n_children; ++i) {
        const ArrowSchema& child = *schema.children[i];
        StructField field;
        field.name = child.name != nullptr ? child.name : "";
        field.type = type_of(child);
        field.nullable = (child.flags & ARROW_FLAG_NULLABLE) != 0;
        out.push_back(std::move(field));
    }
    return out;
}

}  // namespace firesteel::duckdb
