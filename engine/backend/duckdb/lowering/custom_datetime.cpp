/// Dates and times: what the moment of the query decides, and functions that are casts or one kernel by their type.

#include <array>

#include "backend/duckdb/lowering/custom.h"
#include "types/calendar.h"
#include "types/time_zone.h"

namespace firesteel::duckdb {
namespace {

template <const char* kText>
void text(Lowering& to, const bound::Call& call, const Origin&) {
    lower_text(to, kText, call);
}
constexpr char kMicros[] = "CAST(make_timestamp({0}) AS TIMESTAMPTZ)";

Literal timestamp(const DataType& type, std::int64_t micros) { return {type, Value(micros)}; }

void current_timestamp(Lowering& to, const bound::Call& call, const Origin&) {
    to.literal(timestamp(call.type, to.operation().started_micros()));
}

std::int64_t local_now(Lowering& to) {
    return TimeZone::named(to.operation().time_zone())
        ->to_local_micros(to.operation().started_micros());
}

void localtimestamp(Lowering& to, const bound::Call& call, const Origin&) {
    to.literal(timestamp(call.type, local_now(to)));
}

void current_date(Lowering& to, const bound::Call&, const Origin&) {
    to.literal({DataType::date(), Value(floor_div(local_now(to), kMicrosPerDay))});
}

/// The local time of day, cut to the type's digits.
void current_time(Lowering& to, const bound::Call& call, const Origin&) {
    std::int64_t unit = 1;
    for (int digits = call.type.precision(); digits < 6; ++digits) unit *= 10;
    const std::int64_t micros = floor_mod(local_now(to), kMicrosPerDay);
    to.literal({call.type, Value((micros - micros % unit) * kNanosPerMicro)});
}

void current_timezone(Lowering& to, const bound::Call&, const Origin&) {
    to.literal(Literal::string(to.operation().time_zone()));
}

void unix_timestamp_now(Lowering& to, const bound::Call&, const Origin&) {
    to.literal(Literal::long_int(floor_div(to.operation().started_micros(), kMicrosPerSecond)));
}

/// to_date, to_timestamp…: a cast; with a format, a kernel over texts.
void to_timestamp(Lowering& to, const bound::Call& call, const Origin& origin) {
    const bound::Expr& value = call.arguments[0];
    if (call.arguments.size() > 1 && value.type().is_string_like()) {
        return lower_kernel(to, "parse_timestamp", call, origin);
    }
    if (call.arguments.size() > 1 && call.arguments[1].nullable()) {
        to.out().text("CASE WHEN ");
        to.expr(call.arguments[1]);
        to.out().text(" IS NOT NULL THEN ");
        to.cast({value, call.type, call.mode}, origin);
        to.out().text(" END");
        return;
    }
    to.cast({value, call.type, call.mode}, origin);
}

/// extract(field, source); nothing is extracted of NULL.
void extract(Lowering& to, const bound::Call& call, const Origin& origin) {
    if (call.type.is(TypeKind::Double)) return to.literal(Literal::null(call.type));
    lower_kernel(to, "extract", call, origin);
}

/// Seconds of any number type, whole or with a fraction.
void timestamp_seconds(Lowering& to, const bound::Call& call, const Origin& origin) {
    lower_kernel(to, "timestamp_seconds", call, origin);
}

constexpr auto kRows = std::to_array<CustomRow>({
    {"current_date", current_date},
    {"current_time", current_time},
    {"current_timestamp", current_timestamp},
    {"current_timezone", current_timezone},
    {"extract", extract},
    {"localtimestamp", localtimestamp},
    {"timestamp_micros", text<kMicros>},
    {"timestamp_seconds", timestamp_seconds},
    {"to_timestamp", to_timestamp},
    {"unix_timestamp_now", unix_timestamp_now},
});

}  // namespace

CustomTable datetime_lowerings() { return kRows; }

}  // namespace firesteel::duckdb
