/// Aggregates and window functions.

#include <algorithm>
#include <array>

#include "backend/duckdb/kernels/kernel.h"
#include "backend/duckdb/kernels/runtime_errors.h"
#include "backend/duckdb/lowering/collation_key.h"
#include "backend/duckdb/lowering/custom.h"
#include "functions/resolve.h"
#include "functions/tables/tables.h"

namespace firesteel::duckdb {
namespace {

using bound::AggregateCall;
using bound::WindowCall;

void cast_template(Lowering& to, std::string_view text, const AggregateCall& call,
                   const WindowCall* window, AggregateExtras extras = {}) {
    to.out().text("CAST(");
    to.aggregate_template(text, call, window, extras);
    to.out().text(" AS ").text(physical_type(call.type)).text(")");
}

/// A native aggregate of one template.
template <const char* kText>
void native(Lowering& to, const AggregateCall& call, const WindowCall* window, const Origin&) {
    cast_template(to, kText, call, window);
}

KernelSite site_of(std::string_view kernel, const AggregateCall& call, const DataType& result,
                   std::vector<DataType> arguments, const Origin& origin) {
    KernelSite site;
    site.kernel = find_kernel(kernel);
    FS_ASSERT(site.kernel != nullptr);
    site.arguments = std::move(arguments);
    site.result = result;
    site.mode = call.mode;
    site.origin = origin;
    return site;
}

/// Sums of decimals without room to grow may leave DuckDB's 128 bits, where only ANSI mode has an error to give.
void expect_overflow(Lowering& to, const AggregateCall& call, std::string_view alternative,
                     const Origin& origin) {
    if (call.mode != EvalMode::Ansi) {
        to.operation().expect_sum_overflow(unsupported("a NULL for a sum of decimals beyond 128 bits", origin));
        return;
    }
    const Error overflow = arithmetic_overflow("Overflow in sum of decimals", alternative);
    to.operation().expect_sum_overflow(Error(ErrorClass::ArithmeticOverflow, overflow.parameters(), origin));
}

/// Outside of ANSI mode a sum of decimals that its type can't hold is NULL, also beyond DuckDB's 128 bits.
void halved_sum(Lowering& to, const AggregateCall& call, const WindowCall* window, const DataType& result,
                const Origin& origin) {
    const DataType half = DataType::decimal(38, 0);
    const bound::Expr& argument = call.arguments[0];
    to.open_kernel(site_of("decimal_joined_halves", call, result, {half, half}, origin));
    for (const std::string_view name : {"__decimal_high", "__decimal_low"}) {
        const FunctionRow& row = functions::row_of(functions::kInternalFunctions, name);
        AggregateCall part = call;
        part.arguments = {bound::Call{&row, {argument}, half, argument.nullable(), call.mode, std::string(name)}};
        to.out().text(", CAST(");
        to.aggregate_template("sum({0})", part, window);
        to.out().text(" AS ").text(physical_type(half)).text(")");
    }
    to.out().text(")");
}

/// DuckDB adds whole numbers up in 128 bits; the kernel refuses what the result can't hold.
void narrowed_sum(Lowering& to, const AggregateCall& call, const WindowCall* window,
                  const Origin& origin) {
    const bool is_decimal = call.type.is(TypeKind::Decimal);
    if (is_decimal && call.mode != EvalMode::Ansi && !call.distinct) {
        return halved_sum(to, call, window, call.type, origin);
    }
    const DataType carrier = DataType::decimal(38, is_decimal ? call.type.scale() : 0);
    if (is_decimal) expect_overflow(to, call, "try_sum", origin);
    const std::string_view kernel = is_decimal                     ? "decimal_narrow"
                                    : call.type.is_ansi_interval() ? "narrow_interval_sum"
                                                                   : "narrow_sum";
    to.open_kernel(site_of(kernel, call, call.type,
                           {is_decimal ? carrier : DataType::long_int()}, origin));
    to.out().text(", CAST(");
    to.aggregate_template("sum({n0})", call, window);
    to.out().text(" AS ").text(is_decimal ? physical_type(carrier) : "HUGEINT").text("))");
}

void sum(Lowering& to, const AggregateCall& call, const WindowCall* window, const Origin& origin) {
    const DataType& argument = carried(call.arguments[0].type());
    const bool is_floating = call.type.is(TypeKind::Double);
    // Ten more digits than the argument: only 10^10 rows could overflow.
    const bool has_room = call.type.is(TypeKind::Decimal) && argument.is(TypeKind::Decimal) &&
                          call.type.precision() >= argument.precision() + 10;
    if (argument.is(TypeKind::CalendarInterval)) throw unsupported("sums of intervals", origin);
    if (is_floating) return cast_template(to, "sum(CAST({0} AS DOUBLE))", call, window);
    if (has_room) return cast_template(to, "sum({n0})", call, window);
    narrowed_sum(to, call, window, origin);
}

void avg(Lowering& to, const AggregateCall& call, const WindowCall* window, const Origin& origin) {
    const DataType& argument = carried(call.arguments[0].type());
    if (argument.is(TypeKind::Decimal)) {
        const DataType total = DataType::decimal(std::min(38, argument.precision() + 10),
                                                 argument.scale());
        const bool is_halved = call.mode != EvalMode::Ansi && !call.distinct && argument.precision() > 28;
        if (!is_halved) expect_overflow(to, call, "try_avg", origin);
        to.open_kernel(site_of("decimal_divide", call, call.type,
                               {total, DataType::decimal(20, 0)}, origin));
        to.out().text(", CAST(");
        is_halved ? halved_sum(to, call, window, total, origin) : to.aggregate_template("sum({n0})", call, window);
        to.out().text(" AS ").text(physical_type(total)).text("), CAST(nullif(");
        to.aggregate_template("count({n0})", call, window);
        to.out().text(", 0) AS DECIMAL(20,0)))");
        return;
    }
    if (argument.is_ansi_interval()) {
        to.open_kernel(site_of("interval_average", call, call.type,
                               {DataType::long_int(), DataType::long_int()}, origin));
        to.out().text(", CAST(");
        to.aggregate_template("sum({0})", call, window);
        to.out().text(" AS HUGEINT), CAST(nullif(");
        to.aggregate_template("count({0})", call, window);
        to.out().text(", 0) AS BIGINT))");
        return;
    }
    cast_template(to, "avg(CAST({0} AS DOUBLE))", call, window);
}

/// The call over those of its rows where an expression is not NULL.
AggregateCall where_present(AggregateCall call, const bound::Expr& e) {
    const auto predicate = [](std::string_view name) { return &functions::row_of(functions::kPredicateFunctions, name); };
    bound::Expr is_there = bound::Call{predicate("isnotnull"), {e}, DataType::boolean(), false};
    call.filter = call.filter ? bound::Call{predicate("and"), {*call.filter, is_there}, DataType::boolean()} : is_there;
    return call;
}

/// The average of one of a pair's numbers, where neither is NULL.
template <std::size_t kAveraged>
void average_of_pairs(Lowering& to, const AggregateCall& call, const WindowCall* window, const Origin& origin) {
    AggregateCall average = where_present(call, call.arguments[1 - kAveraged]);
    average.arguments = {call.arguments[kAveraged]};
    avg(to, average, window, origin);
}

/// max_by and min_by: of several rows with the greatest or smallest key the one that came last, as in Spark.
template <bool kGreatest>
void extreme_by(Lowering& to, const AggregateCall& call, const WindowCall* window, const Origin& origin) {
    const bound::Expr& key = call.arguments[1];
    to.out().text(kGreatest ? "arg_max_null(" : "arg_min_null(").text(call.distinct ? "DISTINCT " : "");
    to.expr(call.arguments[0]);
    to.out().text(", row(");
    to.order_key(key);
    to.out().text(kGreatest ? ", " : ", -");
    KernelSite site = site_of("arrival", call, DataType::long_int(), {}, origin);
    site.is_volatile = true;
    to.kernel_call(std::move(site), {key});
    to.out().text("))");
    to.aggregate_tail(where_present(call, key), window, {});
}

void count(Lowering& to, const AggregateCall& call, const WindowCall* window, const Origin&) {
    const auto is_never_null = [](const bound::Expr& e) { return !e.nullable(); };
    const bool all_rows = !call.distinct && std::all_of(call.arguments.begin(),
                                                        call.arguments.end(), is_never_null);
    if (all_rows) return cast_template(to, "count(*)", call, window);
    if (call.arguments.size() == 1) {
        return cast_template(to, call.distinct ? "count({k0})" : "count({0})", call, window);
    }
    // Rows in which no argument is NULL.
    to.out().text("CAST(count(").text(call.distinct ? "DISTINCT " : "").text("CASE WHEN ");
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
        to.out().text(i > 0 ? " AND (" : "(");
        to.expr(call.arguments[i]);
        to.out().text(") IS NOT NULL");
    }
    to.out().text(" THEN row(");
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
        if (i > 0) to.out().text(", ");
        to.key(call.arguments[i]);
    }
    to.out().text(") END)");
    to.aggregate_tail(call, window, {});
    to.out().text(" AS BIGINT)");
}

