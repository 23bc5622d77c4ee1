#pragma once
/// How the strings of one collation compare, sort and match. One object per name, made when first needed, shared by
/// all threads and kept. UTF8_BINARY is no collation here: callers leave it to plain bytes.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "types/data_type.h"

namespace firesteel::duckdb {

class Collation {
  public:
    /// The collation of a string type, a part of it (array<string collate X>) aside; null for UTF8_BINARY.
    static const Collation* of(const DataType& type);
    ~Collation();
    Collation(const Collation&) = delete;
    Collation& operator=(const Collation&) = delete;

    /// Bytes that order and equal as the collation does.
    std::string key(std::string_view text) const;
    int compare(std::string_view a, std::string_view b) const { return key(a).compare(key(b)); }
    bool equal(std::string_view a, std::string_view b) const { return key(a) == key(b); }

    /// Where one text is found in another, in bytes.
    struct Match {
        std::size_t begin;
        std::size_t end;
    };
    /// Every match from the left. `overlapping`: the next one is looked for one character after a match's begin.
    std::vector<Match> matches(std::string_view text, std::string_view pattern, bool overlapping = false) const;

    /// UTF8_LCASE, whose patterns ignore case.
    bool is_lower_case() const { return kind_ == Kind::LowerCase; }
    /// ICU's name of the locale whose case rules hold; empty for the root's.
    const char* locale() const { return locale_.c_str(); }

  private:
    enum class Kind : std::uint8_t { Binary, LowerCase, Icu };
    struct Icu;
    explicit Collation(const std::string& name);
    std::string plain_key(std::string_view text) const;
    std::vector<Match> icu_matches(std::string_view text, std::string_view pattern, bool overlapping) const;

    Kind kind_ = Kind::Binary;
    bool trims_ = false;  // …_RTRIM: blanks at the end don't count
    std::string locale_;
    std::unique_ptr<Icu> icu_;
};

/// Each character's lower case, as UTF8_LCASE compares: without regard to the characters around it.
std::u32string lower_case_points(std::string_view text);

}  // namespace firesteel::duckdb
