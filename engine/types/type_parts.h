#pragma once
/// Questions about a type and what it is made of.

#include <algorithm>
#include <functional>

#include "types/data_type.h"

namespace firesteel {

/// Whether `f(const DataType&)` holds for the type or for an element, key, value or field of it, at any depth.
template <typename F>
bool any_part(const DataType& type, const F& f) {
    if (std::invoke(f, type)) return true;
    switch (type.kind()) {
        case TypeKind::Array: return any_part(type.element(), f);
        case TypeKind::Map: return any_part(type.key(), f) || any_part(type.value(), f);
        case TypeKind::Struct:
            return std::ranges::any_of(type.fields(), [&](const StructField& field) { return any_part(field.type, f); });
        default: return false;
    }
}

/// CHAR(n) or VARCHAR(n).
inline bool holds_char(const DataType& type) {
    return any_part(type, [](const DataType& t) { return t.is(TypeKind::Char) || t.is(TypeKind::Varchar); });
}

}  // namespace firesteel