bool constant_true(const AggregateCall& call, std::size_t i) {
    if (i >= call.arguments.size()) return false;
    const auto* constant = call.arguments[i].get_if<bound::Constant>();
    return constant != nullptr && !constant->literal.is_null() &&
           constant->literal.type.is(TypeKind::Boolean) && constant->literal.value.boolean();
}

constexpr AggregateExtras kSkipNulls{.skips_nulls = true};

/// min and max: of collated strings and nested values the one with the smallest or greatest key.
template <const char* kText, const char* kByKey>
void extreme(Lowering& to, const AggregateCall& call, const WindowCall* window, const Origin&) {
    const DataType& type = carried(call.arguments[0].type());
    const bool by_key = holds_collation(type) || type.is(TypeKind::Array) || type.is(TypeKind::Struct);
    cast_template(to, by_key ? kByKey : kText, call, window);
}

void refuse_collated(const AggregateCall& call, const Origin& origin) {
    if (holds_collation(call.arguments[0].type())) {
        throw unsupported(call.name + " of collated strings", origin);
    }
}

template <const char* kAggregate, const char* kWindow>
void first_or_last(Lowering& to, const AggregateCall& call, const WindowCall* window,
                   const Origin&) {
    AggregateCall plain = call;
    const bool ignores = call.ignore_nulls || constant_true(call, 1);
    plain.arguments.erase(plain.arguments.begin() + 1, plain.arguments.end());
    plain.ignore_nulls = ignores && window != nullptr;
    if (window != nullptr) return cast_template(to, kWindow, plain, window);
    cast_template(to, kAggregate, plain, nullptr, {.skips_nulls = ignores});
}
constexpr char kFirst[] = "first({0})";
constexpr char kFirstValue[] = "first_value({0})";
constexpr char kLast[] = "last({0})";
constexpr char kLastValue[] = "last_value({0})";

