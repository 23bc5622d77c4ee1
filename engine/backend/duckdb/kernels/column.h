#pragma once
/// Typed access to flat DuckDB vectors, and `rows(fn)`: a kernel body from a function over values.
///   rows([](std::int64_t a, std::int64_t b) { return a + b; })
/// A plain parameter makes the result NULL where the argument is; std::optional<T> sees the NULL.
/// The function returns a value, or std::optional for a NULL. Int128 reads and writes decimals of
/// any width (unscaled) and HUGEINT; std::string_view reads strings and binaries.

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "backend/duckdb/kernels/kernel.h"
#include "backend/duckdb/kernels/text_writer.h"

namespace firesteel::duckdb {

inline std::string_view view_of(const duckdb_string_t& s) {
    const std::uint32_t length = s.value.inlined.length;
    return {length <= 12 ? s.value.inlined.inlined : s.value.pointer.ptr, length};
}

class Validity {
  public:
    explicit Validity(duckdb_vector vector) : mask_(duckdb_vector_get_validity(vector)) {}
    bool all_valid() const { return mask_ == nullptr; }
    bool valid(idx_t row) const {
        return mask_ == nullptr || ((mask_[row >> 6U] >> (row & 63U)) & 1U) != 0;
    }

  private:
    const std::uint64_t* mask_;
};

/// Bytes of a decimal as DuckDB stores it.
inline int decimal_width(int precision) {
    return precision <= 4 ? 2 : precision <= 9 ? 4 : precision <= 18 ? 8 : 16;
}

template <typename T>
class Reader {
  public:
    Reader(duckdb_vector vector, const DataType&)
        : data_(static_cast<const T*>(duckdb_vector_get_data(vector))) {}
    T operator[](idx_t row) const { return data_[row]; }

  private:
    const T* data_;
};

template <>
class Reader<std::string_view> {
  public:
    Reader(duckdb_vector vector, const DataType&)
        : data_(static_cast<const duckdb_string_t*>(duckdb_vector_get_data(vector))) {}
    std::string_view operator[](idx_t row) const { return view_of(data_[row]); }

  private:
    const duckdb_string_t* data_;
};

template <>
class Reader<Int128> {
  public:
    Reader(duckdb_vector vector, const DataType& type)
        : data_(static_cast<const char*>(duckdb_vector_get_data(vector))),
          width_(type.is(TypeKind::Decimal) ? decimal_width(type.precision()) : 16) {}
    Int128 operator[](idx_t row) const {
        switch (width_) {
            case 2: return load<std::int16_t>(row);
            case 4: return load<std::int32_t>(row);
            case 8: return load<std::int64_t>(row);
            default: return load<Int128>(row);
        }
    }

  private:
    template <typename T>
    T load(idx_t row) const {
        T value;
        std::memcpy(&value, data_ + row * sizeof(T), sizeof(T));
        return value;
    }
    const char* data_;
    int width_;
};

template <>
class Reader<CalendarIntervalValue> {
  public:
    Reader(duckdb_vector vector, const DataType&)
        : months_(child<std::int32_t>(vector, 0)),
          days_(child<std::int32_t>(vector, 1)),
          micros_(child<std::int64_t>(vector, 2)) {}
    CalendarIntervalValue operator[](idx_t row) const {
        return {months_[row], days_[row], micros_[row]};
    }

  private:
    template <typename T>
    static const T* child(duckdb_vector vector, idx_t i) {
        return static_cast<const T*>(
            duckdb_vector_get_data(duckdb_struct_vector_get_child(vector, i)));
    }
    const std::int32_t* months_;
    const std::int32_t* days_;
    const std::int64_t* micros_;
};

/// Writes the result vector.
template <typename T>
class Writer {
  public:
    Writer(duckdb_vector vector, const DataType&)
        : data_(static_cast<T*>(duckdb_vector_get_data(vector))) {}
    void set(idx_t row, T value) { data_[row] = value; }

  private:
    T* data_;
};

template <>
class Writer<std::string_view> : public TextWriter {
  public:
    Writer(duckdb_vector vector, const DataType&) : TextWriter(vector) {}
};

template <>
class Writer<std::string> : public Writer<std::string_view> {
  public:
    using Writer<std::string_view>::Writer;
};

template <>
class Writer<Int128> {
  public:
    Writer(duckdb_vector vector, const DataType& type)
        : data_(static_cast<char*>(duckdb_vector_get_data(vector))),
          width_(type.is(TypeKind::Decimal) ? decimal_width(type.precision()) : 16) {}
    void set(idx_t row, Int128 value) {
        switch (width_) {
            case 2: store(row, static_cast<std::int16_t>(value)); break;
            case 4: store(row, static_cast<std::int32_t>(value)); break;
            case 8: store(row, static_cast<std::int64_t>(value)); break;
            default: store(row, value); break;
        }
    }

