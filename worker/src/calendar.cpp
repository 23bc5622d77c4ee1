#include "calendar.h"

#include <ctime>

namespace fsw {

namespace {

constexpr std::int64_t kSecondsPerDay = 86400;
constexpr std::int64_t kEpochOrdinal = 719163;  // date(1970, 1, 1).toordinal()
constexpr std::int64_t kMinDays = 1 - kEpochOrdinal;
constexpr std::int64_t kMaxDays = 2932896;  // 9999-12-31

struct Civil {
    int year = 0;
    int month = 0;
    int day = 0;
};

std::int64_t floor_div(std::int64_t value, std::int64_t by) {
    return value / by - (value % by < 0 ? 1 : 0);
}

/// Proleptic Gregorian date of a day count since 1970-01-01.
Civil civil_of(std::int64_t days) {
    const std::int64_t shifted = days + 719468;  // days since 0000-03-01
    const std::int64_t era = floor_div(shifted, 146097);
    const std::int64_t of_era = shifted - era * 146097;
    const std::int64_t year_of_era =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t month_index = (5 * of_year + 2) / 153;
    const std::int64_t month = month_index < 10 ? month_index + 3 : month_index - 9;
    const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    return {static_cast<int>(year), static_cast<int>(month),
            static_cast<int>(of_year - (153 * month_index + 2) / 5 + 1)};
}

bool year_in_range(std::int64_t days) { return days >= kMinDays && days <= kMaxDays; }

PyObject* naive_datetime(std::int64_t local_seconds, int micros, int fold) {
    const std::int64_t days = floor_div(local_seconds, kSecondsPerDay);
    const int seconds = static_cast<int>(local_seconds - days * kSecondsPerDay);
    const Civil date = civil_of(days);
    const DateTimeApi& api = *g_abi.dates;
    return api.datetime_fold(date.year, date.month, date.day, seconds / 3600, seconds / 60 % 60,
                             seconds % 60, micros, Py_None, fold, api.datetime_type);
}

/// Seconds of the local clock (as if it were UTC) at an instant.
std::int64_t local_clock(std::int64_t seconds) {
    const std::time_t instant = seconds;
    std::tm local{};
    localtime_r(&instant, &local);
    return seconds + local.tm_gmtoff;
}

/// 1 if the local time of this instant was shown before, as datetime.fromtimestamp finds out.
int fold_of(std::int64_t seconds, std::int64_t local) {
    const std::int64_t transition = local - local_clock(seconds - kSecondsPerDay) - kSecondsPerDay;
    return transition < 0 && local_clock(seconds + transition) == local ? 1 : 0;
}

PyObject* call_convert(const char* name, PyObject* argument) {
    return PyObject_CallMethod(g_abi.convert, name, "(O)", argument);
}

bool int64_from(PyObject* owned, std::int64_t& value) {
    Ref number(owned);
    if (!number) return false;
    value = PyLong_AsLongLong(number.get());
    return !(value == -1 && PyErr_Occurred() != nullptr);
}

bool int_attribute(PyObject* object, const char* name, int& value) {
    Ref attribute(PyObject_GetAttrString(object, name));
    if (!attribute) return false;
    value = static_cast<int>(PyLong_AsLong(attribute.get()));
    return !(value == -1 && PyErr_Occurred() != nullptr);
}

bool is_naive_datetime(PyObject* object, bool& naive) {
    naive = false;
    if (Py_TYPE(object) != g_abi.dates->datetime_type) return true;
    Ref zone(PyObject_GetAttrString(object, "tzinfo"));
    if (!zone) return false;
    naive = zone.get() == Py_None;
    return true;
}

bool clock_fields(PyObject* object, std::tm& fields, int& micros) {
    return int_attribute(object, "year", fields.tm_year) &&
           int_attribute(object, "month", fields.tm_mon) &&
           int_attribute(object, "day", fields.tm_mday) &&
           int_attribute(object, "hour", fields.tm_hour) &&
           int_attribute(object, "minute", fields.tm_min) &&
           int_attribute(object, "second", fields.tm_sec) &&
           int_attribute(object, "microsecond", micros);
}

}  // namespace

PyObject* date_object(std::int32_t days) {
    if (!year_in_range(days)) return PyObject_CallMethod(g_abi.convert, "date", "i", days);
    const Civil date = civil_of(days);
    return g_abi.dates->date(date.year, date.month, date.day, g_abi.dates->date_type);
}

PyObject* timestamp_object(std::int64_t micros) {
    const std::int64_t seconds = floor_div(micros, kMicrosPerSecond);
    const std::int64_t days = floor_div(seconds, kSecondsPerDay);
    // A day of distance from the limits keeps every zone's local year in range.
    if (days <= kMinDays + 1 || days >= kMaxDays - 1) {
        return PyObject_CallMethod(g_abi.convert, "timestamp", "L",
                                   static_cast<long long>(micros));
    }
    const std::int64_t local = local_clock(seconds);
    return naive_datetime(local, static_cast<int>(micros - seconds * kMicrosPerSecond),
                          fold_of(seconds, local));
}

PyObject* timestamp_ntz_object(std::int64_t micros) {
    const std::int64_t seconds = floor_div(micros, kMicrosPerSecond);
    if (!year_in_range(floor_div(seconds, kSecondsPerDay))) {
        return PyObject_CallMethod(g_abi.convert, "timestamp_ntz", "L",
                                   static_cast<long long>(micros));
    }
    return naive_datetime(seconds, static_cast<int>(micros - seconds * kMicrosPerSecond), 0);
}

PyObject* time_object(std::int64_t nanos) {
    const std::int64_t micros = nanos / 1000;
    const int seconds = static_cast<int>(micros / kMicrosPerSecond);
    return g_abi.dates->time(seconds / 3600, seconds / 60 % 60, seconds % 60,
                             static_cast<int>(micros % kMicrosPerSecond), Py_None,
                             g_abi.dates->time_type);
}

PyObject* duration_object(std::int64_t micros) {
    const std::int64_t seconds = floor_div(micros, kMicrosPerSecond);
    const std::int64_t days = floor_div(seconds, kSecondsPerDay);
    return g_abi.dates->delta(static_cast<int>(days),
                              static_cast<int>(seconds - days * kSecondsPerDay),
                              static_cast<int>(micros - seconds * kMicrosPerSecond), 1,
                              g_abi.dates->delta_type);
}

bool date_days(PyObject* object, std::int64_t& days) {
    if (!int64_from(PyObject_CallMethod(object, "toordinal", nullptr), days)) return false;
    days -= kEpochOrdinal;
    return true;
}

bool timestamp_micros(PyObject* object, std::int64_t& micros) {
    bool naive = false;
    if (!is_naive_datetime(object, naive)) return false;
    if (!naive) return int64_from(call_convert("timestamp_micros", object), micros);
    std::tm fields{};
    int fraction = 0;
    if (!clock_fields(object, fields, fraction)) return false;
    fields.tm_year -= 1900;
    fields.tm_mon -= 1;
    fields.tm_isdst = -1;
    const std::time_t seconds = std::mktime(&fields);
    // -1 is an error or 23:59:59 of 1969-12-31: the rare path knows which.
    if (seconds == -1) return int64_from(call_convert("timestamp_micros", object), micros);
    micros = seconds * kMicrosPerSecond + fraction;
    return true;
}

bool timestamp_ntz_micros(PyObject* object, std::int64_t& micros) {
    if (Py_TYPE(object) != g_abi.dates->datetime_type) {
        return int64_from(call_convert("timestamp_ntz_micros", object), micros);
    }
    std::tm fields{};
    int fraction = 0;
    if (!clock_fields(object, fields, fraction)) return false;
    fields.tm_year -= 1900;
    fields.tm_mon -= 1;
    micros = timegm(&fields) * kMicrosPerSecond + fraction;
    return true;
}

bool time_nanos(PyObject* object, std::int64_t& nanos) {
    return int64_from(call_convert("time_nanos", object), nanos);
}

bool duration_micros(PyObject* object, std::int64_t& micros) {
    return int64_from(call_convert("duration_micros", object), micros);
}

}  // namespace fsw
