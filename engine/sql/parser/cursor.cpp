#include "sql/parser/cursor.h"

#include <algorithm>
#include <utility>

#include "common/limits.h"
#include "sql/syntax_error.h"

namespace firesteel::sql {
namespace {

constexpr int kAttemptsMax = 32;
/// Longer texts get fewer attempts: the work stays bounded.
constexpr std::size_t kAttemptTokensMax = 200'000;

const char* frame_address() { return static_cast<const char*>(__builtin_frame_address(0)); }

std::string_view spelling(TokenKind kind) {
    switch (kind) {
        case TokenKind::OpenParen: return "(";
        case TokenKind::CloseParen: return ")";
        case TokenKind::CloseBracket: return "]";
        case TokenKind::Equal: return "=";
        case TokenKind::Dot: return ".";
        case TokenKind::Comma: return ",";
        case TokenKind::Colon: return ":";
        default: return {};
    }
}

std::string missing_hint(std::string_view what, Missing missing) {
    if (missing == Missing::Unnamed || what.empty()) return {};
    return ": missing '" + std::string(what) + "'";
}

}  // namespace

Cursor::Cursor(std::string_view text, const ParserOptions& options) : options_(options) {
    auto source = std::make_shared<SourceText>();
    source->text = text;
    source->object_type = options.object_type;
    source->object_name = options.object_name;
    source_ = std::move(source);
    TokenList list = tokenize(source_->text);
    if (list.unclosed_comment) {
        throw framed_error(ErrorClass::UnclosedBracketedComment, {}, source_->text, 0);
    }
    tokens_ = std::move(list.tokens);
}

void Cursor::restart() {
    stack_base_ = frame_address();
    at_ = 0;
    choices_made_ = 0;
    depth_ = 0;
    depth_peak_ = 0;
}

void Cursor::keep(Error error) {
    if (!kept_) kept_ = std::make_unique<Error>(std::move(error));
}

bool Cursor::prefer() {
    if (choices_made_ == choices_.size()) choices_.push_back(true);
    return choices_[choices_made_++];
}

bool Cursor::take_back_choice() {
    choices_.resize(choices_made_);
    while (!choices_.empty() && !choices_.back()) choices_.pop_back();
    if (choices_.empty()) return false;
    choices_.back() = false;
    return true;
}

int Cursor::attempts_max() const {
    return static_cast<int>(
        std::clamp<std::size_t>(kAttemptTokensMax / tokens_.size(), 1, kAttemptsMax));
}

void Cursor::expect(TokenKind kind, Missing missing) {
    if (!accept(kind)) fail(missing_hint(spelling(kind), missing));
}

void Cursor::expect(Keyword keyword, Missing missing) {
    if (!accept(keyword)) fail(missing_hint(keyword_row(keyword).word, missing));
}

std::size_t Cursor::closing_paren(std::size_t ahead) const {
    if (closing_.empty()) {
        const auto last = static_cast<std::uint32_t>(tokens_.size() - 1);
        closing_.assign(tokens_.size(), last);
        std::vector<std::uint32_t> open;
        for (std::uint32_t i = 0; i < last; ++i) {
            if (tokens_[i].kind == TokenKind::OpenParen) {
                open.push_back(i);
            } else if (tokens_[i].kind == TokenKind::CloseParen && !open.empty()) {
                closing_[open.back()] = i;
                open.pop_back();
            }
        }
    }
    const std::size_t i = std::min(at_ + ahead, tokens_.size() - 1);
    return closing_[i] - at_;
}

std::size_t Cursor::parameter_position() {
    if (counted_to_ > at_) counted_to_ = parameters_counted_ = 0;
    for (; counted_to_ < at_; ++counted_to_) {
        parameters_counted_ += tokens_[counted_to_].kind == TokenKind::Question ? 1 : 0;
    }
    return parameters_counted_;
}

void Cursor::expect_end() {
    const bool ended = at(TokenKind::Semicolon);
    while (accept(TokenKind::Semicolon)) {
    }
    if (at(TokenKind::End)) return;
    fail(ended ? extra_word_hint() : extra_input_hint());
}

std::string Cursor::extra_input_hint() const {
    const TokenKind next = peek(1).kind;
    if (at(TokenKind::End) || (next != TokenKind::End && next != TokenKind::Semicolon)) return {};
    return extra_word_hint();
}

std::string Cursor::extra_word_hint() const {
    return ": extra input '" + std::string(text_of(peek())) + "'";
}

void Cursor::fail_at(const Token& token, std::string hint) const {
    std::string near = token.kind == TokenKind::End ? "end of input"
                                                    : "'" + std::string(text_of(token)) + "'";
    throw syntax_error(source_->text, token.begin, std::move(near), std::move(hint));
}

Origin Cursor::origin_from(Mark from) const {
    const Token& first = tokens_[from];
    const Token& last = tokens_[at_ > from ? at_ - 1 : from];
    return {source_, static_cast<std::int32_t>(first.begin),
            static_cast<std::int32_t>(last.end) - 1};
}

Origin Cursor::origin_of(const Token& token) const {
    return {source_, static_cast<std::int32_t>(token.begin),
            static_cast<std::int32_t>(token.end) - 1};
}

std::string Cursor::text_from(Mark from) const {
    if (at_ <= from) return {};
    const std::size_t begin = tokens_[from].begin;
    return source_->text.substr(begin, tokens_[at_ - 1].end - begin);
}

std::string Cursor::rest_of_text() {
    const std::size_t begin = tokens_[at_].begin;
    at_ = tokens_.size() - 1;
    return source_->text.substr(begin);
}

bool Cursor::is_blank_text() const {
    return std::all_of(source_->text.begin(), source_->text.end(),
                       [](char c) { return static_cast<unsigned char>(c) <= ' '; });
}

namespace {

/// A pair of parentheses is two steps of the grammar and no step of the plan.
constexpr std::uint32_t kGrammarDepthMax = 4 * limits::kPlanDepthMax;

}  // namespace

void Cursor::enter() {
    const char* here = frame_address();
    const auto used = stack_base_ > here ? stack_base_ - here : here - stack_base_;
    if (++depth_ > kGrammarDepthMax ||
        static_cast<std::size_t>(used) > options_.stack_bytes_max) {
        too_complex();
    }
}

void Cursor::grow_chain() {
    if (++depth_peak_ > limits::kPlanDepthMax) too_complex();
}

void Cursor::too_complex() const { throw Error(ErrorClass::FailedToParseTooComplex); }

}  // namespace firesteel::sql
