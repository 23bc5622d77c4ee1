#include "java.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

namespace fsw {

namespace {

constexpr std::size_t kFirstCapacity = 16;

std::int32_t fold64(std::uint64_t bits) {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(bits ^ (bits >> 32)));
}

/// String.hashCode over UTF-16 code units.
bool text_hash(PyObject* text, std::int32_t& hash) {
    Ref utf16(PyUnicode_AsEncodedString(text, "utf-16-le", "surrogatepass"));
    char* bytes = nullptr;
    Py_ssize_t size = 0;
    if (!utf16 || PyBytes_AsStringAndSize(utf16.get(), &bytes, &size) < 0) return false;
    std::uint32_t sum = 0;
    for (Py_ssize_t i = 0; i + 1 < size; i += 2) {
        const auto low = static_cast<unsigned char>(bytes[i]);
        const auto high = static_cast<unsigned char>(bytes[i + 1]);
        sum = sum * 31 + (static_cast<std::uint32_t>(high) << 8 | low);
    }
    hash = static_cast<std::int32_t>(sum);
    return true;
}

/// Integer, or Long where the number needs it; `known` = false for a BigInteger.
void int_hash(PyObject* number, std::int32_t& hash, bool& known) {
    int overflow = 0;
    const long long value = PyLong_AsLongLongAndOverflow(number, &overflow);
    known = overflow == 0;
    if (value >= INT32_MIN && value <= INT32_MAX) {
        hash = static_cast<std::int32_t>(value);
    } else {
        hash = fold64(static_cast<std::uint64_t>(value));
    }
}

bool key_hash(PyObject* key, std::int32_t& hash, bool& known) {
    known = true;
    if (key == Py_None) {
        hash = 0;
    } else if (PyBool_Check(key)) {
        hash = key == Py_True ? 1231 : 1237;
    } else if (Py_TYPE(key) == &PyLong_Type) {
        int_hash(key, hash, known);
    } else if (Py_TYPE(key) == &PyFloat_Type) {
        const double value = PyFloat_AsDouble(key);
        std::uint64_t bits = 0;
        std::memcpy(&bits, &value, sizeof bits);
        if (value != value) bits = 0x7ff8000000000000u;
        hash = fold64(bits);
    } else if (Py_TYPE(key) == &PyUnicode_Type) {
        return text_hash(key, hash);
    } else {
        known = false;
    }
    return true;
}

/// "-12.5E+3" split into digits and the exponent of the last digit.
struct DecimalParts {
    bool negative = false;
    std::string digits;
    std::int64_t exponent = 0;
};

DecimalParts parts_of(std::string_view text) {
    DecimalParts parts;
    std::size_t at = 0;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) {
        parts.negative = text[at] == '-';
        ++at;
    }
    bool after_point = false;
    for (; at < text.size() && text[at] != 'E' && text[at] != 'e'; ++at) {
        if (text[at] == '.') {
            after_point = true;
            continue;
        }
        parts.digits += text[at];
        if (after_point) --parts.exponent;
    }
    if (at < text.size()) {
        parts.exponent += std::strtoll(std::string(text.substr(at + 1)).c_str(), nullptr, 10);
    }
    const std::size_t zeros = std::min(parts.digits.find_first_not_of('0'), parts.digits.size());
    parts.digits.erase(0, zeros);
    return parts;
}

}  // namespace

bool order_as_hash_map(std::vector<Entry>& entries) {
    if (entries.size() < 2) return true;
    std::size_t capacity = kFirstCapacity;
    while (entries.size() * 4 > capacity * 3) capacity *= 2;
    std::vector<std::pair<std::uint32_t, Entry>> buckets;
    buckets.reserve(entries.size());
    for (const Entry& entry : entries) {
        std::int32_t hash = 0;
        bool known = false;
        if (!key_hash(entry.key, hash, known)) return false;
        if (!known) return true;
        const auto bits = static_cast<std::uint32_t>(hash);
        buckets.emplace_back((bits ^ bits >> 16) & (capacity - 1), entry);
    }
    std::stable_sort(buckets.begin(), buckets.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < entries.size(); ++i) entries[i] = buckets[i].second;
    return true;
}

Fit unscaled_decimal(PyObject* decimal, int precision, int scale, __int128& unscaled) {
    Ref text(PyObject_Str(decimal));
    Py_ssize_t size = 0;
    const char* utf8 = text ? g_abi.as_utf8(text.get(), &size) : nullptr;
    if (utf8 == nullptr) return Fit::Failed;
    const std::string_view view(utf8, static_cast<std::size_t>(size));
    if (view.find_first_of("nNfF") != std::string_view::npos) return Fit::NotFinite;
    const DecimalParts parts = parts_of(view);
    unscaled = 0;
    if (parts.digits.empty()) return Fit::Yes;
    // Digits that stay: those at or above 10^-scale.
    const auto digits = static_cast<std::int64_t>(parts.digits.size());
    const std::int64_t kept = digits + parts.exponent + scale;
    if (kept > precision) return Fit::TooLarge;
    for (std::int64_t i = 0; i < kept; ++i) {
        const auto at = static_cast<std::size_t>(i);
        unscaled = unscaled * 10 + (at < parts.digits.size() ? parts.digits[at] - '0' : 0);
    }
    if (kept >= 0 && static_cast<std::size_t>(kept) < parts.digits.size() &&
        parts.digits[static_cast<std::size_t>(kept)] >= '5') {
        ++unscaled;
    }
    __int128 limit = 1;
    for (int i = 0; i < precision; ++i) limit *= 10;
    if (unscaled >= limit) return Fit::TooLarge;
    if (parts.negative) unscaled = -unscaled;
    return Fit::Yes;
}

}  // namespace fsw
