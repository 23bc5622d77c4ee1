#include "functions/tables/tables.h"

namespace firesteel::functions {
namespace {

using enum NullRule;

/// array_sort without a comparator shows the one that it has.
constexpr std::string_view kSorted =
    "array_sort({0}, lambdafunction((IF(((namedlambdavariable() IS NULL) AND (namedlambdavariable() IS NULL)), 0, "
    "(IF((namedlambdavariable() IS NULL), 1, (IF((namedlambdavariable() IS NULL), -1, "
    "(IF((namedlambdavariable() < namedlambdavariable()), -1, "
    "(IF((namedlambdavariable() > namedlambdavariable()), 1, 0)))))))))), namedlambdavariable(), namedlambdavariable()))";

constexpr auto kRows = std::to_array<FunctionRow>({
    {"aggregate|reduce(array: array<T>, start: A, merge: lambda(A, T) -> A) -> A", Always, custom("aggregate"), "aggregate(array(1, 2, 3), 0, (acc, x) -> acc + x) = 6", {.display = "{name}({0*}, lambdafunction(namedlambdavariable(), namedlambdavariable()))"}},
    {"aggregate|reduce(array: array<T>, start: A, merge: lambda(A, T) -> A, finish: lambda(A) -> R) -> R", Always, custom("aggregate"), "aggregate(array(1, 2), 0, (acc, x) -> acc + x, acc -> acc * 10) = 30", {}},
    {"array_sort(array: array<T>) -> @sort_array", ByRule, custom("array_sort"), "array_sort(array(2, NULL, 1)) = array(1, 2, NULL)", {.display = kSorted}},
    {"array_sort(array: array<T>, comparator: lambda(T, T) -> int) -> @sort_array", ByRule, custom("array_sort"), "", {.raises = true}},
    {"exists(array: array<T>, predicate: lambda(T) -> boolean) -> @quantified", ByRule, custom("exists"), "exists(array(1, 2), x -> x = 2)", {}},
    {"filter(array: array<T>, predicate: lambda(T, int) -> boolean) -> @first_argument", ByRule, custom("filter"), "filter(array(1, 2), x -> x > 1) = array(2)", {}},
    {"forall(array: array<T>, predicate: lambda(T) -> boolean) -> @quantified", ByRule, custom("forall"), "forall(array(1, 2), x -> x > 0)", {}},
    {"map_filter(map: map<K, V>, predicate: lambda(K, V) -> boolean) -> @first_argument", ByRule, custom("map_filter"), "map_filter(map(1, 0), (k, v) -> k > v)[1] = 0", {}},
    {"map_zip_with(a: map<K, V>, b: map<K, W>, merge: lambda(K, V, W) -> R) -> @map_zip_with", ByRule, custom("map_zip_with"), "", {}},
    {"transform(array: array<T>, function: lambda(T, int) -> R) -> array<R>", IfAnyArgument, custom("transform"), "transform(array(1, 2), x -> x + 1) = array(2, 3)", {}},
    {"transform_keys(map: map<K, V>, function: lambda(K, V) -> R) -> @transform_keys", ByRule, custom("transform_keys"), "", {.raises = true}},
    {"transform_values(map: map<K, V>, function: lambda(K, V) -> R) -> map<K, R>", IfAnyArgument, custom("transform_values"), "", {}},
    {"zip_with(a: array<T>, b: array<U>, merge: lambda(T, U) -> R) -> array<R>", IfAnyArgument, custom("zip_with"), "zip_with(array(1), array(2), (x, y) -> x + y) = array(3)", {}},
});

}  // namespace

constinit const FunctionTable kLambdaFunctions{"lambda_funcs", kRows};

}  // namespace firesteel::functions
