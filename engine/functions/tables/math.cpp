#include "functions/tables/tables.h"

namespace firesteel::functions {
namespace {

using enum NullRule;

constexpr auto kRows = std::to_array<FunctionRow>({
    {"acos(x: double) -> double", Always, kernel("acos"), "acos(1) = 0D", {.display = "ACOS({0})"}},
    {"acosh(x: double) -> double", Always, kernel("acosh"), "acosh(1) = 0D", {.display = "ACOSH({0})"}},
    {"asin(x: double) -> double", Always, kernel("asin"), "asin(0) = 0D", {.display = "ASIN({0})"}},
    {"asinh(x: double) -> double", Always, kernel("asinh"), "asinh(0) = 0D", {.display = "ASINH({0})"}},
    {"atan(x: double) -> double", Always, kernel("atan"), "atan(0) = 0D", {.display = "ATAN({0})"}},
    {"atan2(y: double, x: double) -> double", IfAnyArgument, kernel("atan2"), "atan2(0, 0) = 0D", {.display = "ATAN2({0}, {1})"}},
    {"atanh(x: double) -> double", Always, kernel("atanh"), "atanh(0) = 0D", {.display = "ATANH({0})"}},
    {"bin(x: bigint) -> string", IfAnyArgument, kernel("bin"), "bin(13) = '1101'", {}},
    {"bround(x: any, scale: any = 0) -> @round", ByRule, custom("bround"), "bround(2.5, 0) = 2", {.mode = true, .raises = true}},
    {"cbrt(x: double) -> double", Always, kernel("cbrt"), "cbrt(27.0) = 3D", {.display = "CBRT({0})"}},
    {"ceil(x: any) -> @ceil_floor", ByRule, custom("ceil"), "ceil(1.2) = 2", {.display = "CEIL({0})"}},
    {"ceil(x: any, scale: any) -> @ceil_floor", ByRule, custom("ceil"), "ceil(3.1411, 3) = 3.142", {}},
    {"ceiling(x: any) -> @ceil_floor", ByRule, custom("ceil"), "ceiling(1.2) = 2", {}},
    {"ceiling(x: any, scale: any) -> @ceil_floor", ByRule, custom("ceil"), "ceiling(3.1411, 3) = 3.142", {}},
    {"conv(num: string, from_base: int, to_base: int) -> =num", Always, kernel("conv"), "conv('100', 2, 10) = '4'", {.mode = true, .raises = true}},
    {"cos(x: double) -> double", Always, kernel("cos"), "cos(0) = 1D", {.display = "COS({0})"}},
    {"cosh(x: double) -> double", Always, kernel("cosh"), "cosh(0) = 1D", {.display = "COSH({0})"}},
    {"cot(x: double) -> double", Always, kernel("cot"), "", {.display = "COT({0})"}},
    {"csc(x: double) -> double", Always, kernel("csc"), "", {.display = "CSC({0})"}},
    {"degrees(x: double) -> double", Always, kernel("degrees"), "degrees(0) = 0D", {.display = "DEGREES({0})"}},
    {"e() -> double", Never, sql("2.718281828459045::DOUBLE"), "e() = 2.718281828459045D", {.display = "E()"}},
    {"exp(x: double) -> double", Always, kernel("exp"), "exp(0) = 1D", {.display = "EXP({0})"}},
    {"expm1(x: double) -> double", Always, kernel("expm1"), "expm1(0) = 0D", {.display = "EXPM1({0})"}},
    {"factorial(x: int) -> bigint", Always, kernel("factorial"), "factorial(5) = 120", {}},
    {"floor(x: any) -> @ceil_floor", ByRule, custom("floor"), "floor(1.8) = 1", {.display = "FLOOR({0})"}},
    {"floor(x: any, scale: any) -> @ceil_floor", ByRule, custom("floor"), "floor(3.1411, 3) = 3.141", {}},
    {"hex(x: bigint|binary|string) -> @hex", ByRule, kernel("hex"), "hex(17) = '11'", {}},
    {"hypot(a: double, b: double) -> double", IfAnyArgument, kernel("hypot"), "hypot(3, 4) = 5D", {.display = "HYPOT({0}, {1})"}},
    {"ln(x: double) -> double", Always, kernel("ln"), "ln(1) = 0D", {}},
    {"log(x: double) -> double", Always, kernel("ln"), "log(1) = 0D", {.display = "LOG(E(), {0})"}},
    {"log(base: double, x: double) -> double", Always, kernel("log"), "log(10, 100) = 2D", {.display = "LOG({0}, {1})"}},
    {"log10(x: double) -> double", Always, kernel("log10"), "log10(10) = 1D", {.display = "LOG10({0})"}},
    {"log1p(x: double) -> double", Always, kernel("log1p"), "log1p(0) = 0D", {.display = "LOG1P({0})"}},
    {"log2(x: double) -> double", Always, kernel("log2"), "log2(2) = 1D", {.display = "LOG2({0})"}},
    {"pi() -> double", Never, sql("3.141592653589793::DOUBLE"), "pi() = 3.141592653589793D", {.display = "PI()"}},
    {"pow(x: double, y: double) -> double", IfAnyArgument, kernel("pow"), "pow(2, 3) = 8D", {}},
    {"power(x: double, y: double) -> double", IfAnyArgument, kernel("pow"), "power(2, 3) = 8D", {.display = "POWER({0}, {1})"}},
    {"radians(x: double) -> double", Always, kernel("radians"), "radians(0) = 0D", {.display = "RADIANS({0})"}},
    {"rand|random() -> double", Never, custom("rand"), "", {.display = "rand()", .nondeterministic = true}},
    {"rand|random(seed: int|bigint|void!) -> @seeded", ByRule, custom("rand"), "", {.display = "rand({0})", .nondeterministic = true}},
    {"randn() -> double", Never, custom("randn"), "", {.nondeterministic = true}},
    {"randn(seed: int|bigint|void!) -> @seeded", ByRule, custom("randn"), "", {.nondeterministic = true}},
    {"rint(x: double) -> double", Always, kernel("rint"), "rint(12.3456) = 12D", {}},
    {"round(x: any, scale: any = 0) -> @round", ByRule, custom("round"), "round(2.5, 0) = 3", {.mode = true, .raises = true}},
    {"sec(x: double) -> double", Always, kernel("sec"), "sec(0) = 1D", {.display = "SEC({0})"}},
    {"sign(x: double|day_time_interval|year_month_interval) -> double", Always, custom("sign"), "sign(40) = 1D", {}},
    {"signum(x: double|day_time_interval|year_month_interval) -> double", Always, custom("sign"), "signum(-4) = -1D", {.display = "SIGNUM({0})"}},
    {"sin(x: double) -> double", Always, kernel("sin"), "sin(0) = 0D", {.display = "SIN({0})"}},
    {"sinh(x: double) -> double", Always, kernel("sinh"), "sinh(0) = 0D", {.display = "SINH({0})"}},
    {"sqrt(x: double) -> double", Always, kernel("sqrt"), "sqrt(4) = 2D", {.display = "SQRT({0})"}},
    {"tan(x: double) -> double", Always, kernel("tan"), "tan(0) = 0D", {.display = "TAN({0})"}},
    {"tanh(x: double) -> double", Always, kernel("tanh"), "tanh(0) = 0D", {.display = "TANH({0})"}},
    {"unhex(x: string) -> binary", Always, kernel("unhex"), "unhex('4D') = X'4D'", {}},
    {"uniform(min: any, max: any) -> @uniform", ByRule, custom("replaced"), "", {.nondeterministic = true}},
    {"uniform(min: any, max: any, seed: int|bigint|void!) -> @uniform", ByRule, custom("replaced"), "", {.nondeterministic = true}},
    {"width_bucket(value: double, min: double, max: double, buckets: bigint) -> bigint", Always, kernel("width_bucket"), "width_bucket(5.3, 0.2, 10.6, 5) = 3", {}},
    {"width_bucket(value: day_time_interval, min: day_time_interval, max: day_time_interval, buckets: bigint) -> bigint", Always, kernel("width_bucket"), "", {}},
    {"width_bucket(value: year_month_interval, min: year_month_interval, max: year_month_interval, buckets: bigint) -> bigint", Always, kernel("width_bucket"), "", {}},
});

}  // namespace

constinit const FunctionTable kMathFunctions{"math_funcs", kRows};

}  // namespace firesteel::functions
