#include "functions/tables/tables.h"

namespace firesteel::functions {
namespace {

using enum NullRule;

constexpr auto kRows = std::to_array<FunctionRow>({
    {"cume_dist() -> double", Never, custom("cume_dist"), "", {.kind = FunctionKind::Window}},
    {"dense_rank(order: any...) -> int", Never, custom("dense_rank"), "", {.kind = FunctionKind::Window, .display = "DENSE_RANK()"}},
    {"lag(value: any, offset: int = 1, default: any = null) -> @lead_lag", ByRule, custom("lag"), "", {.kind = FunctionKind::Window}},
    {"lead(value: any, offset: int = 1, default: any = null) -> @lead_lag", ByRule, custom("lead"), "", {.kind = FunctionKind::Window}},
    {"nth_value(value: any, offset: int, ignore_nulls: boolean = false) -> @nth_value", ByRule, custom("nth_value"), "", {.kind = FunctionKind::Window, .display = "nth_value({0}, {1})"}},
    {"ntile(buckets: any = 1) -> @ntile", ByRule, custom("ntile"), "", {.kind = FunctionKind::Window}},
    {"percent_rank(order: any...) -> double", Never, custom("percent_rank"), "", {.kind = FunctionKind::Window, .display = "PERCENT_RANK()"}},
    {"rank(order: any...) -> int", Never, custom("rank"), "", {.kind = FunctionKind::Window, .display = "RANK()"}},
    {"row_number() -> int", Never, custom("row_number"), "", {.kind = FunctionKind::Window}},
});

}  // namespace

constinit const FunctionTable kWindowFunctions{"window_funcs", kRows};

}  // namespace firesteel::functions
