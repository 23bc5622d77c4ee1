#pragma once
/// A constant of any Spark type: what parsers, decoders and constant folding make.

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "types/data_type.h"

namespace firesteel {

using Int128 = __int128;

struct CalendarIntervalValue {
    std::int32_t months = 0;
    std::int32_t days = 0;
    std::int64_t microseconds = 0;
    bool operator==(const CalendarIntervalValue&) const = default;
};

struct VariantValue {
    std::string value;     // Spark's variant encoding
    std::string metadata;
    bool operator==(const VariantValue&) const = default;
};

class Value;
using ValueList = std::vector<Value>;
/// Entries in order.
struct MapValue {
    std::vector<std::pair<Value, Value>> entries;
    bool operator==(const MapValue&) const;
};

/// A value without its type. Integers, dates (days), timestamps (µs), times (ns), intervals
/// (months or µs) are int64; decimals are unscaled Int128; strings and binaries are bytes;
/// arrays and structs are lists; a UDT has its sql_type's value.
class Value {
  public:
    Value() = default;  // NULL
    template <typename T>
        requires(!std::is_same_v<std::remove_cvref_t<T>, Value>)
    explicit Value(T&& data) : data_(std::forward<T>(data)) {}

    bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
    bool boolean() const { return std::get<bool>(data_); }
    std::int64_t integer() const { return std::get<std::int64_t>(data_); }
    double floating() const { return std::get<double>(data_); }
    Int128 decimal() const { return std::get<Int128>(data_); }
    const std::string& bytes() const { return std::get<std::string>(data_); }
    const CalendarIntervalValue& interval() const { return std::get<CalendarIntervalValue>(data_); }
    const VariantValue& variant() const { return std::get<VariantValue>(data_); }
    const ValueList& list() const { return std::get<ValueList>(data_); }
    const MapValue& map() const { return std::get<MapValue>(data_); }
    bool operator==(const Value&) const = default;

  private:
    std::variant<std::monostate, bool, std::int64_t, double, Int128, std::string,
                 CalendarIntervalValue, VariantValue, ValueList, MapValue>
        data_;
};

inline bool MapValue::operator==(const MapValue& other) const { return entries == other.entries; }

struct Literal {
    DataType type;
    Value value;
    bool operator==(const Literal&) const = default;

    static Literal null(DataType type = {}) { return {std::move(type), Value()}; }
    static Literal boolean(bool v) { return {DataType::boolean(), Value(v)}; }
    static Literal integer(std::int32_t v) { return {DataType::integer(), Value(std::int64_t{v})}; }
    static Literal long_int(std::int64_t v) { return {DataType::long_int(), Value(v)}; }
    static Literal float64(double v) { return {DataType::float64(), Value(v)}; }
    static Literal string(std::string v) { return {DataType::string(), Value(std::move(v))}; }
    bool is_null() const { return value.is_null(); }
};

}  // namespace firesteel
