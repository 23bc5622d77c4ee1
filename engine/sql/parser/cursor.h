#pragma once
/// The parser's hands: looks at tokens, takes them, complains about them, and remembers choices.
/// Used by Grammar only; one object parses one text on one thread.
///
/// Every keyword may be a name, so "SELECT 1 FROM" has an alias and no FROM clause. Where a keyword
/// can go on with the grammar or be a name, the grammar asks prefer(), which says yes at first;
/// when the text then turns out wrong, the last yes becomes a no and the parse starts again. That
/// gives what Spark's parser (the first alternative that fits the whole rest) gives, and costs
/// nothing where the text is right at first sight.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/error.h"
#include "sql/lexer.h"
#include "sql/parser.h"

namespace firesteel::sql {

using keyword_literals::operator""_kw;

/// Whether a syntax error names the token that would have fitted.
enum class Missing : std::uint8_t { Unnamed, Named };

class Cursor {
  public:
    Cursor(std::string_view text, const ParserOptions& options);
    Cursor(const Cursor&) = delete;
    Cursor& operator=(const Cursor&) = delete;

  protected:
    /// Runs body from the first token on, again with another choice while it meets syntax errors.
    template <typename F>
    auto with_choices(F&& body) {
        for (int attempt = 0;; ++attempt) {
            restart();
            try {
                auto out = body();
                if (kept_) throw *kept_;
                return out;
            } catch (const Error& error) {
                if (error.id() != ErrorClass::ParseSyntaxError) throw;
                kept_.reset();
                if (attempt == 0) first_error_ = std::make_unique<Error>(error);
                if (attempt >= attempts_max() || !take_back_choice()) throw *first_error_;
            }
        }
    }
    /// Remembers an error of meaning, of which the first is thrown once the whole text has turned
    /// out to be without syntax errors, as these come first.
    void keep(Error error);
    /// What f gives; an error of meaning out of it is kept and `otherwise` taken.
    template <typename T, typename F>
    T deferring(T otherwise, F&& f) {
        try {
            return f();
        } catch (const Error& error) {
            if (error.id() == ErrorClass::ParseSyntaxError) throw;
            keep(error);
            return otherwise;
        }
    }
    /// Yes, unless the rest of the text didn't fit that.
    bool prefer();

    const Token& peek(std::size_t ahead = 0) const {
        const std::size_t i = at_ + ahead;
        return i < tokens_.size() ? tokens_[i] : tokens_.back();
    }
    std::string_view text_of(const Token& token) const { return token.text(source_->text); }
    bool at(TokenKind kind) const { return tokens_[at_].kind == kind; }
    bool at(Keyword keyword) const { return tokens_[at_].keyword == keyword; }
    template <typename... Rest>
    bool at(Keyword first, Rest... rest) const {
        std::size_t i = 0;
        return peek(i).keyword == first && ((peek(++i).keyword == rest) && ...);
    }
    template <typename... Keywords>
    bool at_any(Keywords... keywords) const {
        return (at(keywords) || ...);
    }
    void advance() { at_ += at_ + 1 < tokens_.size() ? 1 : 0; }
    template <typename... Keywords>
    bool accept(Keyword first, Keywords... rest) {
        if (!at(first, rest...)) return false;
        at_ += 1 + sizeof...(rest);
        return true;
    }
    bool accept(TokenKind kind) {
        if (!at(kind)) return false;
        advance();
        return true;
    }
    void expect(TokenKind kind, Missing missing = Missing::Unnamed);
    void expect(Keyword keyword, Missing missing = Missing::Unnamed);
    template <typename... Keywords>
    void expect(Keyword first, Keyword second, Keywords... rest) {
        expect(first);
        expect(second, rest...);
    }

    /// How far ahead the parenthesis closes that opens `ahead` tokens from here; the end if it
    /// doesn't.
    std::size_t closing_paren(std::size_t ahead) const;
    /// How many "?" stand before the current token.
    std::size_t parameter_position();

    /// The end of the text, after any ";".
    void expect_end();
    [[noreturn]] void fail(std::string hint = {}) const { fail_at(peek(), std::move(hint)); }
    [[noreturn]] void fail_at(const Token& token, std::string hint = {}) const;
    /// ": extra input 'x'" if only the current token is too much.
    std::string extra_input_hint() const;
    /// The same, whatever follows.
    std::string extra_word_hint() const;

    /// A place to measure an origin from, or to go back to.
    using Mark = std::size_t;
    Mark mark() const { return at_; }
    void rewind(Mark mark) { at_ = mark; }
    /// From the token at `from` to the last one taken.
    Origin origin_from(Mark from) const;
    Origin origin_of(const Token& token) const;
    /// The text from the token at `from` to the last one taken.
    std::string text_from(Mark from) const;
    /// Everything from the current token to the end of the text, comments included; takes it all.
    std::string rest_of_text();
    /// Only blanks: not even a comment.
    bool is_blank_text() const;

    /// Counts nesting while it lives; see depth_peak_.
    class Nested {
      public:
        explicit Nested(Cursor& cursor) : cursor_(cursor), outer_peak_(cursor.depth_peak_) {
            cursor_.depth_peak_ = 0;
            cursor_.enter();
        }
        ~Nested() {
            --cursor_.depth_;
            cursor_.depth_peak_ = std::max(outer_peak_, cursor_.depth_peak_ + 1);
        }
        Nested(const Nested&) = delete;
        Nested& operator=(const Nested&) = delete;

      private:
        Cursor& cursor_;
        std::uint32_t outer_peak_;
    };
    /// A chain (a + b + c, a.b.c, t JOIN u JOIN v) makes the tree one level deeper.
    void grow_chain();

    const ParserOptions& options() const { return options_; }
    const std::shared_ptr<const SourceText>& source() const { return source_; }

  private:
    void restart();
    bool take_back_choice();
    int attempts_max() const;
    void enter();
    [[noreturn]] void too_complex() const;

    std::shared_ptr<const SourceText> source_;
    const ParserOptions& options_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    mutable std::vector<std::uint32_t>
        closing_;  // of each token that is "("; made when first asked
    std::size_t counted_to_ = 0;
    std::size_t parameters_counted_ = 0;
    std::vector<bool> choices_;
    std::size_t choices_made_ = 0;
    std::unique_ptr<Error> first_error_;
    std::unique_ptr<Error> kept_;
    std::uint32_t depth_ = 0;
    std::uint32_t depth_peak_ =
        0;  // at least the depth of the trees made since the last Nested began
    const char* stack_base_ = nullptr;
};

}  // namespace firesteel::sql
