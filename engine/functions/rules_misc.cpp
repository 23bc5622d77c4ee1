// @rules of single functions that fit no family.
#include <algorithm>
#include <array>
#include <cctype>

#include "functions/rules.h"
#include "types/type_text.h"

namespace firesteel::functions {

using bound::Expr;

namespace {

bool is_try(const Resolution& r) { return r.name.starts_with("try_"); }

DataType seconds_type() { return DataType::decimal(18, 6); }

/// The seconds argument of make_interval and make_dt_interval: its default shows as 0.000000.
void cast_seconds(Resolution& r, std::size_t i, const DataType& type) {
    if (i >= r.arguments.size()) return;
    const auto* constant = r.arguments[i].get_if<bound::Constant>();
    if (constant != nullptr && constant->literal.type.is(TypeKind::Int) &&
        constant->literal.value.integer() == 0) {
        r.arguments[i] = Expr(bound::Constant{Literal{type, Value(Int128{0})}});
        return;
    }
    r.cast(i, type);
}

}  // namespace

void rule_elt(Resolution& r) {
    r.type = DataType::string();
    for (std::size_t i = 1; i < r.arguments.size(); ++i) {
        const bool is_better = i == 1 || r.type.is(TypeKind::Binary);  // bytes beside text are text
        if (is_better) r.type = r.type_of(i);
    }
    for (std::size_t i = 1; i < r.arguments.size(); ++i) r.cast(i, r.type);
    r.nullable = true;
}

void rule_string_array(Resolution& r) {
    r.type = DataType::array(string_like(r.type_of(0)), false);
    r.nullable = r.any_nullable();
}

void rule_string_array_nulls(Resolution& r) {
    r.type = DataType::array(string_like(r.type_of(0)), true);
    r.nullable = r.any_nullable();
}

void rule_string_array_nulls_always(Resolution& r) {
    r.type = DataType::array(DataType::string(), true);
    r.nullable = true;
}

void rule_sentences(Resolution& r) {
    r.type = DataType::array(DataType::array(string_like(r.type_of(0)), false), false);
    r.nullable = true;
}

/// convert_timezone(target, time): the source is the session's zone.
void rule_convert_timezone(Resolution& r) {
    const FunctionRow* zone = r.registry.row("current_timezone");
    Expr source(bound::Call{zone, {}, DataType::string(), false, EvalMode::Ansi, "current_timezone"});
    r.arguments.insert(r.arguments.begin(), std::move(source));
    r.type = DataType::timestamp_ntz();
    r.nullable = r.any_nullable();
}

void rule_nullable_unless_ansi_date(Resolution& r) {
    r.type = DataType::date();
    r.nullable = !r.ansi() || r.any_nullable();
}

void rule_make_dt_interval(Resolution& r) {
    cast_seconds(r, 3, seconds_type());
    r.type = DataType::day_time_interval();
    r.nullable = r.any_nullable();
}

void rule_make_interval(Resolution& r) {
    cast_seconds(r, 6, seconds_type());
    r.type = DataType::calendar_interval();
    r.nullable = is_try(r) || !r.ansi() || r.any_nullable();
}

void rule_make_timestamp(Resolution& r) {
    r.cast(5, DataType::decimal(16, 6));
    r.type = r.row->lowering.text.ends_with("_ntz") ? DataType::timestamp_ntz() : DataType::timestamp();
    r.nullable = is_try(r) || !r.ansi() || r.any_nullable();
}

/// timestampadd(unit, n, time): dates become timestamps.
void rule_timestampadd(Resolution& r) {
    if (!r.type_of(2).is(TypeKind::TimestampNtz)) r.cast(2, DataType::timestamp());
    r.type = r.type_of(2);
    r.nullable = r.any_nullable();
}

void rule_unix_timestamp(Resolution& r) {
    const DataType& from = r.type_of(0);
    if (!from.is_string_like() && !from.is_datetime()) {
        if (!from.is(TypeKind::Null)) {
            r.fail_input(0, "(\"STRING\" or \"DATE\" or \"TIMESTAMP\" or \"TIMESTAMP_NTZ\")");
        }
        r.cast(0, DataType::string());
    }
    r.cast(1, DataType::string());
    r.type = DataType::long_int();
    r.nullable = !r.ansi() || r.any_nullable();
}

void rule_array_intersect(Resolution& r) {
    const bool nulls = r.type_of(0).contains_null() && r.type_of(1).contains_null();
    r.type = DataType::array(r.type_of(0).element(), nulls);
    r.nullable = r.any_nullable();
}

void rule_array_repeat(Resolution& r) {
    r.type = DataType::array(r.type_of(0), r.arguments[0].nullable());
    r.nullable = r.arguments[1].nullable();
}

void rule_arrays_overlap(Resolution& r) {
    r.type = DataType::boolean();
    r.nullable = r.any_nullable() || r.type_of(0).contains_null() || r.type_of(1).contains_null();
}

void rule_map_contains_key(Resolution& r) {
    if (r.type_of(0).is(TypeKind::Null)) {
        r.fail(ErrorClass::DatatypeMismatchNullType, {{"functionName", r.quoted_name()}});
    }
    if (!r.type_of(0).is(TypeKind::Map)) r.fail_input(0, "\"MAP\"");
    const DataType from = r.type_of(0);
    const std::array both = {from.key(), r.type_of(1)};
    const auto key = coercion::wider_type_without_strings(both, r.context.ansi);
    if (!key) {
        r.fail(ErrorClass::DatatypeMismatchMapFunctionDiffTypes,
               {{"functionName", r.quoted_name()},
                {"dataType", "\"MAP\""},
                {"leftType", quoted_sql_name(r.type_of(0))},
                {"rightType", quoted_sql_name(r.type_of(1))}});
    }
    r.cast(0, DataType::map(*key, from.value(), from.value_contains_null()));
    r.cast(1, *key);
    r.type = DataType::boolean();
    r.nullable = true;
}

void rule_map_from_arrays(Resolution& r) {
    r.type = DataType::map(r.type_of(0).element(), r.type_of(1).element(), r.type_of(1).contains_null());
    r.nullable = r.any_nullable();
}

void rule_map_keys(Resolution& r) {
    r.type = DataType::array(r.type_of(0).key(), true);
    r.nullable = r.any_nullable();
}

void rule_map_values(Resolution& r) {
    r.type = DataType::array(r.type_of(0).value(), true);
    r.nullable = r.any_nullable();
}

void rule_sort_array(Resolution& r) {
    const DataType from = r.type_of(0);
    const DataType& element = from.element();
    const bool is_orderable = element.is(TypeKind::Null) || coercion::accepts(coercion::TypeClass::Ordered, element);
    if (!is_orderable && r.row->name() == "array_sort") {
        // Elements are compared by the default comparator.
        throw Error(ErrorClass::DatatypeMismatchInvalidOrderingType,
                    {{"sqlExpr", "\"(namedlambdavariable() < namedlambdavariable())\""},
                     {"functionName", "`<`"},
                     {"dataType", quoted_sql_name(element)}},
                    r.origin);
    }
    if (!is_orderable) {
        r.fail(ErrorClass::DatatypeMismatchInvalidOrderingType,
               {{"functionName", r.quoted_name()}, {"dataType", quoted_sql_name(from)}});
    }
    r.type = from;
    r.nullable = r.arguments[0].nullable();
}

void rule_str_to_map(Resolution& r) {
    r.type = DataType::map(string_like(r.type_of(0)), string_like(r.type_of(0)), true);
    r.nullable = r.any_nullable();
}

namespace {

/// An argument's type as it was written.
const DataType& written_type(const Resolution& r, std::size_t i) {
    const auto* cast = r.arguments[i].get_if<bound::Cast>();
    return cast != nullptr && cast->implicit ? cast->child.type() : r.arguments[i].type();
}

}  // namespace

/// Keys are widened, but never between strings and others.
void rule_map_zip_with(Resolution& r) {
    const DataType& a = written_type(r, 0);
    const DataType& b = written_type(r, 1);
    const bool both = a.is(TypeKind::Map) && b.is(TypeKind::Map);
    if (both && a.key().is_string_like() != b.key().is_string_like()) {
        r.fail(ErrorClass::DatatypeMismatchMapZipWithDiffTypes, {{"functionName", r.quoted_name()},
                                                                 {"leftType", quoted_sql_name(a.key())},
                                                                 {"rightType", quoted_sql_name(b.key())}});
    }
    const Expr& merge = r.arguments[2];
    r.type = DataType::map(r.type_of(0).key(), merge.type(), merge.nullable());
    r.nullable = r.arguments[0].nullable() || r.arguments[1].nullable();
}

/// The first argument's type, nullable (aggregates over possibly no rows).
void rule_nullable_argument(Resolution& r) {
    r.type = r.type_of(0);
    r.nullable = true;
}

/// mode(x, deterministic): the lowest of several, or any.
void rule_mode(Resolution& r) {
    r.type = r.type_of(0);
    r.nullable = true;
    const Literal deterministic = r.constant(1);
    if (deterministic.is_null() || !deterministic.value.boolean()) return;
    r.become("__mode_lowest");
    r.arguments.pop_back();
}

void rule_first_last(Resolution& r) {
    if (!r.type_of(1).is(TypeKind::Boolean) || !constant_value(r.arguments[1])) {
        throw Error(ErrorClass::LegacyIgnoreNullsNotConstant, {{"funcName", std::string(r.row->name())}}, r.origin);
    }
    r.type = r.type_of(0);
    r.nullable = true;
}

/// exists, forall: NULL where an element's answer is.
void rule_quantified(Resolution& r) {
    r.type = DataType::boolean();
    r.nullable = r.any_nullable() || r.arguments[1].nullable();
}

void rule_histogram(Resolution& r) {
    const Literal bins = r.constant(1);
    if (!bins.is_null() && bins.value.integer() < 2) {
        r.fail(ErrorClass::DatatypeMismatchValueOutOfRange,
               {{"exprName", "nb"},
                {"valueRange", "[2, 2147483647]"},
                {"currentValue", std::to_string(bins.value.integer())}});
    }
    r.type = DataType::array(DataType::structure({{"x", r.type_of(0), true, {}},
                                                  {"y", DataType::float64(), true, {}}}),
                             true);
    r.nullable = true;
}

/// lead, lag (value, offset, default): nullable unless the default isn't.
void rule_lead_lag(Resolution& r) {
    const auto type = coercion::wider_type(r.type_of(0), r.type_of(2), r.context.ansi);
    if (!type) {
        r.fail(ErrorClass::DatatypeMismatchUnexpectedInputType,
               {{"paramIndex", "third"},
                {"requiredType", quoted_sql_name(r.type_of(0))},
                {"inputSql", sql_text(r.arguments[2])},
                {"inputType", quoted_sql_name(r.type_of(2))}});
    }
    if (!r.type_of(2).is(TypeKind::Null)) {
        r.cast(0, *type);
        r.cast(2, *type);
    }
    r.type = r.type_of(0);
    r.nullable = r.arguments[2].nullable() || r.arguments[0].nullable();
}

namespace {

/// A positive constant; the row's parameter `i` names it.
void want_positive(Resolution& r, std::size_t i, std::string_view range, std::string_view suffix) {
    const Literal value = r.constant(i);
    if (!value.type.is(TypeKind::Int) && !value.is_null()) r.fail_input(i, "\"INT\"");
    if (value.is_null() || value.value.integer() > 0) return;
    r.fail(ErrorClass::DatatypeMismatchValueOutOfRange,
           {{"exprName", r.signature->parameters[i].name},
            {"valueRange", std::string(range)},
            {"currentValue", std::to_string(value.value.integer()) + std::string(suffix)}});
}

}  // namespace

void rule_ntile(Resolution& r) {
    want_positive(r, 0, "(0, 2147483647]", "");
    r.type = DataType::integer();
    r.nullable = false;
}

void rule_nth_value(Resolution& r) {
    want_positive(r, 1, "(0, 9223372036854775807]", "L");
    r.type = r.type_of(0);
    r.nullable = true;
}

namespace {

bool holds(const DataType& type, TypeKind kind) {
    if (type.is(kind)) return true;
    switch (type.kind()) {
        case TypeKind::Array: return holds(type.element(), kind);
        case TypeKind::Map: return holds(type.key(), kind) || holds(type.value(), kind);
        case TypeKind::Struct:
            return std::any_of(type.fields().begin(), type.fields().end(),
                               [kind](const StructField& f) { return holds(f.type, kind); });
        default: return false;
    }
}

}  // namespace

void rule_hash(Resolution& r) {
    for (std::size_t i = 0; i < r.arguments.size(); ++i) {
        const ErrorParameters function{{"functionName", r.quoted_name()}};
        if (holds(r.type_of(i), TypeKind::Map)) r.fail(ErrorClass::DatatypeMismatchHashMapType, function);
        if (holds(r.type_of(i), TypeKind::Variant)) r.fail(ErrorClass::DatatypeMismatchHashVariantType, function);
    }
    r.type = r.row->name() == "hash" ? DataType::integer() : DataType::long_int();
    r.nullable = false;
}

/// Spark's Avro functions are there, their data source is not.
void rule_avro(Resolution& r) {
    std::string name = r.name;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return static_cast<char>(std::toupper(static_cast<unsigned char>(c))); });
    throw Error(ErrorClass::AvroNotLoaded, {{"functionName", name}}, r.origin);
}

