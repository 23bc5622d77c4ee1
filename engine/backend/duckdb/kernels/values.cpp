#include "backend/duckdb/kernels/values.h"

#include <cmath>

#include "backend/duckdb/kernels/collation.h"
#include "backend/duckdb/lowering/physical_type.h"
#include "backend/duckdb/value_reader.h"

namespace firesteel::duckdb {
namespace {

template <typename T>
int order(const T& a, const T& b) {
    return a < b ? -1 : b < a ? 1 : 0;
}

int order_floating(double a, double b) {
    if (std::isnan(a) || std::isnan(b)) return order(std::isnan(a), std::isnan(b));
    return order(a, b);
}

int order_lists(const DataType& element, const ValueList& a, const ValueList& b) {
    const std::size_t common = std::min(a.size(), b.size());
    for (std::size_t i = 0; i < common; ++i) {
        if (const int c = compare_values(element, a[i], b[i])) return c;
    }
    return order(a.size(), b.size());
}

int order_structs(const DataType& type, const ValueList& a, const ValueList& b) {
    for (std::size_t i = 0; i < type.fields().size(); ++i) {
        if (const int c = compare_values(type.fields()[i].type, a[i], b[i])) return c;
    }
    return 0;
}

/// Only equality means something.
int order_maps(const DataType& type, const MapValue& a, const MapValue& b) {
    if (a.entries.size() != b.entries.size()) return order(a.entries.size(), b.entries.size());
    for (std::size_t i = 0; i < a.entries.size(); ++i) {
        if (const int c = compare_values(type.key(), a.entries[i].first, b.entries[i].first)) return c;
        if (const int c = compare_values(type.value(), a.entries[i].second, b.entries[i].second)) {
            return c;
        }
    }
    return 0;
}

}  // namespace

int compare_values(const DataType& column_type, const Value& a, const Value& b) {
    const DataType& type = carried(column_type);
    if (a.is_null() || b.is_null()) return order(!a.is_null(), !b.is_null());
    switch (type.kind()) {
        case TypeKind::Null: return 0;
        case TypeKind::Boolean: return order(a.boolean(), b.boolean());
        case TypeKind::Float:
        case TypeKind::Double: return order_floating(a.floating(), b.floating());
        case TypeKind::Decimal: return order(a.decimal(), b.decimal());
        case TypeKind::String:
            if (const Collation* collation = Collation::of(type)) return collation->compare(a.bytes(), b.bytes());
            return a.bytes().compare(b.bytes());
        case TypeKind::Char:
        case TypeKind::Varchar:
        case TypeKind::Binary: return a.bytes().compare(b.bytes());
        case TypeKind::CalendarInterval: return a.interval() == b.interval() ? 0 : 1;
        case TypeKind::Variant: return a.variant() == b.variant() ? 0 : 1;
        case TypeKind::Array: return order_lists(type.element(), a.list(), b.list());
        case TypeKind::Struct: return order_structs(type, a.list(), b.list());
        case TypeKind::Map: return order_maps(type, a.map(), b.map());
        default: return order(a.integer(), b.integer());
    }
}

Value normalized_key(const DataType& type, Value key) {
    const bool floating = type.is(TypeKind::Float) || type.is(TypeKind::Double);
    if (floating && !key.is_null() && key.floating() == 0) return Value(0.0);
    return key;
}

KernelBody values(OnNull on_null, std::function<Value(const KernelSite&, const ValueList&)> fn) {
    return [on_null, fn = std::move(fn)](KernelCall& call) {
        const KernelSite& site = call.site();
        ValueList arguments(call.argument_count());
        for (idx_t row = 0; row < call.rows(); ++row) {
            bool any_null = false;
            for (std::size_t i = 0; i < arguments.size(); ++i) {
                arguments[i] = read_value(call.argument(i), site.argument(i), row);
                any_null = any_null || arguments[i].is_null();
            }
            const bool skip = any_null && on_null == OnNull::ResultIsNull;
            write_value(call.result(), site.result, row, skip ? Value() : fn(site, arguments));
        }
    };
}

}  // namespace firesteel::duckdb
