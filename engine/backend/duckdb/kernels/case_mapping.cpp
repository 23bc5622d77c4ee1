#include "backend/duckdb/kernels/case_mapping.h"

#include <algorithm>

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "backend/duckdb/kernels/utf8.h"

namespace firesteel::duckdb {
namespace {

icu::UnicodeString wide(std::string_view text) {
    return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

template <bool kUpper>
std::string change_case(std::string_view text, const char* locale) {
    std::string out;
    if (*locale == '\0' && is_ascii(text)) {
        out.assign(text);
        for (char& c : out) {
            if (kUpper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
            if (!kUpper && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        }
        return out;
    }
    icu::UnicodeString changed = wide(text);
    kUpper ? changed.toUpper(icu::Locale(locale)) : changed.toLower(icu::Locale(locale));
    return changed.toUTF8String(out);
}

}  // namespace

std::string lower_case(std::string_view text, const char* locale) { return change_case<false>(text, locale); }
std::string upper_case(std::string_view text, const char* locale) { return change_case<true>(text, locale); }

std::string initial_capitals(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        const std::string_view word = text.substr(at, end - at);
        if (!word.empty()) {
            const std::size_t first = std::min(utf8_length(word[0]), word.size());
            std::string capital;
            icu::UnicodeString initial = wide(word.substr(0, first));
            initial.toTitle(nullptr, icu::Locale::getRoot(), U_TITLECASE_NO_BREAK_ADJUSTMENT).toUTF8String(capital);
            // The word is lowered whole: a final sigma looks at the letters before it.
            const std::string low = lower_case(word);
            const std::string low_first = lower_case(word.substr(0, first));
            out += capital;
            out.append(std::string_view(low).substr(std::min(low_first.size(), low.size())));
        }
        if (end < text.size()) out += ' ';
        at = end + 1;
    }
    return out;
}

}  // namespace firesteel::duckdb