/// The kernel merges the schemas of a list of all variants.
void schema_of_variant_agg(Lowering& to, const AggregateCall& call, const WindowCall* window,
                           const Origin& origin) {
    to.open_kernel(site_of("schema_of_variants", call, call.type, {DataType::array(DataType::variant())},
                           origin));
    to.out().text(", ");
    to.aggregate_template("list({0})", call, window);
    to.out().text(")");
}

void collect_list(Lowering& to, const AggregateCall& call, const WindowCall* window,
                  const Origin&) {
    to.out().text("coalesce(");
    cast_template(to, "list({0})", call, window, kSkipNulls);
    to.out().text(", [])");
}
void collect_set(Lowering& to, const AggregateCall& call, const WindowCall* window,
                 const Origin& origin) {
    refuse_collated(call, origin);
    AggregateCall distinct = call;
    distinct.distinct = true;
    to.out().text("coalesce(");
    if (window == nullptr) {
        cast_template(to, "list({0})", distinct, window, kSkipNulls);
    } else {
        distinct.distinct = false;
        to.out().text("list_distinct(");
        cast_template(to, "list({0})", distinct, window, kSkipNulls);
        to.out().text(")");
    }
    to.out().text(", [])");
}

/// A bitmap has a few thousand bits: the distinct values are put together once they are all there.
template <const char* kKernel>
void bitmap(Lowering& to, const AggregateCall& call, const WindowCall* window, const Origin& origin) {
    if (window != nullptr) throw unsupported(call.name + " over a window", origin);
    AggregateCall distinct = call;
    distinct.distinct = true;
    to.open_kernel(site_of(kKernel, call, call.type, {DataType::array(call.arguments[0].type())}, origin));
    to.out().text(", ");
    to.aggregate_template("list({0})", distinct, window, kSkipNulls);
    to.out().text(")");
}
constexpr char kBitmapAnd[] = "bitmap_and";
constexpr char kBitmapOr[] = "bitmap_or";
constexpr char kBitmapOfPositions[] = "bitmap_of_positions";

