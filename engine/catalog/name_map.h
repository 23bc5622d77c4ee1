#pragma once
/// Maps of named objects by lower-case name, as the catalogs keep them. Internal to catalog.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/objects.h"

namespace firesteel::catalog {

/// Null if there is none.
template <typename Map>
auto found_in(const Map& map, std::string_view name) -> typename Map::mapped_type {
    const auto at = map.find(lower(name));
    return at == map.end() ? nullptr : at->second;
}

/// False if the name is taken and `replace` isn't given.
template <typename Map>
bool put_into(Map& map, typename Map::mapped_type item, bool replace) {
    const std::string key = lower(item->name);
    if (!replace && map.contains(key)) return false;
    map[key] = std::move(item);
    return true;
}

/// Sorted by name.
template <typename Map>
std::vector<typename Map::mapped_type> values_of(const Map& map) {
    std::vector<typename Map::mapped_type> out;
    out.reserve(map.size());
    for (const auto& entry : map) out.push_back(entry.second);
    return out;
}

}  // namespace firesteel::catalog
