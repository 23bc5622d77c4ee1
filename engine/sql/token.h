#pragma once
/// What the lexer cuts a statement into. A token is a kind and a byte range of the statement.

#include <cstdint>
#include <string_view>

#include "sql/keywords.h"

namespace firesteel::sql {

enum class TokenKind : std::uint8_t {
    End,
    Word,              // keyword or unquoted identifier
    BackQuoted,        // `a``b`
    String,            // 'it\'s', r'raw'
    DoubleQuoted,      // "text": a string, or an identifier under doubleQuotedIdentifiers
    Integer,           // 12
    Decimal,           // 1.5  1.  .5
    Exponent,          // 1e3  1.5e3
    Byte,              // 1Y
    Short,             // 1S
    Long,              // 1L
    Float,             // 1.5F
    Double,            // 1.5D
    BigDecimal,        // 1.5BD
    Equal,             // = ==
    NullSafeEqual,     // <=>
    NotEqual,          // <> !=
    Less,
    LessEqual,         // <= !>
    Greater,
    GreaterEqual,      // >= !<
    ShiftLeft,
    ShiftRight,
    ShiftRightUnsigned,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Tilde,
    Ampersand,
    Pipe,
    Concat,            // ||
    PipeOperator,      // |>
    Hat,
    Colon,
    DoubleColon,
    Arrow,             // ->
    FatArrow,          // =>
    Bang,
    Question,
    Dot,
    Comma,
    Semicolon,
    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    HintStart,         // /*+
    HintEnd,           // */
    Unrecognized,
};

struct Token {
    TokenKind kind = TokenKind::End;
    Keyword keyword = kNoKeyword;  // Word only
    std::uint32_t begin = 0;
    std::uint32_t end = 0;  // exclusive

    std::string_view text(std::string_view statement) const {
        return statement.substr(begin, end - begin);
    }
};

}  // namespace firesteel::sql
