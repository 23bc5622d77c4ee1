/// Arrays, by values: Spark's rules for NULL elements, equality and order in one place.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/kernels/statistics.h"
#include "backend/duckdb/kernels/values.h"
#include "backend/duckdb/lowering/physical_type.h"

namespace firesteel::duckdb {
namespace {

const DataType& element_of(const KernelSite& site, std::size_t i = 0) {
    return carried(site.argument(i)).element();
}

/// As members of a set: 0.0 and -0.0 are two of them.
bool contains(const DataType& type, const ValueList& list, const Value& value) {
    const bool is_floating = type.is(TypeKind::Float) || type.is(TypeKind::Double);
    return std::any_of(list.begin(), list.end(), [&](const Value& v) {
        if (!equal_values(type, v, value)) return false;
        return !is_floating || v.is_null() || std::isnan(v.floating()) ||
               std::signbit(v.floating()) == std::signbit(value.floating());
    });
}

bool has_null(const ValueList& list) {
    return std::any_of(list.begin(), list.end(), [](const Value& v) { return v.is_null(); });
}

Value array_append(const KernelSite&, const ValueList& a) {
    if (a[0].is_null()) return {};
    ValueList list = a[0].list();
    list.push_back(a[1]);
    return Value(std::move(list));
}

Value array_prepend(const KernelSite&, const ValueList& a) {
    if (a[0].is_null()) return {};
    ValueList list = a[0].list();
    list.insert(list.begin(), a[1]);
    return Value(std::move(list));
}

[[noreturn]] void too_long(std::string_view function, std::int64_t elements) {
    throw Error(ErrorClass::CollectionSizeLimitExceededFunction,
                {{"numberOfElements", std::to_string(elements)},
                 {"maxRoundedArrayLength", "2147483632"},
                 {"functionName", "`" + std::string(function) + "`"}});
}
constexpr std::int64_t kElementsMax = 2147483632;

/// Positions begin with 1, or with -1 from the end; gaps are filled with NULL.
Value array_insert(const KernelSite&, const ValueList& a) {
    if (a[0].is_null() || a[1].is_null()) return {};
    ValueList list = a[0].list();
    std::int64_t position = a[1].integer();
    if (position == 0) throw Error(ErrorClass::InvalidIndexOfZero);
    const auto size = static_cast<std::int64_t>(list.size());
    if (position > kElementsMax || -position > kElementsMax) {
        too_long("array_insert", position < 0 ? -position : position);
    }
    if (position > 0) {
        if (position > size + 1) list.resize(static_cast<std::size_t>(position - 1));
        list.insert(list.begin() + (position - 1), a[2]);
        return Value(std::move(list));
    }
    const std::int64_t at = size + position + 1;
    if (at < 0) {
        list.insert(list.begin(), static_cast<std::size_t>(-at), Value());
        list.insert(list.begin(), a[2]);
    } else {
        list.insert(list.begin() + at, a[2]);
    }
    return Value(std::move(list));
}

/// NULL if not found among elements of which one is NULL.
Value array_contains(const KernelSite& site, const ValueList& a) {
    for (const Value& v : a[0].list()) {
        if (!v.is_null() && equal_values(element_of(site), v, a[1])) return Value(true);
    }
    return has_null(a[0].list()) ? Value() : Value(false);
}

Value array_distinct(const KernelSite& site, const ValueList& a) {
    ValueList out;
    for (const Value& v : a[0].list()) {
        if (!contains(element_of(site), out, v)) out.push_back(v);
    }
    return Value(std::move(out));
}

Value array_union(const KernelSite& site, const ValueList& a) {
    ValueList out;
    for (std::size_t i = 0; i < 2; ++i) {
        for (const Value& v : a[i].list()) {
            if (!contains(element_of(site), out, v)) out.push_back(v);
        }
    }
    return Value(std::move(out));
}

template <bool kKeepCommon>
Value array_select(const KernelSite& site, const ValueList& a) {
    ValueList out;
    for (const Value& v : a[0].list()) {
        if (contains(element_of(site), a[1].list(), v) == kKeepCommon &&
            !contains(element_of(site), out, v)) {
            out.push_back(v);
        }
    }
    return Value(std::move(out));
}

Value arrays_overlap(const KernelSite& site, const ValueList& a) {
    for (const Value& v : a[0].list()) {
        if (!v.is_null() && contains(element_of(site), a[1].list(), v)) return Value(true);
    }
    const bool unknown = !a[0].list().empty() && !a[1].list().empty() &&
                         (has_null(a[0].list()) || has_null(a[1].list()));
    return unknown ? Value() : Value(false);
}

Value array_join(const KernelSite&, const ValueList& a) {
    std::string out;
    bool first = true;
    for (const Value& v : a[0].list()) {
        if (v.is_null() && a.size() < 3) continue;
        if (!first) out += a[1].bytes();
        first = false;
        out += v.is_null() ? a[2].bytes() : v.bytes();
    }
    return Value(std::move(out));
}

template <int kSign>
Value array_extreme(const KernelSite& site, const ValueList& a) {
    const Value* best = nullptr;
    for (const Value& v : a[0].list()) {
        if (v.is_null()) continue;
        if (best == nullptr || compare_values(element_of(site), v, *best) * kSign > 0) best = &v;
    }
    return best == nullptr ? Value() : *best;
}

Value array_position(const KernelSite& site, const ValueList& a) {
    const ValueList& list = a[0].list();
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (!list[i].is_null() && equal_values(element_of(site), list[i], a[1])) {
            return Value(static_cast<std::int64_t>(i + 1));
        }
    }
    return Value(std::int64_t{0});
}

Value array_remove(const KernelSite& site, const ValueList& a) {
    ValueList out;
    for (const Value& v : a[0].list()) {
        if (v.is_null() || !equal_values(element_of(site), v, a[1])) out.push_back(v);
    }
    return Value(std::move(out));
}

Value array_repeat(const KernelSite&, const ValueList& a) {
    if (a[1].is_null()) return {};
    const std::int64_t count = std::max<std::int64_t>(0, a[1].integer());
    if (count > kElementsMax) too_long("array_repeat", count);
    return Value(ValueList(static_cast<std::size_t>(count), a[0]));
}

Value arrays_zip(const KernelSite&, const ValueList& a) {
    std::size_t longest = 0;
    for (const Value& v : a) longest = std::max(longest, v.list().size());
    ValueList out;
    for (std::size_t i = 0; i < longest; ++i) {
        ValueList row;
        for (const Value& v : a) row.push_back(i < v.list().size() ? v.list()[i] : Value());
        out.emplace_back(std::move(row));
    }
    return Value(std::move(out));
}

Value flatten(const KernelSite&, const ValueList& a) {
    ValueList out;
    if (has_null(a[0].list())) return {};
    for (const Value& inner : a[0].list()) {
        out.insert(out.end(), inner.list().begin(), inner.list().end());
    }
    return Value(std::move(out));
}

Value slice(const KernelSite& site, const ValueList& a) {
    const ValueList& list = a[0].list();
    const std::int64_t start = a[1].integer();
    const std::int64_t length = a[2].integer();
    if (start == 0) {
        throw Error(ErrorClass::InvalidParameterStart,
                    {{"parameter", "`start`"}, {"functionName", "`slice`"}});
    }
    if (length < 0) {
        throw Error(ErrorClass::InvalidParameterLength, {{"parameter", "`length`"},
                                                         {"functionName", "`slice`"},
                                                         {"length", std::to_string(length)}});
    }
    (void)site;
    const auto size = static_cast<std::int64_t>(list.size());
    const std::int64_t first = start > 0 ? start - 1 : size + start;
    if (first < 0 || first >= size) return Value(ValueList());
    const std::int64_t last = std::min(size, first + length);
    return Value(ValueList(list.begin() + first, list.begin() + last));
}

/// NULLs first in ascending order, last in descending.
Value sort_array(const KernelSite& site, const ValueList& a) {
    ValueList list = a[0].list();
    const bool ascending = a.size() < 2 || a[1].boolean();
    const DataType& type = element_of(site);
    std::stable_sort(list.begin(), list.end(), [&](const Value& x, const Value& y) {
        const int c = compare_values(type, x, y);
        return ascending ? c < 0 : c > 0;
    });
    return Value(std::move(list));
}

/// NULLs last.
Value array_sort(const KernelSite& site, const ValueList& a) {
    ValueList list = a[0].list();
    const DataType& type = element_of(site);
    std::stable_sort(list.begin(), list.end(), [&](const Value& x, const Value& y) {
        if (x.is_null() || y.is_null()) return !x.is_null() && y.is_null();
        return compare_values(type, x, y) < 0;
    });
    return Value(std::move(list));
}

Value list_arrange(const KernelSite&, const ValueList& a) {
    const ValueList& list = a[0].list();
    ValueList out(list.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
        const Value& place = a[1].list()[i];
        const auto at = place.is_null() ? out.size() : static_cast<std::size_t>(place.integer());
        if (at < out.size()) out[at] = list[i];
    }
    return Value(std::move(out));
}

/// In any order: shuffle without a seed.
KernelBody bind_shuffle(const KernelSite&) {
    return [](KernelCall& call) {
        std::mt19937 random{std::random_device{}()};
        values(OnNull::ResultIsNull, [&](const KernelSite&, const ValueList& a) {
            ValueList list = a[0].list();
            std::shuffle(list.begin(), list.end(), random);
            return Value(std::move(list));
        })(call);
    };
}

Value reverse(const KernelSite& site, const ValueList& a) {
    if (site.argument(0).is(TypeKind::Array)) {
        return Value(ValueList(a[0].list().rbegin(), a[0].list().rend()));
    }
    const std::string& text = a[0].bytes();
    std::string out;
    out.reserve(text.size());
    for (std::size_t end = text.size(); end > 0;) {
        std::size_t begin = end - 1;
        while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U) --begin;
        out.append(text, begin, end - begin);
        end = begin;
    }
    return Value(std::move(out));
}

