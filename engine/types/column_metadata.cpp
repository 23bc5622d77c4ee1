#include "types/column_metadata.h"

#include <utility>

#include "types/json_tree.h"

namespace firesteel {

std::optional<std::string> metadata_text(const std::string& metadata, std::string_view key) {
    if (metadata.find(key) == std::string::npos) return std::nullopt;
    const json::Tree tree = json::parse(metadata);
    const json::Tree* found = tree.find(key);
    if (found == nullptr || !found->is_string()) return std::nullopt;
    return found->text;
}

StructField without_metadata(StructField field, std::string_view key) {
    if (field.metadata.empty()) return field;
    json::Tree tree = json::parse(field.metadata);
    std::erase_if(tree.members, [&](const auto& member) { return member.name == key; });
    field.metadata = tree.members.empty() ? "" : json::print(tree);
    return field;
}

StructField with_metadata(StructField field, std::string_view key, const std::string& value) {
    json::Tree tree = json::parse(field.metadata.empty() ? "{}" : field.metadata);
    std::erase_if(tree.members, [&](const auto& member) { return member.name == key; });
    json::Tree text;
    text.kind = json::Tree::Kind::String;
    text.text = value;
    tree.members.push_back({std::string(key), std::move(text)});
    field.metadata = json::print(tree);
    return field;
}

}  // namespace firesteel