/// Geospatial functions are switched off in this release.
void rule_geospatial(Resolution& r) { throw Error(ErrorClass::GeospatialDisabled, {}, r.origin); }

void rule_to_protobuf(Resolution& r) {
    if (r.type_of(0).is(TypeKind::Struct)) return;
    r.fail(ErrorClass::DatatypeMismatchNonStructType,
           {{"inputName", "data"}, {"inputType", quoted_sql_name(r.type_of(0))}});
}

/// uuid([seed])
void rule_uuid(Resolution& r) {
    if (!r.type_of(0).is_integral() && !r.type_of(0).is(TypeKind::Null)) {
        throw Error(ErrorClass::InvalidParameterLong,
                    {{"functionName", "`UUID`"}, {"parameter", "`seed`"}, {"invalidValue", sql_text(r.arguments[0])}},
                    r.origin);
    }
    r.type = DataType::string();
    r.nullable = false;
}

/// assert_true(condition): the message names the condition.
void rule_assert_true(Resolution& r) {
    r.arguments.push_back(Expr(bound::Constant{
        Literal::string("'" + pretty_name(r.arguments[0]) + "' is not true!")}));
    r.type = DataType::null();
    r.nullable = true;
}

/// What approx_top_k keeps of a group: its sketch, and the items' type as the type of a field that is NULL.

}  // namespace firesteel::functions
