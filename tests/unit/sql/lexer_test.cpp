#include "sql/lexer.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace firesteel::sql {
namespace {

/// The tokens' texts, joined by blanks.
std::string cut(std::string_view text) {
    std::string out;
    for (const Token& token : tokenize(text).tokens) {
        if (token.kind == TokenKind::End) break;
        out += (out.empty() ? "" : " ") + std::string(token.text(text));
    }
    return out;
}

TokenKind kind(std::string_view text) { return tokenize(text).tokens.front().kind; }

TEST_CASE("the longest number wins, and a word that is longer still", "[sql][lexer]") {
    REQUIRE(kind("12") == TokenKind::Integer);
    REQUIRE(kind("1.5") == TokenKind::Decimal);
    REQUIRE(kind("1.") == TokenKind::Decimal);
    REQUIRE(kind(".5") == TokenKind::Decimal);
    REQUIRE(kind("1e3") == TokenKind::Exponent);
    REQUIRE(kind("1.e-5") == TokenKind::Exponent);
    REQUIRE(kind("1L") == TokenKind::Long);
    REQUIRE(kind("1s") == TokenKind::Short);
    REQUIRE(kind("1Y") == TokenKind::Byte);
    REQUIRE(kind("1.5f") == TokenKind::Float);
    REQUIRE(kind("1D") == TokenKind::Double);
    REQUIRE(kind("1e3BD") == TokenKind::BigDecimal);
    REQUIRE(kind("1e") == TokenKind::Word);
    REQUIRE(kind("1x") == TokenKind::Word);
    REQUIRE(kind("0x1F") == TokenKind::Word);
    REQUIRE(kind("1e5Y") == TokenKind::Word);
    REQUIRE(cut("12e-5x") == "12e-5 x");
    REQUIRE(cut("1.5abc") == "1 . 5abc");
    REQUIRE(cut("1.0L") == "1 . 0L");
    REQUIRE(cut("t.1a") == "t . 1a");
    REQUIRE(cut("1..2") == "1. .2");
}

TEST_CASE("comments nest, hints don't vanish, and the end of a line ends a line comment", "[sql][lexer]") {
    REQUIRE(cut("a /* b /* c */ d */ e") == "a e");
    REQUIRE(cut("a -- b\nc") == "a c");
    REQUIRE(cut("/*+ x */ a") == "/*+ x */ a");
    REQUIRE(cut("a/**/b") == "a b");
    REQUIRE(tokenize("select /* x").unclosed_comment);
    REQUIRE_FALSE(tokenize("select 1 /* x */").unclosed_comment);
}

TEST_CASE("strings end where their quotes do", "[sql][lexer]") {
    REQUIRE(cut("'it''s' 'a\\'b' r'\\' x") == "'it''s' 'a\\'b' r'\\' x");
    REQUIRE(kind("'open") == TokenKind::Unrecognized);
    REQUIRE(kind("`open") == TokenKind::Unrecognized);
    REQUIRE(kind("`a``b`") == TokenKind::BackQuoted);
    REQUIRE(kind("\"a\"") == TokenKind::DoubleQuoted);
}

TEST_CASE("escapes in strings are Spark's", "[sql][lexer]") {
    const auto value = [](std::string_view text) { return string_value(text, false); };
    REQUIRE(value(R"('a\nb\t\\\'\"\0')") == std::string("a\nb\t\\'\"\0", 8));
    REQUIRE(value(R"('\101\u00e9\U0001F600')") == "A\u00e9\U0001F600");
    REQUIRE(value(R"('\201\8\q\u41')") == "2018qu41");
    REQUIRE(value(R"('\%\_')") == R"(\%\_)");
    REQUIRE(value("'it''s'") == "it's");
    REQUIRE(value("\"it''s \"\"\"") == "it''s \"");
    REQUIRE(value(R"(r'\n')") == R"(\n)");
    REQUIRE(string_value(R"('\n')", true) == R"(\n)");
    REQUIRE(quoted_name("`a``b`") == "a`b");
}

TEST_CASE("operators are cut as long as they go", "[sql][lexer]") {
    REQUIRE(cut("a<=>b<>c!=d!>e!<f>>>g>>h<<i||j|>k->l=>m::n==o") ==
            "a <=> b <> c != d !> e !< f >>> g >> h << i || j |> k -> l => m :: n == o");
    REQUIRE(kind("$") == TokenKind::Unrecognized);
    REQUIRE(kind("&") == TokenKind::Ampersand);
}

TEST_CASE("keywords are found in any case", "[sql][lexer]") {
    REQUIRE(tokenize("SeLeCt").tokens.front().keyword == find_keyword("SELECT"));
    REQUIRE(tokenize("selectx").tokens.front().keyword == kNoKeyword);
    for (std::size_t i = 1; i < detail::kKeywords.size(); ++i) {
        REQUIRE(detail::kKeywords[i - 1].word < detail::kKeywords[i].word);
        REQUIRE(detail::kKeywords[i].word.size() <= kKeywordLengthMax);
    }
}

}  // namespace
}  // namespace firesteel::sql