void corr(Lowering& to, const AggregateCall& call, const WindowCall* window, const Origin& origin) {
    // One pair correlates with nothing; of values that are all alike the correlation is a division by zero.
    to.out().text("CASE WHEN ");
    to.aggregate_template("regr_count({0}, {1})", call, window);
    to.out().text(" > 1 THEN CASE WHEN ");
    to.aggregate_template("bool_or(isnan({0}) OR isnan({1}) OR isinf({0}) OR isinf({1}))", call, window);
    to.out().text(" THEN CAST('NaN' AS DOUBLE) WHEN ");
    to.aggregate_template("regr_sxx(CASE WHEN isfinite({0}) THEN {0} END, CASE WHEN isfinite({1}) THEN {1} END)", call, window);
    to.out().text(" * ");
    to.aggregate_template("regr_syy(CASE WHEN isfinite({0}) THEN {0} END, CASE WHEN isfinite({1}) THEN {1} END)", call, window);
    to.out().text(" = 0 THEN ");
    to.open_kernel(site_of("divide", call, call.type, {DataType::float64(), DataType::float64()}, origin));
    to.out().text(", CAST(0 AS DOUBLE), CAST(0 AS DOUBLE)) ELSE ");
    cast_template(to, "corr(CASE WHEN isfinite({0}) AND isfinite({1}) THEN {0} END, {1})", call, window);
    to.out().text(" END END");
}

/// Slope and intercept: NULL where all x are alike.
template <const char* kText>
void regression(Lowering& to, const AggregateCall& call, const WindowCall* window, const Origin&) {
    to.out().text("CASE WHEN ");
    to.aggregate_template("regr_sxx({0}, {1})", call, window);
    to.out().text(" = 0 THEN NULL ELSE ");
    cast_template(to, kText, call, window);
    to.out().text(" END");
}

void listagg(Lowering& to, const AggregateCall& call, const WindowCall* window,
             const Origin& origin) {
    if (!call.arguments[0].type().is_string_like()) throw unsupported("listagg of bytes", origin);
    const auto* separator = call.arguments.size() > 1
                                ? call.arguments[1].get_if<bound::Constant>()
                                : nullptr;
    if (call.arguments.size() < 2 || (separator != nullptr && separator->literal.is_null())) {
        AggregateCall plain = call;
        plain.arguments.erase(plain.arguments.begin() + 1, plain.arguments.end());
        return cast_template(to, "string_agg({0}, '')", plain, window);
    }
    cast_template(to, "string_agg({0}, {1})", call, window);
}

/// A kernel over the list of the first argument's values, then over the arguments from the second on.
void over_list(Lowering& to, std::string_view kernel, const AggregateCall& call, const WindowCall* window,
               const Origin& origin, AggregateExtras extras = kSkipNulls) {
    KernelSite site = site_of(kernel, call, call.type, {DataType::array(carried(call.arguments[0].type()))}, origin);
    for (std::size_t i = 1; i < call.arguments.size(); ++i) site.arguments.push_back(carried(call.arguments[i].type()));
    to.open_kernel(std::move(site));
    to.out().text(", ");
    to.aggregate_template("list({0})", call, window, extras);
    for (std::size_t i = 1; i < call.arguments.size(); ++i) {
        to.out().text(", ");
        to.expr(call.arguments[i]);
    }
    to.out().text(")");
}

/// The kernel counts the distinct hashes of the values.
void approx_count_distinct(Lowering& to, const AggregateCall& call, const WindowCall* window, const Origin& origin) {
    const DataType& value = carried(call.arguments[0].type());
    to.open_kernel(site_of("hyperloglog_count", call, call.type,
                           {DataType::array(DataType::long_int()), DataType::float64()}, origin));
    to.out().text(window == nullptr ? ", list(DISTINCT " : ", list(");
    to.open_kernel(site_of("xxhash64", call, DataType::long_int(), {value}, origin));
    to.out().text(", ");
    to.expr(call.arguments[0]);
    to.out().text("))");
    to.aggregate_tail(call, window, kSkipNulls);
    to.out().text(", ");
    to.expr(call.arguments[1]);
    to.out().text(")");
}

/// Percentiles (value, percentage[, frequency]) by a kernel over structs of value and frequency.
void percentile_of_list(Lowering& to, std::string_view kernel, const AggregateCall& call, const WindowCall* window,
                        const Origin& origin) {
    const DataType pair = DataType::structure({{"v", carried(call.arguments[0].type()), true, {}},
                                               {"n", DataType::long_int(), true, {}}});
    to.open_kernel(site_of(kernel, call, call.type,
                           {DataType::array(pair), carried(call.arguments[1].type())}, origin));
    to.out().text(", ");
    to.aggregate_template(call.arguments.size() > 2 ? "list(struct_pack(f0 := {0}, f1 := CAST({2} AS BIGINT)))"
                                                    : "list(struct_pack(f0 := {0}, f1 := 1::BIGINT))",
                          call, window, kSkipNulls);
    to.out().text(", ");
    to.expr(call.arguments[1]);
    to.out().text(")");
}

