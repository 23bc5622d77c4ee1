#pragma once
/// Texts in the metadata of columns, which is a JSON object or empty. Pure.

#include <optional>
#include <string>
#include <string_view>

#include "types/data_type.h"

namespace firesteel {

/// The type that a column of strings has in its table, "char(4)".
inline constexpr std::string_view kCharType = "__CHAR_VARCHAR_TYPE_STRING";
/// What a column has that an INSERT says nothing of, an expression.
inline constexpr std::string_view kCurrentDefault = "CURRENT_DEFAULT";
/// What it has in rows from before it was added, a literal.
inline constexpr std::string_view kExistsDefault = "EXISTS_DEFAULT";

/// The text under a key; none: nothing, or something else, stands there.
std::optional<std::string> metadata_text(const std::string& metadata, std::string_view key);
StructField with_metadata(StructField field, std::string_view key, const std::string& value);
StructField without_metadata(StructField field, std::string_view key);

}  // namespace firesteel
