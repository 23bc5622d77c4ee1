// @rules of rounding and of numeric aggregates.
#include <algorithm>
#include <cstdlib>

#include "functions/rules.h"
#include "types/type_text.h"

namespace firesteel::functions {
namespace {

DataType bounded(int precision, int scale) {
    return DataType::decimal(std::min(precision, kDecimalPrecisionMax),
                             std::min(scale, kDecimalPrecisionMax));
}

void want_number(Resolution& r, const char* wanted = "\"NUMERIC\"") {
    if (r.type_of(0).is_string_like() || r.type_of(0).is(TypeKind::Null)) {
        r.cast(0, DataType::float64());
    }
    if (!r.type_of(0).is_numeric()) r.fail_input(0, wanted);
}

int scale_argument(Resolution& r) {
    const DataType from = r.type_of(1);
    if (!from.is(TypeKind::Int)) r.cast(1, DataType::integer());
    const Literal scale = r.constant(1);
    // The kernel takes a constant as it stands.
    if (!from.is(TypeKind::Int) && (from.is_string_like() || from.is_integral())) r.arguments[1] = bound::Expr(bound::Constant{scale});
    return scale.is_null() ? 0 : static_cast<int>(std::clamp<std::int64_t>(scale.value.integer(), -400, 400));
}

/// Spark's result type of rounding decimal(p, s) to `scale` digits.
DataType rounded_decimal(const DataType& type, int scale) {
    const int integral_digits = type.precision() - type.scale() + 1;
    if (scale < 0) return bounded(std::max(integral_digits, -scale + 1), 0);
    const int kept = std::min(type.scale(), scale);
    return bounded(integral_digits + kept, kept);
}

}  // namespace

/// round, bround (value, scale = 0).
void rule_round(Resolution& r) {
    want_number(r);
    const int scale = scale_argument(r);
    const DataType& from = r.type_of(0);
    r.type = from.is(TypeKind::Decimal) ? rounded_decimal(from, scale) : from;
    r.nullable = true;
    if (r.constant(1).is_null()) r.replacement = {bound::Expr(bound::Constant{Literal::null(r.type)})};
}

/// ceil, floor (value[, scale]).
void rule_ceil_floor(Resolution& r) {
    if (r.arguments.size() == 2) {
        want_number(r);
        const auto literal = r.fold(1);
        if (!literal || literal->is_null() || !literal->type.is_integral()) {
            throw Error(ErrorClass::NonFoldableArgument,
                        {{"funcName", r.quoted_name()}, {"paramName", "`scale`"}, {"paramType", "\"INT\""}}, r.origin);
        }
        const int scale = scale_argument(r);
        const DataType& from = r.type_of(0);
        const DataType exact = from.is(TypeKind::Decimal) ? from : coercion::decimal_for(from);
        r.cast(0, exact);
        r.type = rounded_decimal(exact, scale);
        r.nullable = true;
        return;
    }
    want_number(r, "(\"DOUBLE\" or \"DECIMAL\" or \"BIGINT\")");
    const DataType from = r.type_of(0);
    if (from.is(TypeKind::Decimal)) {
        r.type = bounded(from.precision() - from.scale() + 1, 0);
    } else {
        if (!from.is(TypeKind::Long)) r.cast(0, DataType::float64());
        r.type = DataType::long_int();
    }
    r.nullable = true;
}

void rule_sum(Resolution& r) {
    if (r.type_of(0).is_string_like() || r.type_of(0).is(TypeKind::Null)) {
        r.cast(0, DataType::float64());
    }
    const DataType from = r.type_of(0);
    if (!from.is_numeric() && !from.is_ansi_interval()) {
        r.fail_input(0, "\"NUMERIC\" or \"ANSI INTERVAL\"");
    }
    r.type = from.is_integral()            ? DataType::long_int()
             : from.is(TypeKind::Decimal)  ? bounded(from.precision() + 10, from.scale())
             : from.is(TypeKind::DayTimeInterval)
                 ? DataType::day_time_interval(from.day_time_start(), from.day_time_end())
             : from.is(TypeKind::YearMonthInterval)
                 ? DataType::year_month_interval(from.year_month_start(), from.year_month_end())
                 : DataType::float64();
    r.nullable = true;
}

namespace {

DataType average_type(const DataType& from) {
    if (from.is(TypeKind::Decimal)) return bounded(from.precision() + 4, from.scale() + 4);
    if (from.is(TypeKind::DayTimeInterval)) return DataType::day_time_interval();
    if (from.is(TypeKind::YearMonthInterval)) return DataType::year_month_interval();
    return DataType::float64();
}

bool is_read_as_double(const DataType& type) { return type.is_string_like() || type.is(TypeKind::Null); }

/// The average of one of two numbers, of the rows that have both.
void rule_average_of_pairs(Resolution& r, std::size_t averaged) {
    for (std::size_t i = 0; i < 2; ++i) {
        if (is_read_as_double(r.type_of(i))) r.cast(i, DataType::float64());
        if (!r.type_of(i).is_numeric()) r.fail_input(i, "\"NUMERIC\"");
    }
    r.type = average_type(r.type_of(averaged));
    r.nullable = true;
}

}  // namespace

void rule_regr_avgx(Resolution& r) { rule_average_of_pairs(r, 1); }
void rule_regr_avgy(Resolution& r) { rule_average_of_pairs(r, 0); }

void rule_avg(Resolution& r) {
    if (is_read_as_double(r.type_of(0))) r.cast(0, DataType::float64());
    const DataType from = r.type_of(0);
    if (!from.is_numeric() && !from.is_ansi_interval()) {
        r.fail_input(0, "\"NUMERIC\" or \"ANSI INTERVAL\"");
    }
    r.type = average_type(from);
    r.nullable = true;
}

namespace {

void want_fraction(Resolution& r, std::size_t i) {
    const DataType type = r.type_of(i);
    if (type.is(TypeKind::Array)) {
        const bool is_empty = type.element().is(TypeKind::Null) && !type.contains_null();
        const bool fits = is_empty || type.element().is(TypeKind::Double) ||
                          (type.element().is_numeric() && !type.contains_null());
        if (!fits) {
            const bool exact = r.row->lowering.text != "percentile_approx";
            r.fail_input(i, exact ? "\"ARRAY<DOUBLE>\"" : "(\"DOUBLE\" or \"ARRAY<DOUBLE>\")");
        }
        r.cast(i, DataType::array(DataType::float64(), false));
    } else {
        r.cast(i, DataType::float64());
    }
    const Literal value = r.constant(i);
    const auto check = [&](const Value& v) {
        if (v.is_null() || (v.floating() >= 0 && v.floating() <= 1)) return;
        std::string shown = std::to_string(v.floating());
        shown.erase(shown.find_last_not_of('0') + 1);
        if (shown.ends_with('.')) shown += '0';
        r.fail(ErrorClass::DatatypeMismatchValueOutOfRange,
               {{"exprName", "percentage"},
                {"valueRange", "[0.0, 1.0]"},
                {"currentValue", shown + "D"}});
    };
    if (value.is_null()) r.fail(ErrorClass::DatatypeMismatchUnexpectedNull, {{"exprName", "percentage"}});
    if (type.is(TypeKind::Array)) {
        for (const Value& v : value.value.list()) check(v);
    } else {
        check(value.value);
    }
}

}  // namespace

namespace {

void check_accuracy(Resolution& r) {
    r.cast(2, DataType::long_int());
    const Literal accuracy = r.constant(2);
    if (accuracy.is_null()) r.fail(ErrorClass::DatatypeMismatchUnexpectedNull, {{"exprName", "accuracy"}});
    if (accuracy.value.integer() > 0 && accuracy.value.integer() <= 2147483647) return;
    r.fail(ErrorClass::DatatypeMismatchValueOutOfRange,
           {{"exprName", "accuracy"},
            {"valueRange", "(0, 2147483647]"},
            {"currentValue", std::to_string(accuracy.value.integer()) + "L"}});
}

}  // namespace

/// percentile, percentile_approx, percentile_cont/disc: double (or the input's type), or arrays of it.
void rule_percentile(Resolution& r) {
    const std::string_view rule = r.row->lowering.text;
    const bool exact = rule != "percentile_approx";
    if (r.arguments.size() > 1) want_fraction(r, 1);
    if (r.type_of(0).is_string_like() || r.type_of(0).is(TypeKind::Null)) {
        r.cast(0, DataType::float64());
    }
    const DataType from = r.type_of(0);
    const bool is_time = from.is_datetime() && !exact;
    if (!from.is_numeric() && !from.is_ansi_interval() && !is_time) {
        r.fail_input(0, exact ? "(\"NUMERIC\" or \"INTERVAL DAY TO SECOND\" or \"INTERVAL YEAR TO MONTH\")"
                              : "(\"NUMERIC\" or \"DATE\" or \"TIMESTAMP\" or \"TIMESTAMP_NTZ\" or "
                                "\"INTERVAL YEAR TO MONTH\" or \"INTERVAL DAY TO SECOND\")");
    }
    DataType single = from;
    if (exact && from.is_numeric()) {
        r.cast(0, DataType::float64());
        single = DataType::float64();
    }
    if (exact && from.is(TypeKind::DayTimeInterval)) single = DataType::day_time_interval();
    if (exact && from.is(TypeKind::YearMonthInterval)) single = DataType::year_month_interval();
    if (!exact) check_accuracy(r);
    const bool many = r.arguments.size() > 1 && r.type_of(1).is(TypeKind::Array);
    r.type = many ? DataType::array(single, false) : single;
    r.nullable = true;
}

/// approx_count_distinct(value, rsd): the error that is allowed, at most that of 16 registers.
void rule_approx_count_distinct(Resolution& r) {
    constexpr double kMost = 0.27;
    const auto rsd = constant_value(r.arguments[1]);
    const bool is_fraction = rsd && !rsd->is_null() && (rsd->type.is(TypeKind::Double) || rsd->type.is(TypeKind::Decimal));
    if (!is_fraction) throw Error(ErrorClass::LegacySecondArgumentDouble, {}, r.origin);
    r.cast(1, DataType::float64());
    if (r.constant(1).value.floating() > kMost) {
        throw Error(ErrorClass::FailedFunctionCall, {{"funcName", r.quoted_name()}}, r.origin);
    }
    r.type = DataType::long_int();
    r.nullable = false;
}

/// rand, randn and randstr with a seed, which is the last argument.
void rule_seeded(Resolution& r) {
    const std::size_t seed = r.arguments.size() - 1;
    if (!r.fold(seed)) {
        throw Error(ErrorClass::SeedUnfoldable,
                    {{"seedExpr", sql_text(r.arguments[seed])}, {"exprWithSeed", sql_text(r.as_call())}}, r.origin);
    }
    if (seed > 0 && !r.fold(0)) {
        r.fail(ErrorClass::DatatypeMismatchNonFoldableInput,
               {{"inputName", "`length`"}, {"inputType", "integer"}, {"inputExpr", sql_text(r.arguments[0])}});
    }
    r.type = r.row->name() == "randstr" ? DataType::string() : DataType::float64();
    r.nullable = false;
}

namespace {

/// A whole constant's type where it meets decimals: as many digits as it has.
DataType shortest_decimal(const Resolution& r, std::size_t i) {
    const auto* constant = r.arguments[i].get_if<bound::Constant>();
    if (constant == nullptr || constant->literal.is_null() || !constant->literal.type.is_integral()) return r.type_of(i);
    const std::string digits = std::to_string(std::abs(constant->literal.value.integer()));
    return DataType::decimal(static_cast<int>(digits.size()), 0);
}

}  // namespace

/// uniform(min, max[, seed]): the wider of both bounds' types; min + (max - min) * rand([seed]).
void rule_uniform(Resolution& r) {
    for (std::size_t i = 0; i < 2; ++i) {
        if (!r.type_of(i).is_numeric() && !r.type_of(i).is(TypeKind::Null)) r.fail_input(i, "\"NUMERIC\"");
    }
    const bool of_decimals = r.type_of(0).is(TypeKind::Decimal) || r.type_of(1).is(TypeKind::Decimal);
    const auto bound_type = [&](std::size_t i) { return of_decimals ? shortest_decimal(r, i) : r.type_of(i); };
    const auto type = common_type({bound_type(0), bound_type(1)}, r.context);
    if (!type || !type->is_numeric()) r.fail_input(0, "\"NUMERIC\"");
    r.constant(0);
    r.constant(1);
    r.type = *type;
    r.nullable = false;
    const auto bound = [&](std::size_t i) {
        return make_cast(r.arguments[i], DataType::float64(), EvalMode::Session, r.context, /*implicit=*/true);
    };
    std::vector<bound::Expr> seed(r.arguments.begin() + 2, r.arguments.end());
    bound::Expr way = r.call("*", {r.call("-", {bound(1), bound(0)}), r.call("rand", std::move(seed))});
    r.replacement = make_cast(r.call("+", {bound(0), std::move(way)}), *type, EvalMode::Session, r.context,
                              /*implicit=*/true);
}

}  // namespace firesteel::functions
