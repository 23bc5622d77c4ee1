#include <algorithm>
#include <array>
#include <charconv>

#include "common/error.h"
#include "types/json_tree.h"
#include "types/type_text.h"

namespace firesteel {
namespace {

using json::Tree;

constexpr std::string_view kCollationsKey = "__COLLATIONS";

using Collations = std::vector<std::pair<std::string, std::string>>;  // path, "provider.NAME"

std::string provider_and_name(const std::string& collation) {
    return (collation.starts_with("UTF8_") ? "spark." : "icu.") + collation;
}

/// Collations of the strings inside a field's type; inner struct fields carry their own.
void collect_collations(Collations& out, const DataType& type, const std::string& path) {
    if (type.is_collated()) out.emplace_back(path, provider_and_name(type.collation()));
    if (type.is(TypeKind::Array)) collect_collations(out, type.element(), path + ".element");
    if (type.is(TypeKind::Map)) {
        collect_collations(out, type.key(), path + ".key");
        collect_collations(out, type.value(), path + ".value");
    }
}

// Inside a struct field a collated string is written "string" (its name is in the field's metadata).
enum class Collated : std::uint8_t { ByName, InMetadata };

void append_type(std::string& out, const DataType& type, Collated collated);

void append_field(std::string& out, const StructField& field) {
    out += "{\"name\":";
    json::append_quoted(out, field.name);
    out += ",\"type\":";
    append_type(out, field.type, Collated::InMetadata);
    out.append(",\"nullable\":").append(field.nullable ? "true" : "false").append(",\"metadata\":");
    Collations collations;
    collect_collations(collations, field.type, field.name);
    const std::string_view given = field.metadata.empty() ? "{}" : std::string_view(field.metadata);
    if (collations.empty()) {
        out.append(given).append("}");
        return;
    }
    out.append(given.substr(0, given.rfind('}')));
    if (given.find('"') != given.npos) out += ',';
    out.append("\"").append(kCollationsKey).append("\":{");
    for (std::size_t i = 0; i < collations.size(); ++i) {
        if (i > 0) out += ',';
        json::append_quoted(out, collations[i].first);
        out += ':';
        json::append_quoted(out, collations[i].second);
    }
    out += "}}}";
}

void append_struct(std::string& out, const Schema& fields) {
    out += "{\"type\":\"struct\",\"fields\":[";
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0) out += ',';
        append_field(out, fields[i]);
    }
    out += "]}";
}

void append_udt(std::string& out, const UdtBody& body) {
    out += "{\"type\":\"udt\"";
    const auto member = [&](std::string_view name, const std::string& value) {
        if (value.empty()) return;
        out.append(",\"").append(name).append("\":");
        json::append_quoted(out, value);
    };
    member("class", body.jvm_class);
    member("pyClass", body.python_class);
    member("serializedClass", body.serialized_python_class);
    out += ",\"sqlType\":";
    append_type(out, body.sql_type, Collated::ByName);
    out += '}';
}

void append_type(std::string& out, const DataType& type, Collated collated) {
    switch (type.kind()) {
        case TypeKind::Array:
            out += "{\"type\":\"array\",\"elementType\":";
            append_type(out, type.element(), collated);
            out.append(",\"containsNull\":").append(type.contains_null() ? "true}" : "false}");
            return;
        case TypeKind::Map:
            out += "{\"type\":\"map\",\"keyType\":";
            append_type(out, type.key(), collated);
            out += ",\"valueType\":";
            append_type(out, type.value(), collated);
            out.append(",\"valueContainsNull\":")
                .append(type.value_contains_null() ? "true}" : "false}");
            return;
        case TypeKind::Struct:
            return append_struct(out, type.fields());
        case TypeKind::Udt:
            return append_udt(out, type.udt_body());
        default:
            json::append_quoted(
                out, type.is_collated() && collated == Collated::InMetadata ? "string" : type_name(type));
    }
}

[[noreturn]] void refuse(const Tree& tree) {
    throw Error(ErrorClass::InvalidJsonDataType,
                {{"invalidType", tree.is_string() ? tree.text : json::print(tree)}});
}

/// "name(12,3)" -> 12 and 3, blanks allowed around the numbers.
bool numbers_in(std::string_view text, std::string_view name, std::vector<int>& out) {
    if (!text.starts_with(name) || text.size() < name.size() + 3) return false;
    text.remove_prefix(name.size());
    if (text.front() != '(' || text.back() != ')') return false;
    text = text.substr(1, text.size() - 2);
    while (true) {
        while (text.starts_with(' ')) text.remove_prefix(1);
        int number = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
        if (read.ec != std::errc()) return false;
        out.push_back(number);
        text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
        while (text.starts_with(' ')) text.remove_prefix(1);
        if (text.empty()) return true;
        if (text.front() != ',') return false;
        text.remove_prefix(1);
    }
}

DataType json_decimal(const std::vector<int>& numbers) {
    if (numbers[1] < 0) {
        throw Error(ErrorClass::NegativeScaleDisallowed,
                    {{"scale", std::to_string(numbers[1])},
                     {"sqlConf", "\"spark.sql.legacy.allowNegativeScaleOfDecimal\""}});
    }
    return scalar_type_named("decimal", numbers);
}