/// An empty list of percentages has no answer, not an empty one.
bool asks_for_none(const AggregateCall& call) {
    return call.arguments[1].type().is(TypeKind::Array) && [&] {
        const auto asked = functions::constant_value(call.arguments[1]);
        return asked && !asked->is_null() && asked->value.list().empty();
    }();
}

/// percentile(x, p) with p one number or an array.
void percentile(Lowering& to, const AggregateCall& call, const WindowCall* window,
                const Origin& origin) {
    const auto* frequency = call.arguments.size() > 2 ? call.arguments[2].get_if<bound::Constant>() : nullptr;
    const bool once = call.arguments.size() < 3 || (frequency != nullptr && !frequency->literal.is_null() &&
                                                    frequency->literal.value.integer() == 1);
    if (!once || call.type.is_ansi_interval() || call.arguments[0].type().is_ansi_interval()) {
        return percentile_of_list(to, "percentile_cont", call, window, origin);
    }
    if (asks_for_none(call)) return percentile_of_list(to, "percentile_cont", call, window, origin);
    cast_template(to, "quantile_cont(CAST({0} AS DOUBLE), {1})", call, window);
}

void percentile_approx(Lowering& to, const AggregateCall& call, const WindowCall* window,
                       const Origin&) {
    const bool none = asks_for_none(call);
    if (none) to.out().text("nullif(");
    cast_template(to, "quantile_disc({0}, {1})", call, window);
    if (none) to.out().text(", [])");
}

void median(Lowering& to, const AggregateCall& call, const WindowCall* window,
            const Origin& origin) {
    if (call.arguments[0].type().is_ansi_interval()) {
        AggregateCall half = call;
        half.arguments.emplace_back(bound::Constant{Literal{DataType::float64(), Value(0.5)}});
        return percentile_of_list(to, "percentile_cont", half, window, origin);
    }
    cast_template(to, "median(CAST({0} AS DOUBLE))", call, window);
}

template <const char* kKernel>
void percentile_by(Lowering& to, const AggregateCall& call, const WindowCall* window, const Origin& origin) {
    percentile_of_list(to, kKernel, call, window, origin);
}
constexpr char kPercentileCont[] = "percentile_cont";
constexpr char kPercentileContDesc[] = "percentile_cont_desc";
constexpr char kPercentileDisc[] = "percentile_disc";
constexpr char kPercentileDiscDesc[] = "percentile_disc_desc";

template <const char* kKernel>
void by_list(Lowering& to, const AggregateCall& call, const WindowCall* window, const Origin& origin) {
    over_list(to, kKernel, call, window, origin);
}
constexpr char kHistogram[] = "histogram";

/// The parameters of a sketch are constants.
void check_parameters(const AggregateCall& call, const Origin& origin) {
    for (std::size_t i = 1; i < call.arguments.size(); ++i) {
        if (functions::constant_value(call.arguments[i])) continue;
        const std::string name = "`" + call.name + "`";
        if (call.name == "hll_sketch_agg") throw Error(ErrorClass::HllKMustBeConstant, {{"function", name}}, origin);
        if (call.name.starts_with("theta_")) {
            throw Error(ErrorClass::ThetaLgNomEntriesMustBeConstant, {{"function", name}}, origin);
        }
        throw unsupported("parameters of " + name + " that are no constants", origin);
    }
}

/// A sketch of a group's values, which are hashed as they are.
template <const char* kKernel>
void sketch(Lowering& to, const AggregateCall& call, const WindowCall* window, const Origin& origin) {
    refuse_collated(call, origin);
    check_parameters(call, origin);
    over_list(to, kKernel, call, window, origin);
}
/// The same with NULL as one of the values.
template <const char* kKernel>
void sketch_with_nulls(Lowering& to, const AggregateCall& call, const WindowCall* window, const Origin& origin) {
    refuse_collated(call, origin);
    over_list(to, kKernel, call, window, origin, {});
}
constexpr char kCountMin[] = "count_min_sketch";
constexpr char kHllOfValues[] = "hll_sketch_agg";
constexpr char kHllUnion[] = "hll_union_agg";
constexpr char kKllOfBigints[] = "kll_sketch_agg_bigint";
constexpr char kKllOfDoubles[] = "kll_sketch_agg_double";
constexpr char kKllOfFloats[] = "kll_sketch_agg_float";
constexpr char kThetaIntersection[] = "theta_intersection_agg";
constexpr char kThetaOfValues[] = "theta_sketch_agg";
constexpr char kThetaUnion[] = "theta_union_agg";
constexpr char kTopK[] = "approx_top_k";
constexpr char kTopKOfStates[] = "approx_top_k_combine";
constexpr char kTopKState[] = "approx_top_k_accumulate";

