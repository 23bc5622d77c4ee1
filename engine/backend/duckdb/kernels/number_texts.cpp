/// Numbers by formats: format_number, format_string, to_char and to_number.

#include <array>
#include <cmath>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/text_families.h"
#include "backend/duckdb/kernels/values.h"
#include "types/decimal_format.h"
#include "types/java_format.h"
#include "types/number_format.h"

namespace firesteel::duckdb {
namespace {

/// Formats of one chunk, each read once.
template <typename Format>
class Formats {
  public:
    const Format& of(std::string_view text) {
        if (!current_ || text != text_) {
            current_.emplace(text);
            text_ = text;
        }
        return *current_;
    }

  private:
    std::string text_;
    std::optional<Format> current_;
};

std::string written(const DecimalFormat& format, const DataType& type, const Value& value) {
    if (type.is(TypeKind::Float) || type.is(TypeKind::Double)) return format.write(value.floating());
    if (type.is(TypeKind::Decimal)) return format.write(value.decimal(), type.scale());
    return format.write(Int128{value.integer()}, 0);
}

/// format_number(number, digits) or (number, pattern).
Value format_number(const KernelSite& site, const ValueList& a) {
    if (site.argument(1).is_string_like()) {
        const std::string& pattern = a[1].bytes();
        const DecimalFormat format = pattern.empty() ? DecimalFormat::grouped(0) : DecimalFormat(pattern);
        return Value(written(format, site.argument(0), a[0]));
    }
    const std::int64_t digits = a[1].integer();
    if (digits < 0) return {};
    return Value(written(DecimalFormat::grouped(static_cast<int>(digits)), site.argument(0), a[0]));
}

/// NULLs among the arguments are written, only a NULL format gives NULL.
Value format_string(const KernelSite& site, const ValueList& a) {
    if (a[0].is_null()) return {};
    return Value(java_format(a[0].bytes(), std::span(site.arguments).subspan(1), std::span(a).subspan(1)));
}

KernelBody bind_to_char(const KernelSite& site) {
    const int scale = site.argument(0).scale();
    return [scale](KernelCall& call) {
        Formats<NumberFormat> formats;
        rows([&](Int128 value, std::string_view format) { return formats.of(format).write(value, scale); })(call);
    };
}

template <bool kTolerant>
KernelBody bind_to_number(const KernelSite&) {
    return [](KernelCall& call) {
        Formats<NumberFormat> formats;
        rows([&](std::string_view text, std::string_view wanted) -> std::optional<Int128> {
            const NumberFormat& format = formats.of(wanted);
            const auto value = format.read(text);
            if (value || kTolerant) return value;
            throw Error(ErrorClass::InvalidFormatMismatchInput, {{"inputType", "\"STRING\""},
                                                                 {"input", std::string(text)},
                                                                 {"format", format.text()}});
        })(call);
    };
}

template <Value (*kFunction)(const KernelSite&, const ValueList&), OnNull kOnNull>
KernelBody by_values(const KernelSite&) {
    return values(kOnNull, kFunction);
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"format_number", by_values<format_number, OnNull::ResultIsNull>},
    {"format_string", by_values<format_string, OnNull::Call>},
    {"to_char", bind_to_char},
    {"to_number", bind_to_number<false>},
    {"try_to_number", bind_to_number<true>},
});

}  // namespace

KernelTable number_text_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
