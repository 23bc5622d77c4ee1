/// Kernels over collated strings, beside those of the same name for plain ones: the lowering takes these where an
/// argument has a collation.

#include <algorithm>
#include <array>

#include "backend/duckdb/kernels/case_mapping.h"
#include "backend/duckdb/kernels/collation.h"
#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/text_families.h"
#include "backend/duckdb/kernels/utf8.h"
#include "backend/duckdb/kernels/values.h"

namespace firesteel::duckdb {
namespace {

using Text = std::string_view;

/// The collation that the strings of the call agreed on.
const Collation& collation_of(const KernelSite& site) {
    for (const DataType& type : site.arguments) {
        if (const Collation* found = Collation::of(type)) return *found;
    }
    FS_ASSERT(!"a collated kernel without a collated argument");
}

// ---- keys ----------------------------------------------------------------------------------------

/// Strings inside a value as their keys.
Value keyed(const DataType& type, const Value& value) {
    if (value.is_null()) return {};
    if (type.is_string_like()) {
        const Collation* collation = Collation::of(type);
        return Value(collation == nullptr ? value.bytes() : collation->key(value.bytes()));
    }
    ValueList out;
    if (type.is(TypeKind::Array)) {
        for (const Value& element : value.list()) out.push_back(keyed(type.element(), element));
    } else if (type.is(TypeKind::Struct)) {
        for (std::size_t i = 0; i < value.list().size(); ++i) {
            out.push_back(keyed(type.fields()[i].type, value.list()[i]));
        }
    } else {
        return value;
    }
    return Value(std::move(out));
}

KernelBody bind_key(const KernelSite& site) {
    if (!site.argument(0).is_string_like()) {
        return values(OnNull::ResultIsNull, [](const KernelSite& at, const ValueList& a) {
            return keyed(at.argument(0), a[0]);
        });
    }
    return rows([&collation = collation_of(site)](Text text) { return collation.key(text); });
}

// ---- searches ------------------------------------------------------------------------------------

KernelBody bind_contains(const KernelSite& site) {
    return rows([&c = collation_of(site)](Text text, Text part) -> bool {
        return part.empty() || !c.matches(text, part).empty();
    });
}

KernelBody bind_startswith(const KernelSite& site) {
    return rows([&c = collation_of(site)](Text text, Text part) -> bool {
        if (part.empty()) return true;
        const auto found = c.matches(text, part);
        return !found.empty() && found.front().begin == 0;
    });
}

KernelBody bind_endswith(const KernelSite& site) {
    return rows([&c = collation_of(site)](Text text, Text part) -> bool {
        if (part.empty()) return true;
        const auto found = c.matches(text, part, /*overlapping=*/true);
        return !found.empty() && found.back().end == text.size();
    });
}

std::int32_t position_in(const Collation& c, Text text, Text part, std::int32_t start) {
    if (part.empty()) return 1;
    const std::size_t from = character_offset(text, start - 1);
    for (const auto& match : c.matches(text, part, /*overlapping=*/true)) {
        if (match.begin >= from) return count_characters(text.substr(0, match.begin)) + 1;
    }
    return 0;
}

KernelBody bind_instr(const KernelSite& site) {
    return rows([&c = collation_of(site)](Text text, Text part) { return position_in(c, text, part, 1); });
}

KernelBody bind_locate(const KernelSite& site) {
    return rows([&c = collation_of(site)](Text part, Text text, std::optional<std::int32_t> start) {
        return !start || *start <= 0 ? 0 : position_in(c, text, part, *start);
    });
}

KernelBody bind_find_in_set(const KernelSite& site) {
    return rows([&c = collation_of(site)](Text wanted, Text list) -> std::int32_t {
        if (wanted.find(',') != wanted.npos) return 0;
        for (std::int32_t n = 1;; ++n) {
            const auto comma = list.find(',');
            if (c.equal(list.substr(0, comma), wanted)) return n;
            if (comma == list.npos) return 0;
            list.remove_prefix(comma + 1);
        }
    });
}

// ---- parts ---------------------------------------------------------------------------------------

KernelBody bind_replace(const KernelSite& site) {
    return rows([&c = collation_of(site)](Text text, Text search, Text by) {
        std::string out;
        std::size_t copied = 0;
        for (const auto& match : c.matches(text, search)) {
            out.append(text.substr(copied, match.begin - copied)).append(by);
            copied = match.end;
        }
        return out.append(text.substr(copied));
    });
}

KernelBody bind_split_part(const KernelSite& site) {
    return rows([&c = collation_of(site)](Text text, Text delimiter, std::int32_t part) -> Text {
        if (part == 0) throw Error(ErrorClass::InvalidIndexOfZero);
        std::vector<Text> parts;
        std::size_t begin = 0;
        for (const auto& match : c.matches(text, delimiter)) {
            parts.push_back(text.substr(begin, match.begin - begin));
            begin = match.end;
        }
        parts.push_back(text.substr(begin));
        const auto count = static_cast<std::int64_t>(parts.size());
        const std::int64_t index = part > 0 ? part - 1 : count + part;
        return index < 0 || index >= count ? Text() : parts[static_cast<std::size_t>(index)];
    });
}

KernelBody bind_substring_index(const KernelSite& site) {
    return rows([&c = collation_of(site)](Text text, Text delimiter, std::int32_t count) -> Text {
        if (delimiter.empty() || count == 0) return {};
        const auto found = c.matches(text, delimiter, /*overlapping=*/true);
        const auto n = static_cast<std::int64_t>(found.size());
        if (count > n || -std::int64_t{count} > n) return text;
        if (count > 0) return text.substr(0, found[static_cast<std::size_t>(count - 1)].begin);
        return text.substr(found[static_cast<std::size_t>(n + count)].end);
    });
}

/// The keys of single characters.
std::vector<std::string> character_keys(const Collation& c, Text text) {
    std::vector<std::string> keys;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = std::min(utf8_length(text[at]), text.size() - at);
        keys.push_back(c.key(text.substr(at, length)));
        at += length;
    }
    return keys;
}

KernelBody bind_translate(const KernelSite& site) {
    return rows([&c = collation_of(site)](Text text, Text from, Text to) {
        const std::vector<std::string> sources = character_keys(c, from);
        std::vector<Text> targets;
        for (std::size_t at = 0; at < to.size();) {
            const std::size_t length = std::min(utf8_length(to[at]), to.size() - at);
            targets.push_back(to.substr(at, length));
            at += length;
        }
        std::string out;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t length = std::min(utf8_length(text[at]), text.size() - at);
            const Text character = text.substr(at, length);
            at += length;
            const auto found = std::find(sources.begin(), sources.end(), c.key(character));
            const auto index = static_cast<std::size_t>(found - sources.begin());
            if (found == sources.end()) {
                out.append(character);
            } else if (index < targets.size()) {
                out.append(targets[index]);
            }
        }
        return out;
    });
}

