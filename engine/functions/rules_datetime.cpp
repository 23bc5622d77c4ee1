// @rules of dates and times.
#include "functions/rules.h"
#include "types/coercion.h"
#include "types/datetime.h"
#include "types/type_text.h"
#include "types/value_parse.h"

namespace firesteel::functions {
namespace {

enum class FieldKind : std::uint8_t { None, Date, Clock, Second };

FieldKind kind_of(DateField field) {
    switch (field) {
        case DateField::Invalid: return FieldKind::None;
        case DateField::Hour:
        case DateField::Minute: return FieldKind::Clock;
        case DateField::Second: return FieldKind::Second;
        default: return FieldKind::Date;
    }
}

bool holds_months(const DataType& interval, DateField field) {
    if (field == DateField::Year) return interval.year_month_start() == YearMonthField::Year;
    return field == DateField::Month && interval.year_month_end() == YearMonthField::Month;
}
bool holds_time(const DataType& interval, DateField field) {
    const auto within = [&](DayTimeField each) {
        return interval.day_time_start() <= each && each <= interval.day_time_end();
    };
    switch (field) {
        case DateField::Day: return within(DayTimeField::Day);
        case DateField::Hour: return within(DayTimeField::Hour);
        case DateField::Minute: return within(DayTimeField::Minute);
        case DateField::Second: return within(DayTimeField::Second);
        default: return false;
    }
}

/// Whether a source of this type has the field.
bool has_field(const DataType& source, DateField field) {
    const FieldKind kind = kind_of(field);
    const bool on_clock = kind == FieldKind::Clock || kind == FieldKind::Second;
    const bool months = field == DateField::Year || field == DateField::Month;
    switch (source.kind()) {
        case TypeKind::YearMonthInterval: return holds_months(source, field);
        case TypeKind::DayTimeInterval: return holds_time(source, field);
        case TypeKind::CalendarInterval: return on_clock || months || field == DateField::Day;
        case TypeKind::Time: return on_clock;
        default: return kind != FieldKind::None;
    }
}

/// The function that Spark computes a field of a date or timestamp with.
std::string_view field_function(DateField field) {
    switch (field) {
        case DateField::Year: return "year";
        case DateField::YearOfWeek: return "yearofweek";
        case DateField::Quarter: return "quarter";
        case DateField::Month: return "month";
        case DateField::Week: return "weekofyear";
        case DateField::DayOfWeek: return "dayofweek";
        case DateField::DayOfWeekIso: return "weekday";
        case DateField::DayOfYear: return "dayofyear";
        case DateField::Hour: return "hour";
        case DateField::Minute: return "minute";
        case DateField::Second: return "second";
        default: return "dayofmonth";
    }
}

bool is_interval(const DataType& type) {
    return type.is_ansi_interval() || type.is(TypeKind::CalendarInterval);
}

/// Texts and times become what has the field: a date, or a timestamp.
void cast_source(Resolution& r, DateField field) {
    const DataType& from = r.type_of(1);
    const bool wants_date = kind_of(field) == FieldKind::Date;
    if (from.is_string_like() || from.is(TypeKind::Null)) {
        r.cast(1, wants_date ? DataType::date() : DataType::timestamp());
    } else if (from.is(TypeKind::Date) && !wants_date) {
        r.cast(1, DataType::timestamp());
    } else if (!is_interval(from) && !from.is_datetime() && !from.is(TypeKind::Time)) {
        r.arguments = {r.arguments[1]};
        r.become(r.registry.row(field_function(field)) != nullptr ? field_function(field) : "year");
        r.name = field_function(field);
        r.fail_input(0, wants_date ? "\"DATE\"" : "\"TIMESTAMP\"");
    }
}

}  // namespace

/// date_add and its like with the days as a text.
void rule_days_of_text(Resolution& r) {
    r.cast(1, DataType::integer());
    r.type = DataType::date();
    r.nullable = r.any_nullable();
}

/// timestamp_millis, timestamp_micros: of a whole number of any width.
void rule_epoch_count(Resolution& r) {
    r.cast(0, DataType::long_int());
    r.type = DataType::timestamp();
    r.nullable = r.any_nullable();
}

/// extract(field, source), date_part: int, tinyint from intervals, decimal(8,6) for seconds.
void rule_extract(Resolution& r) {
    const auto name = r.fold(0);
    if (!name) {
        throw Error(ErrorClass::NonFoldableArgument,
                    {{"funcName", r.quoted_name()}, {"paramName", "`field`"}, {"paramType", "\"STRING\""}},
                    r.origin);
    }
    r.nullable = true;
    if (name->is_null()) {
        r.type = DataType::float64();
        return;
    }
    const DateField field = date_field_named(name->value.bytes());
    if (!has_field(r.type_of(1), field)) {
        throw Error(ErrorClass::InvalidExtractField,
                    {{"field", quote_identifier(name->value.bytes())}, {"expr", sql_text(r.arguments[1])}},
                    r.origin);
    }
    cast_source(r, field);
    if (r.type_of(1).is(TypeKind::Time)) check_time_type(r);
    const DataType& from = r.type_of(1);
    const bool whole = field == DateField::Year || field == DateField::Day;
    r.type = field == DateField::Second      ? DataType::decimal(8, 6)
             : is_interval(from) && !whole   ? DataType::byte()
                                             : DataType::integer();
    r.nullable = r.arguments[1].nullable() || from.is(TypeKind::Time);
}

/// to_date, to_timestamp and their like: a cast, or with a format a parse.
void rule_to_timestamp(Resolution& r) {
    const auto name = r.row->name();
    r.type = name.ends_with("to_date") ? DataType::date()
             : name.ends_with("_ntz")  ? DataType::timestamp_ntz()
                                       : DataType::timestamp();
    const DataType from = r.type_of(0);
    const bool has_format = r.arguments.size() > 1;
    const bool counts = from.is_numeric() && r.type.is(TypeKind::Timestamp) && !has_format;
    if (from.is(TypeKind::Null) || from.is(TypeKind::Boolean) || (from.is_numeric() && !counts)) {
        r.cast(0, DataType::string());
    } else if (!from.is_string_like() && !from.is_datetime() && !counts) {
        r.fail_input(0, "(\"STRING\" or \"DATE\" or \"TIMESTAMP\" or \"TIMESTAMP_NTZ\")");
    }
    if (has_format && r.type_of(0).is_string_like()) {
        r.nullable = !r.ansi() || r.any_nullable();
    } else {
        r.nullable = r.any_nullable() || force_nullable(r.type_of(0), r.type);
    }
}

/// current_time(digits).
void rule_current_time(Resolution& r) {
    const Literal digits = r.constant(0);
    if (digits.is_null() || digits.value.integer() < 0 || digits.value.integer() > 6) {
        r.fail(ErrorClass::DatatypeMismatchValueOutOfRange,
               {{"exprName", "`precision`"},
                {"valueRange", "[0, 6]"},
                {"currentValue", pretty_name(r.arguments[0])}});
    }
    r.type = DataType::time(static_cast<int>(digits.value.integer()));
    r.nullable = false;
}

void check_time_type(const Resolution& r) {
    if (!r.context.time_type) throw Error(ErrorClass::UnsupportedTimeType);
}

/// hour, minute, second of a TIME.
void rule_time_field(Resolution& r) {
    check_time_type(r);
    r.type = DataType::integer();
    r.nullable = true;
}

void rule_make_time(Resolution& r) {
    check_time_type(r);
    r.cast(2, DataType::decimal(16, 6));
    r.type = DataType::time();
    r.nullable = true;
}

namespace {

void want_time(Resolution& r, std::size_t i) {
    if (r.type_of(i).is(TypeKind::Null)) r.cast(i, DataType::time());
    if (!r.type_of(i).is(TypeKind::Time)) r.fail_input(i, "\"TIME\"");
    check_time_type(r);
}

}  // namespace

void rule_time_diff(Resolution& r) {
    want_time(r, 1);
    want_time(r, 2);
    r.type = DataType::long_int();
    r.nullable = true;
}

void rule_time_trunc(Resolution& r) {
    want_time(r, 1);
    r.type = r.type_of(1);
    r.nullable = true;
}

void rule_to_time(Resolution& r) {
    if (r.type_of(0).is(TypeKind::Null)) r.cast(0, DataType::string());
    if (!r.type_of(0).is_string_like()) r.fail_input(0, "\"STRING\"");
    check_time_type(r);
    r.type = DataType::time();
    r.nullable = true;
}

namespace {

DataType window_type(const DataType& time) {
    return DataType::structure({{"start", time, true, {}}, {"end", time, true, {}}});
}

/// Columns that window() made are struct<start, end> of timestamps.
bool is_window(const DataType& type) {
    return type.is(TypeKind::Struct) && type.fields().size() == 2 &&
           (type == window_type(DataType::timestamp()) || type == window_type(DataType::timestamp_ntz()));
}

/// The call with all its arguments: as a column it is just "window".
[[noreturn]] void fail_window(const Resolution& r, ErrorClass id, ErrorParameters parameters) {
    std::string call = "\"" + r.name + "(";
    for (std::size_t i = 0; i < r.arguments.size(); ++i) {
        call += (i > 0 ? ", " : "") + pretty_name(r.arguments[i]);
    }
    parameters.insert(parameters.begin(), {"sqlExpr", call + ")\""});
    throw Error(id, std::move(parameters), r.origin);
}

void want_window_time(Resolution& r) {
    const DataType& from = r.type_of(0);
    if (from.is_string_like() || from.is(TypeKind::Date) || from.is(TypeKind::Null) || from.is(TypeKind::Time)) {
        r.cast(0, DataType::timestamp());
    }
    const DataType& time = r.type_of(0);
    if (time.is(TypeKind::Timestamp) || time.is(TypeKind::TimestampNtz) || is_window(time)) return;
    fail_window(r, ErrorClass::DatatypeMismatchUnexpectedInputType,
                {{"paramIndex", ordinal_word(0)},
                 {"requiredType",
                  "(\"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)\" or \"STRUCT<start: TIMESTAMP, end: "
                  "TIMESTAMP>\" or \"STRUCT<start: TIMESTAMP_NTZ, end: TIMESTAMP_NTZ>\")"},
                 {"inputSql", sql_text(r.arguments[0])},
                 {"inputType", quoted_sql_name(time)}});
}

/// A duration in microseconds: a text, or a whole number of them.
std::int64_t duration_of(Resolution& r, std::size_t i) {
    const auto* constant = r.arguments[i].get_if<bound::Constant>();
    const bool is_known = constant != nullptr && !constant->literal.is_null() &&
                          (constant->literal.type.is_string_like() || constant->literal.type.is_integral());
    if (!is_known) throw Error(ErrorClass::LegacyErrorTemp1207, {}, r.origin);
    if (constant->literal.type.is_integral()) return constant->literal.value.integer();
    const std::string& text = constant->literal.value.bytes();
    CalendarIntervalValue interval;
    if (!try_parse_calendar_interval(text, interval)) {
        throw Error(ErrorClass::CannotParseInterval, {{"intervalString", "'" + text + "'"}}, r.origin);
    }
    if (interval.months != 0) throw Error(ErrorClass::LegacyErrorTemp3231, {{"interval", text}});
    return interval.days * kMicrosPerDay + interval.microseconds;
}

std::string shown_long(std::int64_t value) { return std::to_string(value) + "L"; }

void want_positive(Resolution& r, std::int64_t value, const char* name) {
    if (value > 0) return;
    fail_window(r, ErrorClass::DatatypeMismatchValueOutOfRange,
                {{"exprName", name}, {"valueRange", "(0, 9223372036854775807]"}, {"currentValue", shown_long(value)}});
}

void want_order(Resolution& r, bool holds, const char* left, std::int64_t value, const char* constraint,
                const char* right, std::int64_t limit) {
    if (holds) return;
    fail_window(r, ErrorClass::DatatypeMismatchParameterConstraintViolation,
                {{"leftExprName", left},
                 {"leftExprValue", shown_long(value)},
                 {"constraint", constraint},
                 {"rightExprName", right},
                 {"rightExprValue", shown_long(limit)}});
}

}  // namespace

/// window(time, width[, slide[, start]]): struct<start, end>; the durations become microseconds.
void rule_window(Resolution& r) {
    const auto* slide_text = r.arguments[2].get_if<bound::Constant>();
    const bool has_slide = slide_text == nullptr || slide_text->literal.is_null() ||
                           !slide_text->literal.type.is_string_like() || !slide_text->literal.value.bytes().empty();
    const std::int64_t width = duration_of(r, 1);
    const std::int64_t slide = has_slide ? duration_of(r, 2) : width;
    const std::int64_t start = duration_of(r, 3);
    std::size_t i = 1;
    for (const std::int64_t value : {width, slide, start}) {
        r.arguments[i++] = bound::Expr(bound::Constant{Literal::long_int(value)});
    }
    want_window_time(r);
    want_positive(r, width, "`window_duration`");
    want_positive(r, slide, "`slide_duration`");
    want_order(r, slide <= width, "`slide_duration`", slide, "<=", "`window_duration`", width);
    const std::int64_t shift = start < 0 ? -start : start;
    want_order(r, shift < slide, "`abs(start_time)`", shift, "<", "`slide_duration`", slide);
    const DataType& time = r.type_of(0);
    r.type = time.is(TypeKind::Struct) ? time : window_type(time);
    r.nullable = false;
}

/// session_window(time, gap): the gap is a text or an interval, of each row.
void rule_session_window(Resolution& r) {
    want_window_time(r);
    const DataType& gap = r.type_of(1);
    if (gap.is_string_like() || gap.is(TypeKind::Null)) r.cast(1, DataType::calendar_interval());
    if (!is_interval(r.type_of(1)) || r.type_of(1).is(TypeKind::YearMonthInterval)) {
        fail_window(r, ErrorClass::DatatypeMismatchUnexpectedInputType,
                    {{"paramIndex", ordinal_word(1)},
                     {"requiredType", "\"INTERVAL\""},
                     {"inputSql", sql_text(r.arguments[1])},
                     {"inputType", quoted_sql_name(gap)}});
    }
    r.type = window_type(r.type_of(0));
    r.nullable = false;
}

/// window_time(window): the last moment before the window's end.
void rule_window_time(Resolution& r) {
    if (!r.type_of(0).is(TypeKind::Struct) || !is_window(r.type_of(0))) r.fail_input(0, "\"STRUCT\"");
    r.type = r.type_of(0).fields()[1].type;
    r.nullable = true;
}

}  // namespace firesteel::functions
