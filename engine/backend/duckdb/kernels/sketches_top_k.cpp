/// approx_top_k and its parts. A state is a struct of the sketch (whose bytes end with the number of NULLs),
/// how many items it tracks, and the items' type.

#include <algorithm>
#include <array>
#include <bit>
#include <optional>

#include "backend/duckdb/kernels/sketches.h"
#include "backend/duckdb/kernels/values.h"
#include "backend/duckdb/lowering/physical_type.h"
#include "formats/frequent_items_sketch.h"
#include "formats/sketch_bytes.h"
#include "types/type_text.h"

namespace firesteel::duckdb {
namespace {

using formats::FrequentItemsSketch;
using Item = FrequentItemsSketch::Item;

constexpr std::int64_t kTrackedMax = 1'000'000;

/// How sketches write items of a type: numbers with a tag, longs without, texts with their size.
enum class Form : std::uint8_t { Byte = 2, Short = 3, Double = 4, Float = 6, Int = 9, Long = 12, Text = 0 };

Form form_of(const DataType& type) {
    switch (type.kind()) {
        case TypeKind::Byte: return Form::Byte;
        case TypeKind::Short: return Form::Short;
        case TypeKind::Int:
        case TypeKind::Date: return Form::Int;
        case TypeKind::Float: return Form::Float;
        case TypeKind::Double: return Form::Double;
        case TypeKind::Long:
        case TypeKind::Timestamp:
        case TypeKind::TimestampNtz: return Form::Long;
        case TypeKind::String: return Form::Text;
        default: throw unsupported("approx_top_k of " + sql_name(type));
    }
}

std::int32_t hash_of_long(std::uint64_t bits) { return static_cast<std::int32_t>(bits ^ (bits >> 32U)); }

/// String.hashCode of the UTF-16 units.
std::int32_t hash_of_text(std::string_view text) {
    std::uint32_t hash = 0;
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        std::uint32_t point = size == 1 ? lead : lead & (0xffU >> (size + 1));
        for (std::size_t k = 1; k < size && i + k < text.size(); ++k) {
            point = (point << 6U) | (static_cast<unsigned char>(text[i + k]) & 0x3fU);
        }
        i += size;
        if (point >= 0x10000) {
            hash = hash * 31 + (0xd800U + ((point - 0x10000) >> 10U));
            point = 0xdc00U + (point & 0x3ffU);
        }
        hash = hash * 31 + point;
    }
    return static_cast<std::int32_t>(hash);
}

template <typename T>
std::string tagged(Form form, T value) {
    std::string out(1, static_cast<char>(form));
    formats::append_little(out, value);
    return out;
}

Item item_of(Form form, const Value& value) {
    switch (form) {
        case Form::Byte: return {tagged(form, static_cast<std::int8_t>(value.integer())), static_cast<std::int32_t>(value.integer())};
        case Form::Short: return {tagged(form, static_cast<std::int16_t>(value.integer())), static_cast<std::int32_t>(value.integer())};
        case Form::Int: return {tagged(form, static_cast<std::int32_t>(value.integer())), static_cast<std::int32_t>(value.integer())};
        case Form::Float: {
            const auto v = static_cast<float>(value.floating());
            return {tagged(form, v), std::bit_cast<std::int32_t>(v)};
        }
        case Form::Double: return {tagged(form, value.floating()), hash_of_long(std::bit_cast<std::uint64_t>(value.floating()))};
        case Form::Long: {
            std::string bytes;
            formats::append_little(bytes, value.integer());
            return {std::move(bytes), hash_of_long(static_cast<std::uint64_t>(value.integer()))};
        }
        case Form::Text: break;
    }
    std::string bytes;
    formats::append_little(bytes, static_cast<std::uint32_t>(value.bytes().size()));
    return {bytes + value.bytes(), hash_of_text(value.bytes())};
}

Value value_of(Form form, std::string_view bytes) {
    switch (form) {
        case Form::Byte: return Value(std::int64_t{formats::little_at<std::int8_t>(bytes, 1)});
        case Form::Short: return Value(std::int64_t{formats::little_at<std::int16_t>(bytes, 1)});
        case Form::Int: return Value(std::int64_t{formats::little_at<std::int32_t>(bytes, 1)});
        case Form::Float: return Value(static_cast<double>(formats::little_at<float>(bytes, 1)));
        case Form::Double: return Value(formats::little_at<double>(bytes, 1));
        case Form::Long: return Value(formats::little_at<std::int64_t>(bytes, 0));
        case Form::Text: break;
    }
    return Value(std::string(bytes.substr(4)));
}

std::size_t size_of(Form form, std::string_view bytes) {
    switch (form) {
        case Form::Byte: return 2;
        case Form::Short: return 3;
        case Form::Int:
        case Form::Float: return 5;
        case Form::Double: return 9;
        case Form::Long: return 8;
        case Form::Text: break;
    }
    return bytes.size() < 4 ? 4 : 4 + std::size_t{formats::little_at<std::uint32_t>(bytes, 0)};
}

template <Form kForm>
std::optional<Item> read_item(std::string_view bytes) {
    const std::size_t size = size_of(kForm, bytes);
    if (bytes.size() < size) return {};
    return item_of(kForm, value_of(kForm, bytes.substr(0, size)));
}

FrequentItemsSketch::ReadItem reader_of(Form form) {
    switch (form) {
        case Form::Byte: return read_item<Form::Byte>;
        case Form::Short: return read_item<Form::Short>;
        case Form::Int: return read_item<Form::Int>;
        case Form::Float: return read_item<Form::Float>;
        case Form::Double: return read_item<Form::Double>;
        case Form::Long: return read_item<Form::Long>;
        case Form::Text: break;
    }
    return read_item<Form::Text>;
}

/// A sketch and the NULLs, which it doesn't hold.
struct Tracked {
    FrequentItemsSketch sketch;
    std::int64_t nulls = 0;
};

std::int64_t positive(const Value& value, const char* name) {
    if (value.is_null()) throw Error(ErrorClass::ApproxTopKNullArg, {{"argName", name}});
    if (value.integer() > 0) return value.integer();
    throw Error(ErrorClass::ApproxTopKNonPositiveArg,
                {{"argName", name}, {"argValue", std::to_string(value.integer())}});
}

std::int64_t tracked_max(const Value& value) {
    const std::int64_t items = positive(value, "`maxItemsTracked`");
    if (items <= kTrackedMax) return items;
    throw Error(ErrorClass::ApproxTopKItemsBeyondLimit,
                {{"maxItemsTracked", std::to_string(items)}, {"limit", std::to_string(kTrackedMax)}});
}

Tracked tracked_of(const DataType& type, const Value& list, std::int64_t items) {
    Tracked out{FrequentItemsSketch(FrequentItemsSketch::map_bits_for(items))};
    if (list.is_null()) return out;
    const Form form = form_of(type);
    for (const Value& each : list.list()) {
        if (each.is_null()) {
            ++out.nulls;
            continue;
        }
        const Item item = item_of(form, each);
        out.sketch.add(item.bytes, item.java_hash);
    }
    return out;
}

std::string written(const Tracked& tracked) {
    std::string out = tracked.sketch.write();
    for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(tracked.nulls >> shift));
    return out;
}

