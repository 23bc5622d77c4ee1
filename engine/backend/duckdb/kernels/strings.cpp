/// String functions that DuckDB lacks or does differently. Positions are characters, 1-based.

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include <unicode/uchar.h>

#include "backend/duckdb/kernels/case_mapping.h"
#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/kernels/text_writer.h"
#include "backend/duckdb/kernels/utf8.h"

namespace firesteel::duckdb {
namespace {

/// Longest text a function may make, so that one row can't eat the machine.
constexpr std::size_t kTextBytesMax = std::size_t{1} << 30U;

void check_size(std::size_t bytes) {
    if (bytes <= kTextBytesMax) return;
    throw unsupported("a string of more than 1 GiB as a function's result");
}

KernelBody bind_ascii(const KernelSite&) {
    return rows([](std::string_view text) -> std::int32_t {
        std::size_t at = 0;
        return text.empty() ? 0 : static_cast<std::int32_t>(next_character(text, at));
    });
}

KernelBody bind_chr(const KernelSite&) {
    return rows([](std::int64_t n) {
        std::string out;
        if (n >= 0) append_character(out, static_cast<char32_t>(n & 0xFF));
        return out;
    });
}

template <bool kUpper>
KernelBody bind_case(const KernelSite&) {
    return rows([](std::string_view text) { return kUpper ? upper_case(text) : lower_case(text); });
}

KernelBody bind_initcap(const KernelSite&) {
    return rows([](std::string_view text) { return initial_capitals(text); });
}

KernelBody bind_length(const KernelSite&) {
    return rows([](std::string_view text) {
        return is_ascii(text) ? static_cast<std::int32_t>(text.size()) : count_characters(text);
    });
}

/// What one argument of concat adds to each row: a constant, a text, or an integer as text.
struct TextPart {
    std::string_view constant;
    const void* data = nullptr;  // null: the constant
    std::int64_t (*integer)(const void* data, idx_t row) = nullptr;  // null: texts

