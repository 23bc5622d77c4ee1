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
    if (constant != nullptr) return !constant->literal.is_null();
    const auto* function = item.get_if<Function>();
    return function != nullptr && function->name.front() == "lower" &&
           is_constant_text(function->arguments.front());
}

namespace {

/// The last name of the path of v:a.b[0], through casts; "" if it has none.
std::string path_name(const Expr& item) {
    if (const auto* cast = item.get_if<unresolved::Cast>()) return path_name(cast->child);
    const auto* function = item.get_if<Function>();
    if (function == nullptr || function->name.front() != kPathFunction) return {};
    std::string path = function->arguments[1].get_if<Constant>()->literal.value.bytes();
    while (path.ends_with(']') && !path.ends_with("']")) path.erase(path.rfind('['));
    if (path.ends_with("']")) return path.substr(path.rfind("['") + 2, path.size() - path.rfind("['") - 4);
    return path == "$" ? std::string() : path.substr(path.rfind('.') + 1);
}

}  // namespace

Expr with_path_name(Expr item) {
    std::string name = path_name(item);
    if (name.empty()) return item;
    const Origin origin = item.origin();
    return {Alias{std::move(item), {std::move(name)}, {}}, origin};
}

bool has_path_name(const Expr& item) {
    const auto* alias = item.get_if<Alias>();
    return alias != nullptr && alias->names.size() == 1 && alias->names.front() == path_name(alias->child);
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