Tracked read_tracked(const DataType& type, const Value& bytes) {
    std::string_view rest;
    auto sketch = FrequentItemsSketch::read(bytes.bytes(), reader_of(form_of(type)), rest);
    if (!sketch || rest.size() != 8) throw unsupported("bytes that are no such sketch");
    Tracked out{std::move(*sketch)};
    for (const char byte : rest) out.nulls = (out.nulls << 8) | static_cast<unsigned char>(byte);
    return out;
}

/// The `k` most frequent; NULL comes after what occurs as often.
Value most_frequent(const DataType& type, const Tracked& tracked, const Value& k, std::int64_t items) {
    if (positive(k, "`k`") > items) {
        throw Error(ErrorClass::ApproxTopKItemsBelowK,
                    {{"maxItemsTracked", std::to_string(items)}, {"k", std::to_string(k.integer())}});
    }
    ValueList out;
    bool nulls_left = tracked.nulls > 0;
    const auto add_nulls = [&] {
        out.emplace_back(ValueList{Value(), Value(tracked.nulls)});
        nulls_left = false;
    };
    for (const Item& item : tracked.sketch.frequent()) {
        if (nulls_left && tracked.nulls > item.count) add_nulls();
        out.emplace_back(ValueList{value_of(form_of(type), item.bytes), Value(item.count)});
    }
    if (nulls_left) add_nulls();
    if (out.size() > static_cast<std::size_t>(k.integer())) out.resize(static_cast<std::size_t>(k.integer()));
    return Value(std::move(out));
}

