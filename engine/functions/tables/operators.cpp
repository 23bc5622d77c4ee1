#include "functions/tables/tables.h"

namespace firesteel::functions {
namespace {

using enum NullRule;

constexpr auto kRows = std::to_array<FunctionRow>({
    {"%(a: any, b: any) -> @arithmetic", ByRule, custom("remainder"), "7 % 2 = 1", {.display = "({0} % {1})", .mode = true, .raises = true}},
    {"mod(a: any, b: any) -> @arithmetic", ByRule, custom("remainder"), "mod(7, 2) = 1", {.mode = true, .raises = true}},
    {"*(a: any, b: any) -> @arithmetic", ByRule, custom("multiply"), "2 * 3 = 6", {.display = "({0} * {1})", .mode = true, .raises = true}},
    {"+(a: any, b: any) -> @arithmetic", ByRule, custom("add"), "1 + 2 = 3", {.display = "({0} + {1})", .mode = true, .raises = true}},
    {"+|positive(a: any) -> @same_type", ByRule, sql("{0}"), "+ 1 = 1", {.display = "(+ {0})"}},
    {"-(a: any, b: any) -> @arithmetic", ByRule, custom("subtract"), "3 - 1 = 2", {.display = "({0} - {1})", .mode = true, .raises = true}},
    {"-(a: any) -> @same_type", ByRule, custom("negative"), "- (1) = -1", {.display = "(- {0})", .mode = true, .raises = true}},
    {"/(a: any, b: any) -> @arithmetic", ByRule, custom("divide"), "3 / 2 = 1.5", {.display = "({0} / {1})", .mode = true, .raises = true}},
    {"abs(a: any) -> @same_type", ByRule, custom("abs"), "abs(-1) = 1", {.mode = true, .raises = true}},
    {"div(a: any, b: any) -> @arithmetic", ByRule, custom("integral_divide"), "7 div 2 = 3", {.display = "({0} div {1})", .mode = true, .raises = true}},
    {"negative(a: any) -> @same_type", ByRule, custom("negative"), "negative(1) = -1", {.mode = true, .raises = true}},
    {"pmod(a: any, b: any) -> @arithmetic", ByRule, custom("pmod"), "pmod(-10, 3) = 2", {.mode = true, .raises = true}},
    {"try_add(a: any, b: any) -> @arithmetic", ByRule, custom("add"), "try_add(1, 2) = 3", {.mode = true}},
    {"try_divide(a: any, b: any) -> @arithmetic", ByRule, custom("divide"), "try_divide(3, 0) IS NULL", {.mode = true}},
    {"try_mod(a: any, b: any) -> @arithmetic", ByRule, custom("remainder"), "try_mod(3, 0) IS NULL", {.mode = true}},
    {"try_multiply(a: any, b: any) -> @arithmetic", ByRule, custom("multiply"), "try_multiply(2, 3) = 6", {.mode = true}},
    {"try_subtract(a: any, b: any) -> @arithmetic", ByRule, custom("subtract"), "try_subtract(2, 3) = -1", {.mode = true}},
});

}  // namespace

constinit const FunctionTable kOperatorFunctions{"math_funcs", kRows};

}  // namespace firesteel::functions
