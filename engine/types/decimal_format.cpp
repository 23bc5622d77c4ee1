#include "types/decimal_format.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "common/error.h"
#include "types/java_digits.h"
#include "types/number_text.h"

namespace firesteel {
namespace {

[[noreturn]] void malformed(std::string_view pattern) {
    throw Error(ErrorClass::IllegalArgument,
                {{"message", "'" + std::string(pattern) + "' is no pattern for numbers"}});
}


}  // namespace

/// value = 0.d1d2d3… × 10^point, exactly; `binary` is the double that the digits are the shortest text of.
struct DecimalFormat::Digits {
    std::string digits;
    int point = 0;
    const double* binary = nullptr;

    /// Cuts to `count` digits, HALF_EVEN; of a double its true value decides.
    void round(int count) {
        if (count >= static_cast<int>(digits.size())) return;
        if (count < 0) {
            digits.clear();
            return;
        }
        const auto at = static_cast<std::size_t>(count);
        bool up = digits[at] > '5';
        if (digits[at] == '5') {
            const bool more = digits.find_first_not_of('0', at + 1) != std::string::npos;
            const int side = more ? 1 : binary != nullptr ? side_of_tie() : 0;
            up = side > 0 || (side == 0 && count > 0 && (digits[at - 1] - '0') % 2 == 1);
        }
        digits.resize(at);
        if (up) increment();
        trim();
    }
    void increment() {
        for (auto at = digits.rbegin(); at != digits.rend(); ++at) {
            if (*at != '9') {
                ++*at;
                return;
            }
            *at = '0';
        }
        digits.insert(digits.begin(), '1');
        ++point;
    }
    void trim() { digits.erase(digits.find_last_not_of('0') + 1); }
    /// Whether the double is above (1), below (-1) or at the number that the digits say.
    int side_of_tie() const {
        char exact[1200];
        std::snprintf(exact, sizeof exact, "%.*e", 1100, std::fabs(*binary));
        std::string found;
        for (const char* c = exact; *c != '\0' && *c != 'e'; ++c) {
            if (*c != '.') found += *c;
        }
        std::string said = digits;
        said.resize(found.size(), '0');
        return found.compare(said) < 0 ? -1 : found.compare(said) > 0 ? 1 : 0;
    }
};

// ---- patterns ------------------------------------------------------------------------------------

DecimalFormat DecimalFormat::grouped(int fraction_digits) {
    DecimalFormat out;
    out.group_ = 3;
    out.negative_.prefix = "-";
    out.fraction_min_ = out.fraction_max_ = fraction_digits;
    return out;
}

/// Text before or behind the number: quotes keep its marks, % and ‰ scale the number.
std::size_t DecimalFormat::read_affix(std::string_view pattern, std::size_t at, std::string& out) {
    bool quoted = false;
    for (; at < pattern.size(); ++at) {
        const char c = pattern[at];
        if (c == '\'') {
            if (at + 1 < pattern.size() && pattern[at + 1] == '\'') {
                out += c;
                ++at;
            } else {
                quoted = !quoted;
            }
            continue;
        }
        if (!quoted && (c == '#' || c == '0' || c == ',' || c == '.' || c == ';')) break;
        if (!quoted && c == '%') shift_ = 2;
        if (!quoted && pattern.substr(at).starts_with("‰")) shift_ = 3;
        out += c;
    }
    return at;
}

void DecimalFormat::set_counts(int before_zero, int zeros, int after_zero, int point_at) {
    if (zeros == 0 && before_zero > 0 && point_at >= 0) {
        const int n = point_at == 0 ? 1 : point_at;
        after_zero = before_zero - n;
        before_zero = n - 1;
        zeros = 1;
    }
    const int total = before_zero + zeros + after_zero;
    const int effective_point = point_at >= 0 ? point_at : total;
    integer_min_ = effective_point - before_zero;
    integer_max_ = effective_point;
    fraction_max_ = point_at >= 0 ? total - point_at : 0;
    fraction_min_ = point_at >= 0 ? std::max(before_zero + zeros - point_at, 0) : 0;
}

std::size_t DecimalFormat::read_number(std::string_view pattern, std::size_t at) {
    int before_zero = 0;
    int zeros = 0;
    int after_zero = 0;
    int point_at = -1;
    int group = -1;
    for (; at < pattern.size(); ++at) {
        const char c = pattern[at];
        if (c == '#') {
            ++(zeros > 0 ? after_zero : before_zero);
            if (group >= 0 && point_at < 0) ++group;
        } else if (c == '0') {
            if (after_zero > 0) malformed(pattern);
            ++zeros;
            if (group >= 0 && point_at < 0) ++group;
        } else if (c == ',') {
            group = 0;
        } else if (c == '.') {
            if (point_at >= 0) malformed(pattern);
            point_at = before_zero + zeros + after_zero;
        } else if (c == 'E') {
            for (++at; at < pattern.size() && pattern[at] == '0'; ++at) ++exponent_min_;
            if (exponent_min_ == 0 || before_zero + zeros + after_zero < 1) malformed(pattern);
            break;
        } else {
            break;
        }
    }
    const int total = before_zero + zeros + after_zero;
    const bool misplaced = point_at >= 0 && zeros > 0 && (point_at < before_zero || point_at > before_zero + zeros);
    if ((point_at < 0 && after_zero > 0) || misplaced || group == 0 || (total == 0 && point_at >= 0)) {
        malformed(pattern);
    }
    set_counts(before_zero, zeros, after_zero, point_at);
    group_ = group > 0 ? group : 0;
    shows_point_ = point_at == 0 || point_at == total;
    return at;
}

DecimalFormat::DecimalFormat(std::string_view pattern) {
    std::size_t at = read_affix(pattern, 0, positive_.prefix);
    at = read_number(pattern, at);
    at = read_affix(pattern, at, positive_.suffix);
    if (at < pattern.size() && pattern[at] == ';') {
        DecimalFormat rest;
        at = rest.read_affix(pattern, at + 1, negative_.prefix);
        at = rest.read_number(pattern, at);
        at = rest.read_affix(pattern, at, negative_.suffix);
        has_negative_ = negative_.prefix != positive_.prefix || negative_.suffix != positive_.suffix;
    }
    if (at < pattern.size()) malformed(pattern);
    if (!has_negative_) negative_ = {"-" + positive_.prefix, positive_.suffix};
}

// ---- writing -------------------------------------------------------------------------------------

std::string DecimalFormat::plain(Digits digits) const {
    digits.round(digits.point + fraction_max_);
    std::string whole;
    for (int i = 0; i < digits.point; ++i) {
        whole += i < static_cast<int>(digits.digits.size()) ? digits.digits[static_cast<std::size_t>(i)] : '0';
    }
    while (static_cast<int>(whole.size()) < integer_min_) whole.insert(whole.begin(), '0');
    std::string fraction;
    for (int i = 0; i < fraction_max_; ++i) {
        const int at = digits.point + i;
        if (i >= fraction_min_ && at >= static_cast<int>(digits.digits.size())) break;
        fraction += at < 0 || at >= static_cast<int>(digits.digits.size()) ? '0'
                                                                          : digits.digits[static_cast<std::size_t>(at)];
    }
    // Java shows a lone zero where neither side has a digit.
    if (whole.empty() && fraction.empty()) whole = "0";
    std::string out;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        const std::size_t left = whole.size() - i;
        if (group_ > 0 && i > 0 && left % static_cast<std::size_t>(group_) == 0) out += ',';
        out += whole[i];
    }
    if (!fraction.empty() || (shows_point_ && fraction_max_ == 0)) out += '.';
    return out + fraction;
}