constexpr char kModeHighest[] = "mode_highest";
constexpr char kModeLowest[] = "mode_lowest";

void mode(Lowering& to, const AggregateCall& call, const WindowCall* window, const Origin& origin) {
    refuse_collated(call, origin);
    AggregateCall plain = call;
    plain.arguments.erase(plain.arguments.begin() + 1, plain.arguments.end());
    cast_template(to, "mode({0})", plain, window);
}

/// Whether an argument is a fraction, which can be NaN or infinite, where DuckDB's moments raise.
bool can_be_not_finite(const bound::Expr& argument) {
    const auto* cast = argument.get_if<bound::Cast>();
    const DataType& from = carried(cast == nullptr ? argument.type() : cast->child.type());
    return from.is(TypeKind::Double) || from.is(TypeKind::Float);
}

/// Opens a CASE that is NaN where one of more than `least` values isn't finite; what follows ELSE is of_finite().
void open_not_finite(Lowering& to, const AggregateCall& call, const WindowCall* window, const char* least) {
    to.out().text("CASE WHEN ");
    to.aggregate_template("bool_or(NOT isfinite({0}))", call, window);
    to.out().text(" THEN CASE WHEN ");
    to.aggregate_template("count({0})", call, window);
    to.out().text(" > ").text(least).text(" THEN CAST('NaN' AS DOUBLE) END ELSE ");
}

std::string of_finite(const char* function) {
    return std::string(function) + "(CASE WHEN isfinite({0}) THEN {0} END)";
}

/// var_pop and its like, NaN where a value of more than kLeast isn't finite.
template <const char* kFunction, const char* kLeast>
void moment(Lowering& to, const AggregateCall& call, const WindowCall* window, const Origin&) {
    if (!can_be_not_finite(call.arguments[0])) {
        return cast_template(to, std::string(kFunction) + "({0})", call, window);
    }
    open_not_finite(to, call, window, kLeast);
    cast_template(to, of_finite(kFunction), call, window);
    to.out().text(" END");
}
constexpr char kAnyValue[] = "0";
constexpr char kTwoValues[] = "1";

/// Population skewness from DuckDB's sample one: g1 = G1 (n - 2) / sqrt(n (n - 1)).
void skewness(Lowering& to, const AggregateCall& call, const WindowCall* window,
              const Origin& origin) {
    if (window != nullptr) return over_list(to, "skewness", call, window, origin);
    const bool guarded = can_be_not_finite(call.arguments[0]);
    const auto part = [&](const char* function) {
        to.aggregate_template(guarded ? of_finite(function) : std::string(function) + "({0})", call, window);
    };
    if (guarded) open_not_finite(to, call, window, "0");
    to.out().text("CASE WHEN coalesce(");
    part("var_pop");
    to.out().text(", 0) = 0 THEN NULL WHEN ");
    part("count");
    to.out().text(" < 3 THEN CAST(0 AS DOUBLE) ELSE ");
    part("skewness");
    to.out().text(" * (");
    part("count");
    to.out().text(" - 2) / sqrt(CAST(");
    part("count");
    to.out().text(" AS DOUBLE) * (");
    part("count");
    to.out().text(" - 1)) END");
    if (guarded) to.out().text(" END");
}

/// A moment of the population made one with `ddof` (the last argument) degrees less: NULL where none is left.
void without_degrees(Lowering& to, const char* moment, const char* count, const char* root, const AggregateCall& call,
                     const WindowCall* window) {
    to.out().text("CASE WHEN ");
    to.aggregate_template(count, call, window);
    to.out().text(" IN (0, ");
    to.expr(call.arguments.back());
    to.out().text(") THEN NULL");
    if (*root != '\0') {  // no root of what is negative
        to.out().text(" WHEN ");
        to.aggregate_template(count, call, window);
        to.out().text(" < ");
        to.expr(call.arguments.back());
        to.out().text(" THEN CAST('NaN' AS DOUBLE)");
    }
    to.out().text(" ELSE ").text(root).text("(");
    to.aggregate_template(moment, call, window);
    to.out().text(" * ");
    to.aggregate_template(count, call, window);
    to.out().text(" / (");
    to.aggregate_template(count, call, window);
    to.out().text(" - ");
    to.expr(call.arguments.back());
    to.out().text(")) END");
}

