#pragma once
/// Input columns of one frame and their values as Python objects.

#include <cstdint>
#include <vector>

#include "abi.h"
#include "type.h"

namespace fsw {

/// Points into the frame's payload; valid until the next frame is read.
struct Column {
    const Type* type = nullptr;
    std::uint32_t rows = 0;
    const std::uint8_t* validity = nullptr;  // null: no nulls
    const std::uint8_t* values = nullptr;    // fixed width, or the bytes of strings
    const std::uint8_t* offsets = nullptr;
    std::vector<Column> children;

    bool is_null(std::uint32_t row) const {
        return validity != nullptr && (validity[row >> 3] >> (row & 7) & 1) == 0;
    }
    template <typename T>
    T value(std::uint32_t row) const {
        T result;
        std::memcpy(&result, values + static_cast<std::size_t>(row) * sizeof(T), sizeof(T));
        return result;
    }
    std::uint32_t offset(std::uint32_t row) const {
        std::uint32_t result;
        std::memcpy(&result, offsets + static_cast<std::size_t>(row) * 4, 4);
        return result;
    }
};

/// Walks a payload; every part is bounds-checked.
class PayloadReader {
  public:
    PayloadReader(const std::uint8_t* payload, std::size_t size)
        : start_(payload), at_(payload), end_(payload + size) {}
    /// Decodes the next column of `rows` rows; reuses the column's storage. False: malformed.
    bool read(const Type& type, std::uint32_t rows, Column& column);

  private:
    bool take(std::size_t bytes, const std::uint8_t*& part);
    bool read_body(const Type& type, Column& column);
    bool read_offsets(Column& column, std::uint32_t& total);

    const std::uint8_t* start_;
    const std::uint8_t* at_;
    const std::uint8_t* end_;
};

/// New reference; null with a Python error set.
PyObject* value_object(const Column& column, std::uint32_t row);

/// Makes the values of one column, as value_object() does; chosen once per batch.
using MakeObject = PyObject* (*)(const Column& column, std::uint32_t row);
MakeObject object_maker(const Column& column);

}  // namespace fsw