DataType named(const Tree& tree) {
    const std::string& name = tree.text;
    constexpr auto kNames = std::to_array<std::string_view>(
        {"boolean", "byte", "short", "integer", "long", "float", "double", "decimal", "string",
         "binary", "date", "timestamp", "timestamp_ntz", "timestamp_ltz", "variant", "void"});
    if (std::find(kNames.begin(), kNames.end(), name) != kNames.end()) {
        return scalar_type_named(name);
    }
    if (name == "null") return DataType::null();
    if (name == "interval") return DataType::calendar_interval();
    if (name.starts_with("interval ")) {
        const DataType type = parse_data_type(name);
        if (type_name(type) == name) return type;
        refuse(tree);
    }
    if (name.starts_with("string collate ")) {
        return DataType::string(collation_named(name.substr(std::string_view("string collate ").size())));
    }
    std::vector<int> numbers;
    if (numbers_in(name, "decimal", numbers) && numbers.size() == 2) return json_decimal(numbers);
    for (std::string_view sized : {"char", "varchar", "time"}) {
        numbers.clear();
        if (numbers_in(name, sized, numbers) && numbers.size() == 1 && numbers[0] >= 0) {
            return scalar_type_named(sized, numbers);
        }
    }
    refuse(tree);
}

class TypeReader {
  public:
    /// `collations`: of the field we are in, by path.
    DataType read(const Tree& tree, const Tree* collations, const std::string& path, int depth) {
        if (depth > kTypeDepthMax) throw Error(ErrorClass::FailedToParseTooComplex);
        if (tree.is_string()) return scalar(tree, collations, path);
        const Tree* kind = tree.find("type");
        if (!tree.is_object() || kind == nullptr || !kind->is_string()) refuse(tree);
        if (kind->text == "array") return array(tree, collations, path, depth);
        if (kind->text == "map") return map(tree, collations, path, depth);
        if (kind->text == "struct") return structure(tree, depth);
        if (kind->text == "udt") return udt(tree, depth);
        refuse(tree);
    }

  private:
    static DataType scalar(const Tree& tree, const Tree* collations, const std::string& path) {
        const Tree* given = collations == nullptr ? nullptr : collations->find(path);
        DataType type = named(tree);
        if (given == nullptr || !given->is_string()) return type;
        if (!type.is(TypeKind::String)) {
            throw Error(ErrorClass::InvalidJsonDataTypeForCollations, {{"jsonType", tree.text}});
        }
        return DataType::string(collation_named(given->text.substr(given->text.find('.') + 1)));
    }

    static const Tree& member(const Tree& tree, std::string_view name) {
        const Tree* found = tree.find(name);
        if (found == nullptr) refuse(tree);
        return *found;
    }

    static bool flag(const Tree& tree, std::string_view name) {
        const Tree& found = member(tree, name);
        if (!found.is_bool()) refuse(tree);
        return found.kind == Tree::Kind::True;
    }

    DataType array(const Tree& tree, const Tree* collations, const std::string& path, int depth) {
        if (tree.members.size() != 3) refuse(tree);
        const bool nulls = flag(tree, "containsNull");
        return DataType::array(
            read(member(tree, "elementType"), collations, path + ".element", depth + 1), nulls);
    }

    DataType map(const Tree& tree, const Tree* collations, const std::string& path, int depth) {
        if (tree.members.size() != 4) refuse(tree);
        const bool nulls = flag(tree, "valueContainsNull");
        DataType key = read(member(tree, "keyType"), collations, path + ".key", depth + 1);
        DataType value = read(member(tree, "valueType"), collations, path + ".value", depth + 1);
        return DataType::map(std::move(key), std::move(value), nulls);
    }

    DataType structure(const Tree& tree, int depth) {
        const Tree& fields = member(tree, "fields");
        if (!fields.is_array() || tree.members.size() != 2) refuse(tree);
        std::vector<StructField> out;
        for (const Tree& field : fields.items) out.push_back(read_field(field, depth));
        return DataType::structure(std::move(out));
    }

    StructField read_field(const Tree& tree, int depth) {
        const std::size_t expected = 2U + (tree.find("nullable") != nullptr ? 1U : 0U) +
                                     (tree.find("metadata") != nullptr ? 1U : 0U);
        if (!tree.is_object() || tree.members.size() != expected) refuse(tree);
        const Tree& name = member(tree, "name");
        if (!name.is_string()) refuse(tree);
        StructField out;
        out.name = name.text;
        if (tree.find("nullable") != nullptr) out.nullable = flag(tree, "nullable");
        const Tree* metadata = tree.find("metadata");
        if (metadata != nullptr && !metadata->is_object()) refuse(tree);
        const Tree* collations = metadata == nullptr ? nullptr : metadata->find(kCollationsKey);
        out.type = read(member(tree, "type"), collations, out.name, depth + 1);
        if (metadata != nullptr) {
            Tree kept = *metadata;
            std::erase_if(kept.members, [](const auto& m) { return m.name == kCollationsKey; });
            if (!kept.members.empty()) out.metadata = json::print(kept);
        }
        return out;
    }

    DataType udt(const Tree& tree, int depth) {
        const auto text = [&](std::string_view name) {
            const Tree* found = tree.find(name);
            return found != nullptr && found->is_string() ? found->text : std::string();
        };
        UdtBody body{read(member(tree, "sqlType"), nullptr, "", depth + 1), text("class"),
                     text("pyClass"), text("serializedClass")};
        // A class of the JVM alone means nothing here.
        if (body.python_class.empty()) refuse(tree);
        return DataType::udt(std::move(body));
    }
};

}  // namespace

std::string to_json(const DataType& type) {
    std::string out;
    append_type(out, type, Collated::ByName);
    return out;
}

std::string to_json(const Schema& schema) {
    std::string out;
    append_struct(out, schema);
    return out;
}

DataType parse_json_type(std::string_view text) {
    try {
        const Tree tree = json::parse(text);
        return TypeReader().read(tree, nullptr, "", 0);
    } catch (const json::Malformed&) {
        throw Error(ErrorClass::InvalidJsonDataType, {{"invalidType", std::string(text)}});
    }
}

}  // namespace firesteel
