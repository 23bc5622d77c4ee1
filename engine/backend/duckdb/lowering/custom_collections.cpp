/// Arrays, maps and structs. What has no entry here is a kernel over values of the same name.

#include <array>

#include "backend/duckdb/kernels/kernel.h"
#include "backend/duckdb/lowering/custom.h"

namespace firesteel::duckdb {
namespace {

void array(Lowering& to, const bound::Call& call, const Origin&) {
    to.out().text("CAST([");
    to.list(call.arguments);
    to.out().text("] AS ").text(physical_type(call.type)).text(")");
}

void pack(Lowering& to, const std::vector<bound::Expr>& values, std::size_t first,
          std::size_t step) {
    to.out().text("struct_pack(");
    if (first >= values.size()) to.out().text("f0 := CAST(NULL AS BOOLEAN)");
    std::size_t field = 0;
    for (std::size_t i = first; i < values.size(); i += step, ++field) {
        if (field > 0) to.out().text(", ");
        to.out().text(field_name(field)).text(" := ");
        to.expr(values[i]);
    }
    to.out().text(")");
}

void structure(Lowering& to, const bound::Call& call, const Origin&) {
    pack(to, call.arguments, 0, 1);
}
void named_struct(Lowering& to, const bound::Call& call, const Origin&) {
    pack(to, call.arguments, 1, 2);
}

/// Texts are joined by one kernel, which sees constants once and writes integers itself.
void concat_texts(Lowering& to, const bound::Call& call, const Origin& origin) {
    KernelSite site;
    site.kernel = find_kernel("concat");
    site.result = carried(call.type);
    site.origin = origin;
    std::vector<bound::Expr> rows;
    for (bound::Expr argument : call.arguments) {
        const auto* constant = argument.get_if<bound::Constant>();
        if (constant != nullptr && !constant->literal.is_null()) {
            site.arguments.push_back(carried(argument.type()));
            site.constants.emplace_back(constant->literal);
            continue;
        }
        const auto* cast = argument.get_if<bound::Cast>();
        if (cast != nullptr && cast->type.is(TypeKind::String) && cast->child.type().is_integral()) {
            argument = bound::Expr(cast->child);
        }
        site.arguments.push_back(carried(argument.type()));
        site.constants.emplace_back(std::nullopt);
        rows.push_back(std::move(argument));
    }
    to.open_kernel(std::move(site));
    for (const bound::Expr& argument : rows) {
        to.out().text(", ");
        to.expr(argument);
    }
    to.out().text(")");
}

/// Arrays and binaries are joined natively, each in its own way.
void concat(Lowering& to, const bound::Call& call, const Origin& origin) {
    if (call.arguments.empty()) {
        to.literal(Literal::string(""));
        return;
    }
    if (call.type.is_string_like()) return concat_texts(to, call, origin);
    to.out().text("CAST(");
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
        if (i > 0) to.out().text(" || ");
        to.out().text("(");
        to.expr(call.arguments[i]);
        to.out().text(")");
    }
    to.out().text(" AS ").text(physical_type(call.type)).text(")");
}

template <const char* kText>
void text(Lowering& to, const bound::Call& call, const Origin&) {
    lower_text(to, kText, call);
}
#define TEXT(name, text) constexpr char name[] = text
TEXT(kArrayCompact, "list_filter({0}, lambda x: x IS NOT NULL)");
TEXT(kMapKeys, "map_keys({0})");
TEXT(kMapValues, "map_values({0})");
TEXT(kMapValue, "map_extract({0}, {1})[1]");
TEXT(kMapContainsKey, "map_contains({0}, {1})");
#undef TEXT

void size(Lowering& to, const bound::Call& call, const Origin&) {
    const bool is_map = call.arguments[0].type().is(TypeKind::Map);
    lower_text(to, is_map ? "cardinality({0})" : "len({0})", call);
}

/// In any order; with a seed Spark's order is known, but not to us.
void shuffle(Lowering& to, const bound::Call& call, const Origin& origin) {
    const auto* seed = call.arguments[1].get_if<bound::Constant>();
    if (seed == nullptr || !seed->literal.is_null()) throw unsupported("shuffle with a seed", origin);
    KernelSite site;
    site.kernel = find_kernel("shuffle");
    site.result = carried(call.type);
    site.origin = origin;
    site.is_volatile = true;
    to.kernel_call(std::move(site), {call.arguments[0]});
}

/// Entries are named f0 and f1 in our structs, key and value in DuckDB's.
void map_entries(Lowering& to, const bound::Call& call, const Origin&) {
    lower_text(to,
               "list_transform(map_entries({0}), lambda e: struct_pack(f0 := e.key, f1 := e.value))",
               call);
}

/// An array of structs → the array of one field's values.
void array_field(Lowering& to, const bound::Call& call, const Origin& origin) {
    const auto* index = call.arguments[1].get_if<bound::Constant>();
    if (index == nullptr) throw unsupported("a field of an array's structs", origin);
    const std::string name = to.out().fresh();
    to.out().text("list_transform(");
    to.expr(call.arguments[0]);
    to.out().text(", lambda ").text(name).text(": struct_extract(").text(name).text(", '");
    to.out().text(field_name(static_cast<std::size_t>(index->literal.value.integer())));
    to.out().text("'))");
}

/// get(array, index): 0-based, NULL outside.
void get(Lowering& to, const bound::Call& call, const Origin&) {
    to.sql_template("list_extract({0}, CASE WHEN ({1}) >= 0 THEN CAST(({1}) AS BIGINT) + 1 END)", call.arguments);
}

constexpr auto kRows = std::to_array<CustomRow>({
    {"array", array},
    {"array_compact", text<kArrayCompact>},
    {"array_field", array_field},
    {"concat", concat},
    {"get", get},
    {"map_contains_key", text<kMapContainsKey>},
    {"map_entries", map_entries},
    {"map_keys", text<kMapKeys>},
    {"map_value", text<kMapValue>},
    {"map_values", text<kMapValues>},
    {"named_struct", named_struct},
    {"shuffle", shuffle},
    {"size", size},
    {"struct", structure},
});

}  // namespace

CustomTable collection_lowerings() { return kRows; }

}  // namespace firesteel::duckdb
