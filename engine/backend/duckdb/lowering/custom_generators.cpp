/// Generators as arrays of structs, one struct per row that they give.

#include <array>

#include "backend/duckdb/lowering/custom.h"

namespace firesteel::duckdb {
namespace {

void explode(Lowering& to, const bound::Call& call, const Origin&) {
    const bool is_map = call.arguments[0].type().is(TypeKind::Map);
    to.sql_template(is_map ? "list_transform(map_entries({0}), lambda e: "
                             "struct_pack(f0 := e.key, f1 := e.value))"
                           : "list_transform({0}, lambda e: struct_pack(f0 := e))",
                    call.arguments);
}

void posexplode(Lowering& to, const bound::Call& call, const Origin&) {
    const bool is_map = call.arguments[0].type().is(TypeKind::Map);
    to.sql_template(
        is_map ? "list_transform(map_entries({0}), lambda e, i: struct_pack(f0 := CAST(i - 1 AS "
                 "INTEGER), f1 := e.key, f2 := e.value))"
               : "list_transform({0}, lambda e, i: struct_pack(f0 := CAST(i - 1 AS INTEGER), "
                 "f1 := e))",
        call.arguments);
}

void inline_structs(Lowering& to, const bound::Call& call, const Origin&) {
    to.expr(call.arguments[0]);
}

/// stack(rows, v, v, …): values row by row; what is missing at the end is NULL.
void stack(Lowering& to, const bound::Call& call, const Origin& origin) {
    const auto* count = call.arguments[0].get_if<bound::Constant>();
    if (count == nullptr || count->literal.is_null()) {
        throw unsupported("stack with a count that is no constant", origin);
    }
    const auto rows = static_cast<std::size_t>(count->literal.value.integer());
    const auto& fields = call.type.element().fields();
    std::size_t next = 1;
    to.out().text("[");
    for (std::size_t r = 0; r < rows; ++r) {
        to.out().text(r > 0 ? ", struct_pack(" : "struct_pack(");
        for (std::size_t c = 0; c < fields.size(); ++c, ++next) {
            if (c > 0) to.out().text(", ");
            to.out().text(field_name(c)).text(" := CAST(");
            if (next < call.arguments.size()) {
                to.expr(call.arguments[next]);
            } else {
                to.out().text("NULL");
            }
            to.out().text(" AS ").text(physical_type(fields[c].type)).text(")");
        }
        to.out().text(")");
    }
    to.out().text("]");
}

constexpr auto kRows = std::to_array<CustomRow>({
    {"explode", explode},
    {"inline", inline_structs},
    {"posexplode", posexplode},
    {"stack", stack},
});

}  // namespace

CustomTable generator_lowerings() { return kRows; }

}  // namespace firesteel::duckdb
