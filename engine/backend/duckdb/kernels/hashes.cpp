/// hash (Murmur3, 32 bits, seed 42) and xxhash64 (seed 42) over any columns, bit by bit as Spark's:
/// each column's hash is the seed of the next, NULL leaves it as it is.

#include <array>
#include <bit>
#include <cstring>

#include <xxhash.h>

#include "backend/duckdb/kernels/collation.h"
#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/lowering/physical_type.h"
#include "backend/duckdb/value_reader.h"

namespace firesteel::duckdb {
namespace {

class Murmur3 {
  public:
    using Hash = std::uint32_t;
    static Hash of_int(std::int32_t value, Hash seed) {
        return finish(mix(seed, static_cast<std::uint32_t>(value)), 4);
    }
    static Hash of_long(std::int64_t value, Hash seed) {
        const auto bits = static_cast<std::uint64_t>(value);
        Hash hash = mix(seed, static_cast<std::uint32_t>(bits));
        return finish(mix(hash, static_cast<std::uint32_t>(bits >> 32U)), 8);
    }
    /// Whole words, then each remaining byte (signed) as a word.
    static Hash of_bytes(std::string_view bytes, Hash seed) {
        Hash hash = seed;
        std::size_t at = 0;
        for (; at + 4 <= bytes.size(); at += 4) {
            std::uint32_t word = 0;
            std::memcpy(&word, bytes.data() + at, 4);
            hash = mix(hash, word);
        }
        for (; at < bytes.size(); ++at) {
            const auto byte = static_cast<std::int32_t>(static_cast<signed char>(bytes[at]));
            hash = mix(hash, static_cast<std::uint32_t>(byte));
        }
        return finish(hash, static_cast<std::uint32_t>(bytes.size()));
    }

  private:
    static Hash mix(Hash hash, std::uint32_t word) {
        word *= 0xCC9E2D51U;
        word = std::rotl(word, 15);
        word *= 0x1B873593U;
        hash ^= word;
        return std::rotl(hash, 13) * 5 + 0xE6546B64U;
    }
    static Hash finish(Hash hash, std::uint32_t length) {
        hash ^= length;
        hash ^= hash >> 16U;
        hash *= 0x85EBCA6BU;
        hash ^= hash >> 13U;
        hash *= 0xC2B2AE35U;
        return hash ^ (hash >> 16U);
    }
};

class XxHash64 {
  public:
    using Hash = std::uint64_t;
    static Hash of_int(std::int32_t value, Hash seed) { return XXH64(&value, sizeof value, seed); }
    static Hash of_long(std::int64_t value, Hash seed) { return XXH64(&value, sizeof value, seed); }
    static Hash of_bytes(std::string_view bytes, Hash seed) {
        return XXH64(bytes.data(), bytes.size(), seed);
    }
};

/// A decimal of more than 18 digits as Java's BigInteger.toByteArray: big-endian, as short as can be.
std::string big_integer_bytes(Int128 value) {
    std::string bytes;
    for (int shift = 120; shift >= 0; shift -= 8) {
        bytes += static_cast<char>(static_cast<unsigned char>(value >> shift));
    }
    std::size_t skip = 0;
    while (skip + 1 < bytes.size()) {
        const bool next_negative = (static_cast<unsigned char>(bytes[skip + 1]) & 0x80U) != 0;
        if (bytes[skip] == 0 && !next_negative) {
            ++skip;
        } else if (static_cast<unsigned char>(bytes[skip]) == 0xFF && next_negative) {
            ++skip;
        } else {
            break;
        }
    }
    return bytes.substr(skip);
}

template <typename H>
typename H::Hash hash_value(const DataType& column_type, const Value& value,
                            typename H::Hash seed) {
    const DataType& type = carried(column_type);
    if (value.is_null()) return seed;
    switch (type.kind()) {
        case TypeKind::Null: return seed;
        case TypeKind::Boolean: return H::of_int(value.boolean() ? 1 : 0, seed);
        case TypeKind::Byte:
        case TypeKind::Short:
        case TypeKind::Int:
        case TypeKind::Date:
        case TypeKind::YearMonthInterval:
            return H::of_int(static_cast<std::int32_t>(value.integer()), seed);
        case TypeKind::Float: {
            const auto number = static_cast<float>(value.floating());
            return H::of_int(std::bit_cast<std::int32_t>(number == 0 ? 0.0F : number), seed);
        }
        case TypeKind::Double: {
            const double number = value.floating();
            return H::of_long(std::bit_cast<std::int64_t>(number == 0 ? 0.0 : number), seed);
        }
        case TypeKind::Decimal:
            return type.precision() <= 18
                       ? H::of_long(static_cast<std::int64_t>(value.decimal()), seed)
                       : H::of_bytes(big_integer_bytes(value.decimal()), seed);
        case TypeKind::String: {
            const Collation* collation = Collation::of(type);
            return H::of_bytes(collation == nullptr ? value.bytes() : collation->key(value.bytes()), seed);
        }
        case TypeKind::Char:
        case TypeKind::Varchar:
        case TypeKind::Binary: return H::of_bytes(value.bytes(), seed);
        case TypeKind::CalendarInterval: {
            const CalendarIntervalValue& i = value.interval();
            return H::of_int(i.months, H::of_int(i.days, H::of_long(i.microseconds, seed)));
        }
        case TypeKind::Array: {
            for (const Value& v : value.list()) seed = hash_value<H>(type.element(), v, seed);
            return seed;
        }
        case TypeKind::Map: {
            for (const auto& [key, item] : value.map().entries) {
                seed = hash_value<H>(type.value(), item, hash_value<H>(type.key(), key, seed));
            }
            return seed;
        }
        case TypeKind::Struct: {
            for (std::size_t i = 0; i < type.fields().size(); ++i) {
                seed = hash_value<H>(type.fields()[i].type, value.list()[i], seed);
            }
            return seed;
        }
        default: return H::of_long(value.integer(), seed);
    }
}

constexpr int kSeed = 42;

template <typename H, typename Result>
KernelBody bind_hash(const KernelSite&) {
    return [](KernelCall& call) {
        auto* out = static_cast<Result*>(duckdb_vector_get_data(call.result()));
        for (idx_t row = 0; row < call.rows(); ++row) {
            typename H::Hash hash = kSeed;
            for (std::size_t i = 0; i < call.argument_count(); ++i) {
                const DataType& type = call.site().argument(i);
                hash = hash_value<H>(type, read_value(call.argument(i), type, row), hash);
            }
            out[row] = static_cast<Result>(hash);
        }
    };
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"hash", bind_hash<Murmur3, std::int32_t>},
    {"xxhash64", bind_hash<XxHash64, std::int64_t>},
});

}  // namespace

KernelTable hash_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
