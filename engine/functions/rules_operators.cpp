// @rules of operators: arithmetic on numbers, dates and intervals, comparisons, logic.
#include <algorithm>

#include "functions/resolution.h"
#include "functions/rules.h"
#include "types/type_text.h"

namespace firesteel::functions {

using bound::Expr;
using coercion::DecimalOperation;

namespace {

enum class Operation : std::uint8_t { Add, Subtract, Multiply, Divide, Remainder, IntegralDivide, Pmod };

Operation operation_of(const Resolution& r) {
    const std::string_view name = r.row->lowering.text;
    if (name == "add") return Operation::Add;
    if (name == "subtract") return Operation::Subtract;
    if (name == "multiply") return Operation::Multiply;
    if (name == "divide") return Operation::Divide;
    if (name == "remainder") return Operation::Remainder;
    if (name == "pmod") return Operation::Pmod;
    FS_ASSERT(name == "integral_divide");
    return Operation::IntegralDivide;
}

DecimalOperation decimal_operation(Operation op) {
    switch (op) {
        case Operation::Add: return DecimalOperation::Add;
        case Operation::Subtract: return DecimalOperation::Subtract;
        case Operation::Multiply: return DecimalOperation::Multiply;
        case Operation::Divide: return DecimalOperation::Divide;
        case Operation::Remainder:
        case Operation::Pmod: return DecimalOperation::Remainder;
        case Operation::IntegralDivide: return DecimalOperation::IntegralDivide;
    }
    return DecimalOperation::Add;
}

bool is_interval(const DataType& type) {
    return type.is_ansi_interval() || type.is(TypeKind::CalendarInterval);
}

std::string_view accepted_types(Operation op) {
    return op == Operation::Add || op == Operation::Subtract
               ? "(\"NUMERIC\" or \"INTERVAL DAY TO SECOND\" or \"INTERVAL YEAR TO MONTH\" or "
                 "\"INTERVAL\")"
           : op == Operation::Divide         ? "(\"DOUBLE\" or \"DECIMAL\")"
           : op == Operation::IntegralDivide ? "(\"BIGINT\" or \"DECIMAL\" or \"INTERVAL DAY TO "
                                               "SECOND\" or \"INTERVAL YEAR TO MONTH\")"
                                             : "\"NUMERIC\"";
}

[[noreturn]] void fail_operands(const Resolution& r, Operation op) {
    const DataType& a = r.type_of(0);
    const DataType& b = r.type_of(1);
    // A string beside another type was cast to it first: then both have the type we can't work on.
    const DataType& left = a.is_string_like() && !b.is_string_like() ? b : a;
    const DataType& right = b.is_string_like() && !a.is_string_like() ? a : b;
    if (left == right) {
        r.fail(ErrorClass::DatatypeMismatchBinaryOpWrongType,
               {{"inputType", std::string(accepted_types(op))},
                {"actualDataType", quoted_sql_name(left)}});
    }
    r.fail(ErrorClass::DatatypeMismatchBinaryOpDiffTypes,
           {{"left", quoted_sql_name(a)}, {"right", quoted_sql_name(b)}});
}

DataType wider_interval(const DataType& a, const DataType& b) {
    if (a.is(TypeKind::YearMonthInterval)) {
        return DataType::year_month_interval(std::min(a.year_month_start(), b.year_month_start()),
                                             std::max(a.year_month_end(), b.year_month_end()));
    }
    if (a.is(TypeKind::DayTimeInterval)) {
        return DataType::day_time_interval(std::min(a.day_time_start(), b.day_time_start()),
                                           std::max(a.day_time_end(), b.day_time_end()));
    }
    return a;
}

void finish_as(Resolution& r, std::string_view row, DataType type) {
    r.become(row);
    r.type = std::move(type);
    r.nullable = r.any_nullable() || r.mode == EvalMode::Try;
}

bool is_days(const DataType& type) {
    return type.is(TypeKind::DayTimeInterval) && type.day_time_end() == DayTimeField::Day;
}

/// date/timestamp ± interval; the interval is argument 1.
void add_interval(Resolution& r, bool subtract) {
    const DataType time = r.type_of(0);
    const DataType by = r.type_of(1);
    const auto row = [&](std::string_view plus, std::string_view minus) {
        return subtract ? minus : plus;
    };
    if (by.is(TypeKind::YearMonthInterval)) {
        if (time.is(TypeKind::Date)) {
            return finish_as(r, row("__date_add_months", "__date_subtract_months"), time);
        }
        if (!time.is_datetime()) r.cast(0, DataType::timestamp());
        return finish_as(r, row("__timestamp_add_months", "__timestamp_subtract_months"), r.type_of(0));
    }
    if (time.is(TypeKind::Date) && is_days(by)) {
        Resolution days{r.registry, r.context, r.row, r.signature, "extractansiintervaldays",
                        {r.arguments[1]}, DataType::integer(), r.arguments[1].nullable(),
                        EvalMode::Ansi, false, r.origin, {}};
        days.become("__interval_days");
        days.name = "extractansiintervaldays";
        r.arguments[1] = days.as_call();
        return finish_as(r, row("date_add", "date_sub"), time);
    }
    if (time.is(TypeKind::Date) && by.is(TypeKind::CalendarInterval)) {
        return finish_as(r, row("__date_add_interval", "__date_subtract_interval"), time);
    }
    if (!time.is(TypeKind::Timestamp) && !time.is(TypeKind::TimestampNtz)) {
        if (!time.is(TypeKind::Date) && !time.is_string_like() && !time.is(TypeKind::Null)) {
            r.become(row("__timestamp_add_interval", "__timestamp_subtract_interval"));
            r.fail_input(0, "\"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)\"");
        }
        r.cast(0, DataType::timestamp());
    }
    const DataType result = r.type_of(0);
    finish_as(r, row("__timestamp_add_interval", "__timestamp_subtract_interval"), result);
}

/// TIME ± interval, TIME - TIME.
bool add_times(Resolution& r, Operation op) {
    const bool subtract = op == Operation::Subtract;
    const bool swaps = op == Operation::Add && r.type_of(0).is(TypeKind::DayTimeInterval) &&
                       r.type_of(1).is(TypeKind::Time);
    if (swaps) std::swap(r.arguments[0], r.arguments[1]);
    const DataType a = r.type_of(0);
    const DataType b = r.type_of(1);
    if (!a.is(TypeKind::Time) || (!subtract && op != Operation::Add)) return false;
    if (subtract && b.is(TypeKind::Time)) {
        finish_as(r, "__time_difference",
                  DataType::day_time_interval(DayTimeField::Hour, DayTimeField::Second));
    } else if (b.is(TypeKind::DayTimeInterval)) {
        const bool has_fraction = b.day_time_end() == DayTimeField::Second;
        finish_as(r, subtract ? "__time_subtract" : "__time_add",
                  DataType::time(has_fraction ? 6 : a.precision()));
    } else {
        return false;
    }
    r.nullable = true;
    return true;
}

bool add_datetimes(Resolution& r, Operation op) {
    if (add_times(r, op)) return true;
    DataType a = r.type_of(0);
    DataType b = r.type_of(1);
    const bool subtract = op == Operation::Subtract;
    if (!subtract && op != Operation::Add) return false;
    const bool swaps = !subtract && ((is_interval(a) && !is_interval(b) && !b.is(TypeKind::Null)) ||
                                     (b.is(TypeKind::Date) && (a.is_integral() || is_interval(a))));
    if (swaps) {
        std::swap(r.arguments[0], r.arguments[1]);
        std::swap(a, b);
    }
    if (is_interval(b) && !is_interval(a) && !a.is(TypeKind::Null)) {
        add_interval(r, subtract);
        return true;
    }
    if (a.is(TypeKind::Date) && (b.is(TypeKind::Int) || b.is(TypeKind::Short) || b.is(TypeKind::Byte))) {
        finish_as(r, subtract ? "date_sub" : "date_add", a);
        return true;
    }
    if (!subtract) return false;
    const auto promote = [&](std::size_t i, const DataType& other) {
        if (r.type_of(i).is_string_like() && (other.is_datetime())) r.cast(i, other);
    };
    promote(0, b);
    promote(1, a);
    const DataType left = r.type_of(0);
    const DataType right = r.type_of(1);
    if (left.is(TypeKind::Date) && right.is(TypeKind::Date)) {
        finish_as(r, "__date_difference",
                  DataType::day_time_interval(DayTimeField::Day, DayTimeField::Day));
        return true;
    }
    if (left.is_datetime() && right.is_datetime()) {
        const bool local = left.is(TypeKind::TimestampNtz) && right.is(TypeKind::TimestampNtz);
        const bool mixed_local = (left.is(TypeKind::TimestampNtz) && right.is(TypeKind::Date)) ||
                                 (left.is(TypeKind::Date) && right.is(TypeKind::TimestampNtz));
        const DataType common =
            local || mixed_local ? DataType::timestamp_ntz() : DataType::timestamp();
        r.cast(0, common);
        r.cast(1, common);
        finish_as(r, "__timestamp_difference", DataType::day_time_interval());
        return true;
    }
    return false;
}

bool combine_intervals(Resolution& r, Operation op) {
    const DataType a = r.type_of(0);
    const DataType b = r.type_of(1);
    if (op == Operation::Add || op == Operation::Subtract) {
        if (is_interval(a) && b.is(TypeKind::Null)) r.cast(1, a);
        if (is_interval(b) && a.is(TypeKind::Null)) r.cast(0, b);
        if (!is_interval(r.type_of(0)) || r.type_of(0).kind() != r.type_of(1).kind()) return false;
        const DataType type = wider_interval(r.type_of(0), r.type_of(1));
        finish_as(r, op == Operation::Add ? "__interval_add" : "__interval_subtract", type);
        return true;
    }
    if (op == Operation::Multiply && is_interval(b) && !is_interval(a)) {
        std::swap(r.arguments[0], r.arguments[1]);
    }
    if (op == Operation::IntegralDivide && a.is_ansi_interval() && a.kind() == b.kind()) {
        finish_as(r, "__interval_integral_divide", DataType::long_int());
        r.nullable = true;
        return true;
    }
    const DataType interval = r.type_of(0);
    const DataType number = r.type_of(1);
    if ((op != Operation::Multiply && op != Operation::Divide) || !is_interval(interval)) return false;
    if (number.is_string_like() || number.is(TypeKind::Null)) r.cast(1, DataType::float64());
    if (!r.type_of(1).is_numeric()) return false;
    if (interval.is(TypeKind::CalendarInterval)) {
        r.cast(1, DataType::float64());
        finish_as(r, op == Operation::Multiply ? "__calendar_multiply" : "__calendar_divide", interval);
        r.nullable = true;
        return true;
    }
    finish_as(r, op == Operation::Multiply ? "__interval_multiply" : "__interval_divide",
              interval.is(TypeKind::YearMonthInterval) ? DataType::year_month_interval()
                                                       : DataType::day_time_interval());
    return true;
}

int decimal_digits(Int128 value) {
    int digits = 1;
    if (value < 0) value = -value;
    while ((value /= 10) != 0) ++digits;
    return digits;
}

/// The decimal for one side of an operation with a decimal; integer literals count their digits.
DataType as_decimal(const Expr& side) {
    const DataType& type = side.type();
    const auto* constant = side.get_if<bound::Constant>();
    if (constant != nullptr && !constant->literal.is_null() && type.is_integral()) {
        return DataType::decimal(decimal_digits(constant->literal.value.integer()), 0);
    }
    return type.is(TypeKind::Decimal) ? type : coercion::decimal_for(type);
}

void decimal_arithmetic(Resolution& r, Operation op) {
    const DataType a = as_decimal(r.arguments[0]);
    const DataType b = as_decimal(r.arguments[1]);
    r.cast(0, a);
    r.cast(1, b);
    r.type = op == Operation::IntegralDivide
                 ? DataType::long_int()
                 : coercion::decimal_result(decimal_operation(op), a, b,
                                            r.context.allow_precision_loss);
    r.nullable = r.any_nullable() || r.mode != EvalMode::Ansi;
}

void numeric_arithmetic(Resolution& r, Operation op) {
    const auto both = coercion::arithmetic_type(r.type_of(0), r.type_of(1), r.context.ansi);
    if (!both) fail_operands(r, op);
    const bool decimals = [&] {
        const DataType& a = r.type_of(0);
        const DataType& b = r.type_of(1);
        const bool exact = (a.is(TypeKind::Decimal) || a.is_integral()) &&
                           (b.is(TypeKind::Decimal) || b.is_integral());
        return exact && (a.is(TypeKind::Decimal) || b.is(TypeKind::Decimal));
    }();
    if (decimals) {
        decimal_arithmetic(r, op);
    } else if (both->is(TypeKind::Decimal)) {
        r.cast(0, *both);
        r.cast(1, *both);
        decimal_arithmetic(r, op);
    } else {
        DataType type = *both;
        if (type.is(TypeKind::Null)) type = DataType::float64();
        if (op == Operation::Divide) type = DataType::float64();
        if (op == Operation::IntegralDivide) type = DataType::long_int();
        if (!type.is_numeric()) fail_operands(r, op);
        r.cast(0, type);
        r.cast(1, type);
        r.type = type;
        r.nullable = r.any_nullable() || r.mode == EvalMode::Try;
    }
    if (op != Operation::Add && op != Operation::Subtract && op != Operation::Multiply) {
        r.nullable = true;
    }
}

}  // namespace

void rule_arithmetic(Resolution& r) {
    const Operation op = operation_of(r);
    const std::string name = r.name;
    const bool shown_as_function = name.starts_with("try_");
    if (add_datetimes(r, op) || combine_intervals(r, op)) {
        if (shown_as_function) r.name = name;
        return;
    }
    numeric_arithmetic(r, op);
}

void rule_comparison(Resolution& r) {
    const DataType a = r.type_of(0);
    const DataType b = r.type_of(1);
    const auto type = coercion::comparison_type(a, b, r.context.ansi);
    if (!type) {
        r.fail(ErrorClass::DatatypeMismatchBinaryOpDiffTypes,
               {{"left", quoted_sql_name(a)}, {"right", quoted_sql_name(b)}});
    }
    if (!type->is(TypeKind::Null) && !coercion::accepts(coercion::TypeClass::Ordered, *type)) {
        r.fail(ErrorClass::DatatypeMismatchInvalidOrderingType,
               {{"functionName", quote_identifier(r.row->name())},
                {"dataType", quoted_sql_name(*type)}});
    }
    r.cast(0, *type);
    r.cast(1, *type);
    r.type = DataType::boolean();
    r.nullable = r.row->nulls == NullRule::Never ? false : r.any_nullable();
}

void rule_logical(Resolution& r) {
    for (std::size_t i = 0; i < 2; ++i) {
        const DataType& type = r.type_of(i);
        if (type.is_string_like() || type.is(TypeKind::Null)) r.cast(i, DataType::boolean());
    }
    const DataType& a = r.type_of(0);
    const DataType& b = r.type_of(1);
    if (a.kind() != b.kind()) {
        r.fail(ErrorClass::DatatypeMismatchBinaryOpDiffTypes,
               {{"left", quoted_sql_name(a)}, {"right", quoted_sql_name(b)}});
    }
    if (!a.is(TypeKind::Boolean)) {
        r.fail(ErrorClass::DatatypeMismatchBinaryOpWrongType,
               {{"inputType", "\"BOOLEAN\""}, {"actualDataType", quoted_sql_name(a)}});
    }
    r.type = DataType::boolean();
    r.nullable = r.any_nullable();
}

void rule_bitwise(Resolution& r) {
    const auto type = coercion::arithmetic_type(r.type_of(0), r.type_of(1), r.context.ansi);
    if (!type || (!type->is_integral() && !type->is(TypeKind::Null))) {
        if (r.type_of(0) == r.type_of(1)) {
            r.fail(ErrorClass::DatatypeMismatchBinaryOpWrongType,
                   {{"inputType", "\"INTEGRAL\""}, {"actualDataType", quoted_sql_name(r.type_of(0))}});
        }
        r.fail(ErrorClass::DatatypeMismatchBinaryOpDiffTypes,
               {{"left", quoted_sql_name(r.type_of(0))}, {"right", quoted_sql_name(r.type_of(1))}});
    }
    r.type = type->is(TypeKind::Null) ? DataType::long_int() : *type;
    r.cast(0, r.type);
    r.cast(1, r.type);
    r.nullable = r.any_nullable();
}

/// negative, positive, abs: the argument's type; strings become double.
void rule_same_type(Resolution& r) {
    if (r.type_of(0).is_string_like() || r.type_of(0).is(TypeKind::Null)) {
        r.cast(0, DataType::float64());
    }
    const DataType& type = r.type_of(0);
    if (!type.is_numeric() && !is_interval(type)) {
        r.fail_input(0,
                     "(\"NUMERIC\" or \"INTERVAL DAY TO SECOND\" or \"INTERVAL YEAR TO MONTH\" or "
                     "\"INTERVAL\")");
    }
    r.type = type;
    r.nullable = r.any_nullable();
}

}  // namespace firesteel::functions
