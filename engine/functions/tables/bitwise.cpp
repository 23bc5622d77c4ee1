#include "functions/tables/tables.h"

namespace firesteel::functions {
namespace {

using enum NullRule;

constexpr auto kRows = std::to_array<FunctionRow>({
    {"&(a: any, b: any) -> @bitwise", ByRule, sql("({0} & {1})"), "3 & 5 = 1", {.display = "({0} & {1})"}},
    {"<<(a: int|bigint, n: int) -> @first_argument", ByRule, kernel("shiftleft"), "2 << 1 = 4", {.display = "({0} << {1})"}},
    {">>(a: int|bigint, n: int) -> @first_argument", ByRule, kernel("shiftright"), "4 >> 1 = 2", {.display = "({0} >> {1})"}},
    {">>>(a: int|bigint, n: int) -> @first_argument", ByRule, kernel("shiftrightunsigned"), "4 >>> 1 = 2", {.display = "({0} >>> {1})"}},
    {"^(a: any, b: any) -> @bitwise", ByRule, sql("xor({0}, {1})"), "3 ^ 5 = 6", {.display = "({0} ^ {1})"}},
    {"bit_count(x: integral|boolean!) -> int", IfAnyArgument, kernel("bit_count"), "bit_count(7) = 3", {}},
    {"bit_get|getbit(x: integral, position: int) -> tinyint", IfAnyArgument, kernel("bit_get"), "bit_get(11, 0) = 1Y", {.raises = true}},
    {"shiftleft(a: int|bigint, n: int) -> @first_argument", ByRule, kernel("shiftleft"), "shiftleft(2, 1) = 4", {}},
    {"shiftright(a: int|bigint, n: int) -> @first_argument", ByRule, kernel("shiftright"), "shiftright(4, 1) = 2", {}},
    {"shiftrightunsigned(a: int|bigint, n: int) -> @first_argument", ByRule, kernel("shiftrightunsigned"), "shiftrightunsigned(4, 1) = 2", {}},
    {"|(a: any, b: any) -> @bitwise", ByRule, sql("({0} | {1})"), "3 | 5 = 7", {.display = "({0} | {1})"}},
    {"~(a: integral!) -> @first_argument", ByRule, sql("(~{0})"), "~0 = -1", {.display = "~{0}"}},
});

}  // namespace

constinit const FunctionTable kBitwiseFunctions{"bitwise_funcs", kRows};

}  // namespace firesteel::functions
