/// The kernel "cast": every pair of plain types that DuckDB's own cast does not serve, in ANSI, legacy
/// and try mode. This file: the dispatch, and casts to string. Numbers, texts and times have files of
/// their own.

#include "backend/duckdb/kernels/cast.h"

#include <array>

#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/kernels/text_rows.h"
#include "backend/duckdb/kernels/variants.h"
#include "backend/duckdb/value_reader.h"
#include "types/value_text.h"

namespace firesteel::duckdb {
namespace {

template <typename T>
KernelBody integer_text() {
    return text_rows<T>([](std::string& out, T value) { append_integer(out, value); });
}

KernelBody decimal_to_text(const KernelSite& site) {
    const int scale = site.argument(0).scale();
    const bool plain = site.mode != EvalMode::Legacy;
    return text_rows<Int128>([scale, plain](std::string& out, Int128 value) {
        plain ? append_decimal_plain(out, value, scale)
              : append_decimal_scientific(out, value, scale);
    });
}

KernelBody interval_to_text(const DataType& type) {
    if (type.is(TypeKind::YearMonthInterval)) {
        return text_rows<std::int32_t>([type](std::string& out, std::int32_t months) {
            append_year_month_interval(out, months, type.year_month_start(), type.year_month_end());
        });
    }
    return text_rows<std::int64_t>([type](std::string& out, std::int64_t micros) {
        append_day_time_interval(out, micros, type.day_time_start(), type.day_time_end());
    });
}

/// Nested values and variants, one by one.
KernelBody value_to_text(const KernelSite& site) {
    const DataType type = site.argument(0);
    const std::shared_ptr<const TimeZone> zone = TimeZone::named(site.zone);
    const Ansi ansi = site.mode == EvalMode::Legacy ? Ansi::Off : Ansi::On;
    return [type, zone, ansi](KernelCall& call) {
        const TextStyle style{TextStyle::Use::Cast, ansi, zone.get()};
        Writer<std::string_view> writer(call.result(), call.site().result);
        std::uint64_t* mask = nullptr;
        std::string text;
        for (idx_t row = 0; row < call.rows(); ++row) {
            const Value value = read_value(call.argument(0), type, row);
            if (value.is_null()) {
                detail::set_null(call.result(), mask, row);
                continue;
            }
            text.clear();
            append_value(text, type, value, style);
            writer.set(row, text);
        }
    };
}

KernelBody bind_to_string(const KernelSite& site) {
    const DataType& from = site.argument(0);
    switch (from.kind()) {
        case TypeKind::Byte: return integer_text<std::int8_t>();
        case TypeKind::Short: return integer_text<std::int16_t>();
        case TypeKind::Int: return integer_text<std::int32_t>();
        case TypeKind::Long: return integer_text<std::int64_t>();
        case TypeKind::Float:
            return text_rows<float>([](std::string& out, float v) { append_float(out, v); });
        case TypeKind::Double:
            return text_rows<double>([](std::string& out, double v) { append_double(out, v); });
        case TypeKind::Decimal: return decimal_to_text(site);
        case TypeKind::Date:
            return text_rows<std::int32_t>([](std::string& out, std::int32_t v) { append_date(out, v); });
        case TypeKind::TimestampNtz:
            return text_rows<std::int64_t>(
                [](std::string& out, std::int64_t v) { append_timestamp_ntz(out, v); });
        case TypeKind::Timestamp:
            return text_rows<std::int64_t>(
                [zone = TimeZone::named(site.zone)](std::string& out, std::int64_t v) {
                    append_timestamp(out, v, *zone);
                });
        case TypeKind::Time:
            return text_rows<std::int64_t>(
                [](std::string& out, std::int64_t v) { append_time(out, v); });
        case TypeKind::YearMonthInterval:
        case TypeKind::DayTimeInterval: return interval_to_text(from);
        default: return value_to_text(site);
    }
}

KernelBody bind_cast(const KernelSite& site) {
    const DataType& from = site.argument(0);
    const DataType& to = site.result;
    KernelBody body;
    if (to.is(TypeKind::Variant)) {
        body = bind_cast_to_variant(site);
    } else if (from.is(TypeKind::Variant)) {
        body = bind_cast_from_variant(site);
    } else if (to.is_string_like()) {
        body = bind_to_string(site);
    } else if (from.is_string_like()) {
        body = bind_from_string(site);
    } else if (from.is_datetime() || to.is_datetime() || from.is(TypeKind::Time)) {
        body = bind_time_cast(site);
    } else if (from.is_ansi_interval() || to.is_ansi_interval()) {
        body = bind_interval_cast(site);
    } else {
        body = bind_number_cast(site);
    }
    if (body == nullptr) throw unsupported("a cast of this pair of types", site.origin);
    return body;
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"cast", bind_cast},
});

}  // namespace

KernelTable cast_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
