#pragma once
/// Dates and times between Spark's integers and Python's objects, as pyspark converts them.

#include <cstdint>

#include "abi.h"

namespace fsw {

inline constexpr std::int64_t kMicrosPerSecond = 1000000;

/// New references; null with a Python error set (year out of range, …).
PyObject* date_object(std::int32_t days);
PyObject* timestamp_object(std::int64_t micros);  // naive, in the process's local zone (TZ)
PyObject* timestamp_ntz_object(std::int64_t micros);
PyObject* time_object(std::int64_t nanos);
PyObject* duration_object(std::int64_t micros);

/// toInternal of pyspark's types; false with a Python error set.
bool date_days(PyObject* object, std::int64_t& days);
bool timestamp_micros(PyObject* object, std::int64_t& micros);
bool timestamp_ntz_micros(PyObject* object, std::int64_t& micros);
bool time_nanos(PyObject* object, std::int64_t& nanos);
bool duration_micros(PyObject* object, std::int64_t& micros);

}  // namespace fsw
