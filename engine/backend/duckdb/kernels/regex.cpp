/// Regular expressions with Java's syntax, by PCRE2 (java_pattern.h). Constant patterns are compiled once, others are cached per thread.

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>
#include <map>
#include <memory>

#include "backend/backend.h"
#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/kernels/java_pattern.h"
#include "backend/duckdb/kernels/list_result.h"
#include "backend/duckdb/kernels/map_builder.h"
#include "backend/duckdb/kernels/utf8.h"
#include "types/value_text.h"

namespace firesteel::duckdb {
namespace {

/// Steps one match may take, so that a pathological pattern ends with an error.
constexpr std::uint32_t kMatchSteps = 50'000'000;

struct CodeDeleter {
    void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
struct MatchDeleter {
    void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
struct ContextDeleter {
    void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

struct CompileContextDeleter {
    void operator()(pcre2_compile_context* context) const { pcre2_compile_context_free(context); }
};
using CompileContext = std::unique_ptr<pcre2_compile_context, CompileContextDeleter>;

/// A compiled pattern; shared by threads, each with its own Matcher.
class Pattern {
  public:
    Pattern(std::string_view text, std::string_view function, bool ignores_case) {
        const std::uint32_t case_option = ignores_case ? PCRE2_CASELESS : 0U;
        int error = 0;
        PCRE2_SIZE at = 0;
        const CompileContext context(pcre2_compile_context_create(nullptr));
        pcre2_set_newline(context.get(), PCRE2_NEWLINE_ANYCRLF);
        const auto pattern = pcre_pattern(text);
        if (pattern) {
            code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern->data()), pattern->size(),
                                      PCRE2_UTF | PCRE2_NO_UTF_CHECK | case_option, &error, &at, context.get()));
        }
        if (!code_) {
            throw Error(ErrorClass::InvalidParameterValuePattern,
                        {{"parameter", "`regexp`"},
                         {"functionName", "`" + std::string(function) + "`"},
                         {"value", sql_literal(Literal::string(std::string(text)), {})}});
        }
        pcre2_jit_compile(code_.get(), PCRE2_JIT_COMPLETE);
        pcre2_pattern_info(code_.get(), PCRE2_INFO_CAPTURECOUNT, &groups_);
    }
    const pcre2_code* code() const { return code_.get(); }
    std::uint32_t groups() const { return groups_; }

  private:
    std::unique_ptr<pcre2_code, CodeDeleter> code_;
    std::uint32_t groups_ = 0;
};

/// Matches one text after another.
class Matcher {
  public:
    explicit Matcher(const Pattern& pattern)
        : pattern_(&pattern),
          data_(pcre2_match_data_create_from_pattern(pattern.code(), nullptr)),
          context_(pcre2_match_context_create(nullptr)) {
        pcre2_set_match_limit(context_.get(), kMatchSteps);
    }
    /// The next match at or after `from`.
    bool find(std::string_view text, std::size_t from) {
        if (from > text.size()) return false;
        const int n = pcre2_match(pattern_->code(), reinterpret_cast<PCRE2_SPTR>(text.data()),
                                  text.size(), from, PCRE2_NO_UTF_CHECK, data_.get(), context_.get());
        if (n == PCRE2_ERROR_NOMATCH) return false;
        if (n < 0) {
            throw Error(ErrorClass::NoCondition,
                        {{"message", "a regular expression took more than " +
                                         std::to_string(kMatchSteps) +
                                         " steps on one text; simplify it (nested repeats are the "
                                         "usual cause)"}});
        }
        return true;
    }
    std::size_t begin(std::size_t group = 0) const { return vector()[2 * group]; }
    std::size_t end(std::size_t group = 0) const { return vector()[2 * group + 1]; }
    bool has(std::size_t group) const { return vector()[2 * group] != PCRE2_UNSET; }
    std::string_view group(std::string_view text, std::size_t group) const {
        return has(group) ? text.substr(begin(group), end(group) - begin(group)) : std::string_view();
    }
    /// Where to look on after the match: past it, or past one character if it was empty.
    std::size_t next(std::string_view text) const {
        if (end() > begin() || end() >= text.size()) return end() == begin() ? end() + 1 : end();
        return end() + utf8_length(text[end()]);
    }

