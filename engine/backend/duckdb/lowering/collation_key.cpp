#include "backend/duckdb/lowering/collation_key.h"

#include <algorithm>

namespace firesteel::duckdb {

bool holds_collation(const DataType& type) {
    switch (type.kind()) {
        case TypeKind::Array: return holds_collation(type.element());
        case TypeKind::Map: return holds_collation(type.key()) || holds_collation(type.value());
        case TypeKind::Struct:
            return std::any_of(type.fields().begin(), type.fields().end(),
                               [](const StructField& f) { return holds_collation(f.type); });
        default: return type.is_collated();
    }
}

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
