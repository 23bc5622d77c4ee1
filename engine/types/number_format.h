#pragma once
/// The format texts of to_number and to_char ("S$99,999.00PR"). Read once per call site by the analyzer and
/// by kernels; reading and writing numbers is per row. Immutable.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "types/literal.h"

namespace firesteel {

class NumberFormat {
  public:
    /// Letters count in any case. Throws INVALID_FORMAT.* for what is no format.
    explicit NumberFormat(std::string_view text);

    /// As error parameters show it: in upper case.
    const std::string& text() const { return text_; }
    /// The decimal that holds every number of this format.
    int precision() const;
    int scale() const;
    /// The unscaled value at scale(); none if the text doesn't match.
    std::optional<Int128> read(std::string_view text) const;
    /// '#' stands for digits where the number has more than the format.
    std::string write(Int128 unscaled, int scale) const;

  private:
    enum class Kind : std::uint8_t { Digits, Point, Dollar, Sign, Minus, OpenBracket, CloseBracket, Other };
    struct Group {
        int digits = 0;
        bool exactly = false;  // begins with 0: all its digits are there
    };
    struct Token {
        Kind kind = Kind::Other;
        char character = 0;         // Other
        std::vector<Group> groups;  // Digits: between thousands separators
        bool opens = false;         // Digits: begins with a separator
        bool has_empty = false;     // Digits: a separator without digits beside it
    };
    struct Reading;

    void tokenize();
    void check() const;
    void check_order() const;
    bool read_digits(const Token& token, Reading& reading) const;
    void write_digits(const Token& token, std::string_view& digits, bool after_point, std::string& out) const;
    static std::string_view name(Kind kind);
    int count(bool after_point) const;

    std::string text_;
    std::vector<Token> tokens_;
};

}  // namespace firesteel
