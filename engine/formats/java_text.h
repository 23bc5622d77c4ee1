#pragma once
/// Numbers and booleans of records that are read by Java's own parse methods, which take less than casts do.
/// Pure functions; false if the text is none.

#include <cstdint>
#include <string_view>

#include "types/literal.h"

namespace firesteel::java {

/// Long.parseLong: a sign and digits.
bool parse_long(std::string_view text, std::int64_t& out);
/// The same for the width of the type (byte to long).
bool parse_integer(std::string_view text, const DataType& type, Value& out);
/// Double.parseDouble or Float.parseFloat: blanks around, a d or f behind; "NaN" and "Infinity" only as written so.
bool parse_real(std::string_view text, const DataType& type, Value& out);
/// new BigDecimal(text without commas), rounded to the type.
bool parse_decimal(std::string_view text, const DataType& type, Value& out);
/// "true" and "false" in any case: 1 and 0, anything else -1.
int boolean_word(std::string_view text);

}  // namespace firesteel::java
