/// Shifts and bit counts with Java's rules.

#include <array>
#include <bit>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/kernels/values.h"

namespace firesteel::duckdb {
namespace {

enum class Shift : std::uint8_t { Left, Right, RightUnsigned };

/// Java takes the shift distance modulo the width.
template <typename T, Shift kShift>
KernelBody shift_body() {
    return rows([](T value, std::int32_t by) -> T {
        using Bits = std::make_unsigned_t<T>;
        const auto distance = static_cast<unsigned>(by) & (sizeof(T) * 8 - 1);
        if constexpr (kShift == Shift::Left) {
            return static_cast<T>(static_cast<Bits>(value) << distance);
        } else if constexpr (kShift == Shift::Right) {
            return static_cast<T>(value >> distance);
        } else {
            return static_cast<T>(static_cast<Bits>(value) >> distance);
        }
    });
}

template <Shift kShift>
KernelBody bind_shift(const KernelSite& site) {
    if (site.result.is(TypeKind::Long)) return shift_body<std::int64_t, kShift>();
    return shift_body<std::int32_t, kShift>();
}

/// Calls `make.template operator()<T>()` for the C++ type of a whole number or boolean.
template <typename F>
KernelBody by_whole_type(const DataType& type, F make) {
    switch (type.kind()) {
        case TypeKind::Boolean: return make.template operator()<bool>();
        case TypeKind::Byte: return make.template operator()<std::int8_t>();
        case TypeKind::Short: return make.template operator()<std::int16_t>();
        case TypeKind::Int: return make.template operator()<std::int32_t>();
        case TypeKind::Long: return make.template operator()<std::int64_t>();
        default: FS_ASSERT(!"whole numbers");
    }
}

/// Negative numbers count the bits of their 64-bit form, as Spark does.
KernelBody bind_bit_count(const KernelSite& site) {
    return by_whole_type(site.argument(0), []<typename T>() {
        return rows([](T value) -> std::int32_t {
            return std::popcount(static_cast<std::uint64_t>(static_cast<std::int64_t>(value)));
        });
    });
}

KernelBody bind_bit_get(const KernelSite& site) {
    return by_whole_type(site.argument(0), []<typename T>() {
        return rows([](T value, std::int32_t position) -> std::int8_t {
            const auto width = static_cast<std::int32_t>(sizeof(T) * 8);
            if (position < 0 || position >= width) {
                throw Error(ErrorClass::InvalidParameterValueBitPositionRange,
                            {{"parameter", "`pos`"},
                             {"functionName", "`bit_get`"},
                             {"upper", std::to_string(width)},
                             {"invalidValue", std::to_string(position)}});
            }
            const auto bits = static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
            return static_cast<std::int8_t>((bits >> static_cast<unsigned>(position)) & 1U);
        });
    });
}

constexpr std::int64_t kBitmapBits = 8 * 4096;

KernelBody bind_bitmap_bit_position(const KernelSite&) {
    return rows([](std::int64_t value) -> std::int64_t {
        if (value > 0) return (value - 1) % kBitmapBits;
        return (-value) % kBitmapBits;
    });
}

KernelBody bind_bitmap_bucket_number(const KernelSite&) {
    return rows([](std::int64_t value) -> std::int64_t {
        if (value > 0) return 1 + (value - 1) / kBitmapBits;
        return value / kBitmapBits;
    });
}

KernelBody bind_bitmap_count(const KernelSite&) {
    return rows([](std::string_view bytes) -> std::int64_t {
        std::int64_t n = 0;
        for (const char c : bytes) n += std::popcount(static_cast<unsigned char>(c));
        return n;
    });
}

/// The bits of a list of positions: bitmap_construct_agg.
Value bitmap_of_positions(const KernelSite&, const ValueList& a) {
    std::string bytes(kBitmapBits / 8, '\0');
    if (a[0].is_null()) return Value(std::move(bytes));
    for (const Value& position : a[0].list()) {
        const std::int64_t bit = position.integer();
        if (bit < 0 || bit >= kBitmapBits) {
            throw Error(ErrorClass::InvalidBitmapPosition, {{"bitPosition", std::to_string(bit)},
                                                            {"bitmapNumBytes", std::to_string(kBitmapBits / 8)},
                                                            {"bitmapNumBits", std::to_string(kBitmapBits)}});
        }
        char& byte = bytes[static_cast<std::size_t>(bit / 8)];
        byte = static_cast<char>(static_cast<unsigned char>(byte) | (1U << static_cast<unsigned>(bit % 8)));
    }
    return Value(std::move(bytes));
}

/// Bitmaps or'ed or and'ed together; a short one ends in zeros.
template <bool kAnd>
Value combined_bitmap(const KernelSite&, const ValueList& a) {
    std::string bytes(kBitmapBits / 8, kAnd ? '\xFF' : '\0');
    if (a[0].is_null()) return Value(std::move(bytes));
    for (const Value& bitmap : a[0].list()) {
        const std::string& other = bitmap.bytes();
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            const unsigned char byte = i < other.size() ? static_cast<unsigned char>(other[i]) : 0;
            const auto had = static_cast<unsigned char>(bytes[i]);
            bytes[i] = static_cast<char>(kAnd ? had & byte : had | byte);
        }
    }
    return Value(std::move(bytes));
}

template <Value (*kFunction)(const KernelSite&, const ValueList&)>
KernelBody by_values(const KernelSite&) {
    return values(OnNull::Call, kFunction);
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"bit_count", bind_bit_count},
    {"bit_get", bind_bit_get},
    {"bitmap_and", by_values<combined_bitmap<true>>},
    {"bitmap_bit_position", bind_bitmap_bit_position},
    {"bitmap_bucket_number", bind_bitmap_bucket_number},
    {"bitmap_count", bind_bitmap_count},
    {"bitmap_of_positions", by_values<bitmap_of_positions>},
    {"bitmap_or", by_values<combined_bitmap<false>>},
    {"shiftleft", bind_shift<Shift::Left>},
    {"shiftright", bind_shift<Shift::Right>},
    {"shiftrightunsigned", bind_shift<Shift::RightUnsigned>},
});

}  // namespace

KernelTable bit_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
