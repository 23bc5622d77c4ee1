#pragma once
/// Values as text: CAST(x AS STRING), the cells of show(), and literals as SQL. Appended to a buffer that the caller
/// reuses; kernels call the append_* functions per row, the rest goes through append_value. Pure functions.

#include <cstdint>
#include <string>
#include <string_view>

#include "types/coercion.h"
#include "types/literal.h"
#include "types/number_text.h"
#include "types/time_zone.h"

namespace firesteel {

/// "2020-01-02", "+10000-01-01", "-0044-03-15".
void append_date(std::string& out, std::int64_t days);
/// "2020-01-02 03:04:05.6": zeros at the end of the fraction are left out.
void append_timestamp(std::string& out, std::int64_t micros, const TimeZone& zone);
void append_timestamp_ntz(std::string& out, std::int64_t micros);
/// "03:04:05.6".
void append_time(std::string& out, std::int64_t nanos_of_day);
/// "INTERVAL '1-2' YEAR TO MONTH".
void append_year_month_interval(std::string& out, std::int64_t months, YearMonthField start,
                                YearMonthField end);
/// "INTERVAL '1 02:03:04.5' DAY TO SECOND".
void append_day_time_interval(std::string& out, std::int64_t micros, DayTimeField start,
                              DayTimeField end);
/// "1 years 2 months -3 seconds"; "0 seconds".
void append_calendar_interval(std::string& out, const CalendarIntervalValue& interval);
/// "[00 FF]".
void append_hex_list(std::string& out, std::string_view bytes);
/// "00FF".
void append_hex(std::string& out, std::string_view bytes);

/// What a cast to string depends on besides the value.
struct TextStyle {
    /// Cast: null, binary as its characters. Show: NULL, binary as "[00 FF]", decimals plain.
    enum class Use : std::uint8_t { Cast, Show };
    Use use = Use::Cast;
    Ansi ansi = Ansi::On;  // Cast: decimals plain or, in legacy mode, scientific
    const TimeZone* zone = nullptr;  // needed where a timestamp is
};

/// A value as text; NULL too (at the top, a cast gives NULL itself: the caller's business).
void append_value(std::string& out, const DataType& type, const Value& value, const TextStyle& style);
std::string value_text(const DataType& type, const Value& value, const TextStyle& style);

// By the name of the session's zone, which is looked up only where a timestamp is. A zone's name was checked when it
// was set, so an unknown one is INVALID_TIMEZONE.

/// CAST(literal AS STRING); NULL itself gives "NULL".
std::string cast_text(const Literal& literal, std::string_view zone);
/// A literal as SQL: "DATE '2020-01-02'", "1L", "'it\'s'", "CAST(NULL AS INT)": what .sql() and error texts show.
std::string sql_literal(const Literal& literal, std::string_view zone);
/// A literal in an automatic column name: numbers and strings bare, "NULL", others as SQL.
std::string pretty_literal(const Literal& literal, std::string_view zone);

}  // namespace firesteel