template <bool kAny>
Value quantified(const KernelSite&, const ValueList& a) {
    bool unknown = false;
    for (const Value& v : a[0].list()) {
        if (v.is_null()) {
            unknown = true;
        } else if (v.boolean() == kAny) {
            return Value(kAny);
        }
    }
    return unknown ? Value() : Value(!kAny);
}

/// The element at a 0-based index, or one that counts from 1 and from the end.
Value element(const KernelSite& site, const ValueList& list, std::int64_t index, bool one_based) {
    const auto size = static_cast<std::int64_t>(list.size());
    if (one_based && index == 0) throw Error(ErrorClass::InvalidIndexOfZero);
    const std::int64_t at = !one_based ? index : index > 0 ? index - 1 : size + index;
    if (at >= 0 && at < size) return list[static_cast<std::size_t>(at)];
    if (site.mode != EvalMode::Ansi) return {};
    throw Error(one_based ? ErrorClass::InvalidArrayIndexInElementAt : ErrorClass::InvalidArrayIndex,
                {{"indexValue", std::to_string(index)}, {"arraySize", std::to_string(size)}});
}

Value array_item(const KernelSite& site, const ValueList& a) {
    return element(site, a[0].list(), a[1].integer(), false);
}

Value element_at(const KernelSite& site, const ValueList& a) {
    const DataType& type = carried(site.argument(0));
    if (type.is(TypeKind::Array)) return element(site, a[0].list(), a[1].integer(), true);
    for (const auto& [key, value] : a[0].map().entries) {
        if (equal_values(type.key(), key, a[1])) return value;
    }
    return {};
}

