#pragma once
/// JSON text as a stream of tokens, as Jackson reads it for Spark: what follows the first value stays unread, and after an
/// error reading may go on behind the bad token. Every reader of JSON here is built on it. No exceptions; one thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace firesteel::json {

inline constexpr std::size_t kDepthMax = 1000;          // as Jackson's own limit
inline constexpr std::size_t kNumberDigitsMax = 1000;  // dito

enum class Token : std::uint8_t {
    End,    // the text is over
    Error,  // what stands here is no JSON
    ObjectBegin,
    ObjectEnd,
    ArrayBegin,
    ArrayEnd,
    Name,
    String,
    Integer,
    Fraction,  // a number with a point or an exponent, or one that is not finite
    True,
    False,
    Null,
};

/// What is accepted beyond JSON.
struct Dialect {
    bool comments = false;
    bool unquoted_names = false;
    bool single_quotes = false;
    bool leading_zeros = false;
    bool non_numeric_numbers = false;
    bool backslash_any = false;
    bool control_characters = false;
};

class TokenReader {
  public:
    explicit TokenReader(std::string_view text, const Dialect& dialect = {})
        : text_(text), dialect_(dialect) {}

    Token next();
    Token token() const { return token_; }
    /// Name, String: the characters. Numbers: as written. Valid until the next call of next().
    std::string_view text() const { return value_; }
    /// Where the token begins and ends in the text.
    std::size_t begin() const { return begin_; }
    std::size_t end() const { return at_; }
    std::size_t depth() const { return open_.size(); }
    /// Goes to the end of the object or array that begins here; false on an error. Other tokens: nothing.
    bool skip_children();

  private:
    Token value();
    Token name_or_end();
    Token open(bool is_object);
    Token close(bool is_object);
    Token word(std::string_view word, Token token);
    Token unknown_word();
    Token number();
    Token not_finite();
    bool skip_blanks();
    bool skip_comment();
    bool quoted(char quote);
    bool escape();
    bool unicode_escape();
    bool hex4(std::uint32_t& out);
    bool unquoted_name();
    Token fail();

    std::string_view text_;
    Dialect dialect_;
    std::size_t at_ = 0;
    std::size_t begin_ = 0;
    Token token_ = Token::End;
    bool after_value_ = false;  // a separator or an end comes next
    bool after_name_ = false;   // ':' and a value come next
    std::vector<bool> open_;    // of each open object (true) or array
    std::string_view value_;
    std::string decoded_;
};

inline bool is_scalar(Token token) { return token >= Token::String; }

}  // namespace firesteel::json