void pandas_stddev(Lowering& to, const AggregateCall& call, const WindowCall* window, const Origin&) {
    without_degrees(to, "var_pop({0})", "count({0})", "sqrt", call, window);
}
void pandas_var(Lowering& to, const AggregateCall& call, const WindowCall* window, const Origin&) {
    without_degrees(to, "var_pop({0})", "count({0})", "", call, window);
}
void pandas_covar(Lowering& to, const AggregateCall& call, const WindowCall* window, const Origin&) {
    without_degrees(to, "covar_pop({0}, {1})", "regr_count({0}, {1})", "", call, window);
}

/// Sample skewness or kurtosis: NULL of fewer than `least` values, 0 where they are all alike.
void sample_shape(Lowering& to, const char* shape, const char* least, const AggregateCall& call, const WindowCall* window) {
    to.out().text("CASE WHEN ");
    to.aggregate_template("count({0})", call, window);
    to.out().text(" < ").text(least).text(" THEN NULL WHEN ");
    to.aggregate_template("var_pop({0})", call, window);
    to.out().text(" * ");
    to.aggregate_template("count({0})", call, window);
    to.out().text(" < 1e-14 THEN CAST(0 AS DOUBLE) ELSE ");
    to.aggregate_template(shape, call, window);
    to.out().text(" END");
}
void pandas_skew(Lowering& to, const AggregateCall& call, const WindowCall* window, const Origin&) {
    sample_shape(to, "skewness({0})", "3", call, window);
}
void pandas_kurt(Lowering& to, const AggregateCall& call, const WindowCall* window, const Origin&) {
    sample_shape(to, "kurtosis({0})", "4", call, window);
}

#define TEXT(name, text) constexpr char name[] = text
TEXT(kBitAnd, "bit_and({0})");
TEXT(kBitOr, "bit_or({0})");
TEXT(kBitXor, "bit_xor({0})");
TEXT(kBoolAnd, "bool_and({0})");
TEXT(kBoolOr, "bool_or({0})");
TEXT(kCountIf, "count(CASE WHEN {0} THEN 1 END)");
TEXT(kCovarPop, "covar_pop({0}, {1})");
TEXT(kCovarSamp, "covar_samp({0}, {1})");
TEXT(kKurtosis, "kurtosis_pop");
TEXT(kMax, "max({0})");
TEXT(kMaxKey, "arg_max({0}, {o0})");
TEXT(kMin, "min({0})");
TEXT(kMinKey, "arg_min({0}, {o0})");
TEXT(kProduct, "product({0})");
TEXT(kRegrCount, "regr_count({0}, {1})");
TEXT(kRegrIntercept, "regr_intercept({0}, {1})");
TEXT(kRegrR2, "regr_r2({1}, {0})");  // Spark takes the dependent one for the other
TEXT(kRegrSlope, "regr_slope({0}, {1})");
TEXT(kRegrSxx, "regr_sxx({0}, {1})");
TEXT(kRegrSxy, "regr_sxy({0}, {1})");
TEXT(kRegrSyy, "regr_syy({0}, {1})");
TEXT(kStddevPop, "stddev_pop");
TEXT(kStddevSamp, "stddev_samp");
TEXT(kVarPop, "var_pop");
TEXT(kVarSamp, "var_samp");

