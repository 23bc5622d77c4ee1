#include "formats/variant_schema.h"

#include <algorithm>

#include "formats/schema_merge.h"
#include "common/error.h"
#include "types/type_text.h"

namespace firesteel {
namespace {

DataType decimal_schema(const VariantView::DecimalValue& value) {
    int digits = 1;
    for (Int128 rest = value.unscaled / 10; rest != 0; rest /= 10) ++digits;
    return DataType::decimal(std::max(digits, value.scale), value.scale);
}

}  // namespace

DataType merged_variant_schema(const DataType& a, const DataType& b) {
    return merged_type(a, b, DataType::variant());
}

DataType variant_schema(const VariantView& variant) {
    using Kind = VariantView::Kind;
    switch (variant.kind()) {
        case Kind::Null: return DataType::null();
        case Kind::Boolean: return DataType::boolean();
        case Kind::Long: return DataType::long_int();
        case Kind::String: return DataType::string();
        case Kind::Double: return DataType::float64();
        case Kind::Decimal: return decimal_schema(variant.decimal());
        case Kind::Date: return DataType::date();
        case Kind::Timestamp: return DataType::timestamp();
        case Kind::TimestampNtz: return DataType::timestamp_ntz();
        case Kind::Float: return DataType::float32();
        case Kind::Binary: return DataType::binary();
        case Kind::Uuid: return DataType::string();
        case Kind::Object: {
            std::vector<StructField> fields;
            for (std::uint32_t i = 0; i < variant.size(); ++i) {
                fields.push_back({std::string(variant.name(i)), variant_schema(variant.item(i)), true, {}});
            }
            return DataType::structure(std::move(fields));
        }
        case Kind::Array: {
            DataType element;
            for (std::uint32_t i = 0; i < variant.size(); ++i) {
                element = merged_variant_schema(element, variant_schema(variant.item(i)));
            }
            return DataType::array(std::move(element));
        }
    }
    FS_ASSERT(false);
}

std::string variant_schema_text(const DataType& schema) {
    if (schema.is(TypeKind::Array)) return "ARRAY<" + variant_schema_text(schema.element()) + ">";
    if (!schema.is(TypeKind::Struct)) return sql_name(schema);
    std::string out = "OBJECT<";
    for (const StructField& field : schema.fields()) {
        if (!out.ends_with('<')) out += ", ";
        out += quote_if_needed(field.name) + ": " + variant_schema_text(field.type);
    }
    return out + ">";
}

}  // namespace firesteel