    std::string_view text(idx_t row) const {
        return data == nullptr ? constant : view_of(static_cast<const duckdb_string_t*>(data)[row]);
    }
};

template <typename T>
std::int64_t integer_at(const void* data, idx_t row) {
    return static_cast<const T*>(data)[row];
}

TextPart part_of(const DataType& type, duckdb_vector vector) {
    TextPart part;
    part.data = duckdb_vector_get_data(vector);
    switch (type.kind()) {
        case TypeKind::Byte: part.integer = integer_at<std::int8_t>; break;
        case TypeKind::Short: part.integer = integer_at<std::int16_t>; break;
        case TypeKind::Int: part.integer = integer_at<std::int32_t>; break;
        case TypeKind::Long: part.integer = integer_at<std::int64_t>; break;
        default: FS_ASSERT(type.is_string_like());
    }
    return part;
}

/// Writes the parts of a row where they end before `end`; null if they don't.
char* join_short(std::span<const TextPart> parts, idx_t row, char* at, char* end) {
    for (const TextPart& part : parts) {
        if (part.integer != nullptr) {
            const auto written = std::to_chars(at, end, part.integer(part.data, row));
            if (written.ec != std::errc()) return nullptr;
            at = written.ptr;
            continue;
        }
        const std::string_view text = part.text(row);
        if (text.size() > static_cast<std::size_t>(end - at)) return nullptr;
        copy_short(at, text.data(), text.size());
        at += text.size();
    }
    return at;
}

void join_long(std::span<const TextPart> parts, idx_t row, std::string& out) {
    out.clear();
    for (const TextPart& part : parts) {
        if (part.integer == nullptr) {
            out += part.text(row);
            check_size(out.size());
            continue;
        }
        std::array<char, 20> digits;
        const auto written = std::to_chars(digits.begin(), digits.end(), part.integer(part.data, row));
        out.append(digits.begin(), written.ptr);
    }
}

/// The site has a type and perhaps a constant per part; DuckDB's arguments are those that are not constant.
KernelBody bind_concat(const KernelSite&) {
    return [](KernelCall& call) {
        const KernelSite& site = call.site();
        std::vector<TextPart> parts;
        std::vector<Validity> validities;
        std::size_t next = 0;
        for (std::size_t i = 0; i < site.arguments.size(); ++i) {
            if (const Literal* constant = site.constant(i)) {
                parts.push_back({constant->value.bytes()});
                continue;
            }
            duckdb_vector vector = call.argument(next++);
            parts.push_back(part_of(site.argument(i), vector));
            const Validity validity(vector);
            if (!validity.all_valid()) validities.push_back(validity);
        }
        TextWriter writer(call.result());
        std::uint64_t* mask = nullptr;
        std::string text;
        for (idx_t row = 0; row < call.rows(); ++row) {
            const auto valid = [row](const Validity& validity) { return validity.valid(row); };
            if (!std::all_of(validities.begin(), validities.end(), valid)) {
                detail::set_null(call.result(), mask, row);
                continue;
            }
            char* begin = writer.open_short(row);
            char* end = join_short(parts, row, begin, begin + TextWriter::kShortBytesMax);
            if (end != nullptr) {
                writer.close_short(row, static_cast<std::size_t>(end - begin));
                continue;
            }
            join_long(parts, row, text);
            writer.set_long(row, text);
        }
    };
}

enum class Side : std::uint8_t { Left = 1, Right = 2, Both = 3 };
constexpr bool has(Side side, Side part) {
    return (static_cast<int>(side) & static_cast<int>(part)) != 0;
}

template <Side kSide>
std::string_view trim_spaces(std::string_view text) {
    if (has(kSide, Side::Left)) {
        const auto first = text.find_first_not_of(' ');
        text.remove_prefix(first == text.npos ? text.size() : first);
    }
    if (has(kSide, Side::Right)) {
        const auto last = text.find_last_not_of(' ');
        text = text.substr(0, last == text.npos ? 0 : last + 1);
    }
    return text;
}

bool contains_character(std::string_view set, std::string_view character) {
    for (std::size_t at = 0; at < set.size();) {
        const std::size_t length = std::min(utf8_length(set[at]), set.size() - at);
        if (set.substr(at, length) == character) return true;
        at += length;
    }
    return false;
}

template <Side kSide>
std::string_view trim_characters(std::string_view text, std::string_view set) {
    if (has(kSide, Side::Left)) {
        while (!text.empty()) {
            const std::size_t length = std::min(utf8_length(text[0]), text.size());
            if (!contains_character(set, text.substr(0, length))) break;
            text.remove_prefix(length);
        }
    }
    if (has(kSide, Side::Right)) {
        while (!text.empty()) {
            std::size_t begin = text.size() - 1;
            while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U) --begin;
            if (!contains_character(set, text.substr(begin))) break;
            text = text.substr(0, begin);
        }
    }
    return text;
}

/// trim(text) and btrim(text[, set]).
template <Side kSide>
KernelBody bind_trim(const KernelSite& site) {
    if (site.arguments.size() == 1) {
        return rows([](std::string_view text) { return trim_spaces<kSide>(text); });
    }
    return rows([](std::string_view text, std::string_view set) {
        return trim_characters<kSide>(text, set);
    });
}

/// trim(BOTH set FROM text): the set comes first.
template <Side kSide>
KernelBody bind_trim_set(const KernelSite&) {
    return rows([](std::string_view set, std::string_view text) {
        return trim_characters<kSide>(text, set);
    });
}

KernelBody bind_find_in_set(const KernelSite&) {
    return rows([](std::string_view wanted, std::string_view list) -> std::int32_t {
        if (wanted.find(',') != wanted.npos) return 0;
        std::int32_t n = 1;
        for (;; ++n) {
            const auto comma = list.find(',');
            if (list.substr(0, comma) == wanted) return n;
            if (comma == list.npos) return 0;
            list.remove_prefix(comma + 1);
        }
    });
}

KernelBody bind_left(const KernelSite& site) {
    if (site.argument(0).is(TypeKind::Binary)) {
        return rows([](std::string_view bytes, std::int32_t n) {
            return bytes.substr(0, static_cast<std::size_t>(std::max(n, 0)));
        });
    }
    return rows([](std::string_view text, std::int32_t n) {
        return text.substr(0, character_offset(text, n));
    });
}

KernelBody bind_right(const KernelSite&) {
    return rows([](std::string_view text, std::int32_t n) {
        if (n <= 0) return std::string_view();
        const std::int64_t skip = std::int64_t{count_characters(text)} - n;
        return text.substr(character_offset(text, skip));
    });
}

/// Edit distance by code points; with a threshold, -1 beyond it.
std::int32_t edit_distance(std::string_view a, std::string_view b) {
    const auto points = [](std::string_view text) {
        std::u32string out;
        for (std::size_t at = 0; at < text.size();) out += next_character(text, at);
        return out;
    };
    const std::u32string x = points(a);
    const std::u32string y = points(b);
    std::vector<std::int32_t> row(y.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = static_cast<std::int32_t>(j);
    for (std::size_t i = 1; i <= x.size(); ++i) {
        std::int32_t diagonal = row[0];
        row[0] = static_cast<std::int32_t>(i);
        for (std::size_t j = 1; j <= y.size(); ++j) {
            const std::int32_t change = diagonal + (x[i - 1] == y[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
        }
    }
    return row.back();
}

KernelBody bind_levenshtein(const KernelSite& site) {
    if (site.arguments.size() == 2) {
        return rows([](std::string_view a, std::string_view b) { return edit_distance(a, b); });
    }
    return rows([](std::string_view a, std::string_view b, std::int32_t threshold) -> std::int32_t {
        const std::int32_t distance = edit_distance(a, b);
        return distance <= threshold ? distance : -1;
    });
}

/// A NULL start finds nothing; an empty part is found at the first character.
KernelBody bind_locate(const KernelSite&) {
    return rows([](std::string_view wanted, std::string_view text, std::optional<std::int32_t> start) -> std::int32_t {
        if (!start || *start <= 0) return 0;
        if (wanted.empty()) return 1;
        const auto found = text.find(wanted, character_offset(text, *start - 1));
        return found == text.npos ? 0 : count_characters(text.substr(0, found)) + 1;
    });
}

std::string repeated_to(std::string_view pad, std::int64_t characters, bool bytes) {
    std::string out;
    if (pad.empty()) return out;
    check_size(static_cast<std::size_t>(characters) * (bytes ? 1 : 4));
    std::size_t at = 0;
    for (; characters > 0; --characters) {
        const std::size_t length = bytes ? 1 : std::min(utf8_length(pad[at]), pad.size() - at);
        out.append(pad.substr(at, length));
        at += length;
        if (at >= pad.size()) at = 0;
    }
    return out;
}

template <Side kSide>
KernelBody bind_pad(const KernelSite& site) {
    const bool bytes = site.argument(0).is(TypeKind::Binary);
    return rows([bytes](std::string_view text, std::int32_t length, std::string_view pad) {
        if (length <= 0) return std::string();
        const std::int64_t have = bytes ? static_cast<std::int64_t>(text.size())
                                        : std::int64_t{count_characters(text)};
        if (have >= length) {
            return std::string(
                text.substr(0, bytes ? static_cast<std::size_t>(length) : character_offset(text, length)));
        }
        const std::string fill = repeated_to(pad, length - have, bytes);
        return kSide == Side::Left ? fill + std::string(text) : std::string(text) + fill;
    });
}

KernelBody bind_luhn_check(const KernelSite&) {
    return rows([](std::string_view text) -> bool {
        if (text.empty()) return false;
        int sum = 0;
        bool twice = false;
        for (auto at = text.rbegin(); at != text.rend(); ++at) {
            if (*at < '0' || *at > '9') return false;
            int digit = *at - '0';
            if (twice) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
            sum += digit;
            twice = !twice;
        }
        return sum % 10 == 0;
    });
}

KernelBody bind_mask(const KernelSite&) {
    using Text = std::optional<std::string_view>;
    return rows([](Text text, Text upper, Text lower, Text digit, Text other) -> std::optional<std::string> {
        if (!text) return std::nullopt;
        std::string out;
        const auto put = [&](const Text& by, std::string_view character) {
            out.append(by ? *by : character);
        };
        for (std::size_t at = 0; at < text->size();) {
            const std::size_t begin = at;
            const char32_t point = next_character(*text, at);
            const std::string_view character = text->substr(begin, at - begin);
            if (point < 0x80 ? std::isupper(static_cast<int>(point)) != 0
                             : u_isupper(static_cast<UChar32>(point)) != 0) {
                put(upper, character);
            } else if (point < 0x80 ? std::islower(static_cast<int>(point)) != 0
                                    : u_islower(static_cast<UChar32>(point)) != 0) {
                put(lower, character);
            } else if (u_isdigit(static_cast<UChar32>(point)) != 0) {
                put(digit, character);
            } else {
                put(other, character);
            }
        }
        return out;
    });
}

template <int kBitsPerByte>
KernelBody bind_byte_length(const KernelSite&) {
    return rows([](std::string_view bytes) {
        return static_cast<std::int32_t>(bytes.size() * kBitsPerByte);
    });
}

KernelBody bind_overlay(const KernelSite& site) {
    const bool bytes = site.argument(0).is(TypeKind::Binary);
    return rows([bytes](std::string_view text, std::string_view by, std::int32_t position,
                        std::int32_t length) {
        const auto size = [&](std::string_view s) {
            return bytes ? static_cast<std::int64_t>(s.size()) : std::int64_t{count_characters(s)};
        };
        const auto offset = [&](std::int64_t index) {
            if (!bytes) return character_offset(text, index);
            return static_cast<std::size_t>(std::clamp<std::int64_t>(
                index, 0, static_cast<std::int64_t>(text.size())));
        };
        const std::int64_t replaced = length >= 0 ? length : size(by);
        std::string out(text.substr(0, offset(std::int64_t{position} - 1)));
        out.append(by);
        out.append(text.substr(offset(position - 1 + replaced)));
        return out;
    });
}

KernelBody bind_quote(const KernelSite&) {
    return rows([](std::string_view text) {
        std::string out = "'";
        for (const char c : text) {
            if (c == '\'') out += '\\';
            out += c;
        }
        return out + "'";
    });
}

KernelBody bind_repeat(const KernelSite&) {
    return rows([](std::string_view text, std::int32_t n) {
        std::string out;
        if (n <= 0) return out;
        check_size(text.size() * static_cast<std::size_t>(n));
        out.reserve(text.size() * static_cast<std::size_t>(n));
        for (; n > 0; --n) out.append(text);
        return out;
    });
}

KernelBody bind_replace(const KernelSite&) {
    return rows([](std::string_view text, std::string_view search, std::string_view by) {
        if (search.empty()) return std::string(text);
        std::string out;
        for (;;) {
            const auto found = text.find(search);
            out.append(text.substr(0, found));
            if (found == text.npos) return out;
            out.append(by);
            text.remove_prefix(found + search.size());
        }
    });
}

KernelBody bind_space(const KernelSite&) {
    return rows([](std::int32_t n) {
        check_size(static_cast<std::size_t>(std::max(n, 0)));
        return std::string(static_cast<std::size_t>(std::max(n, 0)), ' ');
    });
}

KernelBody bind_soundex(const KernelSite&) {
    return rows([](std::string_view text) -> std::string {
        static constexpr std::string_view kCodes = "01230127022455012623017202";
        if (text.empty() || std::isalpha(static_cast<unsigned char>(text[0])) == 0) {
            return std::string(text);
        }
        std::string out(1, static_cast<char>(std::toupper(static_cast<unsigned char>(text[0]))));
        char last = kCodes[static_cast<std::size_t>(out[0] - 'A')];
        for (std::size_t i = 1; i < text.size() && out.size() < 4; ++i) {
            const char c = static_cast<char>(std::toupper(static_cast<unsigned char>(text[i])));
            if (c < 'A' || c > 'Z') {
                last = '0';
                continue;
            }
            const char code = kCodes[static_cast<std::size_t>(c - 'A')];
            if (code == '7') continue;
            if (code != '0' && code != last) out += code;
            last = code;
        }
        out.resize(4, '0');
        return out;
    });
}

KernelBody bind_split_part(const KernelSite&) {
    return rows([](std::string_view text, std::string_view delimiter, std::int32_t part) -> std::string_view {
        if (part == 0) throw Error(ErrorClass::InvalidIndexOfZero);
        std::vector<std::string_view> parts;
        if (delimiter.empty()) {
            parts.push_back(text);
        } else {
            for (;;) {
                const auto found = text.find(delimiter);
                parts.push_back(text.substr(0, found));
                if (found == text.npos) break;
                text.remove_prefix(found + delimiter.size());
            }
        }
        const auto count = static_cast<std::int64_t>(parts.size());
        const std::int64_t index = part > 0 ? part - 1 : count + part;
        return index < 0 || index >= count ? std::string_view() : parts[static_cast<std::size_t>(index)];
    });
}

KernelBody bind_substring_index(const KernelSite&) {
    return rows([](std::string_view text, std::string_view delimiter, std::int32_t count) -> std::string_view {
        if (delimiter.empty() || count == 0) return {};
        if (count > 0) {
            std::size_t at = 0;
            for (; count > 0; --count) {
                const auto found = text.find(delimiter, at);
                if (found == text.npos) return text;
                if (count == 1) return text.substr(0, found);
                at = found + 1;
            }
        }
        std::size_t end = text.size();
        for (; count < 0; ++count) {
            if (end == 0) return text;
            const auto found = text.rfind(delimiter, end - 1);
            if (found == text.npos) return text;
            if (count == -1) return text.substr(found + delimiter.size());
            end = found;
        }
        return text;
    });
}

KernelBody bind_translate(const KernelSite&) {
    return rows([](std::string_view text, std::string_view from, std::string_view to) {
        std::u32string sources;
        std::u32string targets;
        for (std::size_t at = 0; at < from.size();) sources += next_character(from, at);
        for (std::size_t at = 0; at < to.size();) targets += next_character(to, at);
        std::string out;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t begin = at;
            const char32_t point = next_character(text, at);
            const auto found = sources.find(point);
            if (found == std::u32string::npos) {
                out.append(text.substr(begin, at - begin));
            } else if (found < targets.size()) {
                append_character(out, targets[found]);
            }
        }
        return out;
    });
}

KernelBody bind_is_valid_utf8(const KernelSite&) {
    return rows([](std::string_view text) { return is_valid_utf8(text); });
}
KernelBody bind_make_valid_utf8(const KernelSite&) {
    return rows([](std::string_view text) { return repaired_utf8(text); });
}
KernelBody bind_try_validate_utf8(const KernelSite&) {
    return rows([](std::string_view text) -> std::optional<std::string_view> {
        if (!is_valid_utf8(text)) return std::nullopt;
        return text;
    });
}
KernelBody bind_validate_utf8(const KernelSite&) {
    return rows([](std::string_view text) {
        if (is_valid_utf8(text)) return text;
        std::string shown;
        for (const char c : text) {
            static constexpr std::string_view kHex = "0123456789ABCDEF";
            const auto byte = static_cast<unsigned char>(c);
            shown += "\\x";
            shown += kHex[byte >> 4U];
            shown += kHex[byte & 15U];
        }
        throw Error(ErrorClass::InvalidUtf8String, {{"str", shown}});
    });
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"ascii", bind_ascii},
    {"bit_length", bind_byte_length<8>},
    {"chr", bind_chr},
    {"concat", bind_concat},
    {"find_in_set", bind_find_in_set},
    {"initcap", bind_initcap},
    {"is_valid_utf8", bind_is_valid_utf8},
    {"left", bind_left},
    {"length", bind_length},
    {"levenshtein", bind_levenshtein},
    {"locate", bind_locate},
    {"lower", bind_case<false>},
    {"lpad", bind_pad<Side::Left>},
    {"ltrim", bind_trim<Side::Left>},
    {"ltrim_chars", bind_trim_set<Side::Left>},
    {"luhn_check", bind_luhn_check},
    {"make_valid_utf8", bind_make_valid_utf8},
    {"mask", bind_mask},
    {"octet_length", bind_byte_length<1>},
    {"overlay", bind_overlay},
    {"quote", bind_quote},
    {"repeat", bind_repeat},
    {"replace", bind_replace},
    {"right", bind_right},
    {"rpad", bind_pad<Side::Right>},
    {"rtrim", bind_trim<Side::Right>},
    {"rtrim_chars", bind_trim_set<Side::Right>},
    {"soundex", bind_soundex},
    {"space", bind_space},
    {"split_part", bind_split_part},
    {"substring_index", bind_substring_index},
    {"translate", bind_translate},
    {"trim", bind_trim<Side::Both>},
    {"trim_chars", bind_trim_set<Side::Both>},
    {"try_validate_utf8", bind_try_validate_utf8},
    {"upper", bind_case<true>},
    {"validate_utf8", bind_validate_utf8},
});

}  // namespace

KernelTable string_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
