#include "backend/duckdb/kernels/collation.h"

#include <map>
#include <mutex>

#include <unicode/coll.h>
#include <unicode/locid.h>
#include <unicode/stsearch.h>
#include <unicode/tblcoll.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "backend/duckdb/kernels/utf8.h"
#include "common/error.h"

namespace firesteel::duckdb {
namespace {

void append_lower(std::u32string& out, char32_t point) {
    if (point == 0x130) {  // İ has no lower case of one character
        out += U'i';
        out += char32_t{0x307};
    } else if (point == 0x3C2) {  // a final sigma is a sigma
        out += char32_t{0x3C3};
    } else {
        out += static_cast<char32_t>(u_tolower(static_cast<UChar32>(point)));
    }
}

bool take_suffix(std::string& name, std::string_view suffix) {
    if (!name.ends_with(suffix)) return false;
    name.resize(name.size() - suffix.size());
    return true;
}

/// "sr_Cyrl_SRB" with the two letters that ICU knows a country by.
std::string icu_locale(std::string name) {
    const auto last = name.rfind('_');
    if (last == std::string::npos || name.size() - last != 4) return name;
    const std::string country = name.substr(last + 1);
    for (const char* const* iso = icu::Locale::getISOCountries(); *iso != nullptr; ++iso) {
        if (country == icu::Locale("", *iso).getISO3Country()) return name.substr(0, last + 1) + *iso;
    }
    return name;
}

icu::UnicodeString wide(std::string_view text) {
    return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

}  // namespace

struct Collation::Icu {
    std::unique_ptr<icu::Collator> collator;
};

std::u32string lower_case_points(std::string_view text) {
    std::u32string out;
    for (std::size_t at = 0; at < text.size();) append_lower(out, next_character(text, at));
    return out;
}

Collation::Collation(const std::string& full_name) {
    std::string name = full_name;
    trims_ = take_suffix(name, "_RTRIM");
    if (name == "UTF8_BINARY") return;
    if (name == "UTF8_LCASE") {
        kind_ = Kind::LowerCase;
        return;
    }
    kind_ = Kind::Icu;
    const bool ignores_accents = take_suffix(name, "_AI");
    const bool ignores_case = take_suffix(name, "_CI");
    locale_ = name == "UNICODE" ? std::string() : icu_locale(name);
    UErrorCode status = U_ZERO_ERROR;
    icu_ = std::make_unique<Icu>();
    icu_->collator.reset(icu::Collator::createInstance(icu::Locale(locale_.c_str()), status));
    FS_ASSERT(U_SUCCESS(status));
    icu_->collator->setAttribute(
        UCOL_STRENGTH, ignores_accents ? UCOL_PRIMARY : ignores_case ? UCOL_SECONDARY : UCOL_TERTIARY, status);
    if (ignores_accents && !ignores_case) icu_->collator->setAttribute(UCOL_CASE_LEVEL, UCOL_ON, status);
    FS_ASSERT(U_SUCCESS(status));
}

Collation::~Collation() = default;

const Collation* Collation::of(const DataType& type) {
    if (type.is(TypeKind::Array)) return of(type.element());
    if (!type.is_collated()) return nullptr;
    static std::mutex mutex;
    static std::map<std::string, std::unique_ptr<const Collation>, std::less<>> known;  // as many as Spark has names
    const std::lock_guard lock(mutex);
    auto& found = known[type.collation()];
    if (!found) found.reset(new Collation(type.collation()));
    return found.get();
}

std::string Collation::plain_key(std::string_view text) const {
    std::string out;
    if (kind_ == Kind::Binary) return std::string(text);
    if (kind_ == Kind::LowerCase) {
        for (const char32_t point : lower_case_points(text)) append_character(out, point);
        return out;
    }
    const icu::UnicodeString chars = wide(text);
    out.resize(static_cast<std::size_t>(chars.length()) * 4 + 16);
    std::int32_t size = icu_->collator->getSortKey(chars, reinterpret_cast<std::uint8_t*>(out.data()),
                                                   static_cast<std::int32_t>(out.size()));
    if (size > static_cast<std::int32_t>(out.size())) {
        out.resize(static_cast<std::size_t>(size));
        size = icu_->collator->getSortKey(chars, reinterpret_cast<std::uint8_t*>(out.data()), size);
    }
    out.resize(static_cast<std::size_t>(size));
    return out;
}

std::string Collation::key(std::string_view text) const {
    if (trims_) text = text.substr(0, text.find_last_not_of(' ') + 1);
    return plain_key(text);
}

std::vector<Collation::Match> Collation::icu_matches(std::string_view text, std::string_view pattern,
                                                     bool overlapping) const {
    std::vector<Match> out;
    const icu::UnicodeString chars = wide(text);
    // Bytes up to each UTF-16 unit.
    std::vector<std::size_t> bytes;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const char32_t point = next_character(text, at);
        bytes.push_back(begin);
        if (point >= 0x10000) bytes.push_back(begin);
    }
    bytes.push_back(text.size());
    UErrorCode status = U_ZERO_ERROR;
    auto* rules = dynamic_cast<icu::RuleBasedCollator*>(icu_->collator.get());
    FS_ASSERT(rules != nullptr);
    icu::StringSearch search(wide(pattern), chars, rules, nullptr, status);
    if (overlapping) search.setAttribute(USEARCH_OVERLAP, USEARCH_ON, status);
    for (auto at = search.first(status); U_SUCCESS(status) && at != USEARCH_DONE; at = search.next(status)) {
        const auto begin = static_cast<std::size_t>(at);
        const auto end = begin + static_cast<std::size_t>(search.getMatchedLength());
        if (end >= bytes.size()) break;
        out.push_back({bytes[begin], bytes[end]});
    }
    return out;
}

std::vector<Collation::Match> Collation::matches(std::string_view text, std::string_view pattern,
                                                 bool overlapping) const {
    if (pattern.empty() || text.empty()) return {};
    if (kind_ == Kind::Icu) return icu_matches(text, pattern, overlapping);
    const bool lowers = kind_ == Kind::LowerCase;
    // Lower case points with the byte at which their character begins; a match takes whole characters.
    std::u32string points;
    std::vector<std::size_t> begins;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const char32_t point = next_character(text, at);
        lowers ? append_lower(points, point) : points.push_back(point);
        begins.resize(points.size(), begin);
    }
    begins.push_back(text.size());
    std::u32string wanted;
    for (std::size_t at = 0; at < pattern.size();) {
        const char32_t point = next_character(pattern, at);
        lowers ? append_lower(wanted, point) : wanted.push_back(point);
    }
    std::vector<Match> out;
    const auto is_boundary = [&](std::size_t i) { return i == 0 || begins[i] != begins[i - 1]; };
    for (std::size_t at = points.find(wanted); at != points.npos;) {
        const std::size_t end = at + wanted.size();
        const bool whole = is_boundary(at) && is_boundary(end);
        if (whole) out.push_back({begins[at], begins[end]});
        at = points.find(wanted, whole && !overlapping ? end : at + 1);
    }
    return out;
}

}  // namespace firesteel::duckdb
