#pragma once
/// A row as Spark's own internal rows print: "[null,1,[2,x]]". Malformed records and keys of JSON maps are shown so.

#include <string>

#include "types/literal.h"

namespace firesteel {

/// Dates are days, timestamps microseconds, strings bare. Throws for what Java would show as an object's address.
void append_internal(std::string& out, const DataType& type, const Value& value);

}  // namespace firesteel
