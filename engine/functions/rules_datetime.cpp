// @rules of dates and times.
#include <algorithm>
#include <cctype>

#include "functions/rules.h"
#include "types/type_text.h"

namespace firesteel::functions {
namespace {

std::string upper(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) {
        return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    });
    return out;
}

bool is_seconds(const std::string& field) {
    return field == "SECOND" || field == "S" || field == "SEC" || field == "SECONDS" || field == "SECS";
}

}  // namespace

/// extract(field, source), date_part: int, tinyint from intervals, decimal(8,6) for seconds.
void rule_extract(Resolution& r) {
    const Literal field = r.constant(0);
    const std::string name = field.is_null() ? "" : upper(field.value.bytes());
    DataType from = r.type_of(1);
    if (from.is_string_like() || from.is(TypeKind::Null)) {
        r.cast(1, DataType::timestamp());
        from = r.type_of(1);
    }
    const bool interval = from.is_ansi_interval() || from.is(TypeKind::CalendarInterval);
    if (!interval && !from.is_datetime() && !from.is(TypeKind::Time)) r.fail_input(1, "\"TIMESTAMP\"");
    if (is_seconds(name)) {
        r.type = DataType::decimal(8, 6);
    } else if (interval && (name.starts_with("MON") || name.starts_with("HOUR") ||
                            name.starts_with("MIN") || name == "H" || name == "HR" ||
                            name == "HRS" || name == "M")) {
        r.type = DataType::byte();
    } else {
        r.type = DataType::integer();
    }
    r.nullable = field.is_null() || r.arguments[1].nullable();
}

void rule_to_timestamp(Resolution& r) {
    const auto name = r.row->name();
    const bool date = name.ends_with("to_date");
    r.type = date                     ? DataType::date()
             : name.ends_with("_ntz") ? DataType::timestamp_ntz()
                                      : DataType::timestamp();
    const DataType& from = r.type_of(0);
    if (!from.is_string_like() && !from.is_datetime() && !from.is_numeric() &&
        !from.is(TypeKind::Null)) {
        r.fail_input(0, "(\"STRING\" or \"DATE\" or \"TIMESTAMP\" or \"TIMESTAMP_NTZ\")");
    }
    r.nullable = !r.ansi() || r.any_nullable() || name.starts_with("try_");
}

/// window(time, width[, slide[, start]]) and session_window(time, gap): struct<start, end>.
void rule_window(Resolution& r) {
    if (r.type_of(0).is_string_like() || r.type_of(0).is(TypeKind::Date)) {
        r.cast(0, DataType::timestamp());
    }
    const DataType time = r.type_of(0);
    if (!time.is(TypeKind::Timestamp) && !time.is(TypeKind::TimestampNtz)) {
        r.fail_input(0, "(\"TIMESTAMP\" or \"TIMESTAMP_NTZ\")");
    }
    r.type = DataType::structure({{"start", time, true, {}}, {"end", time, true, {}}});
    r.nullable = false;
}

}  // namespace firesteel::functions
