#include "functions/tables/tables.h"

namespace firesteel::functions {
namespace {

using enum NullRule;

constexpr auto kRows = std::to_array<FunctionRow>({
    {"coalesce(value: any...+) -> @coalesce open collation", ByRule, custom("coalesce"), "coalesce(NULL, 1) = 1", {}},
    {"greatest(value: any...) -> @least_greatest open collation", ByRule, custom("greatest"), "greatest(1, 3, 2) = 3", {.group = "math_funcs"}},
    {"if(condition: any, then: any, otherwise: any) -> @if open collation", ByRule, custom("if"), "if(true, 1, 2) = 1", {.display = "(IF({0}, {1}, {2}))"}},
    {"ifnull(a: any, b: any) -> @coalesce open collation", ByRule, custom("coalesce"), "ifnull(NULL, 1) = 1", {}},
    {"least(value: any...) -> @least_greatest open collation", ByRule, custom("least"), "least(1, 3, 2) = 1", {.group = "math_funcs"}},
    {"nanvl(a: double|float, b: double|float) -> double", IfAnyArgument, sql("(CASE WHEN isnan({0}) THEN {1} ELSE {0} END)"), "nanvl(double('NaN'), 1D) = 1D", {}},
    {"nullif(a: any, b: any) -> @nullif", Always, rewrite("if({0} = {1}, null, {0})"), "nullif(2, 2) IS NULL", {}},
    {"nullifzero(a: any) -> @nullif", Always, rewrite("if({0} = 0, null, {0})"), "nullifzero(0) IS NULL", {}},
    {"nvl(a: any, b: any) -> @coalesce open collation", ByRule, custom("coalesce"), "nvl(NULL, 1) = 1", {}},
    {"nvl2(a: any, b: any, c: any) -> @nvl2", ByRule, rewrite("if({0} IS NOT NULL, {1}, {2})"), "nvl2(NULL, 2, 1) = 1", {}},
    {"when(branch: any...+) -> @case open collation", ByRule, custom("case"), "case when true then 1 else 2 end = 1", {.display = "@case"}},
    {"zeroifnull(a: any) -> @coalesce", ByRule, rewrite("coalesce({0}, 0)"), "zeroifnull(NULL) = 0", {}},
});

}  // namespace

constinit const FunctionTable kConditionalFunctions{"conditional_funcs", kRows};

}  // namespace firesteel::functions
