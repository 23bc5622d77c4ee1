#include <algorithm>
#include <array>
#include <vector>

#include "common/error.h"
#include "types/edit_distance.h"
#include "types/type_text.h"

namespace firesteel {
namespace {

/// The locales with a collation of their own, as Spark's ICU lists them.
constexpr auto kLocales = std::to_array<std::string_view>(
    {"UNICODE",     "af",      "am",      "ar",          "ar_SAU",      "as",          "az",
     "be",          "bg",      "bn",      "bo",          "br",          "bs",          "bs_Cyrl",
     "ca",          "ceb",     "chr",     "cs",          "cy",          "da",          "de",
     "de_AUT",      "dsb",     "dz",      "ee",          "el",          "en",          "en_USA",
     "eo",          "es",      "et",      "fa",          "fa_AFG",      "ff",          "ff_Adlm",
     "fi",          "fil",     "fo",      "fr",          "fr_CAN",      "fy",          "ga",
     "gl",          "gu",      "ha",      "haw",         "he",          "he_ISR",      "hi",
     "hr",          "hsb",     "hu",      "hy",          "id",          "id_IDN",      "ig",
     "is",          "it",      "ja",      "ka",          "kk",          "kl",          "km",
     "kn",          "ko",      "kok",     "ku",          "ky",          "lb",          "lij",
     "lkt",         "ln",      "lo",      "lt",          "lv",          "mk",          "ml",
     "mn",          "mr",      "ms",      "mt",          "my",          "nb",          "nb_NOR",
     "ne",          "nl",      "nn",      "no",          "nso",         "om",          "or",
     "pa",          "pa_Guru", "pa_Guru_IND", "pl",      "ps",          "pt",          "ro",
     "ru",          "sa",      "se",      "si",          "sk",          "sl",          "smn",
     "sq",          "sr",      "sr_Cyrl", "sr_Cyrl_BIH", "sr_Cyrl_MNE", "sr_Cyrl_SRB", "sr_Latn",
     "sr_Latn_BIH", "sr_Latn_SRB", "st",  "sv",          "sw",          "ta",          "te",
     "th",          "tk",      "tn",      "to",          "tr",          "ug",          "uk",
     "ur",          "uz",      "vi",      "wae",         "wo",          "xh",          "yi",
     "yo",          "zh",      "zh_Hans", "zh_Hans_CHN", "zh_Hans_SGP", "zh_Hant", "zh_Hant_HKG",
     "zh_Hant_MAC", "zh_Hant_TWN", "zu"});

constexpr auto kPlainRoots = std::to_array<std::string_view>({"UTF8_BINARY", "UTF8_LCASE"});
constexpr auto kModifiers =
    std::to_array<std::string_view>({"_CI", "_CS", "_AI", "_AS", "_RTRIM"});

std::string upper(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return out;
}

struct SplitName {
    std::string root;  // upper case
    std::vector<std::string> modifiers;
};

/// The name in upper case without its trailing modifiers, and these in the order written.
SplitName split(std::string_view name) {
    SplitName out{upper(name), {}};
    for (bool found = true; found;) {
        found = false;
        for (std::string_view modifier : kModifiers) {
            if (!out.root.ends_with(modifier)) continue;
            out.root.resize(out.root.size() - modifier.size());
            out.modifiers.insert(out.modifiers.begin(), std::string(modifier));
            found = true;
        }
    }
    return out;
}

void drop(std::vector<std::string>& modifiers, std::string_view loser, std::string_view winner) {
    if (std::find(modifiers.begin(), modifiers.end(), winner) != modifiers.end()) {
        std::erase(modifiers, loser);
    }
}

/// "fo, bo, eo": the nearest names; one always, two more where few letters differ.
std::string proposals(std::string_view name) {
    constexpr std::size_t kProposalsMax = 3;
    constexpr std::size_t kDistanceMax = 3;
    SplitName parts = split(name);
    std::vector<std::string> unique;
    for (const std::string& modifier : parts.modifiers) {
        if (std::find(unique.begin(), unique.end(), modifier) == unique.end()) {
            unique.push_back(modifier);
        }
    }
    drop(unique, "_CI", "_CS");
    drop(unique, "_AI", "_AS");
    const bool plain = name.starts_with("UTF8_");
    std::vector<std::string_view> roots(kLocales.begin(), kLocales.end());
    if (plain) roots.assign(kPlainRoots.begin(), kPlainRoots.end());
    // Spark's plain collations know no modifier but _RTRIM.
    if (plain) std::erase_if(unique, [](const std::string& m) { return m != "_RTRIM"; });
    const std::string wanted = plain ? upper(name) : parts.root;
    std::stable_sort(roots.begin(), roots.end(), [&](std::string_view a, std::string_view b) {
        return edit_distance(upper(a), wanted) < edit_distance(upper(b), wanted);
    });
    std::string out;
    for (std::size_t i = 0; i < std::min(kProposalsMax, roots.size()); ++i) {
        std::string candidate(roots[i]);
        for (const std::string& modifier : unique) candidate += modifier;
        if (i > 0 && edit_distance(upper(candidate), upper(name)) >= kDistanceMax) break;
        if (i > 0) out += ", ";
        out += candidate;
    }
    return out;
}

[[noreturn]] void refuse(std::string_view name) {
    throw Error(ErrorClass::CollationInvalidName,
                {{"collationName", std::string(name)}, {"proposals", proposals(name)}});
}

}  // namespace

std::string collation_named(std::string_view name) {
    const std::string whole = upper(name);
    for (std::string_view root : kPlainRoots) {
        if (whole == root) return whole;
        if (whole == std::string(root) + "_RTRIM") return whole;
    }
    const SplitName parts = split(name);
    const auto locale = std::find_if(kLocales.begin(), kLocales.end(), [&](std::string_view row) {
        return upper(row) == parts.root;
    });
    if (locale == kLocales.end()) refuse(name);
    bool case_said = false;
    bool accent_said = false;
    bool trim_said = false;
    bool case_insensitive = false;
    bool accent_insensitive = false;
    for (const std::string& modifier : parts.modifiers) {
        const bool is_case = modifier[1] == 'C';
        bool& said = modifier == "_RTRIM" ? trim_said : is_case ? case_said : accent_said;
        if (said) refuse(name);
        said = true;
        case_insensitive = case_insensitive || modifier == "_CI";
        accent_insensitive = accent_insensitive || modifier == "_AI";
    }
    std::string out(*locale);
    if (case_insensitive) out += "_CI";
    if (accent_insensitive) out += "_AI";
    if (trim_said) out += "_RTRIM";
    return out;
}

}  // namespace firesteel
