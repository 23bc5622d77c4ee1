#pragma once
/// Structs by position, as values are carried, and structs by name, as files have them: the SQL that
/// makes one of the other, at any depth.

#include <string>

#include "types/data_type.h"

namespace firesteel::duckdb {

/// Whether a value has structs inside, so that it is carried otherwise than it stands in files.
bool has_structs(const DataType& type);
/// From carried to named.
std::string named_value(const std::string& sql, const DataType& type);
/// From a file's value of type `from` to a carried one of type `to`: fields match by name without
/// case, a field that the file lacks is NULL.
std::string carried_value(const std::string& sql, const DataType& from, const DataType& to);

}  // namespace firesteel::duckdb
