// + - * / div where a side is a date, timestamp or interval.
#include <algorithm>

#include "functions/arithmetic_operation.h"
#include "types/type_text.h"

namespace firesteel::functions {

using bound::Expr;
using bound::MaybeExpr;

namespace {

constexpr std::string_view kTimestampInput = "\"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)\"";

bool is_timestamp(const DataType& type) {
    return type.is(TypeKind::Timestamp) || type.is(TypeKind::TimestampNtz);
}

bool is_calendar_or_day_time(const DataType& type) {
    return type.is(TypeKind::CalendarInterval) || type.is(TypeKind::DayTimeInterval);
}

bool is_interval(const DataType& type) {
    return type.is_ansi_interval() || type.is(TypeKind::CalendarInterval);
}

bool is_days(const DataType& type) {
    return type.is(TypeKind::DayTimeInterval) && type.day_time_end() == DayTimeField::Day;
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

/// The operation with the sides in the order of the function that computes it.
Resolution over(const Resolution& r, std::string_view row, Expr first, Expr second) {
    Resolution out = r;
    out.arguments = {std::move(first), std::move(second)};
    out.become(row);
    return out;
}

Expr finished(Resolution r, DataType type) {
    r.type = std::move(type);
    r.nullable = r.any_nullable() || r.mode == EvalMode::Try;
    return r.as_call();
}

Expr negated(const Resolution& r, const Expr& value) {
    CallParts parts;
    parts.name = "-";
    parts.arguments.push_back({value, {}});
    parts.origin = r.origin;
    auto made = resolve_call(r.registry, std::move(parts), r.context);
    FS_ASSERT(made.has_value());
    return *made;
}

Expr days_of(const Resolution& r, const Expr& interval) {
    Resolution days = r;
    days.arguments = {interval};
    days.become("__interval_days");
    days.name = "extractansiintervaldays";
    return finished(std::move(days), DataType::integer());
}

/// date_add, date_sub.
Expr move_days(const Resolution& r, std::string_view row, const Expr& date, const Expr& days) {
    Resolution out = over(r, row, date, days);
    const DataType type = out.type_of(1);
    const bool small = type.is(TypeKind::Int) || type.is(TypeKind::Short) || type.is(TypeKind::Byte);
    const bool converts = type.is(TypeKind::Null) || (!r.context.ansi && type.is_numeric());
    if (!small && !converts) out.fail_input(1, "(\"INT\" or \"SMALLINT\" or \"TINYINT\")");
    if (converts && !small) out.cast(1, DataType::integer());
    return finished(std::move(out), DataType::date());
}

/// timestamp ± calendar or day-time interval; a string goes through a timestamp and back.
Expr move_timestamp(const Resolution& r, const Expr& time, const Expr& by, bool subtract) {
    const DataType before = time.type();
    Resolution out = over(
        r, subtract ? "__timestamp_subtract_interval" : "__timestamp_add_interval", time, by);
    if (before.is(TypeKind::Date) || before.is_string_like() || before.is(TypeKind::Null)) {
        out.cast(0, DataType::timestamp());
    } else if (!is_timestamp(before)) {
        over(r, "__timestamp_add_interval", time, subtract ? negated(r, by) : by)
            .fail_input(0, std::string(kTimestampInput));
    }
    const DataType type = out.type_of(0);
    Expr moved = finished(std::move(out), type);
    if (!before.is_string_like()) return moved;
    return make_cast(std::move(moved), before, EvalMode::Session, r.context, /*implicit=*/true);
}

/// date or timestamp ± any interval.
Expr move_by_interval(const Resolution& r, const Expr& time, const Expr& by, bool subtract) {
    const DataType& type = time.type();
    const auto row = [&](std::string_view plus, std::string_view minus) {
        return subtract ? minus : plus;
    };
    if (by.type().is(TypeKind::YearMonthInterval)) {
        return finished(over(r,
                             type.is(TypeKind::Date)
                                 ? row("__date_add_months", "__date_subtract_months")
                                 : row("__timestamp_add_months", "__timestamp_subtract_months"),
                             time, by),
                        type);
    }
    if (type.is(TypeKind::Date) && is_days(by.type())) {
        const Expr days = days_of(r, by);
        return move_days(r, "date_add", time, subtract ? negated(r, days) : days);
    }
    if (type.is(TypeKind::Date) && by.type().is(TypeKind::CalendarInterval)) {
        return finished(over(r, row("__date_add_interval", "__date_subtract_interval"), time, by), type);
    }
    return move_timestamp(r, time, by, subtract);
}

/// Both intervals of one kind, or NULL beside one.
MaybeExpr combine(const Resolution& r, std::string_view row) {
    Resolution out = over(r, row, r.arguments[0], r.arguments[1]);
    if (out.type_of(0).is(TypeKind::Null)) out.cast(0, out.type_of(1));
    if (out.type_of(1).is(TypeKind::Null)) out.cast(1, out.type_of(0));
    const DataType a = out.type_of(0);
    const DataType b = out.type_of(1);
    if (!is_interval(a) || a.kind() != b.kind()) return std::nullopt;
    return finished(std::move(out), wider_interval(a, b));
}

bool either_null(const DataType& a, const DataType& b) {
    return a.is(TypeKind::Null) || b.is(TypeKind::Null);
}

/// TIME ± interval, TIME - TIME; none otherwise.
MaybeExpr move_time(const Resolution& r, const Expr& time, const Expr& by, bool subtract) {
    if (!time.type().is(TypeKind::Time)) return std::nullopt;
    if (subtract && by.type().is(TypeKind::Time)) {
        Resolution out = over(r, "__time_difference", time, by);
        out.type = DataType::day_time_interval(DayTimeField::Hour, DayTimeField::Second);
        out.nullable = true;
        return out.as_call();
    }
    if (!by.type().is(TypeKind::DayTimeInterval)) return std::nullopt;
    Resolution out = over(r, subtract ? "__time_subtract" : "__time_add", time, by);
    const bool has_fraction = by.type().day_time_end() == DayTimeField::Second;
    out.type = DataType::time(has_fraction ? 6 : time.type().precision());
    out.nullable = true;
    return out.as_call();
}

MaybeExpr add(const Resolution& r) {
    const Expr& left = r.arguments[0];
    const Expr& right = r.arguments[1];
    const DataType& a = left.type();
    const DataType& b = right.type();
    if (is_interval(a) && is_interval(b) && a.kind() == b.kind()) return combine(r, "__interval_add");
    if (auto moved = move_time(r, left, right, /*subtract=*/false)) return moved;
    if (auto moved = move_time(r, right, left, /*subtract=*/false)) return moved;
    if (either_null(a, b)) {
        if (a.is_ansi_interval() || b.is_ansi_interval()) return combine(r, "__interval_add");
        const bool left_null = a.is(TypeKind::Null);
        const Expr& time = left_null ? right : left;
        if (!time.type().is_datetime()) return std::nullopt;
        const Expr by(bound::Constant{Literal::null(DataType::day_time_interval())}, r.origin);
        return move_timestamp(r, time, by, /*subtract=*/false);
    }
    const auto moves = [](const DataType& time, const DataType& by) {
        return is_calendar_or_day_time(by) || (by.is(TypeKind::YearMonthInterval) && time.is_datetime());
    };
    if (moves(a, b)) return move_by_interval(r, left, right, /*subtract=*/false);
    if (moves(b, a)) return move_by_interval(r, right, left, /*subtract=*/false);
    const auto days = [&](const Expr& date, const Expr& other) -> MaybeExpr {
        if (!date.type().is(TypeKind::Date)) return std::nullopt;
        if (!other.type().is_string_like()) return move_days(r, "date_add", date, other);
        Resolution promoted = r;
        promoted.arguments = {other};
        promoted.cast(0, r.context.ansi ? DataType::date() : DataType::float64());
        // Two dates are added in the order written.
        const bool swapped = r.context.ansi && &other == &left;
        return swapped ? move_days(r, "date_add", promoted.arguments[0], date)
                       : move_days(r, "date_add", date, promoted.arguments[0]);
    };
    if (auto made = days(left, right)) return made;
    return days(right, left);
}

Expr subtract_timestamps(const Resolution& r) {
    Resolution out = over(r, "__timestamp_difference", r.arguments[0], r.arguments[1]);
    for (const std::size_t i : {0U, 1U}) {
        const DataType& type = out.type_of(i);
        if (is_timestamp(type) || type.is(TypeKind::Date)) continue;
        if (!type.is_string_like() && !type.is(TypeKind::Null)) {
            out.fail_input(i, std::string(kTimestampInput));
        }
        out.cast(i, out.type_of(1 - i).is(TypeKind::TimestampNtz) && r.context.ansi
                        ? DataType::timestamp_ntz()
                        : DataType::timestamp());
    }
    const auto local = [](const DataType& type) {
        return type.is(TypeKind::TimestampNtz) || type.is(TypeKind::Date);
    };
    const DataType common = local(out.type_of(0)) && local(out.type_of(1))
                                ? DataType::timestamp_ntz()
                                : DataType::timestamp();
    out.cast(0, common);
    out.cast(1, common);
    return finished(std::move(out), DataType::day_time_interval());
}

Expr subtract_dates(const Resolution& r) {
    Resolution out = over(r, "__date_difference", r.arguments[0], r.arguments[1]);
    for (const std::size_t i : {0U, 1U}) {
        const DataType& type = out.type_of(i);
        if (type.is(TypeKind::Date)) continue;
        if (!type.is_string_like() && !type.is(TypeKind::Null)) out.fail_input(i, "\"DATE\"");
        out.cast(i, DataType::date());
    }
    return finished(std::move(out), DataType::day_time_interval(DayTimeField::Day, DayTimeField::Day));
}

MaybeExpr subtract(const Resolution& r) {
    const Expr& left = r.arguments[0];
    const Expr& right = r.arguments[1];
    const DataType& a = left.type();
    const DataType& b = right.type();
    if (is_interval(a) && is_interval(b) && a.kind() == b.kind()) {
        return combine(r, "__interval_subtract");
    }
    if (auto moved = move_time(r, left, right, /*subtract=*/true)) return moved;
    if (either_null(a, b) && (a.is_ansi_interval() || b.is_ansi_interval())) {
        return combine(r, "__interval_subtract");
    }
    if (is_calendar_or_day_time(b) || (b.is(TypeKind::YearMonthInterval) && a.is_datetime())) {
        return move_by_interval(r, left, right, /*subtract=*/true);
    }
    if (is_timestamp(a) || is_timestamp(b)) return subtract_timestamps(r);
    if (b.is(TypeKind::Date)) return subtract_dates(r);
    if (!a.is(TypeKind::Date)) return std::nullopt;
    if (b.is(TypeKind::Null) || (b.is_string_like() && r.context.ansi)) return subtract_dates(r);
    if (!b.is_string_like()) return move_days(r, "date_sub", left, right);
    Resolution promoted = r;
    promoted.cast(1, DataType::float64());
    return move_days(r, "date_sub", left, promoted.arguments[1]);
}

/// calendar interval * number, calendar interval / number.
Expr scale_calendar(const Resolution& r, std::string_view row, const Expr& interval, const Expr& by) {
    Resolution out = over(r, row, interval, by);
    const DataType& number = out.type_of(1);
    const bool converts = number.is_numeric() || number.is_string_like() || number.is(TypeKind::Null);
    if (!converts) out.fail_input(1, "\"DOUBLE\"");
    out.cast(1, DataType::float64());
    out.type = interval.type();
    out.nullable = true;
    return out.as_call();
}

/// interval * number, interval / number.
Expr scale(const Resolution& r, bool divides, const Expr& interval, const Expr& by) {
    if (interval.type().is(TypeKind::CalendarInterval)) {
        return scale_calendar(r, divides ? "__calendar_divide" : "__calendar_multiply", interval, by);
    }
    Resolution out = over(r, divides ? "__interval_divide" : "__interval_multiply", interval, by);
    const DataType& number = out.type_of(1);
    if (number.is_string_like() || number.is(TypeKind::Null)) out.cast(1, DataType::float64());
    if (!out.type_of(1).is_numeric()) {
        out.fail_input(1, "\"NUMERIC\"");
    }
    return finished(std::move(out), interval.type().is(TypeKind::YearMonthInterval)
                                        ? DataType::year_month_interval()
                                        : DataType::day_time_interval());
}

MaybeExpr divide_intervals(const Resolution& r) {
    Resolution out = over(r, "__interval_integral_divide", r.arguments[0], r.arguments[1]);
    if (out.type_of(0).is_ansi_interval() && out.type_of(1).is(TypeKind::Null)) out.cast(1, out.type_of(0));
    if (out.type_of(1).is_ansi_interval() && out.type_of(0).is(TypeKind::Null)) out.cast(0, out.type_of(1));
    if (!out.type_of(0).is_ansi_interval() || out.type_of(0).kind() != out.type_of(1).kind()) {
        return std::nullopt;
    }
    out.type = DataType::long_int();
    out.nullable = true;
    return out.as_call();
}

}  // namespace

MaybeExpr time_arithmetic(const Resolution& r, ArithmeticOperation op) {
    const Expr& left = r.arguments[0];
    const Expr& right = r.arguments[1];
    switch (op) {
        case ArithmeticOperation::Add: return add(r);
        case ArithmeticOperation::Subtract: return subtract(r);
        case ArithmeticOperation::Multiply:
            if (is_interval(left.type())) return scale(r, /*divides=*/false, left, right);
            if (is_interval(right.type())) return scale(r, /*divides=*/false, right, left);
            return std::nullopt;
        case ArithmeticOperation::Divide:
            if (is_interval(left.type())) return scale(r, /*divides=*/true, left, right);
            return std::nullopt;
        case ArithmeticOperation::IntegralDivide: return divide_intervals(r);
        case ArithmeticOperation::Remainder:
        case ArithmeticOperation::Pmod: return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace firesteel::functions
