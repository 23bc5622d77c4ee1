/// order_key: a nested value as bytes that sort as Spark orders the values, NULLs inside first, where DuckDB
/// would put them last.

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/kernels/values.h"
#include "backend/duckdb/lowering/physical_type.h"

namespace firesteel::duckdb {
namespace {

constexpr char kNull = 0;
constexpr char kValue = 1;
constexpr char kEnd = 0;
constexpr char kMore = 1;

template <typename Unsigned>
void append_unsigned(std::string& out, Unsigned value) {
    for (int shift = static_cast<int>(sizeof(Unsigned)) * 8 - 8; shift >= 0; shift -= 8) {
        out += static_cast<char>(static_cast<unsigned char>(value >> shift));
    }
}

void append_integer(std::string& out, std::int64_t value) {
    append_unsigned(out, static_cast<std::uint64_t>(value) ^ (std::uint64_t{1} << 63U));
}

void append_decimal(std::string& out, Int128 value) {
    using Unsigned = unsigned __int128;
    append_unsigned(out, static_cast<Unsigned>(value) ^ (Unsigned{1} << 127U));
}

/// Negative numbers backwards; -0.0 as 0.0, every NaN as the greatest.
void append_floating(std::string& out, double value) {
    constexpr std::uint64_t kSign = std::uint64_t{1} << 63U;
    if (std::isnan(value)) return append_unsigned(out, ~std::uint64_t{0});
    const auto bits = std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
    append_unsigned(out, (bits & kSign) != 0 ? ~bits : bits | kSign);
}

/// Zeros are marked, so that two of them can end the bytes.
void append_bytes(std::string& out, const std::string& bytes) {
    for (const char c : bytes) {
        out += c;
        if (c == 0) out += static_cast<char>(0xFF);
    }
    out.append(2, '\0');
}

void append_key(std::string& out, const DataType& column_type, const Value& value) {
    const DataType& type = carried(column_type);
    out += value.is_null() ? kNull : kValue;
    if (value.is_null()) return;
    switch (type.kind()) {
        case TypeKind::Boolean: out += value.boolean() ? kValue : kNull; return;
        case TypeKind::Float:
        case TypeKind::Double: append_floating(out, value.floating()); return;
        case TypeKind::Decimal: append_decimal(out, value.decimal()); return;
        case TypeKind::String:
        case TypeKind::Char:
        case TypeKind::Varchar:
        case TypeKind::Binary: append_bytes(out, value.bytes()); return;
        case TypeKind::Array:
            for (const Value& each : value.list()) {
                out += kMore;
                append_key(out, type.element(), each);
            }
            out += kEnd;
            return;
        case TypeKind::Struct:
            for (std::size_t i = 0; i < type.fields().size(); ++i) {
                append_key(out, type.fields()[i].type, value.list()[i]);
            }
            return;
        default: append_integer(out, value.integer()); return;
    }
}

KernelBody bind_order_key(const KernelSite&) {
    return values(OnNull::ResultIsNull, [](const KernelSite& site, const ValueList& a) {
        std::string out;
        append_key(out, site.argument(0), a[0]);
        return Value(std::move(out));
    });
}

constexpr auto kKernels = std::to_array<Kernel>({{"order_key", bind_order_key}});

}  // namespace

KernelTable order_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
