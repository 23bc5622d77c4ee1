#include "backend/duckdb/kernels/sketches.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <optional>

#include "backend/duckdb/kernels/values.h"
#include "backend/duckdb/lowering/physical_type.h"
#include "formats/count_min_sketch.h"
#include "formats/hll_sketch.h"
#include "formats/kll_sketch.h"
#include "formats/sketch_bytes.h"
#include "formats/theta_sketch.h"
#include "types/value_text.h"

namespace firesteel::duckdb {
namespace {

using formats::HllSketch;
using formats::KllSketch;
using formats::ThetaSketch;

std::string function_of(const KernelSite& site) { return "`" + std::string(site.kernel->name) + "`"; }

/// A sketch's size as a power of two; `wrong` says what else it is.
unsigned size_bits(const KernelSite& site, const Value& value, std::int64_t least, std::int64_t most, ErrorClass wrong) {
    const std::int64_t bits = value.is_null() ? 0 : value.integer();
    if (bits >= least && bits <= most) return static_cast<unsigned>(bits);
    throw Error(wrong, {{"function", function_of(site)},
                        {"min", std::to_string(least)},
                        {"max", std::to_string(most)},
                        {"value", std::to_string(bits)}});
}
unsigned theta_bits(const KernelSite& site, const Value& value) {
    return size_bits(site, value, ThetaSketch::kNominalBitsMin, ThetaSketch::kNominalBitsMax,
                     ErrorClass::ThetaInvalidLgNomEntries);
}

Error no_sketch(const KernelSite& site, const ThetaSketch*) {
    return Error(ErrorClass::ThetaInvalidInputSketchBuffer, {{"function", function_of(site)}});
}
Error no_sketch(const KernelSite& site, const HllSketch*) {
    return Error(ErrorClass::HllInvalidInputSketchBuffer, {{"function", function_of(site)}});
}
template <typename T>
Error no_sketch(const KernelSite& site, const KllSketch<T>*) {
    return Error(ErrorClass::KllSketchInvalidInput,
                 {{"functionName", function_of(site)}, {"reason", "the bytes are no sketch"}});
}

template <typename Sketch>
Sketch read_sketch(const KernelSite& site, const Value& bytes) {
    std::optional<Sketch> sketch = Sketch::read(bytes.bytes());
    if (!sketch) throw no_sketch(site, static_cast<const Sketch*>(nullptr));
    return std::move(*sketch);
}

template <typename T>
std::string little(T value) {
    std::string out;
    formats::append_little(out, value);
    return out;
}

/// What sketches hash of a value: whole numbers as longs, fractions as doubles.
std::string hashed_bytes(const DataType& type, const Value& value) {
    switch (type.kind()) {
        case TypeKind::Float:
        case TypeKind::Double: {
            const double v = value.floating();
            return little(std::isnan(v) ? std::numeric_limits<double>::quiet_NaN() : v == 0 ? 0.0 : v);
        }
        case TypeKind::Array: {
            std::string out;
            for (const Value& each : value.list()) {
                const std::int64_t v = each.is_null() ? 0 : each.integer();
                out += type.element().is(TypeKind::Int) ? little(static_cast<std::int32_t>(v)) : little(v);
            }
            return out;
        }
        default: break;
    }
    return type.is(TypeKind::String) || type.is(TypeKind::Binary) ? value.bytes() : little(value.integer());
}

/// A group's list without values is NULL.
const ValueList& values_of(const Value& list) {
    static const ValueList kNone;
    return list.is_null() ? kNone : list.list();
}

const DataType& element_type(const KernelSite& site) { return carried(carried(site.argument(0)).element()); }

Value theta_of_values(const KernelSite& site, const ValueList& a) {
    const unsigned bits = theta_bits(site, a[1]);
    ThetaSketch sketch;
    for (const Value& each : values_of(a[0])) {
        const std::string bytes = hashed_bytes(element_type(site), each);
        if (!bytes.empty()) sketch.add(bytes, bits);
    }
    sketch.cut(bits);
    return Value(sketch.write());
}

Value theta_union_of_list(const KernelSite& site, const ValueList& a) {
    const unsigned bits = theta_bits(site, a[1]);
    ThetaSketch all;
    for (const Value& each : values_of(a[0])) {
        all.unite(read_sketch<ThetaSketch>(site, each));
        all.cut(bits);
    }
    return Value(all.write());
}

Value theta_intersection_of_list(const KernelSite& site, const ValueList& a) {
    const ValueList& sketches = values_of(a[0]);
    if (sketches.empty()) throw unsupported("an intersection of no sketches");
    ThetaSketch all = read_sketch<ThetaSketch>(site, sketches[0]);
    for (std::size_t i = 1; i < sketches.size(); ++i) all.intersect(read_sketch<ThetaSketch>(site, sketches[i]));
    return Value(all.write());
}

Value theta_union(const KernelSite& site, const ValueList& a) {
    const unsigned bits = theta_bits(site, a[2]);
    ThetaSketch both = read_sketch<ThetaSketch>(site, a[0]);
    both.unite(read_sketch<ThetaSketch>(site, a[1]));
    both.cut(bits);
    return Value(both.write());
}

template <void (ThetaSketch::*kChange)(const ThetaSketch&)>
Value theta_pair(const KernelSite& site, const ValueList& a) {
    ThetaSketch first = read_sketch<ThetaSketch>(site, a[0]);
    (first.*kChange)(read_sketch<ThetaSketch>(site, a[1]));
    return Value(first.write());
}

Value theta_estimate(const KernelSite& site, const ValueList& a) {
    return Value(read_sketch<ThetaSketch>(site, a[0]).estimate());
}

Value hll_of_values(const KernelSite& site, const ValueList& a) {
    HllSketch sketch(size_bits(site, a[1], HllSketch::kBitsMin, HllSketch::kBitsMax, ErrorClass::HllInvalidLgK));
    for (const Value& each : values_of(a[0])) sketch.add(hashed_bytes(element_type(site), each));
    return Value(sketch.write());
}

void check_same_size(const KernelSite& site, const HllSketch& first, const HllSketch& second, const Value& allowed) {
    if (first.bits() == second.bits() || (!allowed.is_null() && allowed.boolean())) return;
    throw Error(ErrorClass::HllUnionDifferentLgK, {{"left", std::to_string(first.bits())},
                                                   {"right", std::to_string(second.bits())},
                                                   {"function", function_of(site)}});
}

Value hll_union_of_list(const KernelSite& site, const ValueList& a) {
    constexpr unsigned kFallback = 12;
    std::optional<HllSketch> all;
    for (const Value& each : values_of(a[0])) {
        const auto sketch = read_sketch<HllSketch>(site, each);
        if (!all) all.emplace(sketch.bits());
        check_same_size(site, *all, sketch, a[1]);
        all->unite(sketch);
    }
    return Value((all ? *all : HllSketch(kFallback)).write());
}

Value hll_union(const KernelSite& site, const ValueList& a) {
    const auto first = read_sketch<HllSketch>(site, a[0]);
    const auto second = read_sketch<HllSketch>(site, a[1]);
    check_same_size(site, first, second, a[2]);
    HllSketch both(std::min(first.bits(), second.bits()));
    both.unite(first);
    both.unite(second);
    return Value(both.write());
}

Value hll_estimate(const KernelSite& site, const ValueList& a) {
    const auto estimate = read_sketch<HllSketch>(site, a[0]).estimate();
    if (!estimate) throw unsupported("the estimate of a union of large HLL sketches");
    return Value(*estimate);
}

template <typename T>
T plain(const Value& value) {
    if constexpr (std::is_same_v<T, std::int64_t>) return value.integer();
    else return static_cast<T>(value.floating());
}
template <typename T>
Value wrapped(T value) {
    if constexpr (std::is_same_v<T, std::int64_t>) return Value(value);
    else return Value(static_cast<double>(value));
}

template <typename T>
Value kll_of_values(const KernelSite& site, const ValueList& a) {
    constexpr std::int64_t kFallback = 200;
    const std::int64_t size = a.size() > 1 && !a[1].is_null() ? a[1].integer() : kFallback;
    if (size < KllSketch<T>::kSizeMin || size > KllSketch<T>::kSizeMax) {
        throw unsupported("a KLL sketch of " + std::to_string(size), site.origin);
    }
    KllSketch<T> sketch(static_cast<std::uint16_t>(size));
    for (const Value& each : values_of(a[0])) sketch.add(plain<T>(each));
    return Value(sketch.write());
}

template <typename T>
Value kll_count(const KernelSite& site, const ValueList& a) {
    return Value(static_cast<std::int64_t>(read_sketch<KllSketch<T>>(site, a[0]).count()));
}

template <typename T>
Value kll_merge(const KernelSite& site, const ValueList& a) {
    try {
        auto first = read_sketch<KllSketch<T>>(site, a[0]);
        first.merge(read_sketch<KllSketch<T>>(site, a[1]));
        return Value(first.write());
    } catch (const Error& error) {
        throw Error(ErrorClass::KllSketchIncompatibleMerge,
                    {{"functionName", function_of(site)}, {"reason", error.message()}});
    }
}

template <typename T>
Value kll_text(const KernelSite& site, const ValueList& a) {
    return Value(read_sketch<KllSketch<T>>(site, a[0]).summary());
}

/// One answer for a number, a list of them for a list.
template <typename T, typename Answer>
Value each_answer(const KernelSite& site, const ValueList& a, Answer answer) {
    const auto sketch = read_sketch<KllSketch<T>>(site, a[0]);
    if (sketch.count() == 0) {
        throw Error(ErrorClass::KllSketchInvalidInput,
                    {{"functionName", function_of(site)},
                     {"reason", "The sketch must not be empty for this operation. "}});
    }
    if (!site.argument(1).is(TypeKind::Array)) return answer(sketch, a[1]);
    ValueList out;
    for (const Value& each : a[1].list()) {
        if (each.is_null()) throw unsupported("NULL in a question to a KLL sketch");
        out.push_back(answer(sketch, each));
    }
    return Value(std::move(out));
}

template <typename T>
Value kll_quantile(const KernelSite& site, const ValueList& a) {
    return each_answer<T>(site, a, [&site](const KllSketch<T>& sketch, const Value& rank) {
        if (!(rank.floating() >= 0 && rank.floating() <= 1)) {
            throw Error(ErrorClass::KllSketchInvalidQuantileRange,
                        {{"functionName", function_of(site)},
                         {"quantile", cast_text({DataType::float64(), rank}, {}) + "D"}});
        }
        return wrapped(sketch.quantile(rank.floating()));
    });
}

template <typename T>
Value kll_rank(const KernelSite& site, const ValueList& a) {
    return each_answer<T>(site, a, [](const KllSketch<T>& sketch, const Value& value) {
        return Value(sketch.rank(plain<T>(value)));
    });
}

Value count_min_of_values(const KernelSite& site, const ValueList& a) {
    if (a[1].is_null() || a[2].is_null() || a[3].is_null() || !(a[1].floating() > 0) || !(a[2].floating() > 0) ||
        !(a[2].floating() < 1)) {
        throw unsupported("a count-min sketch with these parameters");
    }
    formats::CountMinSketch sketch(a[1].floating(), a[2].floating(), static_cast<std::int32_t>(a[3].integer()));
    const DataType& type = element_type(site);
    const bool text = type.is(TypeKind::String) || type.is(TypeKind::Binary);
    for (const Value& each : values_of(a[0])) text ? sketch.add(each.bytes()) : sketch.add(each.integer());
    return Value(sketch.write());
}

template <Value (*kFn)(const KernelSite&, const ValueList&), OnNull kOnNull = OnNull::ResultIsNull>
KernelBody by_values(const KernelSite&) {
    return values(kOnNull, kFn);
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"count_min_sketch", by_values<count_min_of_values, OnNull::Call>},
    {"hll_sketch_agg", by_values<hll_of_values, OnNull::Call>},
    {"hll_sketch_estimate", by_values<hll_estimate>},
    {"hll_union", by_values<hll_union>},
    {"hll_union_agg", by_values<hll_union_of_list, OnNull::Call>},
    {"kll_sketch_agg_bigint", by_values<kll_of_values<std::int64_t>, OnNull::Call>},
    {"kll_sketch_agg_double", by_values<kll_of_values<double>, OnNull::Call>},
    {"kll_sketch_agg_float", by_values<kll_of_values<float>, OnNull::Call>},
    {"kll_sketch_get_n_bigint", by_values<kll_count<std::int64_t>>},
    {"kll_sketch_get_n_double", by_values<kll_count<double>>},
    {"kll_sketch_get_n_float", by_values<kll_count<float>>},
    {"kll_sketch_get_quantile_bigint", by_values<kll_quantile<std::int64_t>>},
    {"kll_sketch_get_quantile_double", by_values<kll_quantile<double>>},
    {"kll_sketch_get_quantile_float", by_values<kll_quantile<float>>},
    {"kll_sketch_get_rank_bigint", by_values<kll_rank<std::int64_t>>},
    {"kll_sketch_get_rank_double", by_values<kll_rank<double>>},
    {"kll_sketch_get_rank_float", by_values<kll_rank<float>>},
    {"kll_sketch_merge_bigint", by_values<kll_merge<std::int64_t>>},
    {"kll_sketch_merge_double", by_values<kll_merge<double>>},
    {"kll_sketch_merge_float", by_values<kll_merge<float>>},
    {"kll_sketch_to_string_bigint", by_values<kll_text<std::int64_t>>},
    {"kll_sketch_to_string_double", by_values<kll_text<double>>},
    {"kll_sketch_to_string_float", by_values<kll_text<float>>},
    {"theta_difference", by_values<theta_pair<&ThetaSketch::subtract>>},
    {"theta_intersection", by_values<theta_pair<&ThetaSketch::intersect>>},
    {"theta_intersection_agg", by_values<theta_intersection_of_list, OnNull::Call>},
    {"theta_sketch_agg", by_values<theta_of_values, OnNull::Call>},
    {"theta_sketch_estimate", by_values<theta_estimate>},
    {"theta_union", by_values<theta_union>},
    {"theta_union_agg", by_values<theta_union_of_list, OnNull::Call>},
});

}  // namespace

KernelTable sketch_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
