#include "types/tzif.h"

#include "types/calendar.h"

namespace firesteel::tzif {
namespace {

constexpr std::size_t kHeaderBytes = 44;

class Bytes {
  public:
    explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
    bool has(std::size_t count) const { return bytes_.size() - at_ >= count; }
    void skip(std::size_t count) { at_ += count; }
    std::uint8_t byte() { return static_cast<std::uint8_t>(bytes_[at_++]); }
    std::int64_t number(int bytes) {
        std::uint64_t out = 0;
        for (int i = 0; i < bytes; ++i) out = out << 8 | byte();
        if (bytes == 4) return static_cast<std::int32_t>(static_cast<std::uint32_t>(out));
        return static_cast<std::int64_t>(out);
    }
    std::string_view rest() const { return bytes_.substr(at_); }

  private:
    std::string_view bytes_;
    std::size_t at_ = 0;
};

struct Header {
    char version = 0;
    std::size_t ut = 0, standard = 0, leaps = 0, times = 0, types = 0, chars = 0;
    std::size_t body(std::size_t time_size) const {
        return times * time_size + times + types * 6 + chars + leaps * (time_size + 4) + standard + ut;
    }
};

std::optional<Header> read_header(Bytes& in) {
    if (!in.has(kHeaderBytes) || !in.rest().starts_with("TZif")) return std::nullopt;
    in.skip(4);
    Header out;
    out.version = static_cast<char>(in.byte());
    in.skip(15);
    for (std::size_t* count : {&out.ut, &out.standard, &out.leaps, &out.times, &out.types, &out.chars}) {
        *count = static_cast<std::size_t>(in.number(4));
    }
    return out;
}

std::optional<File> read_body(Bytes& in, const Header& header) {
    if (!in.has(header.body(8)) || header.types == 0) return std::nullopt;
    File out;
    for (std::size_t i = 0; i < header.times; ++i) out.transitions.emplace_back(in.number(8), 0U);
    for (auto& transition : out.transitions) {
        transition.second = in.byte();
        if (transition.second >= header.types) return std::nullopt;
    }
    std::vector<std::size_t> names;
    for (std::size_t i = 0; i < header.types; ++i) {
        LocalType type;
        type.offset = static_cast<std::int32_t>(in.number(4));
        in.skip(1);
        names.push_back(in.byte());
        out.types.push_back(type);
    }
    const std::string_view chars = in.rest().substr(0, header.chars);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] >= chars.size()) return std::nullopt;
        const std::string_view name = chars.substr(names[i]);
        out.types[i].abbreviation = name.substr(0, name.find('\0'));
    }
    in.skip(header.chars + header.leaps * 12 + header.standard + header.ut);
    std::string_view footer = in.rest();
    if (footer.starts_with('\n')) footer.remove_prefix(1);
    out.footer = footer.substr(0, footer.find('\n'));
    return out;
}

/// The rule text, piece by piece.
class RuleText {
  public:
    explicit RuleText(std::string_view text) : text_(text) {}
    bool done() const { return text_.empty(); }
    bool take(char c) {
        if (!text_.starts_with(c)) return false;
        text_.remove_prefix(1);
        return true;
    }

    std::string name() {
        const bool quoted = take('<');
        std::string out;
        while (!text_.empty()) {
            const char c = text_.front();
            const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            if (quoted ? c == '>' : !letter) break;
            out += c;
            text_.remove_prefix(1);
        }
        if (quoted) take('>');
        return out;
    }

    int number() {
        int out = 0;
        while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9') {
            out = out * 10 + (text_.front() - '0');
            text_.remove_prefix(1);
        }
        return out;
    }

    /// [+-]hh[:mm[:ss]] in seconds.
    std::int32_t time() {
        const bool negative = take('-');
        if (!negative) take('+');
        std::int32_t out = number() * 3600;
        if (take(':')) out += number() * 60;
        if (take(':')) out += number();
        return negative ? -out : out;
    }

    bool change(YearlyChange& out) {
        if (!take(',')) return false;
        if (take('M')) {
            out.month = number();
            if (!take('.')) return false;
            out.week = number();
            if (!take('.')) return false;
            out.day = number();
        } else {
            out.kind = take('J') ? YearlyChange::Kind::JulianDay : YearlyChange::Kind::ZeroBasedDay;
            out.day = number();
        }
        if (take('/')) out.time = time();
        return true;
    }

  private:
    std::string_view text_;
};

}  // namespace

std::optional<File> read(std::string_view bytes) {
    Bytes in(bytes);
    const auto first = read_header(in);
    if (!first || first->version < '2' || !in.has(first->body(4))) return std::nullopt;
    in.skip(first->body(4));
    const auto second = read_header(in);
    return second ? read_body(in, *second) : std::nullopt;
}

std::optional<Rules> read_rules(std::string_view footer) {
    RuleText in(footer);
    Rules out;
    out.standard.abbreviation = in.name();
    if (out.standard.abbreviation.empty()) return std::nullopt;
    out.standard.offset = -in.time();
    if (in.done()) return out;
    out.summer.abbreviation = in.name();
    out.summer.offset = out.standard.offset + 3600;
    RuleText peek = in;
    if (!peek.take(',')) out.summer.offset = -in.time();
    if (!in.change(out.start) || !in.change(out.end) || !in.done()) return std::nullopt;
    return out;
}

std::int64_t YearlyChange::at(std::int64_t year) const {
    std::int64_t days = days_from_civil({year, 1, 1});
    switch (kind) {
        case Kind::ZeroBasedDay:
            days += day;
            break;
        case Kind::JulianDay:  // 1-365, the leap day is never counted
            days += day - 1 + (is_leap_year(year) && day >= 60 ? 1 : 0);
            break;
        case Kind::MonthWeekDay: {
            const std::int64_t first = days_from_civil({year, month, 1});
            const std::int64_t weekday = iso_weekday(first) % 7;  // 0 = Sunday
            std::int64_t offset = floor_mod(day - weekday, 7) + (week - 1) * 7;
            while (offset >= days_in_month(year, month)) offset -= 7;
            days = first + offset;
        }
    }
    return days * kSecondsPerDay + time;
}

}  // namespace firesteel::tzif
