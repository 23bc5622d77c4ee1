/// Casts from string; what is accepted is in types/value_parse.h.

#include "backend/duckdb/kernels/cast.h"
#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/runtime_errors.h"
#include "types/value_parse.h"

namespace firesteel::duckdb {
namespace {

/// Every row by parse(text, out, zones), zones being the thread's own; malformed text raises in ANSI
/// mode and is NULL otherwise.
template <typename T, typename F>
KernelBody parsed(F parse) {
    return [parse = std::move(parse)](KernelCall& call) {
        const KernelSite& site = call.site();
        const Reader<std::string_view> reader(call.argument(0), site.argument(0));
        const Validity validity(call.argument(0));
        Writer<T> writer(call.result(), site.result);
        std::uint64_t* mask = nullptr;
        TimeZoneCache zones;
        for (idx_t row = 0; row < call.rows(); ++row) {
            T value{};
            const Parse outcome = validity.valid(row) ? parse(reader[row], value, zones)
                                                      : Parse::Malformed;
            if (outcome == Parse::Ok) {
                writer.set(row, value);
                continue;
            }
            if (validity.valid(row) && site.mode == EvalMode::Ansi) {
                if (outcome == Parse::Overflow && site.result.is(TypeKind::Decimal)) {
                    throw decimal_overflow(reader[row], site.result);
                }
                throw cast_invalid(reader[row], site.argument(0), site.result);
            }
            detail::set_null(call.result(), mask, row);
        }
    };
}

template <typename T>
KernelBody to_integer(const KernelSite& site) {
    const Fractions fractions =
        site.mode == EvalMode::Legacy ? Fractions::CutOff : Fractions::Refused;
    return parsed<T>([fractions](std::string_view text, T& out, TimeZoneCache&) {
        std::int64_t wide = 0;
        const Parse outcome = parse_integer(text, sizeof(T), fractions, wide);
        out = static_cast<T>(wide);
        return outcome;
    });
}

KernelBody to_date() {
    return parsed<std::int32_t>([](std::string_view text, std::int32_t& out, TimeZoneCache&) {
        std::int64_t days = 0;
        const Parse outcome = parse_date(text, days);
        out = static_cast<std::int32_t>(days);
        return outcome;
    });
}

KernelBody to_timestamp(const KernelSite& site) {
    return parsed<std::int64_t>([zone = TimeZone::named(site.zone), now = site.now_micros](
                                    std::string_view text, std::int64_t& out,
                                    TimeZoneCache& zones) {
        return parse_timestamp(text, ParseClock{*zone, now, zones}, out);
    });
}

/// The parser of intervals says what is wrong with a text by raising it; in try mode that is NULL.
template <typename T, typename F>
std::optional<T> unless_malformed(bool raises, F parse) {
    try {
        return parse();
    } catch (const Error&) {
        if (raises) throw;
        return std::nullopt;
    }
}

KernelBody to_interval(const KernelSite& site) {
    const DataType type = site.result;
    const bool raises = site.mode != EvalMode::Try;
    if (type.is(TypeKind::YearMonthInterval)) {
        return rows([=](std::string_view text) {
            return unless_malformed<std::int32_t>(raises, [&] {
                return static_cast<std::int32_t>(parse_year_month_interval(
                    text, type.year_month_start(), type.year_month_end()));
            });
        });
    }
    return rows([=](std::string_view text) {
        return unless_malformed<std::int64_t>(raises, [&] {
            return parse_day_time_interval(text, type.day_time_start(), type.day_time_end());
        });
    });
}

}  // namespace

KernelBody bind_from_string(const KernelSite& site) {
    switch (site.result.kind()) {
        case TypeKind::Boolean:
            return parsed<bool>([](std::string_view text, bool& out, TimeZoneCache&) {
                return parse_boolean(text, out);
            });
        case TypeKind::Byte: return to_integer<std::int8_t>(site);
        case TypeKind::Short: return to_integer<std::int16_t>(site);
        case TypeKind::Int: return to_integer<std::int32_t>(site);
        case TypeKind::Long: return to_integer<std::int64_t>(site);
        case TypeKind::Float:
            return parsed<float>([](std::string_view text, float& out, TimeZoneCache&) {
                return parse_float(text, out);
            });
        case TypeKind::Double:
            return parsed<double>([](std::string_view text, double& out, TimeZoneCache&) {
                return parse_double(text, out);
            });
        case TypeKind::Decimal:
            return parsed<Int128>([type = site.result](std::string_view text, Int128& out,
                                                       TimeZoneCache&) {
                return parse_decimal(text, type.precision(), type.scale(), out);
            });
        case TypeKind::Date: return to_date();
        case TypeKind::Timestamp: return to_timestamp(site);
        case TypeKind::TimestampNtz:
            return parsed<std::int64_t>([](std::string_view text, std::int64_t& out,
                                           TimeZoneCache& zones) {
                return parse_timestamp_ntz(text, Zones::Ignored, zones, out);
            });
        case TypeKind::Time:
            return parsed<std::int64_t>([](std::string_view text, std::int64_t& out,
                                           TimeZoneCache&) { return parse_time(text, out); });
        case TypeKind::YearMonthInterval:
        case TypeKind::DayTimeInterval: return to_interval(site);
        case TypeKind::CalendarInterval:
            return rows([](std::string_view text) -> std::optional<CalendarIntervalValue> {
                CalendarIntervalValue out;
                if (!try_parse_calendar_interval(text, out)) return std::nullopt;
                return out;
            });
        default: return {};
    }
}

}  // namespace firesteel::duckdb