Value top_k(const KernelSite& site, const ValueList& a) {
    const DataType& type = carried(carried(site.argument(0)).element());
    const std::int64_t items = tracked_max(a[2]);
    return most_frequent(type, tracked_of(type, a[0], items), a[1], items);
}

Value top_k_state(const KernelSite& site, const ValueList& a) {
    const DataType& type = carried(carried(site.argument(0)).element());
    const std::int64_t items = tracked_max(a[1]);
    const std::string name = type.is(TypeKind::String) ? "string not null" : sql_name(type) + " NOT NULL";
    return Value(ValueList{Value(written(tracked_of(type, a[0], items))), Value(items), Value(), Value("item " + name)});
}

/// "INT" of a state's "item INT NOT NULL".
std::string item_type(const Value& state) {
    constexpr std::string_view kBefore = "item ";
    constexpr std::string_view kAfter = " NOT NULL";
    const std::string text = state.list()[3].bytes();
    std::string type = text.substr(kBefore.size(), text.size() - kBefore.size() - kAfter.size());
    return type == "string" ? "STRING" : type;
}

Value top_k_combined(const KernelSite& site, const ValueList& a) {
    const DataType& state = carried(carried(site.argument(0)).element());
    const DataType& type = carried(state.fields()[2].type);
    const bool any_size = !a[1].is_null() && a[1].integer() < 0;
    if (a[0].is_null() || a[0].list().empty()) throw unsupported("approx_top_k_combine of nothing");
    const ValueList& first = a[0].list()[0].list();
    const std::int64_t items = any_size ? first[1].integer() : tracked_max(a[1]);
    Tracked all{FrequentItemsSketch(FrequentItemsSketch::map_bits_for(any_size ? kTrackedMax : items))};
    for (const Value& each : a[0].list()) {
        if (any_size && each.list()[1].integer() != items) {
            throw Error(ErrorClass::ApproxTopKSketchSizeNotMatch,
                        {{"size1", std::to_string(items)}, {"size2", std::to_string(each.list()[1].integer())}});
        }
        if (item_type(each) != item_type(a[0].list()[0])) {
            throw Error(ErrorClass::ApproxTopKSketchTypeNotMatch,
                        {{"type1", "\"" + item_type(a[0].list()[0]) + "\""}, {"type2", "\"" + item_type(each) + "\""}});
        }
        const Tracked more = read_tracked(type, each.list()[0]);
        all.sketch.merge(more.sketch);
        all.nulls += more.nulls;
    }
    return Value(ValueList{Value(written(all)), Value(items), Value(), first[3]});
}

Value top_k_estimate(const KernelSite& site, const ValueList& a) {
    const ValueList& state = a[0].list();
    const DataType& type = carried(carried(site.argument(0)).fields()[2].type);
    return most_frequent(type, read_tracked(type, state[0]), a[1], state[1].integer());
}

template <Value (*kFn)(const KernelSite&, const ValueList&), OnNull kOnNull = OnNull::ResultIsNull>
KernelBody by_values(const KernelSite&) {
    return values(kOnNull, kFn);
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"approx_top_k_estimate", by_values<top_k_estimate>},
    {"approx_top_k_combine", by_values<top_k_combined, OnNull::Call>},
    {"approx_top_k", by_values<top_k, OnNull::Call>},
    {"approx_top_k_accumulate", by_values<top_k_state, OnNull::Call>},
});

}  // namespace

KernelTable top_k_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
