/// extract(field FROM source) of dates, timestamps, times and intervals.

#include <array>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/families.h"
#include "types/datetime.h"

namespace firesteel::duckdb {
namespace {

using Micros = std::int64_t;
using Calendar = CalendarIntervalValue;

/// Body from a function that gives the field of a value as 64 bits; the field's name is the first
/// argument, a constant.
template <typename Source, typename F>
KernelBody named_field_rows(const KernelSite& site, F field) {
    switch (site.result.kind()) {
        case TypeKind::Byte:
            return rows([field](std::string_view, Source v) { return static_cast<std::int8_t>(field(v)); });
        case TypeKind::Int:
            return rows([field](std::string_view, Source v) { return static_cast<std::int32_t>(field(v)); });
        default: return rows([field](std::string_view, Source v) { return Int128{field(v)}; });
    }
}

std::int64_t clock_field(DateField field, Micros micros) {
    switch (field) {
        case DateField::Hour: return micros % kMicrosPerDay / kMicrosPerHour;
        case DateField::Minute: return micros % kMicrosPerHour / kMicrosPerMinute;
        default: return micros % kMicrosPerMinute;
    }
}

/// Microseconds of the last digit that a TIME has.
Micros digit_micros(const DataType& time) {
    Micros unit = 1;
    for (int digits = time.precision(); digits < 6; ++digits) unit *= 10;
    return unit;
}

KernelBody bind_calendar_field(const KernelSite& site, DateField field) {
    return named_field_rows<Calendar>(site, [field](const Calendar& interval) -> std::int64_t {
        switch (field) {
            case DateField::Year: return interval.months / 12;
            case DateField::Month: return interval.months % 12;
            case DateField::Day: return interval.days + interval.microseconds / kMicrosPerDay;
            default: return clock_field(field, interval.microseconds);
        }
    });
}

KernelBody bind_extract(const KernelSite& site) {
    const Literal* name = site.constant(0);
    FS_ASSERT(name != nullptr && !name->is_null());
    const DateField field = date_field_named(name->value.bytes());
    switch (site.argument(1).kind()) {
        case TypeKind::Date:
            return named_field_rows<std::int32_t>(
                site, [field](std::int32_t days) { return date_field(field, days); });
        case TypeKind::Timestamp:
            return named_field_rows<Micros>(site, [field, zone = TimeZone::named(site.zone)](Micros t) {
                return timestamp_field(field, zone->to_local_micros(t));
            });
        case TypeKind::TimestampNtz:
            return named_field_rows<Micros>(site, [field](Micros t) { return timestamp_field(field, t); });
        case TypeKind::Time:
            return named_field_rows<std::int64_t>(
                site, [field, unit = digit_micros(site.argument(1))](std::int64_t nanos) {
                    const Micros micros = nanos / kNanosPerMicro;
                    return clock_field(field, micros - micros % unit);
                });
        case TypeKind::YearMonthInterval:
            return named_field_rows<std::int32_t>(site, [field](std::int32_t months) {
                return std::int64_t{field == DateField::Year ? months / 12 : months % 12};
            });
        case TypeKind::DayTimeInterval:
            return named_field_rows<Micros>(site, [field](Micros micros) {
                return field == DateField::Day ? micros / kMicrosPerDay : clock_field(field, micros);
            });
        default: return bind_calendar_field(site, field);
    }
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"extract", bind_extract, Placed::No},
});

}  // namespace

KernelTable datetime_field_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
