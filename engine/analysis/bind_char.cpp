// CHAR columns: padded when they are read, and so is what they are compared with.
//   char(4) column = 'ab'  ->  column = 'ab  '
#include <algorithm>
#include <array>

#include "analysis/resolver.h"
#include "types/column_metadata.h"
#include "types/type_text.h"

namespace firesteel::analysis {
namespace {

constexpr auto kComparisons = std::to_array<std::string_view>({"<", "<=", "<=>", "=", "==", ">", ">=", "in"});

/// Characters of UTF-8.
int characters(std::string_view text) {
    return static_cast<int>(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

/// Of a column of CHAR; 0 for others.
int Resolver::char_length(const bound::Expr& expr, const Names& names) const {
    if (expr.get_if<bound::ColumnRef>() == nullptr || !expr.type().is(TypeKind::String)) return 0;
    const auto text = metadata_text(inherited_metadata(expr, names), kCharType);
    if (!text) return 0;
    const DataType type = parse_data_type(*text);
    return type.is(TypeKind::Char) ? type.length() : 0;
}

void Resolver::pad_compared(const std::string& function, std::vector<functions::Argument>& arguments, const Names& names) {
    if (std::ranges::find(kComparisons, function) == kComparisons.end()) return;
    std::vector<int> lengths;
    bool has_char = false;
    for (const functions::Argument& a : arguments) {
        const auto* value = std::get_if<bound::Expr>(&a.value);
        if (value == nullptr) return;
        const auto* constant = value->get_if<bound::Constant>();
        const bool is_text = constant != nullptr && !constant->literal.is_null() && constant->literal.type == DataType::string();
        const int length = char_length(*value, names);
        has_char = has_char || length > 0;
        lengths.push_back(is_text ? characters(constant->literal.value.bytes()) : length);
        if (!is_text && length == 0) return;
    }
    if (!has_char) return;
    const int longest = *std::ranges::max_element(lengths);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (lengths[i] < longest) arguments[i].value = padded(std::get<bound::Expr>(std::move(arguments[i].value)), longest);
    }
}

bound::Expr Resolver::padded(bound::Expr text, int length) {
    return call("__read_side_padding", {std::move(text), bound::Constant{Literal::integer(length)}});
}

}  // namespace firesteel::analysis