  private:
    const PCRE2_SIZE* vector() const { return pcre2_get_ovector_pointer(data_.get()); }
    const Pattern* pattern_;
    std::unique_ptr<pcre2_match_data, MatchDeleter> data_;
    std::unique_ptr<pcre2_match_context, ContextDeleter> context_;
};

/// Of the collations only UTF8_LCASE gets here.
bool ignores_case(const KernelSite& site) { return site.argument(0).is_collated(); }

/// The patterns of one chunk: the constant one, or each text's compiled once (bounded).
class Patterns {
  public:
    Patterns(std::shared_ptr<const Pattern> constant, const KernelSite& site)
        : constant_(std::move(constant)), function_(site.kernel->name), ignores_case_(ignores_case(site)) {
        if (constant_) current_.emplace(*constant_);
    }
    struct Entry {
        const Pattern& pattern;
        Matcher& matcher;
    };
    Entry of(std::string_view text) {
        if (constant_) return {*constant_, *current_};
        auto found = cache_.find(text);
        if (found == cache_.end()) {
            if (cache_.size() >= kCachedMax) cache_.clear();
            auto pattern = std::make_unique<Pattern>(text, function_, ignores_case_);
            auto matcher = std::make_unique<Matcher>(*pattern);
            found = cache_.emplace(std::string(text), std::pair(std::move(pattern), std::move(matcher))).first;
        }
        return {*found->second.first, *found->second.second};
    }

