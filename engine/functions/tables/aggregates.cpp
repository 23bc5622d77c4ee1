#include "functions/tables/tables.h"

namespace firesteel::functions {
namespace {

using enum NullRule;

constexpr auto kRows = std::to_array<FunctionRow>({
    {"any|bool_or|some(value: boolean) -> boolean", Always, custom("bool_or"), "", {.kind = FunctionKind::Aggregate}},
    {"any_value(value: any, ignore_nulls: any = false) -> @first_last", ByRule, custom("first"), "", {.kind = FunctionKind::Aggregate, .display = "any_value({0})"}},
    {"approx_count_distinct(value: any, rsd: any = 0.05) -> @approx_count_distinct", ByRule, custom("approx_count_distinct"), "", {.kind = FunctionKind::Aggregate, .display = "approx_count_distinct({0})"}},
    {"approx_percentile|percentile_approx(value: any, percentage: any, accuracy: bigint|int = 10000) -> @percentile", ByRule, custom("percentile_approx"), "", {.kind = FunctionKind::Aggregate}},
    {"array_agg(value: any) -> @collect", ByRule, custom("collect_list"), "", {.kind = FunctionKind::Aggregate, .display = "collect_list({0})"}},
    {"avg|mean(value: any) -> @avg", ByRule, custom("avg"), "", {.kind = FunctionKind::Aggregate, .mode = true, .raises = true}},
    {"bit_and(value: integral) -> @nullable_argument", ByRule, custom("bit_and"), "", {.kind = FunctionKind::Aggregate}},
    {"bit_or(value: integral) -> @nullable_argument", ByRule, custom("bit_or"), "", {.kind = FunctionKind::Aggregate}},
    {"bit_xor(value: integral) -> @nullable_argument", ByRule, custom("bit_xor"), "", {.kind = FunctionKind::Aggregate}},
    {"bitmap_and_agg(bitmap: binary!) -> binary", Never, custom("bitmap_and_agg"), "", {.kind = FunctionKind::Aggregate}},
    {"bitmap_construct_agg(position: bigint) -> binary", Never, custom("bitmap_construct_agg"), "", {.kind = FunctionKind::Aggregate, .raises = true}},
    {"bitmap_or_agg(bitmap: binary!) -> binary", Never, custom("bitmap_or_agg"), "", {.kind = FunctionKind::Aggregate}},
    {"bool_and|every(value: boolean) -> boolean", Always, custom("bool_and"), "", {.kind = FunctionKind::Aggregate}},
    {"collect_list(value: any) -> @collect", ByRule, custom("collect_list"), "", {.kind = FunctionKind::Aggregate}},
    {"collect_set(value: any) -> @collect", ByRule, custom("collect_set"), "", {.kind = FunctionKind::Aggregate}},
    {"corr(a: double, b: double) -> double", Always, custom("corr"), "", {.kind = FunctionKind::Aggregate}},
    {"count(value: any...+) -> bigint", Never, custom("count"), "", {.kind = FunctionKind::Aggregate}},
    {"count_if(value: boolean) -> bigint", Never, custom("count_if"), "", {.kind = FunctionKind::Aggregate}},
    {"covar_pop(a: double, b: double) -> double", Always, custom("covar_pop"), "", {.kind = FunctionKind::Aggregate}},
    {"covar_samp(a: double, b: double) -> double", Always, custom("covar_samp"), "", {.kind = FunctionKind::Aggregate}},
    {"first|first_value(value: any, ignore_nulls: any = false) -> @first_last", ByRule, custom("first"), "", {.kind = FunctionKind::Aggregate, .display = "{name}({0})"}},
    {"grouping(column: any) -> tinyint", Never, custom("grouping"), "", {.kind = FunctionKind::Aggregate}},
    {"grouping_id(column: any...) -> bigint", Never, custom("grouping_id"), "", {.kind = FunctionKind::Aggregate}},
    {"histogram_numeric(value: numeric|date|timestamp, nb: int) -> @histogram", ByRule, custom("histogram_numeric"), "", {.kind = FunctionKind::Aggregate}},
    {"kurtosis(value: double) -> double", Always, custom("kurtosis"), "", {.kind = FunctionKind::Aggregate}},
    {"last|last_value(value: any, ignore_nulls: any = false) -> @first_last", ByRule, custom("last"), "", {.kind = FunctionKind::Aggregate, .display = "{name}({0})"}},
    {"listagg|string_agg(value: string|binary, delimiter: string|binary|void = null) -> @nullable_argument", ByRule, custom("listagg"), "", {.kind = FunctionKind::Aggregate}},
    {"max(value: ordered) -> @nullable_argument", ByRule, custom("max"), "", {.kind = FunctionKind::Aggregate}},
    {"max_by(value: any, by: ordered) -> @nullable_argument", ByRule, custom("max_by"), "", {.kind = FunctionKind::Aggregate}},
    {"median(value: any) -> @percentile", ByRule, custom("median"), "", {.kind = FunctionKind::Aggregate}},
    {"min(value: ordered) -> @nullable_argument", ByRule, custom("min"), "", {.kind = FunctionKind::Aggregate}},
    {"min_by(value: any, by: ordered) -> @nullable_argument", ByRule, custom("min_by"), "", {.kind = FunctionKind::Aggregate}},
    {"mode() -> void", Always, custom("mode"), "", {.kind = FunctionKind::Aggregate}},
    {"mode(value: any, deterministic: boolean = false) -> @mode", ByRule, custom("mode"), "", {.kind = FunctionKind::Aggregate, .display = "mode({0})"}},
    {"percentile(value: any, percentage: any, frequency: integral = 1) -> @percentile", ByRule, custom("percentile"), "", {.kind = FunctionKind::Aggregate}},
    {"percentile_cont(percentage: any) -> double", Always, custom("percentile_cont"), "", {.kind = FunctionKind::Aggregate}},
    {"percentile_disc(percentage: any) -> double", Always, custom("percentile_disc"), "", {.kind = FunctionKind::Aggregate}},
    {"__product(value: double) -> double", Always, custom("product"), "", {.kind = FunctionKind::Aggregate, .display = "product({0})", .group = kInternalGroup}},
    {"regr_avgx(y: double, x: double) -> double", Always, custom("regr_avgx"), "", {.kind = FunctionKind::Aggregate}},
    {"regr_avgy(y: double, x: double) -> double", Always, custom("regr_avgy"), "", {.kind = FunctionKind::Aggregate}},
    {"regr_count(y: double, x: double) -> bigint", Never, custom("regr_count"), "", {.kind = FunctionKind::Aggregate}},
    {"regr_intercept(y: double, x: double) -> double", Always, custom("regr_intercept"), "", {.kind = FunctionKind::Aggregate}},
    {"regr_r2(y: double, x: double) -> double", Always, custom("regr_r2"), "", {.kind = FunctionKind::Aggregate}},
    {"regr_slope(y: double, x: double) -> double", Always, custom("regr_slope"), "", {.kind = FunctionKind::Aggregate}},
    {"regr_sxx(y: double, x: double) -> double", Always, custom("regr_sxx"), "", {.kind = FunctionKind::Aggregate}},
    {"regr_sxy(y: double, x: double) -> double", Always, custom("regr_sxy"), "", {.kind = FunctionKind::Aggregate}},
    {"regr_syy(y: double, x: double) -> double", Always, custom("regr_syy"), "", {.kind = FunctionKind::Aggregate}},
    {"schema_of_variant_agg(v: any) -> @of_variant", ByRule, custom("schema_of_variant_agg"), "", {.kind = FunctionKind::Aggregate, .group = "variant_funcs"}},
    {"skewness(value: double) -> double", Always, custom("skewness"), "", {.kind = FunctionKind::Aggregate}},
    {"std|stddev|stddev_samp(value: double) -> double", Always, custom("stddev_samp"), "", {.kind = FunctionKind::Aggregate}},
    {"stddev_pop(value: double) -> double", Always, custom("stddev_pop"), "", {.kind = FunctionKind::Aggregate}},
    {"sum(value: any) -> @sum", ByRule, custom("sum"), "", {.kind = FunctionKind::Aggregate, .mode = true, .raises = true}},
    {"try_avg(value: any) -> @avg", ByRule, custom("avg"), "", {.kind = FunctionKind::Aggregate, .mode = true}},
    {"try_sum(value: any) -> @sum", ByRule, custom("sum"), "", {.kind = FunctionKind::Aggregate, .mode = true}},
    {"var_pop(value: double) -> double", Always, custom("var_pop"), "", {.kind = FunctionKind::Aggregate}},
    {"var_samp|variance(value: double) -> double", Always, custom("var_samp"), "", {.kind = FunctionKind::Aggregate}},
});

}  // namespace

constinit const FunctionTable kAggregateFunctions{"agg_funcs", kRows};

}  // namespace firesteel::functions
