/// CASE and its kin.

#include <array>

#include "backend/duckdb/lowering/collation_key.h"
#include "backend/duckdb/lowering/custom.h"

namespace firesteel::duckdb {
namespace {

/// condition, value, condition, value, …, [else]
void case_when(Lowering& to, const bound::Call& call, const Origin&) {
    const auto& parts = call.arguments;
    to.out().text("CASE");
    for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
        to.out().text(" WHEN ");
        to.expr(parts[i]);
        to.out().text(" THEN ");
        to.expr(parts[i + 1]);
    }
    if (parts.size() % 2 == 1) {
        to.out().text(" ELSE ");
        to.expr(parts.back());
    }
    to.out().text(" END");
}

void coalesce(Lowering& to, const bound::Call& call, const Origin&) {
    to.out().text("coalesce(");
    to.list(call.arguments);
    to.out().text(")");
}

void extreme(Lowering& to, const bound::Call& call, const Origin& origin, std::string_view name) {
    const bool is_nested = call.type.is(TypeKind::Array) || call.type.is(TypeKind::Struct);
    if (holds_collation(call.type) || is_nested) return lower_kernel(to, std::string(name) + "_collated", call, origin);
    to.out().text(name).text("(");
    to.list(call.arguments);
    to.out().text(")");
}

constexpr auto kRows = std::to_array<CustomRow>({
    {"case", case_when},
    {"coalesce", coalesce},
    {"greatest", [](Lowering& to, const bound::Call& call,
                    const Origin& origin) { extreme(to, call, origin, "greatest"); }},
    {"if", case_when},
    {"least", [](Lowering& to, const bound::Call& call,
                 const Origin& origin) { extreme(to, call, origin, "least"); }},
});

}  // namespace

CustomTable conditional_lowerings() { return kRows; }

}  // namespace firesteel::duckdb