/// concat_ws: NULL parts are left out, arrays of strings give their elements.
Value concat_ws(const KernelSite&, const ValueList& a) {
    if (a[0].is_null()) return {};
    std::string out;
    bool first = true;
    const auto add = [&](const Value& part) {
        if (part.is_null()) return;
        if (!first) out += a[0].bytes();
        first = false;
        out += part.bytes();
    };
    for (std::size_t i = 1; i < a.size(); ++i) add(a[i]);
    return Value(std::move(out));
}

Value concat_ws_any(const KernelSite& site, const ValueList& a) {
    if (a[0].is_null()) return {};
    ValueList parts = {a[0]};
    for (std::size_t i = 1; i < a.size(); ++i) {
        if (site.argument(i).is(TypeKind::Array)) {
            if (!a[i].is_null()) {
                parts.insert(parts.end(), a[i].list().begin(), a[i].list().end());
            }
        } else {
            parts.push_back(a[i]);
        }
    }
    return concat_ws(site, parts);
}

Value elt(const KernelSite& site, const ValueList& a) {
    if (a[0].is_null()) return {};
    const std::int64_t index = a[0].integer();
    if (index >= 1 && index < static_cast<std::int64_t>(a.size())) {
        return a[static_cast<std::size_t>(index)];
    }
    if (site.mode != EvalMode::Ansi) return {};
    throw Error(ErrorClass::InvalidArrayIndex, {{"indexValue", std::to_string(index)},
                                                {"arraySize", std::to_string(a.size() - 1)}});
}

/// raise_error and assert_true.
Value raise_error(const KernelSite&, const ValueList& a) {
    throw Error(ErrorClass::UserRaisedException,
                {{"errorMessage", a[0].is_null() ? "null" : a[0].bytes()}});
}

template <Value (*kFn)(const KernelSite&, const ValueList&), OnNull kOnNull = OnNull::ResultIsNull>
KernelBody by_values(const KernelSite&) {
    return values(kOnNull, kFn);
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"array_append", by_values<array_append, OnNull::Call>},
    {"array_contains", by_values<array_contains>},
    {"array_distinct", by_values<array_distinct>},
    {"array_except", by_values<array_select<false>>},
    {"array_insert", by_values<array_insert, OnNull::Call>},
    {"array_intersect", by_values<array_select<true>>},
    {"array_item", by_values<array_item>},
    {"array_join", by_values<array_join>},
    {"array_max", by_values<array_extreme<1>>},
    {"array_min", by_values<array_extreme<-1>>},
    {"array_position", by_values<array_position>},
    {"array_prepend", by_values<array_prepend, OnNull::Call>},
    {"array_remove", by_values<array_remove>},
    {"array_repeat", by_values<array_repeat, OnNull::Call>},
    {"array_sort", by_values<array_sort>},
    {"array_union", by_values<array_union>},
    {"arrays_overlap", by_values<arrays_overlap>},
    {"arrays_zip", by_values<arrays_zip>},
    {"arrival", bind_arrival},
    {"concat_ws", by_values<concat_ws_any, OnNull::Call>},
    {"element_at", by_values<element_at>},
    {"elt", by_values<elt, OnNull::Call>},
    {"flatten", by_values<flatten>},
    {"frequent_items", bind_frequent_items},
    {"list_all", by_values<quantified<false>>},
    {"list_any", by_values<quantified<true>>},
    {"list_arrange", by_values<list_arrange>},
    {"raise_error", by_values<raise_error, OnNull::Call>},
    {"reverse", by_values<reverse>},
    {"shuffle", bind_shuffle},
    {"slice", by_values<slice>},
    {"sort_array", by_values<sort_array>},
});

}  // namespace

KernelTable array_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
