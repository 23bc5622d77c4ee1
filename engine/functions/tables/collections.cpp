#include "functions/tables/tables.h"

namespace firesteel::functions {
namespace {

using enum NullRule;

constexpr auto kRows = std::to_array<FunctionRow>({
    {"array(value: any...) -> @array open collation", ByRule, custom("array"), "array(1, 2) = array(1, 2)", {}},
    {"array_append(array: anyarray, element: any) -> @array_insert open collation", ByRule, custom("array_append"), "array_append(array(1), 2) = array(1, 2)", {}},
    {"array_compact(array: anyarray) -> @array_compact", ByRule, custom("array_compact"), "array_compact(array(1, NULL)) = array(1)", {}},
    {"array_contains(array: any, element: any) -> @array_position open collation", ByRule, custom("array_contains"), "array_contains(array(1, 2), 2)", {}},
    {"array_distinct(array: array<T>) -> @first_argument", ByRule, custom("array_distinct"), "array_distinct(array(1, 1)) = array(1)", {}},
    {"array_except(a: array<T>, b: array<T>) -> @first_argument open collation", ByRule, custom("array_except"), "array_except(array(1, 2), array(1)) = array(2)", {}},
    {"array_insert(array: anyarray, position: any, element: any) -> @array_insert open collation", ByRule, custom("array_insert"), "array_insert(array(1, 2), 1, 9) = array(9, 1, 2)", {.raises = true}},
    {"array_intersect(a: array<T>, b: array<T>) -> @array_intersect open collation", ByRule, custom("array_intersect"), "array_intersect(array(1, 2), array(2)) = array(2)", {}},
    {"array_join(array: array<string>, delimiter: string!) -> =array open collation", IfAnyArgument, custom("array_join"), "array_join(array('a', 'b'), ',') = 'a,b'", {}},
    {"array_join(array: array<string>, delimiter: string!, null_replacement: string!) -> =array open collation", IfAnyArgument, custom("array_join"), "array_join(array('a', NULL), ',', 'x') = 'a,x'", {}},
    {"array_max(array: any) -> @element_nullable", ByRule, custom("array_max"), "array_max(array(1, 3)) = 3", {}},
    {"array_min(array: any) -> @element_nullable", ByRule, custom("array_min"), "array_min(array(1, 3)) = 1", {}},
    {"array_position(array: any, element: any) -> @array_position open collation", ByRule, custom("array_position"), "array_position(array(1, 3), 3) = 2", {}},
    {"array_prepend(array: anyarray, element: any) -> @array_insert open collation", ByRule, custom("array_prepend"), "array_prepend(array(1), 2) = array(2, 1)", {}},
    {"array_remove(array: any, element: any) -> @array_position open collation", ByRule, custom("array_remove"), "array_remove(array(1, 3), 3) = array(1)", {}},
    {"array_repeat(element: any, count: int) -> @array_repeat", ByRule, custom("array_repeat"), "array_repeat(1, 2) = array(1, 1)", {}},
    {"array_size(array: anyarray) -> int", IfAnyArgument, sql("len({0})"), "array_size(array(1, 2)) = 2", {}},
    {"array_union(a: array<T>, b: array<T>) -> array<T> open collation", IfAnyArgument, custom("array_union"), "array_union(array(1, 2), array(2, 3)) = array(1, 2, 3)", {}},
    {"arrays_overlap(a: array<T>, b: array<T>) -> @arrays_overlap open collation", ByRule, custom("arrays_overlap"), "arrays_overlap(array(1), array(1))", {}},
    {"arrays_zip(array: any...) -> @arrays_zip", ByRule, custom("arrays_zip"), "", {}},
    {"cardinality|size(value: anyarray|anymap) -> @size", ByRule, custom("size"), "size(array(1, 2)) = 2", {.mode = true}},
    {"concat(value: any...) -> @concat open collation", ByRule, custom("concat"), "concat('a', 'b') = 'ab'", {}},
    {"element_at(collection: any, key: any) -> @element_at", ByRule, custom("element_at"), "element_at(array(1, 2), 2) = 2", {.mode = true, .raises = true}},
    {"flatten(array: any) -> @flatten", ByRule, custom("flatten"), "flatten(array(array(1), array(2))) = array(1, 2)", {}},
    {"get(array: anyarray, index: int) -> @element_at", ByRule, custom("get"), "get(array(1, 2), 1) = 2", {}},
    {"map(entry: any...) -> @map", ByRule, custom("map"), "map(1, 'a')[1] = 'a'", {.raises = true}},
    {"map_concat(map: any...) -> @map_concat", ByRule, custom("map_concat"), "map_concat(map(1, 'a'), map(2, 'b'))[2] = 'b'", {.raises = true}},
    {"map_contains_key(map: any, key: any) -> @map_contains_key", ByRule, custom("map_contains_key"), "map_contains_key(map(1, 'a'), 1)", {}},
    {"map_entries(map: anymap) -> @map_entries", ByRule, custom("map_entries"), "", {}},
    {"map_from_arrays(keys: array<K>, values: array<V>) -> @map_from_arrays", ByRule, custom("map_from_arrays"), "map_from_arrays(array(1), array('a'))[1] = 'a'", {.raises = true}},
    {"map_from_entries(entries: any) -> @map_from_entries", ByRule, custom("map_from_entries"), "map_from_entries(array(struct(1, 'a')))[1] = 'a'", {.raises = true}},
    {"map_keys(map: map<K, V>) -> @map_keys", ByRule, custom("map_keys"), "map_keys(map(1, 'a')) = array(1)", {}},
    {"map_values(map: map<K, V>) -> @map_values", ByRule, custom("map_values"), "map_values(map(1, 'a')) = array('a')", {}},
    {"named_struct(part: any...) -> @named_struct", ByRule, custom("named_struct"), "named_struct('a', 1).a = 1", {}},
    {"reverse(value: string|anyarray) -> @first_argument", ByRule, custom("reverse"), "reverse('abc') = 'cba'", {}},
    {"sequence(start: any, stop: any) -> @sequence", ByRule, kernel("sequence"), "sequence(1, 3) = array(1, 2, 3)", {.zone = true, .raises = true}},
    {"sequence(start: any, stop: any, step: any) -> @sequence", ByRule, kernel("sequence"), "sequence(1, 5, 2) = array(1, 3, 5)", {.zone = true, .raises = true}},
    {"shuffle(array: anyarray, seed: bigint|void = null) -> @shuffle", ByRule, custom("shuffle"), "", {.display = "shuffle({0})", .nondeterministic = true}},
    {"slice(array: anyarray, start: int, length: int) -> @first_argument", ByRule, custom("slice"), "slice(array(1, 2, 3), 2, 2) = array(2, 3)", {.raises = true}},
    {"sort_array(array: anyarray, ascending: boolean! = true) -> @sort_array", ByRule, custom("sort_array"), "sort_array(array(2, 1)) = array(1, 2)", {}},
    {"str_to_map(text: string!, pair_delimiter: string! = ',', key_value_delimiter: string! = ':') -> @str_to_map", ByRule, kernel("str_to_map"), "", {.raises = true}},
    {"struct(value: any...) -> @struct", ByRule, custom("struct"), "struct(1, 2).col1 = 1", {}},
    {"try_element_at(collection: any, key: any) -> @element_at", ByRule, custom("element_at"), "try_element_at(array(1, 2), 3) IS NULL", {.mode = true}},
});

}  // namespace

constinit const FunctionTable kCollectionFunctions{"collection_funcs", kRows};

}  // namespace firesteel::functions
