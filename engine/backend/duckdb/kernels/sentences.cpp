/// sentences: the words of each sentence, by ICU's break rules.

#include <array>
#include <memory>

#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "backend/duckdb/kernels/text_families.h"
#include "backend/duckdb/kernels/values.h"

namespace firesteel::duckdb {
namespace {

using Breaks = std::unique_ptr<icu::BreakIterator>;

Breaks breaks(bool sentences, const icu::Locale& locale) {
    UErrorCode status = U_ZERO_ERROR;
    Breaks out(sentences ? icu::BreakIterator::createSentenceInstance(locale, status)
                         : icu::BreakIterator::createWordInstance(locale, status));
    FS_ASSERT(U_SUCCESS(status));
    return out;
}

/// Calls fn with each piece between two breaks.
template <typename F>
void for_each_piece(icu::BreakIterator& iterator, const icu::UnicodeString& text, F fn) {
    iterator.setText(text);
    std::int32_t begin = iterator.first();
    for (std::int32_t end = iterator.next(); end != icu::BreakIterator::DONE; end = iterator.next()) {
        fn(text.tempSubStringBetween(begin, end));
        begin = end;
    }
}

std::string text_or_empty(const Value& value) { return value.is_null() ? std::string() : value.bytes(); }

Value sentences(const KernelSite&, const ValueList& a) {
    if (a[0].is_null()) return {};
    const std::string language = text_or_empty(a[1]);
    const icu::Locale locale = language.empty() ? icu::Locale::getUS()
                                                : icu::Locale(language.c_str(), text_or_empty(a[2]).c_str());
    const Breaks by_sentence = breaks(true, locale);
    const Breaks by_word = breaks(false, locale);
    ValueList out;
    for_each_piece(*by_sentence, icu::UnicodeString::fromUTF8(a[0].bytes()), [&](const icu::UnicodeString& sentence) {
        ValueList words;
        for_each_piece(*by_word, sentence, [&](const icu::UnicodeString& word) {
            if (u_isalnum(word.char32At(0)) == 0) return;
            std::string text;
            words.emplace_back(word.toUTF8String(text));
        });
        out.emplace_back(std::move(words));
    });
    return Value(std::move(out));
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"sentences", [](const KernelSite&) { return values(OnNull::Call, sentences); }},
});

}  // namespace

KernelTable sentence_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
