/// Checks of values that go into tables.

#include <array>
#include <string>

#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/kernels/utf8.h"
#include "backend/duckdb/kernels/values.h"
#include "common/error.h"

namespace firesteel::duckdb {
namespace {

/// Blanks at the end may be lost, nothing else.
std::string within(const std::string& text, std::int64_t length) {
    const std::size_t end = character_offset(text, length);
    if (text.find_first_not_of(' ', end) != text.npos) {
        throw Error(ErrorClass::ExceedLimitLength, {{"limit", std::to_string(length)}});
    }
    return text.substr(0, end);
}

Value varchar_to_store(const KernelSite&, const ValueList& a) { return Value(within(a[0].bytes(), a[1].integer())); }

Value char_to_store(const KernelSite&, const ValueList& a) {
    std::string out = within(a[0].bytes(), a[1].integer());
    const std::int64_t missing = a[1].integer() - count_characters(out);
    out.append(static_cast<std::size_t>(missing > 0 ? missing : 0), ' ');
    return Value(std::move(out));
}

Value insert_overflow(const KernelSite&, const ValueList& a) {
    throw Error(ErrorClass::CastOverflowInTableInsert,
                {{"sourceType", a[0].bytes()}, {"targetType", a[1].bytes()}, {"columnName", a[2].bytes()}});
}

template <Value (*kFn)(const KernelSite&, const ValueList&)>
KernelBody by_values(const KernelSite&) {
    return values(OnNull::ResultIsNull, kFn);
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"char_to_store", by_values<char_to_store>},
    {"insert_overflow", by_values<insert_overflow>},
    {"varchar_to_store", by_values<varchar_to_store>},
});

}  // namespace

KernelTable table_value_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
