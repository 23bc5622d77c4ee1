#pragma once
/// Questions that the grammar asks about expressions it has already made. Pure; any thread.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/unresolved_expr.h"

namespace firesteel::sql {

/// The values of a row: (a, b) and STRUCT(a, b).
std::optional<std::vector<unresolved::Expr>> row_values(const unresolved::Expr& row);
/// What a field of a row is called that comes from `item`, the index-th (from 0).
std::string field_name(const unresolved::Expr& item, std::size_t index);
/// A string or NULL constant.
bool is_constant_text(const unresolved::Expr& item);
/// col:a.b as a column of its own is called b.
unresolved::Expr with_path_name(unresolved::Expr item);
/// Whether with_path_name gave it its name.
bool has_path_name(const unresolved::Expr& item);
std::size_t utf8_length(std::string_view text);
std::string ascii_upper(std::string_view text);
std::string ascii_lower(std::string_view text);

/// `a`.`b`, of the first parts only if said so.
std::string quoted(const unresolved::NameParts& parts, std::size_t count = 99);
/// Where a configuration key ends that starts the text.
std::size_t configuration_key_end(std::string_view text);

/// The functions that rows and col:path become.
inline constexpr std::string_view kRowFunction = "named_struct";
inline constexpr std::string_view kPathFunction = "__semi_structured_extract";

}  // namespace firesteel::sql
