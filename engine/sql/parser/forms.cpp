#include "sql/parser/forms.h"

#include <algorithm>
#include <utility>

namespace firesteel::sql {

using unresolved::Alias;
using unresolved::Attribute;
using unresolved::Constant;
using unresolved::Expr;
using unresolved::Function;

std::optional<std::vector<Expr>> row_values(const Expr& row) {
    const auto* function = row.get_if<Function>();
    if (function == nullptr || function->name.size() != 1) return std::nullopt;
    std::vector<Expr> values;
    if (function->name[0] == kRowFunction && !function->arguments.empty() &&
        function->arguments[0].origin().start < 0) {  // made of a row, not written as a call
        for (std::size_t i = 1; i < function->arguments.size(); i += 2) {
            values.push_back(function->arguments[i]);
        }
        return values;
    }
    if (function->name[0] != "struct") return std::nullopt;
    for (const Expr& argument : function->arguments) {
        const auto* alias = argument.get_if<Alias>();
        values.push_back(alias != nullptr ? alias->child : argument);
    }
    return values;
}

std::string field_name(const Expr& item, std::size_t index) {
    if (const auto* alias = item.get_if<Alias>()) return alias->names.front();
    if (const auto* attribute = item.get_if<Attribute>()) return attribute->parts.back();
    return "col" + std::to_string(index + 1);
}

bool is_constant_text(const Expr& item) {
    const auto* constant = item.get_if<Constant>();
    if (constant != nullptr) return true;
    const auto* function = item.get_if<Function>();
    return function != nullptr && function->name.front() == "lower" &&
           is_constant_text(function->arguments.front());
}

Expr with_path_name(Expr item) {
    const auto* function = item.get_if<Function>();
    if (function == nullptr || function->name.front() != kPathFunction) return item;
    std::string path = function->arguments[1].get_if<Constant>()->literal.value.bytes();
    while (!path.empty() && (path.back() == ']' || path.back() == '\'')) path.pop_back();
    const auto cut = path.find_last_of(".['");
    std::string name = cut == path.npos ? path : path.substr(cut + 1);
    const Origin origin = item.origin();
    return {Alias{std::move(item), {std::move(name)}, {}}, origin};
}

std::string quoted(const unresolved::NameParts& parts, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < std::min(count, parts.size()); ++i) {
        out += i == 0 ? "`" : ".`";
        for (const char c : parts[i]) out += c == '`' ? "``" : std::string(1, c);
        out += '`';
    }
    return out;
}

std::size_t configuration_key_end(std::string_view text) {
    const auto end = std::find_if_not(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '.' || c == ':' || c == '\\';
    });
    return static_cast<std::size_t>(end - text.begin());
}

std::size_t utf8_length(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

std::string ascii_upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return out;
}

std::string ascii_lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return out;
}

}  // namespace firesteel::sql