std::string DecimalFormat::scientific(Digits digits) const {
    int exponent = digits.digits.empty() ? 0 : digits.point;
    int minimum = integer_min_;
    const bool repeats = integer_max_ > 1 && integer_max_ > integer_min_;
    if (repeats) {
        const int n = integer_max_;
        exponent = exponent >= 1 ? (exponent - 1) / n * n : (exponent - n) / n * n;
        minimum = 1;
    } else {
        exponent -= minimum > 0 || fraction_min_ > 0 ? minimum : 1;
    }
    const int significant = repeats ? integer_min_ + fraction_max_ : minimum + fraction_max_;
    const int point_before = digits.point;
    digits.round(significant);
    if (digits.point > point_before && !repeats) ++exponent;
    const int whole_digits = digits.digits.empty() ? minimum : digits.point - exponent;
    const int shown = std::max({minimum + fraction_min_, whole_digits, static_cast<int>(digits.digits.size())});
    std::string out;
    for (int i = 0; i < shown; ++i) {
        if (i == whole_digits) out += '.';
        out += i < static_cast<int>(digits.digits.size()) ? digits.digits[static_cast<std::size_t>(i)] : '0';
    }
    std::string power = std::to_string(std::abs(exponent));
    while (static_cast<int>(power.size()) < exponent_min_) power.insert(power.begin(), '0');
    return out + "E" + (exponent < 0 ? "-" : "") + power;
}

std::string DecimalFormat::number(Digits digits) const {
    digits.point += shift_;
    const auto first = digits.digits.find_first_not_of('0');
    digits.point -= static_cast<int>(first == std::string::npos ? digits.digits.size() : first);
    digits.digits.erase(0, first);
    digits.trim();
    if (digits.digits.empty()) digits.point = 0;
    return exponent_min_ > 0 ? scientific(std::move(digits)) : plain(std::move(digits));
}

std::string DecimalFormat::framed(bool negative, const std::string& number) const {
    const Affixes& affixes = negative ? negative_ : positive_;
    return affixes.prefix + number + affixes.suffix;
}

std::string DecimalFormat::write(double value) const {
    if (std::isnan(value)) return "NaN";
    const bool negative = std::signbit(value);
    if (std::isinf(value)) return framed(negative, "∞");
    Digits digits;
    if (value != 0) {
        const JavaDigits java = java_digits(std::fabs(value));
        digits.digits.assign(java.digits.data(), static_cast<std::size_t>(java.count));
        digits.point = java.point;
        digits.binary = &value;
    }
    return framed(negative, number(std::move(digits)));
}

std::string DecimalFormat::write(Int128 unscaled, int scale) const {
    const bool negative = unscaled < 0;
    Digits digits;
    append_decimal_plain(digits.digits, negative ? -unscaled : unscaled, 0);
    digits.point = static_cast<int>(digits.digits.size()) - scale;
    return framed(negative, number(std::move(digits)));
}

}  // namespace firesteel