  private:
    static constexpr std::size_t kCachedMax = 256;
    std::shared_ptr<const Pattern> constant_;
    std::optional<Matcher> current_;
    std::string_view function_;
    bool ignores_case_;
    std::map<std::string, std::pair<std::unique_ptr<Pattern>, std::unique_ptr<Matcher>>, std::less<>> cache_;
};

std::shared_ptr<const Pattern> constant_pattern(const KernelSite& site) {
    const Literal* literal = site.constant(1);
    if (literal == nullptr || literal->is_null()) return nullptr;
    return std::make_shared<const Pattern>(literal->value.bytes(), site.kernel->name, ignores_case(site));
}

/// A body of `fn(Patterns&, arguments…)` per row, with one Patterns a chunk.
template <typename F>
KernelBody with_patterns(const KernelSite& site, F make_rows) {
    return [constant = constant_pattern(site), make_rows](KernelCall& call) {
        Patterns patterns(constant, call.site());
        make_rows(patterns)(call);
    };
}

KernelBody bind_rlike(const KernelSite& site) {
    return with_patterns(site, [](Patterns& patterns) {
        return rows([&patterns](std::string_view text, std::string_view pattern) -> bool {
            return patterns.of(pattern).matcher.find(text, 0);
        });
    });
}

std::size_t checked_group(const Pattern& pattern, std::int32_t group, std::string_view function) {
    if (group < 0 || static_cast<std::uint32_t>(group) > pattern.groups()) {
        throw Error(ErrorClass::InvalidParameterValueRegexGroupIndex,
                    {{"parameter", "`idx`"},
                     {"functionName", "`" + std::string(function) + "`"},
                     {"groupCount", std::to_string(pattern.groups())},
                     {"groupIndex", std::to_string(group)}});
    }
    return static_cast<std::size_t>(group);
}

KernelBody bind_extract(const KernelSite& site) {
    return with_patterns(site, [](Patterns& patterns) {
        return rows([&patterns](std::string_view text, std::string_view pattern, std::int32_t group) {
            const auto [compiled, matcher] = patterns.of(pattern);
            if (!matcher.find(text, 0)) return std::string_view();
            return matcher.group(text, checked_group(compiled, group, "regexp_extract"));
        });
    });
}

KernelBody bind_substr(const KernelSite& site) {
    return with_patterns(site, [](Patterns& patterns) {
        return rows([&patterns](std::string_view text, std::string_view pattern) -> std::optional<std::string_view> {
            Matcher& matcher = patterns.of(pattern).matcher;
            if (!matcher.find(text, 0) || matcher.begin() == matcher.end()) return std::nullopt;
            return matcher.group(text, 0);
        });
    });
}

/// Java counts positions in UTF-16.
std::int32_t utf16_units(std::string_view text) {
    std::int32_t n = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = utf8_length(text[at]);
        n += length == 4 ? 2 : 1;
        at += length;
    }
    return n;
}

KernelBody bind_instr(const KernelSite& site) {
    return with_patterns(site, [](Patterns& patterns) {
        return rows([&patterns](std::string_view text, std::string_view pattern, std::int32_t) -> std::int32_t {
            Matcher& matcher = patterns.of(pattern).matcher;
            return matcher.find(text, 0) ? utf16_units(text.substr(0, matcher.begin())) + 1 : 0;
        });
    });
}

KernelBody bind_count(const KernelSite& site) {
    return with_patterns(site, [](Patterns& patterns) {
        return rows([&patterns](std::string_view text, std::string_view pattern) -> std::int32_t {
            Matcher& matcher = patterns.of(pattern).matcher;
            std::int32_t n = 0;
            for (std::size_t at = 0; matcher.find(text, at); at = matcher.next(text)) ++n;
            return n;
        });
    });
}

/// The group ${name}, if there is one; `at` is at the brace and moves behind the other one.
std::optional<std::size_t> named_group(std::string_view by, std::size_t& at, const Pattern& pattern) {
    const std::size_t close = by.find('}', at);
    const std::string name(close == by.npos ? std::string_view() : by.substr(at + 1, close - at - 1));
    const int group = pcre2_substring_number_from_name(pattern.code(), reinterpret_cast<PCRE2_SPTR>(name.c_str()));
    if (name.empty() || group < 0) return std::nullopt;
    at = close;
    return static_cast<std::size_t>(group);
}

/// Java's replacement text: $1, ${name} and backslash escapes. False if it can't stand for this match.
bool append_replacement(std::string& out, std::string_view by, std::string_view text,
                        const Pattern& pattern, const Matcher& matcher) {
    for (std::size_t i = 0; i < by.size(); ++i) {
        if (by[i] == '\\') {
            if (i + 1 >= by.size()) return false;
            out += by[++i];
            continue;
        }
        if (by[i] != '$') {
            out += by[i];
            continue;
        }
        if (i + 1 < by.size() && by[i + 1] == '{') {
            const auto group = named_group(by, ++i, pattern);
            if (!group) return false;
            out.append(matcher.group(text, *group));
            continue;
        }
        if (i + 1 >= by.size() || by[i + 1] < '0' || by[i + 1] > '9') return false;
        std::size_t group = static_cast<std::size_t>(by[++i] - '0');
        if (group > pattern.groups()) return false;
        while (i + 1 < by.size() && by[i + 1] >= '0' && by[i + 1] <= '9') {
            const std::size_t longer = group * 10 + static_cast<std::size_t>(by[i + 1] - '0');
            if (longer > pattern.groups()) break;
            group = longer;
            ++i;
        }
        out.append(matcher.group(text, group));
    }
    return true;
}

KernelBody bind_replace(const KernelSite& site) {
    return with_patterns(site, [](Patterns& patterns) {
        return rows([&patterns](std::string_view text, std::string_view pattern, std::string_view by,
                                std::int32_t position) {
            const auto [compiled, matcher] = patterns.of(pattern);
            std::size_t at = position <= 1 ? 0 : character_offset(text, position - 1);
            if (position > 1 && at >= text.size()) return std::string(text);
            std::string out;
            std::size_t copied = 0;
            while (matcher.find(text, at)) {
                out.append(text.substr(copied, matcher.begin() - copied));
                if (!append_replacement(out, by, text, compiled, matcher)) {
                    throw Error(ErrorClass::InvalidRegexpReplace, {{"source", std::string(text)},
                                                                   {"pattern", std::string(pattern)},
                                                                   {"replacement", std::string(by)},
                                                                   {"position", std::to_string(position)}});
                }
                copied = matcher.end();
                at = matcher.next(text);
            }
            return out.append(text.substr(std::min(copied, text.size())));
        });
    });
}

/// Rows whose result is a list of strings.
template <typename F>
void list_rows(KernelCall& call, std::size_t arguments, F fn) {
    std::vector<Validity> validities;
    for (std::size_t i = 0; i < arguments; ++i) validities.emplace_back(call.argument(i));
    StringListWriter writer(call.result());
    for (idx_t row = 0; row < call.rows(); ++row) {
        const bool valid = std::all_of(validities.begin(), validities.end(),
                                       [row](const Validity& v) { return v.valid(row); });
        if (!valid) {
            writer.set_null(row);
            continue;
        }
        writer.begin(row);
        fn(writer, row);
    }
    writer.finish();
}

KernelBody bind_extract_all(const KernelSite& site) {
    return [constant = constant_pattern(site)](KernelCall& call) {
        Patterns patterns(constant, call.site());
        const Reader<std::string_view> texts(call.argument(0), call.site().argument(0));
        const Reader<std::string_view> regexes(call.argument(1), call.site().argument(1));
        const Reader<std::int32_t> groups(call.argument(2), call.site().argument(2));
        list_rows(call, 3, [&](StringListWriter& writer, idx_t row) {
            const std::string_view text = texts[row];
            const auto [compiled, matcher] = patterns.of(regexes[row]);
            const std::size_t group = checked_group(compiled, groups[row], "regexp_extract_all");
            for (std::size_t at = 0; matcher.find(text, at); at = matcher.next(text)) {
                writer.append(row, matcher.group(text, group));
            }
        });
    };
}

/// Java's String.split(regex, limit): no empty first part for an empty match at 0.
void split_text(std::string_view text, Matcher& matcher, std::int32_t limit,
                std::vector<std::string_view>& parts) {
    std::size_t begin = 0;
    for (std::size_t at = 0; matcher.find(text, at); at = matcher.next(text)) {
        if (limit > 0 && parts.size() + 1 >= static_cast<std::size_t>(limit)) break;
        if (matcher.end() == 0) continue;
        if (matcher.begin() >= text.size() && matcher.begin() == matcher.end()) break;
        parts.push_back(text.substr(begin, matcher.begin() - begin));
        begin = matcher.end();
    }
    parts.push_back(text.substr(begin));
}

/// An empty pattern splits into characters, with the empty rest that a limit <= 0 keeps in Java left out.
void split_characters(std::string_view text, std::int32_t limit, std::vector<std::string_view>& parts) {
    for (std::size_t at = 0; at < text.size();) {
        if (limit > 0 && parts.size() + 1 >= static_cast<std::size_t>(limit)) {
            parts.push_back(text.substr(at));
            return;
        }
        const std::size_t length = std::min(utf8_length(text[at]), text.size() - at);
        parts.push_back(text.substr(at, length));
        at += length;
    }
    if (parts.empty()) parts.push_back(text);
}

KernelBody bind_split(const KernelSite& site) {
    return [constant = constant_pattern(site)](KernelCall& call) {
        Patterns patterns(constant, call.site());
        const Reader<std::string_view> texts(call.argument(0), call.site().argument(0));
        const Reader<std::string_view> regexes(call.argument(1), call.site().argument(1));
        const Reader<std::int32_t> limits(call.argument(2), call.site().argument(2));
        std::vector<std::string_view> parts;
        list_rows(call, 3, [&](StringListWriter& writer, idx_t row) {
            parts.clear();
            if (regexes[row].empty()) {
                split_characters(texts[row], limits[row], parts);
            } else {
                split_text(texts[row], patterns.of(regexes[row]).matcher, limits[row], parts);
            }
            for (const std::string_view part : parts) writer.append(row, part);
        });
    };
}

/// str_to_map(text, pair delimiter, key value delimiter): both delimiters are patterns.
KernelBody bind_str_to_map(const KernelSite&) {
    return [](KernelCall& call) {
        Patterns patterns(nullptr, call.site());
        const auto split = [&](std::string_view text, std::string_view regex, std::int32_t limit) {
            std::vector<std::string_view> parts;
            if (regex.empty()) {
                split_characters(text, limit, parts);
            } else {
                split_text(text, patterns.of(regex).matcher, limit, parts);
            }
            return parts;
        };
        values(OnNull::ResultIsNull, [&](const KernelSite& site, const ValueList& a) {
            MapBuilder builder(site);
            for (const std::string_view pair : split(a[0].bytes(), a[1].bytes(), -1)) {
                const auto parts = split(pair, a[2].bytes(), 2);
                builder.add(Value(std::string(parts[0])), parts.size() > 1 ? Value(std::string(parts[1])) : Value());
            }
            return builder.take();
        })(call);
    };
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"regexp", bind_rlike},
    {"regexp_count", bind_count},
    {"regexp_extract", bind_extract},
    {"regexp_extract_all", bind_extract_all},
    {"regexp_instr", bind_instr},
    {"regexp_like", bind_rlike},
    {"regexp_replace", bind_replace},
    {"regexp_substr", bind_substr},
    {"rlike", bind_rlike},
    {"split", bind_split},
    {"str_to_map", bind_str_to_map, Placed::No},
});

}  // namespace

KernelTable regex_kernels() { return kKernels; }

}  // namespace firesteel::duckdb

namespace firesteel {

bool matches_java_pattern(std::string_view pattern, std::string_view text, bool ignores_case) {
    const duckdb::Pattern compiled("\\A(?:" + std::string(pattern) + ")\\z", "regexp", ignores_case);
    return duckdb::Matcher(compiled).find(text, 0);
}

}  // namespace firesteel
