#pragma once
/// Traits of java.util.HashMap and java.math.BigDecimal that show in Spark's results.

#include <cstdint>
#include <vector>

#include "abi.h"

namespace fsw {

struct Entry {
    PyObject* key = nullptr;  // borrowed
    PyObject* value = nullptr;
};

/// Reorders entries from insertion order to the order in which a java.util.HashMap iterates.
/// Entries keep their order when a key is of a kind whose Java hash isn't known.
/// False with a Python error set.
bool order_as_hash_map(std::vector<Entry>& entries);

enum class Fit { Yes, NotFinite, TooLarge, Failed };

/// decimal.Decimal -> unscaled value at `scale`, rounded half up, at most `precision` digits.
/// `text` receives str(decimal). Failed = Python error set.
Fit unscaled_decimal(PyObject* decimal, int precision, int scale, __int128& unscaled);

}  // namespace fsw
