#include "backend/duckdb/lowering/collation_key.h"

#include <algorithm>

#include "types/type_parts.h"

namespace firesteel::duckdb {

bool holds_collation(const DataType& type) { return any_part(type, &DataType::is_collated); }

bool holds_collation(const bound::Attributes& columns) {
    return std::any_of(columns.begin(), columns.end(),
                       [](const bound::Attribute& a) { return holds_collation(a.type); });
}

DataType collation_key_type(const DataType& type) {
    if (type.is_string_like()) return DataType::binary();
    if (type.is(TypeKind::Array)) return DataType::array(collation_key_type(type.element()), type.contains_null());
    if (!type.is(TypeKind::Struct)) return type;
    std::vector<StructField> fields = type.fields();
    for (StructField& field : fields) field.type = collation_key_type(field.type);
    return DataType::structure(std::move(fields));
}

}  // namespace firesteel::duckdb
