/// Maps, by values.

#include <algorithm>
#include <array>

#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/kernels/map_builder.h"

namespace firesteel::duckdb {
namespace {

/// key, value, key, value, …
Value map(const KernelSite& site, const ValueList& a) {
    MapBuilder builder(site);
    for (std::size_t i = 0; i + 1 < a.size(); i += 2) builder.add(a[i], a[i + 1]);
    return builder.take();
}

Value map_concat(const KernelSite& site, const ValueList& a) {
    MapBuilder builder(site);
    for (const Value& part : a) {
        for (const auto& [key, value] : part.map().entries) builder.add(key, value);
    }
    return builder.take();
}

Value map_from_arrays(const KernelSite& site, const ValueList& a) {
    MapBuilder builder(site);
    const ValueList& keys = a[0].list();
    const ValueList& items = a[1].list();
    if (keys.size() != items.size()) throw Error(ErrorClass::LegacyMapLengths);
    for (std::size_t i = 0; i < keys.size(); ++i) builder.add(keys[i], items[i]);
    return builder.take();
}

Value map_from_entries(const KernelSite& site, const ValueList& a) {
    MapBuilder builder(site);
    for (const Value& entry : a[0].list()) {
        if (entry.is_null()) return {};
    }
    for (const Value& entry : a[0].list()) builder.add(entry.list()[0], entry.list()[1]);
    return builder.take();
}

/// Structs of key and both maps' values, for map_zip_with: the first map's keys, then the second's.
Value map_zip(const KernelSite& site, const ValueList& a) {
    const DataType& key_type = carried(site.argument(0)).key();
    const auto find = [&](const MapValue& map, const Value& key) {
        for (const auto& entry : map.entries) {
            if (equal_values(key_type, entry.first, key)) return entry.second;
        }
        return Value();
    };
    const auto has = [&](const MapValue& map, const Value& key) {
        for (const auto& entry : map.entries) {
            if (equal_values(key_type, entry.first, key)) return true;
        }
        return false;
    };
    ValueList out;
    for (const auto& [key, value] : a[0].map().entries) {
        out.emplace_back(ValueList{key, value, find(a[1].map(), key)});
    }
    for (const auto& [key, value] : a[1].map().entries) {
        if (!has(a[0].map(), key)) out.emplace_back(ValueList{key, Value(), value});
    }
    return Value(std::move(out));
}

template <Value (*kFn)(const KernelSite&, const ValueList&), OnNull kOnNull = OnNull::ResultIsNull>
KernelBody by_values(const KernelSite&) {
    return values(kOnNull, kFn);
}

/// The value with the entries of every map in it in the order of their keys.
Value in_order(const DataType& type, const Value& value) {
    if (value.is_null()) return value;
    switch (type.kind()) {
        case TypeKind::Array: {
            ValueList out;
            for (const Value& each : value.list()) out.push_back(in_order(type.element(), each));
            return Value(std::move(out));
        }
        case TypeKind::Struct: {
            ValueList out;
            for (std::size_t i = 0; i < type.fields().size(); ++i) {
                out.push_back(in_order(type.fields()[i].type, value.list()[i]));
            }
            return Value(std::move(out));
        }
        case TypeKind::Map: {
            MapValue out;
            for (const auto& [key, item] : value.map().entries) {
                out.entries.emplace_back(in_order(type.key(), key), in_order(type.value(), item));
            }
            std::ranges::sort(out.entries, [&](const auto& a, const auto& b) {
                return compare_values(type.key(), a.first, b.first) < 0;
            });
            return Value(std::move(out));
        }
        default: return value;
    }
}

Value maps_in_order(const KernelSite& site, const ValueList& a) { return in_order(site.result, a[0]); }

constexpr auto kKernels = std::to_array<Kernel>({
    {"map", by_values<map, OnNull::Call>},
    {"map_concat", by_values<map_concat>},
    {"map_from_arrays", by_values<map_from_arrays>},
    {"map_from_entries", by_values<map_from_entries>},
    {"map_zip", by_values<map_zip>},
    {"maps_in_order", by_values<maps_in_order>},
});

}  // namespace

KernelTable map_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
