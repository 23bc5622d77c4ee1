#include "formats/schema_merge.h"

#include <algorithm>

#include "types/coercion.h"
#include "types/variant_value.h"

namespace firesteel {
namespace {

DataType merged_structs(const DataType& a, const DataType& b, const DataType& otherwise) {
    std::vector<StructField> fields;
    auto x = a.fields().begin();
    auto y = b.fields().begin();
    while (x != a.fields().end() || y != b.fields().end()) {
        const int order = x == a.fields().end()   ? 1
                          : y == b.fields().end() ? -1
                                                  : compare_variant_names(x->name, y->name);
        if (order == 0) {
            fields.push_back({x->name, merged_type(x->type, y->type, otherwise), true, {}});
            ++x;
            ++y;
        } else {
            fields.push_back(order < 0 ? *x++ : *y++);
        }
    }
    return DataType::structure(std::move(fields));
}

DataType merged_decimals(const DataType& a, const DataType& b) {
    const int scale = std::max(a.scale(), b.scale());
    const int range = std::max(a.precision() - a.scale(), b.precision() - b.scale());
    return range + scale > kDecimalPrecisionMax ? DataType::float64() : DataType::decimal(range + scale, scale);
}

}  // namespace

DataType merged_type(const DataType& a, const DataType& b, const DataType& otherwise) {
    if (a.is(TypeKind::Struct) && b.is(TypeKind::Struct)) return merged_structs(a, b, otherwise);
    if (a.is(TypeKind::Array) && b.is(TypeKind::Array)) {
        return DataType::array(merged_type(a.element(), b.element(), otherwise));
    }
    const bool decimal = a.is(TypeKind::Decimal) || b.is(TypeKind::Decimal);
    const bool real = a.is(TypeKind::Double) || b.is(TypeKind::Double);
    const bool integral = a.is_integral() || b.is_integral();
    if (decimal && real) return DataType::float64();
    if (decimal && integral) {
        return merged_decimals(a.is_integral() ? decimal_for(a) : a, b.is_integral() ? decimal_for(b) : b);
    }
    if (a.is(TypeKind::Decimal) && b.is(TypeKind::Decimal)) return merged_decimals(a, b);
    const auto common = tightest_common_type(a, b);
    return common ? *common : otherwise;
}

}  // namespace firesteel
