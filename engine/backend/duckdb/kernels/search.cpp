/// Parts of strings and where they are: substring, instr, LIKE, and prefixes of binaries.

#include <algorithm>
#include <array>

#include "backend/duckdb/kernels/case_mapping.h"
#include "backend/duckdb/kernels/collation.h"
#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/text_families.h"
#include "backend/duckdb/kernels/utf8.h"

namespace firesteel::duckdb {
namespace {

/// First and last index (exclusive) of substring(…, position, length) in `size` elements: positions count from 1,
/// negative ones from the end, and 0 is 1.
std::pair<std::int64_t, std::int64_t> substring_bounds(std::int64_t size, std::int32_t position, std::int32_t length) {
    const std::int64_t start = position > 0 ? position - 1 : position < 0 ? size + position : 0;
    const std::int64_t end = std::clamp<std::int64_t>(start + length, 0, size);
    return {std::clamp<std::int64_t>(start, 0, size), end};
}

KernelBody bind_substring(const KernelSite& site) {
    if (site.argument(0).is(TypeKind::Binary)) {
        return rows([](std::string_view bytes, std::int32_t position, std::int32_t length) {
            const auto [begin, end] = substring_bounds(static_cast<std::int64_t>(bytes.size()), position, length);
            if (begin >= end) return std::string_view();
            return bytes.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
        });
    }
    return rows([](std::string_view text, std::int32_t position, std::int32_t length) {
        // Counting characters costs; only positions from the end need it.
        const std::int64_t size = position < 0 ? count_characters(text) : static_cast<std::int64_t>(text.size());
        const auto [begin, end] = substring_bounds(size, position, length);
        if (begin >= end) return std::string_view();
        const std::size_t from = character_offset(text, begin);
        const std::string_view rest = text.substr(from);
        return rest.substr(0, character_offset(rest, end - begin));
    });
}

KernelBody bind_instr(const KernelSite&) {
    return rows([](std::string_view text, std::string_view part) -> std::int32_t {
        const auto found = text.find(part);
        return found == text.npos ? 0 : count_characters(text.substr(0, found)) + 1;
    });
}

KernelBody bind_contains(const KernelSite&) {
    return rows([](std::string_view text, std::string_view part) { return text.find(part) != text.npos; });
}
KernelBody bind_startswith(const KernelSite&) {
    return rows([](std::string_view text, std::string_view part) { return text.starts_with(part); });
}
KernelBody bind_endswith(const KernelSite&) {
    return rows([](std::string_view text, std::string_view part) { return text.ends_with(part); });
}

// ---- LIKE ----------------------------------------------------------------------------------------

std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

/// A LIKE pattern as characters; wildcards are beyond Unicode.
class LikePattern {
  public:
    LikePattern(std::string_view pattern, std::string_view escape) {
        std::size_t at = 0;
        const char32_t mark = next_character(escape, at);
        for (at = 0; at < pattern.size();) {
            const char32_t c = next_character(pattern, at);
            if (c != mark) {
                symbols_ += c == U'%' ? kAny : c == U'_' ? kOne : c;
                continue;
            }
            if (at >= pattern.size()) {
                throw Error(ErrorClass::InvalidFormatEscAtTheEnd, {{"format", quoted(pattern)}});
            }
            const std::size_t begin = at;
            const char32_t escaped = next_character(pattern, at);
            if (escaped != mark && escaped != U'%' && escaped != U'_') {
                throw Error(ErrorClass::InvalidFormatEscInTheMiddle,
                            {{"format", quoted(pattern)}, {"char", quoted(pattern.substr(begin, at - begin))}});
            }
            symbols_ += escaped;
        }
    }

    /// Two cursors with one way back, to the last %.
    bool matches(std::string_view text) const {
        std::size_t at = 0;
        std::size_t symbol = 0;
        std::size_t retry_symbol = std::u32string::npos;
        std::size_t retry_at = 0;
        while (at < text.size()) {
            if (symbol < symbols_.size() && symbols_[symbol] == kAny) {
                retry_symbol = ++symbol;
                retry_at = at;
                continue;
            }
            std::size_t next = at;
            const char32_t c = next_character(text, next);
            if (symbol < symbols_.size() && (symbols_[symbol] == kOne || symbols_[symbol] == c)) {
                ++symbol;
                at = next;
                continue;
            }
            if (retry_symbol == std::u32string::npos) return false;
            symbol = retry_symbol;
            next_character(text, retry_at);
            at = retry_at;
        }
        while (symbol < symbols_.size() && symbols_[symbol] == kAny) ++symbol;
        return symbol == symbols_.size();
    }

  private:
    static constexpr char32_t kAny = 0x110000;
    static constexpr char32_t kOne = 0x110001;
    std::u32string symbols_;
};

enum class LikeCase : std::uint8_t { Kept, Lowered, LoweredByCharacter };

std::string in_case(LikeCase wanted, std::string_view text) {
    if (wanted == LikeCase::Kept) return std::string(text);
    if (wanted == LikeCase::Lowered) return lower_case(text);
    std::string out;
    for (const char32_t point : lower_case_points(text)) append_character(out, point);
    return out;
}

/// The patterns of one chunk, each read once.
class LikePatterns {
  public:
    explicit LikePatterns(LikeCase wanted) : case_(wanted) {}
    bool matches(std::string_view text, std::string_view pattern, std::string_view escape) {
        if (!current_ || pattern != pattern_ || escape != escape_) {
            pattern_ = pattern;
            escape_ = escape;
            current_.emplace(in_case(case_, pattern), escape);
        }
        return current_->matches(case_ == LikeCase::Kept ? text : std::string_view(lowered_ = in_case(case_, text)));
    }

  private:
    LikeCase case_;
    std::string lowered_;
    std::string pattern_;
    std::string escape_;
    std::optional<LikePattern> current_;
};

template <LikeCase kCase>
KernelBody bind_like(const KernelSite& site) {
    const bool has_escape = site.arguments.size() > 2;
    // Of the collations only UTF8_LCASE gets here.
    const LikeCase wanted = Collation::of(site.argument(0)) != nullptr ? LikeCase::LoweredByCharacter : kCase;
    return [has_escape, wanted](KernelCall& call) {
        LikePatterns patterns(wanted);
        using Text = std::string_view;
        if (has_escape) {
            rows([&](Text text, Text pattern, Text escape) { return patterns.matches(text, pattern, escape); })(call);
        } else {
            rows([&](Text text, Text pattern) { return patterns.matches(text, pattern, "\\"); })(call);
        }
    };
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"contains", bind_contains},
    {"endswith", bind_endswith},
    {"ilike", bind_like<LikeCase::Lowered>},
    {"instr", bind_instr},
    {"like", bind_like<LikeCase::Kept>},
    {"startswith", bind_startswith},
    {"substring", bind_substring},
});

}  // namespace

KernelTable search_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