enum class Side : std::uint8_t { Left = 1, Right = 2, Both = 3 };
constexpr bool has(Side side, Side part) { return (static_cast<int>(side) & static_cast<int>(part)) != 0; }

template <Side kSide>
Text trimmed(const Collation& c, Text text, Text set) {
    const std::vector<std::string> keys = character_keys(c, set);
    const auto is_cut = [&](Text character) {
        return std::find(keys.begin(), keys.end(), c.key(character)) != keys.end();
    };
    while (has(kSide, Side::Left) && !text.empty()) {
        const std::size_t length = std::min(utf8_length(text[0]), text.size());
        if (!is_cut(text.substr(0, length))) break;
        text.remove_prefix(length);
    }
    while (has(kSide, Side::Right) && !text.empty()) {
        std::size_t begin = text.size() - 1;
        while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U) --begin;
        if (!is_cut(text.substr(begin))) break;
        text = text.substr(0, begin);
    }
    return text;
}

/// trim(text) cuts blanks, trim(text, set) what the set holds.
template <Side kSide>
KernelBody bind_trim(const KernelSite& site) {
    if (site.arguments.size() == 1) {
        return rows([](Text text) {
            if (has(kSide, Side::Left)) text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
            if (has(kSide, Side::Right)) text = text.substr(0, text.find_last_not_of(' ') + 1);
            return text;
        });
    }
    return rows([&c = collation_of(site)](Text text, Text set) { return trimmed<kSide>(c, text, set); });
}

template <Side kSide>
KernelBody bind_trim_set(const KernelSite& site) {
    return rows([&c = collation_of(site)](Text set, Text text) { return trimmed<kSide>(c, text, set); });
}

/// The greatest or smallest of the arguments that are not NULL.
template <int kSign>
Value extreme(const KernelSite& site, const ValueList& a) {
    Value best;
    for (const Value& value : a) {
        if (value.is_null()) continue;
        if (best.is_null() || kSign * compare_values(site.result, value, best) > 0) best = value;
    }
    return best;
}

template <int kSign>
KernelBody bind_extreme(const KernelSite&) {
    return values(OnNull::Call, extreme<kSign>);
}

// ---- letters -------------------------------------------------------------------------------------

KernelBody bind_lower(const KernelSite& site) {
    return rows([&c = collation_of(site)](Text text) { return lower_case(text, c.locale()); });
}
KernelBody bind_upper(const KernelSite& site) {
    return rows([&c = collation_of(site)](Text text) { return upper_case(text, c.locale()); });
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"collation_key", bind_key},
    {"contains collated", bind_contains},
    {"endswith collated", bind_endswith},
    {"find_in_set collated", bind_find_in_set},
    {"greatest_collated", bind_extreme<1>},
    {"instr collated", bind_instr},
    {"least_collated", bind_extreme<-1>},
    {"locate collated", bind_locate},
    {"lower collated", bind_lower},
    {"ltrim_chars collated", bind_trim_set<Side::Left>},
    {"replace collated", bind_replace},
    {"rtrim_chars collated", bind_trim_set<Side::Right>},
    {"split_part collated", bind_split_part},
    {"startswith collated", bind_startswith},
    {"substring_index collated", bind_substring_index},
    {"translate collated", bind_translate},
    {"trim collated", bind_trim<Side::Both>},
    {"trim_chars collated", bind_trim_set<Side::Both>},
    {"upper collated", bind_upper},
});

}  // namespace

KernelTable collated_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
