#include "functions/tables/tables.h"

namespace firesteel::functions {
namespace {

using enum NullRule;

constexpr auto kRows = std::to_array<FunctionRow>({
    {"<(a: any, b: any) -> @comparison one collation", IfAnyArgument, custom("<"), "1 < 2 = true", {.display = "({0} < {1})"}},
    {"<=(a: any, b: any) -> @comparison one collation", IfAnyArgument, custom("<="), "1 <= 2 = true", {.display = "({0} <= {1})"}},
    {"<=>(a: any, b: any) -> @comparison one collation", Never, custom("<=>"), "(1 <=> NULL) = false", {.display = "({0} <=> {1})"}},
    {"=|==(a: any, b: any) -> @comparison one collation", IfAnyArgument, custom("="), "(1 = 1) = true", {.display = "({0} = {1})"}},
    {">(a: any, b: any) -> @comparison one collation", IfAnyArgument, custom(">"), "2 > 1 = true", {.display = "({0} > {1})"}},
    {">=(a: any, b: any) -> @comparison one collation", IfAnyArgument, custom(">="), "2 >= 1 = true", {.display = "({0} >= {1})"}},
    {"and(a: any, b: any) -> @logical", IfAnyArgument, custom("and"), "(true and false) = false", {.display = "({0} AND {1})"}},
    {"between(value: any, low: any, high: any) -> boolean", IfAnyArgument, rewrite("({0} >= {1}) and ({0} <= {2})"), "2 between 1 and 3", {}},
    {"contains(a: string|binary, b: string|binary) -> @nullable_if_binary one collation", ByRule, custom("contains"), "contains('Spark', 'ar')", {.group = "string_funcs"}},
    {"endswith(a: string|binary, b: string|binary) -> @nullable_if_binary one collation", ByRule, custom("endswith"), "endswith('Spark', 'rk')", {.group = "string_funcs"}},
    {"equal_null(a: any, b: any) -> boolean", Never, rewrite("{0} <=> {1}"), "equal_null(3, 3)", {}},
    {"ilike(value: regex_string, pattern: string) -> boolean", IfAnyArgument, kernel("ilike"), "ilike('Spark', '_Park')", {.raises = true}},
    {"ilike(value: regex_string, pattern: string, escape: string) -> boolean", IfAnyArgument, kernel("ilike"), "", {.display = "ilike({0}, {1})", .raises = true}},
    {"in(value: any, list: any...) -> @in one collation", ByRule, custom("in"), "1 in (1, 2)", {.display = "({0} IN ({1*}))"}},
    {"isnan(value: double|float) -> boolean", Never, sql("coalesce(isnan({0}), false)"), "isnan(double('NaN'))", {}},
    {"isnotnull(value: any) -> boolean", Never, sql("({0} IS NOT NULL)"), "isnotnull(1)", {.display = "({0} IS NOT NULL)"}},
    {"isnull(value: any) -> boolean", Never, sql("({0} IS NULL)"), "isnull(NULL)", {.display = "({0} IS NULL)"}},
    {"like(value: regex_string, pattern: string) -> boolean", IfAnyArgument, custom("like"), "'Spark' like '_park'", {.display = "{0} LIKE {1}", .raises = true}},
    {"like(value: regex_string, pattern: string, escape: string) -> boolean", IfAnyArgument, custom("like"), "", {.display = "{0} LIKE {1} ESCAPE '{2}'", .raises = true}},
    {"not|!(value: boolean) -> boolean", IfAnyArgument, custom("not"), "(not true) = false", {.display = "(NOT {0})"}},
    {"or(a: any, b: any) -> @logical", IfAnyArgument, custom("or"), "true or false", {.display = "({0} OR {1})"}},
    {"regexp(value: regex_string, pattern: string) -> boolean", IfAnyArgument, kernel("regexp"), "regexp('abc', 'b')", {.display = "REGEXP({0}, {1})", .raises = true}},
    {"regexp_like(value: regex_string, pattern: string) -> boolean", IfAnyArgument, kernel("regexp_like"), "regexp_like('abc', 'b')", {.display = "REGEXP_LIKE({0}, {1})", .raises = true}},
    {"rlike(value: regex_string, pattern: string) -> boolean", IfAnyArgument, kernel("rlike"), "rlike('abc', 'b')", {.display = "RLIKE({0}, {1})", .raises = true}},
    {"startswith(a: string|binary, b: string|binary) -> @nullable_if_binary one collation", ByRule, custom("startswith"), "startswith('Spark', 'Sp')", {.group = "string_funcs"}},
});

}  // namespace

constinit const FunctionTable kPredicateFunctions{"predicate_funcs", kRows};

}  // namespace firesteel::functions
