// @rules of arrays, maps and structs.
#include <algorithm>
#include <array>

#include "functions/rules.h"
#include "types/type_text.h"

namespace firesteel::functions {

using bound::Expr;

namespace {

/// What a collection and a value to find or put into it are cast to: Spark's tightest type, whatever the mode.
std::optional<DataType> tightest(const DataType& held, const DataType& value) {
    return coercion::tightest_common_type(held, value, /*ansi=*/false);
}

std::optional<DataType> common_of(const Resolution& r, std::size_t first, std::size_t step) {
    std::vector<DataType> types;
    for (std::size_t i = first; i < r.arguments.size(); i += step) types.push_back(r.type_of(i));
    if (types.empty()) return DataType::null();
    return common_type(types, r.context);
}

std::vector<DataType> types_of(const Resolution& r, std::size_t first, std::size_t step) {
    std::vector<DataType> types;
    for (std::size_t i = first; i < r.arguments.size(); i += step) types.push_back(r.type_of(i));
    return types;
}

bool any_nullable_from(const Resolution& r, std::size_t first, std::size_t step) {
    for (std::size_t i = first; i < r.arguments.size(); i += step) {
        if (r.arguments[i].nullable()) return true;
    }
    return false;
}

void cast_all(Resolution& r, std::size_t first, std::size_t step, const DataType& to) {
    for (std::size_t i = first; i < r.arguments.size(); i += step) r.cast(i, to);
}

bool holds_map(const DataType& type) {
    switch (type.kind()) {
        case TypeKind::Map:
        case TypeKind::Variant:
            return true;
        case TypeKind::Array:
            return holds_map(type.element());
        case TypeKind::Struct:
            return std::any_of(type.fields().begin(), type.fields().end(),
                               [](const StructField& f) { return holds_map(f.type); });
        default:
            return false;
    }
}

void check_map_key(const Resolution& r, const DataType& key) {
    if (holds_map(key)) {
        r.fail(ErrorClass::DatatypeMismatchInvalidMapKeyType, {{"keyType", quoted_sql_name(key)}});
    }
}

/// The name a struct field takes from its expression.
std::string field_name(const Expr& expr, std::size_t index) {
    if (const auto* column = expr.get_if<bound::ColumnRef>()) {
        if (!column->name.starts_with(kLambdaVariableMark)) return column->name;
        return column->name.substr(kLambdaVariableMark.size());
    }
    if (const auto* get = expr.get_if<bound::GetField>()) {
        if (get->child.type().is(TypeKind::Struct)) return get->child.type().fields()[get->index].name;
    }
    return "col" + std::to_string(index + 1);
}

}  // namespace

void rule_array(Resolution& r) {
    const auto element = common_of(r, 0, 1);
    if (!element) {
        r.fail(ErrorClass::DatatypeMismatchDataDiffTypes,
               {{"functionName", r.quoted_name()}, {"dataType", quoted_types(types_of(r, 0, 1))}});
    }
    cast_all(r, 0, 1, *element);
    r.type = DataType::array(*element, any_nullable_from(r, 0, 1));
    r.nullable = false;
}

void rule_map(Resolution& r) {
    if (r.arguments.size() % 2 != 0) {
        throw Error(ErrorClass::WrongNumArgsWithoutSuggestion,
                    {{"functionName", r.quoted_name()},
                     {"expectedNum", "2n (n > 0)"},
                     {"actualNum", std::to_string(r.arguments.size())},
                     {"docroot", "https://spark.apache.org/docs/latest"}},
                    r.origin);
    }
    const auto key = common_of(r, 0, 2);
    if (!key) {
        r.fail(ErrorClass::DatatypeMismatchCreateMapKeyDiffTypes,
               {{"functionName", r.quoted_name()}, {"dataType", listed_types(types_of(r, 0, 2))}});
    }
    const auto value = common_of(r, 1, 2);
    if (!value) {
        r.fail(ErrorClass::DatatypeMismatchCreateMapValueDiffTypes,
               {{"functionName", r.quoted_name()}, {"dataType", listed_types(types_of(r, 1, 2))}});
    }
    check_map_key(r, *key);
    cast_all(r, 0, 2, *key);
    cast_all(r, 1, 2, *value);
    r.type = DataType::map(*key, *value, any_nullable_from(r, 1, 2));
    r.nullable = false;
}

/// struct(a, b, …): fields take the arguments' names.
void rule_struct(Resolution& r) {
    std::vector<StructField> fields;
    for (std::size_t i = 0; i < r.arguments.size(); ++i) {
        fields.push_back({field_name(r.arguments[i], i), r.type_of(i), r.arguments[i].nullable(), {}});
    }
    r.type = DataType::structure(std::move(fields));
    r.nullable = false;
}

void rule_named_struct(Resolution& r) {
    if (r.arguments.size() % 2 != 0 || r.arguments.empty()) {
        throw Error(ErrorClass::WrongNumArgsWithoutSuggestion,
                    {{"functionName", r.quoted_name()},
                     {"expectedNum", "2n (n > 0)"},
                     {"actualNum", std::to_string(r.arguments.size())},
                     {"docroot", "https://spark.apache.org/docs/latest"}},
                    r.origin);
    }
    std::vector<StructField> fields;
    std::string wrong;
    for (std::size_t i = 0; i + 1 < r.arguments.size(); i += 2) {
        const auto name = r.fold(i);
        if (!name || name->is_null() || !name->type.is_string_like()) {
            wrong += (wrong.empty() ? "" : ", ") + sql_text(r.arguments[i]);
            continue;
        }
        fields.push_back({name->value.bytes(), r.type_of(i + 1), r.arguments[i + 1].nullable(), {}});
    }
    if (!wrong.empty()) {
        r.fail(ErrorClass::DatatypeMismatchCreateNamedStructWithoutFoldableString,
               {{"inputExprs", "[" + wrong + "]"}});
    }
    r.type = DataType::structure(std::move(fields));
    r.nullable = false;
}

/// collect_list, collect_set: no NULLs inside, never NULL itself.
void rule_collect(Resolution& r) {
    if (r.row->lowering.text == "collect_set" && holds_map(r.type_of(0))) {
        r.fail(ErrorClass::DatatypeMismatchUnsupportedInputType,
               {{"functionName", r.quoted_name()}, {"dataType", quoted_sql_name(r.type_of(0))}});
    }
    r.type = DataType::array(r.type_of(0), false);
    r.nullable = false;
}

/// concat, ||: strings, binaries or arrays.
void rule_concat(Resolution& r) {
    const bool arrays = std::any_of(r.arguments.begin(), r.arguments.end(), [](const Expr& e) {
        return e.type().is(TypeKind::Array);
    });
    const bool binaries = !r.arguments.empty() &&
                          std::all_of(r.arguments.begin(), r.arguments.end(), [](const Expr& e) {
                              return e.type().is(TypeKind::Binary);
                          });
    if (arrays) {
        const auto type = common_of(r, 0, 1);
        const bool any_null = std::any_of(r.arguments.begin(), r.arguments.end(),
                                          [](const Expr& e) { return e.type().is(TypeKind::Null); });
        if (!type || any_null) {
            r.fail(ErrorClass::DatatypeMismatchDataDiffTypes,
                   {{"functionName", "`concat`"}, {"dataType", quoted_types(types_of(r, 0, 1))}});
        }
        cast_all(r, 0, 1, *type);
        r.type = *type;
    } else if (binaries) {
        r.type = DataType::binary();
    } else {
        for (std::size_t i = 0; i < r.arguments.size(); ++i) {
            const auto type = coercion::implicit_cast(r.type_of(i), coercion::TypeClass::AnyString,
                                                      r.context.ansi);
            if (!type) r.fail_input(i, "(\"STRING\" or \"BINARY\" or \"ARRAY\")");
            r.cast(i, *type);
            if (r.type_of(i).is_collated()) r.type = r.type_of(i);
        }
        if (!r.type.is_string_like()) r.type = DataType::string();
    }
    r.nullable = r.any_nullable();
}

namespace {

/// Whether an array's item can be NULL: known of array(…) with a constant index; a constant index says
/// nothing of other arrays.
bool item_nullable(const Resolution& r, bool from_one, bool raises) {
    const auto* cast = r.arguments[1].get_if<bound::Cast>();
    const bool is_whole = cast == nullptr || cast->child.type().is_integral();
    const auto index = is_whole ? constant_value(r.arguments[1]) : std::nullopt;
    if (!index || index->is_null()) return !raises || r.any_nullable() || r.type_of(0).contains_null();
    const auto* made = r.arguments[0].get_if<bound::Call>();
    if (made == nullptr || made->function->name() != "array") return true;
    const auto size = static_cast<std::int64_t>(made->arguments.size());
    std::int64_t at = index->value.integer();
    if (from_one) at = at > 0 ? at - 1 : at < 0 ? size + at : size;
    if (at < 0 || at >= size) return !raises;
    return made->arguments[static_cast<std::size_t>(at)].nullable();
}

}  // namespace

/// array[index]: 0-based, an error beyond the end in ANSI mode.
void rule_array_item(Resolution& r) {
    if (!r.type_of(1).is_integral()) {
        if (!r.type_of(1).is(TypeKind::Null)) r.fail_input(1, "\"INTEGRAL\"");
        r.cast(1, DataType::integer());
    }
    r.type = r.type_of(0).element();
    r.nullable = item_nullable(r, /*from_one=*/false, /*raises=*/r.ansi());
}

/// map[key]: NULL where the key is missing.
void rule_map_value(Resolution& r) {
    const DataType map = r.type_of(0);
    const auto key = coercion::wider_type(map.key(), r.type_of(1), r.context.ansi);
    if (!key || !key->same_ignoring_nullability(map.key())) {
        const auto cast = coercion::implicit_cast(r.type_of(1), map.key(), r.context.ansi);
        if (!cast) r.fail_input(1, quoted_sql_name(map.key()));
    }
    r.cast(1, map.key());
    r.type = map.value();
    r.nullable = true;
}

void rule_transform_keys(Resolution& r) {
    check_map_key(r, r.type_of(1));
    r.type = DataType::map(r.type_of(1), r.type_of(0).value(), r.type_of(0).value_contains_null());
    r.nullable = r.arguments[0].nullable();
}

/// element_at(array, 1-based index), element_at(map, key), try_element_at, get.
void rule_element_at(Resolution& r) {
    const DataType from = r.type_of(0);
    if (from.is(TypeKind::Null)) {
        r.fail(ErrorClass::DatatypeMismatchNullType, {{"functionName", r.quoted_name()}});
    }
    if (from.is(TypeKind::Map)) {
        const auto key = tightest(from.key(), r.type_of(1));
        if (!key) {
            r.fail(ErrorClass::DatatypeMismatchMapFunctionDiffTypes,
                   {{"functionName", r.quoted_name()},
                    {"dataType", "\"MAP\""},
                    {"leftType", quoted_sql_name(from)},
                    {"rightType", quoted_sql_name(r.type_of(1))}});
        }
        r.cast(0, DataType::map(*key, from.value(), from.value_contains_null()));
        r.cast(1, *key);
        r.type = from.value();
        r.nullable = true;
        return;
    }
    if (!from.is(TypeKind::Array)) r.fail_input(0, "(\"ARRAY\" or \"MAP\")");
    if (!r.type_of(1).is_integral() && !r.type_of(1).is(TypeKind::Null)) {
        r.fail_input(1, "\"INT\"");
    }
    r.cast(1, DataType::integer());
    r.type = from.element();
    const bool raises = r.row->name() == "element_at" && r.ansi();
    r.nullable = item_nullable(r, /*from_one=*/r.row->name() != "get", raises);
}

/// size, cardinality: -1 stands for NULL in the legacy mode.
void rule_size(Resolution& r) {
    r.type = DataType::integer();
    const bool is_minus_one = r.context.legacy_size_of_null && !r.context.ansi;
    r.nullable = !is_minus_one && r.any_nullable();
}

/// The result is the first argument, nullability included.
void rule_first_argument(Resolution& r) {
    r.type = r.type_of(0);
    r.nullable = r.any_nullable();
}

void rule_shuffle(Resolution& r) {
    r.type = r.type_of(0);
    r.nullable = r.arguments[0].nullable();
}

void rule_array_compact(Resolution& r) {
    r.type = DataType::array(r.type_of(0).element(), false);
    r.nullable = r.arguments[0].nullable();
}

void rule_map_entries(Resolution& r) {
    const DataType map = r.type_of(0);
    r.type = DataType::array(
        DataType::structure({{"key", map.key(), false, {}},
                             {"value", map.value(), map.value_contains_null(), {}}}),
        false);
    r.nullable = r.any_nullable();
}

void rule_map_from_entries(Resolution& r) {
    const DataType from = r.type_of(0);
    if (!from.is(TypeKind::Array) || !from.element().is(TypeKind::Struct) ||
        from.element().fields().size() != 2) {
        r.fail_input(0, "\"ARRAY\" of pair \"STRUCT\"");
    }
    const auto& fields = from.element().fields();
    check_map_key(r, fields[0].type);
    r.type = DataType::map(fields[0].type, fields[1].type, fields[1].nullable);
    r.nullable = r.any_nullable() || from.contains_null();
}

void rule_arrays_zip(Resolution& r) {
    std::vector<StructField> fields;
    for (std::size_t i = 0; i < r.arguments.size(); ++i) {
        if (r.type_of(i).is(TypeKind::Null)) r.cast(i, DataType::array(DataType::null()));
        if (!r.type_of(i).is(TypeKind::Array)) r.fail_input(i, "\"ARRAY\"");
        std::string name = field_name(r.arguments[i], i);
        if (name == "col" + std::to_string(i + 1)) name = std::to_string(i);
        fields.push_back({std::move(name), r.type_of(i).element(), true, {}});
    }
    r.type = DataType::array(DataType::structure(std::move(fields)), false);
    r.nullable = r.any_nullable();
}

/// sequence(start, stop[, step]): numbers by a number, dates and times by an interval.
void rule_sequence(Resolution& r) {
    const std::size_t numbers = r.arguments.size();
    const bool of_times = r.type_of(0).is_datetime() || r.type_of(1).is_datetime();
    std::vector<DataType> types{r.type_of(0), r.type_of(1)};
    if (numbers == 3 && !of_times) types.push_back(r.type_of(2));
    const auto type = coercion::wider_type(types, r.context.ansi);
    const auto is_step = [](const DataType& t) {
        return t.is_ansi_interval() || t.is(TypeKind::CalendarInterval) || t.is(TypeKind::Null);
    };
    const bool fits = type && (of_times ? type->is_datetime() && (numbers == 2 || is_step(r.type_of(2)))
                                        : type->is_integral());
    if (!fits) {
        r.fail(ErrorClass::DatatypeMismatchSequenceWrongInputTypes,
               {{"functionName", r.quoted_name()},
                {"startType", "(\"TIMESTAMP\" or \"TIMESTAMP_NTZ\" or \"DATE\")"},
                {"stepType",
                 "(\"INTERVAL\" or \"INTERVAL YEAR TO MONTH\" or \"INTERVAL DAY TO SECOND\")"},
                {"otherStartType", "\"INTEGRAL\""}});
    }
    r.cast(0, *type);
    r.cast(1, *type);
    if (numbers == 3 && !of_times) r.cast(2, *type);
    if (numbers == 3 && r.type_of(2).is(TypeKind::Null)) r.cast(2, DataType::day_time_interval());
    r.type = DataType::array(*type, false);
    r.nullable = r.any_nullable();
}

void rule_flatten(Resolution& r) {
    const DataType from = r.type_of(0);
    if (!from.is(TypeKind::Array) || !from.element().is(TypeKind::Array)) {
        r.fail_input(0, "\"ARRAY\" of \"ARRAY\"");
    }
    r.type = from.element();
    r.nullable = r.any_nullable() || from.contains_null();
}

void rule_map_concat(Resolution& r) {
    const auto bracketed = [&] {
        std::string out = "[";
        for (std::size_t i = 0; i < r.arguments.size(); ++i) {
            out += (i > 0 ? ", " : "") + quoted_sql_name(r.type_of(i));
        }
        return out + "]";
    };
    const auto type = common_of(r, 0, 1);
    const bool maps = std::all_of(r.arguments.begin(), r.arguments.end(),
                                  [](const Expr& e) { return e.type().is(TypeKind::Map); });
    if (r.arguments.empty()) {
        r.type = DataType::map(DataType::string(), DataType::string(), false);
        r.nullable = false;
        return;
    }
    if (!maps) {
        r.fail(ErrorClass::DatatypeMismatchMapConcatDiffTypes,
               {{"functionName", r.quoted_name()}, {"dataType", bracketed()}});
    }
    if (!type) {
        r.fail(ErrorClass::DatatypeMismatchDataDiffTypes,
               {{"functionName", r.quoted_name()}, {"dataType", quoted_types(types_of(r, 0, 1))}});
    }
    cast_all(r, 0, 1, *type);
    r.type = *type;
    r.nullable = r.any_nullable();
}

/// array_min, array_max: NULL for an empty array.
void rule_element_nullable(Resolution& r) {
    const DataType from = r.type_of(0);
    if (!from.is(TypeKind::Array)) r.fail_input(0, "\"ARRAY\"");
    if (!from.element().is(TypeKind::Null) &&
        !coercion::accepts(coercion::TypeClass::Ordered, from.element())) {
        r.fail(ErrorClass::DatatypeMismatchInvalidOrderingType,
               {{"functionName", r.quoted_name()}, {"dataType", quoted_sql_name(from)}});
    }
    r.type = from.element();
    r.nullable = true;
}

/// array_contains, array_position, array_remove and their like: an array and one of its elements.
void rule_array_position(Resolution& r) {
    const DataType from = r.type_of(0);
    const bool takes_null = r.row->name() != "array_contains";
    if (from.is(TypeKind::Null) || (r.type_of(1).is(TypeKind::Null) && !takes_null)) {
        r.fail(ErrorClass::DatatypeMismatchNullType, {{"functionName", r.quoted_name()}});
    }
    if (!from.is(TypeKind::Array)) r.fail_input(0, "\"ARRAY\"");
    const std::array both = {from.element(), r.type_of(1)};
    const auto element = takes_null ? tightest(both[0], both[1])
                                    : coercion::wider_type_without_strings(both, r.context.ansi);
    if (!element) {
        r.fail(ErrorClass::DatatypeMismatchArrayFunctionDiffTypes,
               {{"functionName", r.quoted_name()},
                {"dataType", "\"ARRAY\""},
                {"leftType", quoted_sql_name(from)},
                {"rightType", quoted_sql_name(r.type_of(1))}});
    }
    r.cast(0, DataType::array(*element, from.contains_null()));
    r.cast(1, *element);
    r.nullable = r.any_nullable();
    const auto name = r.row->name();
    if (name == "array_contains") {
        r.type = DataType::boolean();
        r.nullable = r.nullable || from.contains_null();
    } else if (name == "array_position") {
        r.type = DataType::long_int();
    } else {
        r.type = r.type_of(0);
    }
}

/// array_append, array_prepend (array, element); array_insert (array, position, element).
void rule_array_insert(Resolution& r) {
    const std::size_t at = r.arguments.size() - 1;
    const DataType from = r.type_of(0);
    if (!from.is(TypeKind::Array)) r.fail_input(0, "\"ARRAY\"");
    const auto element = tightest(from.element(), r.type_of(at));
    if (!element) {
        r.fail(ErrorClass::DatatypeMismatchArrayFunctionDiffTypes,
               {{"functionName", r.quoted_name()},
                {"dataType", "\"ARRAY\""},
                {"leftType", quoted_sql_name(from)},
                {"rightType", quoted_sql_name(r.type_of(at))}});
    }
    r.cast(0, DataType::array(*element, from.contains_null()));
    r.cast(at, *element);
    if (at == 2) r.cast(1, DataType::integer());
    r.type = DataType::array(*element, true);
    r.nullable = r.arguments[0].nullable() || (at == 2 && r.arguments[1].nullable());
}

}  // namespace firesteel::functions