constexpr auto kAggregates = std::to_array<AggregateRow>({
    {"approx_count_distinct", approx_count_distinct},
    {"approx_top_k", sketch_with_nulls<kTopK>},
    {"approx_top_k_accumulate", sketch_with_nulls<kTopKState>},
    {"approx_top_k_combine", sketch<kTopKOfStates>},
    {"avg", avg},
    {"bit_and", native<kBitAnd>},
    {"bit_or", native<kBitOr>},
    {"bit_xor", native<kBitXor>},
    {"bitmap_and_agg", bitmap<kBitmapAnd>},
    {"bitmap_construct_agg", bitmap<kBitmapOfPositions>},
    {"bitmap_or_agg", bitmap<kBitmapOr>},
    {"bool_and", native<kBoolAnd>},
    {"bool_or", native<kBoolOr>},
    {"collect_list", collect_list},
    {"collect_set", collect_set},
    {"corr", corr},
    {"count", count},
    {"count_if", native<kCountIf>},
    {"count_min_sketch", sketch<kCountMin>},
    {"covar_pop", native<kCovarPop>},
    {"covar_samp", native<kCovarSamp>},
    {"first", first_or_last<kFirst, kFirstValue>},
    {"histogram_numeric", by_list<kHistogram>},
    {"hll_sketch_agg", sketch<kHllOfValues>},
    {"hll_union_agg", sketch<kHllUnion>},
    {"kll_sketch_agg_bigint", sketch<kKllOfBigints>},
    {"kll_sketch_agg_double", sketch<kKllOfDoubles>},
    {"kll_sketch_agg_float", sketch<kKllOfFloats>},
    {"kurtosis", moment<kKurtosis, kAnyValue>},
    {"last", first_or_last<kLast, kLastValue>},
    {"listagg", listagg},
    {"max", extreme<kMax, kMaxKey>},
    {"max_by", extreme_by<true>},
    {"median", median},
    {"min", extreme<kMin, kMinKey>},
    {"min_by", extreme_by<false>},
    {"mode", mode},
    {"mode_highest", by_list<kModeHighest>},
    {"mode_lowest", by_list<kModeLowest>},
    {"pandas_covar", pandas_covar},
    {"pandas_kurt", pandas_kurt},
    {"pandas_skew", pandas_skew},
    {"pandas_stddev", pandas_stddev},
    {"pandas_var", pandas_var},
    {"percentile", percentile},
    {"percentile_approx", percentile_approx},
    {"percentile_cont", percentile_by<kPercentileCont>},
    {"percentile_cont_desc", percentile_by<kPercentileContDesc>},
    {"percentile_disc", percentile_by<kPercentileDisc>},
    {"percentile_disc_desc", percentile_by<kPercentileDiscDesc>},
    {"product", native<kProduct>},
    {"regr_avgx", average_of_pairs<1>},
    {"regr_avgy", average_of_pairs<0>},
    {"regr_count", native<kRegrCount>},
    {"regr_intercept", regression<kRegrIntercept>},
    {"regr_r2", native<kRegrR2>},
    {"regr_slope", regression<kRegrSlope>},
    {"regr_sxx", native<kRegrSxx>},
    {"regr_sxy", native<kRegrSxy>},
    {"regr_syy", native<kRegrSyy>},
    {"schema_of_variant_agg", schema_of_variant_agg},
    {"skewness", skewness},
    {"stddev_pop", moment<kStddevPop, kAnyValue>},
    {"stddev_samp", moment<kStddevSamp, kTwoValues>},
    {"sum", sum},
    {"theta_intersection_agg", sketch<kThetaIntersection>},
    {"theta_sketch_agg", sketch<kThetaOfValues>},
    {"theta_union_agg", sketch<kThetaUnion>},
    {"var_pop", moment<kVarPop, kAnyValue>},
    {"var_samp", moment<kVarSamp, kTwoValues>},
});

/// Rank-like functions have no frame.
template <const char* kText>
void ranked(Lowering& to, const AggregateCall& call, const WindowCall* window,
            const Origin& origin) {
    if (window == nullptr) throw unsupported("a window function without OVER", origin);
    cast_template(to, kText, call, window, {.has_frame = false});
}

void nth_value(Lowering& to, const AggregateCall& call, const WindowCall* window,
               const Origin& origin) {
    if (window == nullptr) throw unsupported("a window function without OVER", origin);
    AggregateCall plain = call;
    plain.ignore_nulls = call.ignore_nulls || constant_true(call, 2);
    plain.arguments.erase(plain.arguments.begin() + 2, plain.arguments.end());
    cast_template(to, "nth_value({0}, {1})", plain, window);
}

TEXT(kCumeDist, "cume_dist()");
TEXT(kDenseRank, "dense_rank()");
TEXT(kLag, "lag({0}, {1}, {2})");
TEXT(kLead, "lead({0}, {1}, {2})");
TEXT(kNtile, "ntile({0})");
TEXT(kPercentRank, "percent_rank()");
TEXT(kRank, "rank()");
TEXT(kRowNumber, "row_number()");
#undef TEXT

constexpr auto kWindows = std::to_array<AggregateRow>({
    {"cume_dist", ranked<kCumeDist>},
    {"dense_rank", ranked<kDenseRank>},
    {"lag", ranked<kLag>},
    {"lead", ranked<kLead>},
    {"nth_value", nth_value},
    {"ntile", ranked<kNtile>},
    {"percent_rank", ranked<kPercentRank>},
    {"rank", ranked<kRank>},
    {"row_number", ranked<kRowNumber>},
});

}  // namespace

AggregateTable aggregate_lowerings() { return kAggregates; }
AggregateTable window_lowerings() { return kWindows; }

}  // namespace firesteel::duckdb