  private:
    template <typename T>
    void store(idx_t row, T value) {
        std::memcpy(data_ + row * sizeof(T), &value, sizeof(T));
    }
    char* data_;
    int width_;
};

template <>
class Writer<CalendarIntervalValue> {
  public:
    Writer(duckdb_vector vector, const DataType&)
        : months_(child<std::int32_t>(vector, 0)),
          days_(child<std::int32_t>(vector, 1)),
          micros_(child<std::int64_t>(vector, 2)) {}
    void set(idx_t row, const CalendarIntervalValue& value) {
        months_[row] = value.months;
        days_[row] = value.days;
        micros_[row] = value.microseconds;
    }

  private:
    template <typename T>
    static T* child(duckdb_vector vector, idx_t i) {
        return static_cast<T*>(duckdb_vector_get_data(duckdb_struct_vector_get_child(vector, i)));
    }
    std::int32_t* months_;
    std::int32_t* days_;
    std::int64_t* micros_;
};

namespace detail {

template <typename T>
struct IsOptional : std::false_type {};
template <typename T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <typename T>
struct Bare {
    using type = T;
};
template <typename T>
struct Bare<std::optional<T>> {
    using type = T;
};

template <typename F>
struct Signature : Signature<decltype(&F::operator())> {};
template <typename C, typename R, typename... A>
struct Signature<R (C::*)(A...) const> {
    using Result = std::remove_cvref_t<R>;
    using Arguments = std::tuple<std::remove_cvref_t<A>...>;
};
template <typename R, typename... A>
struct Signature<R (*)(A...)> {
    using Result = std::remove_cvref_t<R>;
    using Arguments = std::tuple<std::remove_cvref_t<A>...>;
};

template <typename T>
T argument_value(const Reader<typename Bare<T>::type>& reader, const Validity& validity,
                 idx_t row) {
    if constexpr (IsOptional<T>::value) {
        if (!validity.valid(row)) return std::nullopt;
    }
    return reader[row];
}

inline void set_null(duckdb_vector result, std::uint64_t*& mask, idx_t row) {
    if (mask == nullptr) {
        duckdb_vector_ensure_validity_writable(result);
        mask = duckdb_vector_get_validity(result);
    }
    mask[row >> 6U] &= ~(std::uint64_t{1} << (row & 63U));
}

template <typename F, typename... A, std::size_t... I>
void run_rows(const F& fn, KernelCall& call, std::tuple<A...>*, std::index_sequence<I...>) {
    using Result = typename Signature<F>::Result;
    using Stored = typename Bare<Result>::type;
    const auto readers = std::tuple(
        Reader<typename Bare<A>::type>(call.argument(I), call.site().argument(I))...);
    const std::array<Validity, sizeof...(A)> validities{Validity(call.argument(I))...};
    Writer<Stored> writer(call.result(), call.site().result);
    std::uint64_t* mask = nullptr;
    const idx_t rows = call.rows();
    // Results that no NULL can touch need no test per row.
    const bool dense =
        ((IsOptional<A>::value || validities[I].all_valid()) && ... && true);
    for (idx_t row = 0; row < rows; ++row) {
        if (!dense &&
            !((IsOptional<A>::value || validities[I].valid(row)) && ... && true)) {
            set_null(call.result(), mask, row);
            continue;
        }
        Result value = fn(
            argument_value<A>(std::get<I>(readers), validities[I], row)...);
        if constexpr (IsOptional<Result>::value) {
            if (!value) {
                set_null(call.result(), mask, row);
                continue;
            }
            writer.set(row, *value);
        } else {
            writer.set(row, value);
        }
    }
}

}  // namespace detail

template <typename F>
KernelBody rows(F fn) {
    using Arguments = typename detail::Signature<F>::Arguments;
    return [fn = std::move(fn)](KernelCall& call) {
        detail::run_rows(fn, call, static_cast<Arguments*>(nullptr),
                         std::make_index_sequence<std::tuple_size_v<Arguments>>{});
    };
}

}  // namespace firesteel::duckdb
