/// What fits no other family: typeof, random numbers, errors on demand.

#include <array>

#include "backend/duckdb/kernels/kernel.h"
#include "backend/duckdb/lowering/custom.h"
#include "backend/duckdb/lowering/positions.h"
#include "functions/resolve.h"
#include "types/type_text.h"

namespace firesteel::duckdb {
namespace {

void type_of(Lowering& to, const bound::Call& call, const Origin&) {
    to.literal(Literal::string(catalog_string(call.arguments[0].type())));
}

/// The full name of the argument's collation.
void collation(Lowering& to, const bound::Call& call, const Origin&) {
    const DataType& type = call.arguments[0].type();
    const std::string name = type.is_collated() ? type.collation() : "UTF8_BINARY";
    to.literal(Literal::string(name == "null" ? name : "SYSTEM.BUILTIN." + name));
}

void length(Lowering& to, const bound::Call& call, const Origin& origin) {
    if (call.arguments[0].type().is(TypeKind::Binary)) return lower_text(to, "octet_length({0})", call);
    KernelSite site;
    site.kernel = find_kernel("length");
    site.result = carried(call.type);
    site.origin = origin;
    to.kernel_call(std::move(site), call.arguments);
}

bool has_seed(const bound::Call& call) {
    if (call.arguments.empty()) return false;
    const auto* constant = call.arguments.back().get_if<bound::Constant>();
    return constant == nullptr || !constant->literal.is_null();
}

/// Where the row stands; nowhere else than in a select list or a filter.
void check_place(Lowering& to, const bound::Call& call, const Origin& origin) {
    if (!to.places_at_hand()) throw unsupported(std::string(call.function->name()) + " in this place", origin);
}
void partition_id(Lowering& to, const bound::Call& call, const Origin& origin) {
    check_place(to, call, origin);
    to.out().text("CAST(part AS INTEGER)");
}
void sequence_id(Lowering& to, const bound::Call& call, const Origin& origin) {
    check_place(to, call, origin);
    to.out().text("(row_number() OVER (ORDER BY part, pos) - 1)");
}
void increasing_id(Lowering& to, const bound::Call& call, const Origin& origin) {
    check_place(to, call, origin);
    to.out().text("((part << 33) + pos)");
}

/// Spark's generators draw one sequence per partition: with a seed the values are known.
void rand(Lowering& to, const bound::Call& call, const Origin& origin) {
    const auto seed = seed_of(call);
    if (!seed) {
        to.out().text("random()");
        return;
    }
    check_place(to, call, origin);
    random_of_place(to, *seed);
}

void randn(Lowering& to, const bound::Call& call, const Origin& origin) {
    const auto seed = seed_of(call);
    if (!seed) {
        to.out().text("(sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()))");
        return;
    }
    check_place(to, call, origin);
    gaussian_of_place(to, *seed);
}

/// randstr(length[, seed]).
void randstr(Lowering& to, const bound::Call& call, const Origin& origin) {
    const auto length = functions::constant_value(call.arguments[0]);
    if (!length || length->is_null()) throw unsupported("randstr of no constant length", origin);
    const auto seed = seed_of(call);
    if (!seed) throw unsupported("randstr without a seed", origin);
    check_place(to, call, origin);
    letters_of_place(to, *seed, *length);
}

template <const char* kText>
void drawn(Lowering& to, const bound::Call& call, const Origin& origin) {
    if (has_seed(call)) {
        throw unsupported(std::string(call.function->name()) + " with a seed", origin);
    }
    to.out().text(kText);
}
constexpr char kUuid[] = "CAST(uuid() AS VARCHAR)";

/// raise_error(message): the text is the error.
void raise_error(Lowering& to, const bound::Call& call, const Origin& origin) {
    lower_kernel(to, "raise_error", call, origin);
}

void assert_true(Lowering& to, const bound::Call& call, const Origin& origin) {
    bound::Expr message = bound::Constant{Literal::string("is not true!")};
    if (call.arguments.size() > 1) message = call.arguments[1];
    to.out().text("CASE WHEN ");
    to.expr(call.arguments[0]);
    to.out().text(" THEN CAST(NULL AS BOOLEAN) ELSE ");
    lower_kernel(to, "raise_error", call, {message}, origin);
    to.out().text(" END");
}

/// A binary that sorts as the keys do, NULLs first, and is equal where they are. The text behind the
/// keys keeps DuckDB from giving an integer where all of them are short.
void sort_key(Lowering& to, const bound::Call& call, const Origin&) {
    to.out().text("create_sort_key(");
    for (const bound::Expr& argument : call.arguments) {
        to.key(argument);
        to.out().text(", 'ASC NULLS FIRST', ");
    }
    to.out().text("'', 'ASC NULLS FIRST')");
}

void row_position(Lowering& to, const bound::Call&, const Origin&) {
    to.out().text("row_number() OVER ()");
}

constexpr auto kRows = std::to_array<CustomRow>({
    {"assert_true", assert_true},
    {"collation", collation},
    {"distributed_sequence_id", sequence_id},
    {"length", length},
    {"monotonically_increasing_id", increasing_id},
    {"raise_error", raise_error},
    {"rand", rand},
    {"randn", randn},
    {"randstr", randstr},
    {"row_position", row_position},
    {"sort_key", sort_key},
    {"spark_partition_id", partition_id},
    {"typeof", type_of},
    {"uuid", drawn<kUuid>},
});

}  // namespace

CustomTable misc_lowerings() { return kRows; }

}  // namespace firesteel::duckdb
