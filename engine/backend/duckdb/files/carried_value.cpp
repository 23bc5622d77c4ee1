#include "backend/duckdb/files/carried_value.h"

#include <algorithm>
#include <functional>

#include "backend/duckdb/lowering/physical_type.h"
#include "backend/duckdb/lowering/sql_writer.h"

namespace firesteel::duckdb {
namespace {

std::string identifier(const std::string& name) { return SqlWriter().identifier(name).take(); }
std::string string(const std::string& text) { return SqlWriter().string(text).take(); }

using Convert = std::function<std::string(const std::string&)>;

std::string unless_null(const std::string& sql, const std::string& made) {
    return "CASE WHEN " + sql + " IS NULL THEN NULL ELSE " + made + " END";
}

/// Lambda parameters need names of their own per depth.
std::string over_list(const std::string& sql, const std::string& parameter, const Convert& convert) {
    return "list_transform(" + sql + ", lambda " + parameter + ": " + convert(parameter) + ")";
}

std::string over_map(const std::string& sql, const std::string& parameter, const Convert& key,
                     const Convert& value) {
    return unless_null(sql, "map(" + over_list("map_keys(" + sql + ")", parameter + "k", key) + ", " +
                                over_list("map_values(" + sql + ")", parameter + "v", value) + ")");
}

std::string named(const std::string& sql, const DataType& whole, int depth) {
    const DataType& type = carried(whole);
    if (!has_structs(type)) return sql;
    const std::string parameter = "x" + std::to_string(depth);
    const auto inner = [&](const DataType& part) {
        return [&part, depth](const std::string& s) { return named(s, part, depth + 1); };
    };
    if (type.is(TypeKind::Array)) return over_list(sql, parameter, inner(type.element()));
    if (type.is(TypeKind::Map)) return over_map(sql, parameter, inner(type.key()), inner(type.value()));
    std::string fields;
    for (std::size_t i = 0; i < type.fields().size(); ++i) {
        const std::string field = "struct_extract(" + sql + ", '" + field_name(i) + "')";
        fields += (i > 0 ? ", " : "") + identifier(type.fields()[i].name) + " := " +
                  named(field, type.fields()[i].type, depth);
    }
    return unless_null(sql, "struct_pack(" + fields + ")");
}

bool same_letters(const std::string& a, const std::string& b) {
    const auto low = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::equal(a, b, [&](char x, char y) { return low(x) == low(y); });
}

std::string carried_at(const std::string& sql, const DataType& from, const DataType& whole, int depth) {
    const DataType& to = carried(whole);
    if (!has_structs(to) || from.kind() != to.kind()) {
        return "CAST(" + sql + " AS " + physical_type(to) + ")";
    }
    const std::string parameter = "x" + std::to_string(depth);
    const auto inner = [&](const DataType& a, const DataType& b) {
        return [&a, &b, depth](const std::string& s) { return carried_at(s, a, b, depth + 1); };
    };
    if (to.is(TypeKind::Array)) return over_list(sql, parameter, inner(from.element(), to.element()));
    if (to.is(TypeKind::Map)) {
        return over_map(sql, parameter, inner(from.key(), to.key()), inner(from.value(), to.value()));
    }
    std::string fields;
    for (std::size_t i = 0; i < to.fields().size(); ++i) {
        const StructField& wanted = to.fields()[i];
        const auto found = std::ranges::find_if(from.fields(), [&](const StructField& f) { return same_letters(f.name, wanted.name); });
        fields += (i > 0 ? ", " : "") + field_name(i) + " := ";
        fields += found == from.fields().end()
                      ? "CAST(NULL AS " + physical_type(wanted.type) + ")"
                      : carried_at("struct_extract(" + sql + ", " + string(found->name) + ")", found->type,
                                   wanted.type, depth);
    }
    return unless_null(sql, "struct_pack(" + fields + ")");
}

}  // namespace

bool has_structs(const DataType& whole) {
    const DataType& type = carried(whole);
    if (type.is(TypeKind::Struct)) return true;
    if (type.is(TypeKind::Array)) return has_structs(type.element());
    return type.is(TypeKind::Map) && (has_structs(type.key()) || has_structs(type.value()));
}

std::string named_value(const std::string& sql, const DataType& type) { return named(sql, type, 0); }

std::string carried_value(const std::string& sql, const DataType& from, const DataType& to) {
    return carried_at(sql, from, to, 0);
}

}  // namespace firesteel::duckdb
