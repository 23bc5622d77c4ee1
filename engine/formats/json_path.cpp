#include "formats/json_path.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>

#include "types/json_reader.h"
#include "types/json_tree.h"
#include "types/number_text.h"
#include "types/value_parse.h"

namespace firesteel::json {
namespace {

using Kind = Path::Step::Kind;

/// What Spark's shared reader accepts.
constexpr Dialect kDialect{.single_quotes = true, .control_characters = true};

/// Reads a path left to right. Blanks are skipped where the parser of Spark's paths skips them.
class PathParser {
  public:
    explicit PathParser(std::string_view text) : rest_(text) {}

    bool parse(std::vector<Path::Step>& out) {
        if (!take('$')) return false;
        while (!rest_.empty()) {
            if (subscript(out) || member(out)) continue;
            skip_blanks();
            return rest_.empty();
        }
        return true;
    }

  private:
    bool take(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool take(std::string_view word) {
        const std::string_view before = rest_;
        skip_blanks();
        if (rest_.starts_with(word)) {
            rest_.remove_prefix(word.size());
            return true;
        }
        rest_ = before;
        return false;
    }
    void skip_blanks() {
        const std::size_t end = rest_.find_first_not_of(" \t\n\r\f\v");
        rest_.remove_prefix(std::min(end, rest_.size()));
    }

    bool member(std::vector<Path::Step>& out) {
        const std::string_view before = rest_;
        if (take(".*") || take("['*']")) {
            out.push_back({Kind::Wildcard, {}, 0});
            return true;
        }
        if (take('.')) {
            skip_blanks();
            if (name_until(".[", out)) return true;
        } else if (take("['") && name_until("'", out) && take("']")) {
            return true;
        }
        rest_ = before;
        return false;
    }

    bool name_until(std::string_view ends, std::vector<Path::Step>& out) {
        const std::size_t end = std::min(rest_.find_first_of(ends), rest_.size());
        if (end == 0) return false;
        out.push_back({Kind::Name, std::string(rest_.substr(0, end)), 0});
        rest_.remove_prefix(end);
        return true;
    }

    bool subscript(std::vector<Path::Step>& out) {
        const std::string_view before = rest_;
        if (!take('[')) return false;
        Path::Step step{Kind::EveryItem, {}, 0};
        if (!take('*')) {
            skip_blanks();
            step.kind = Kind::Index;
            const char* end = rest_.data() + rest_.size();
            const bool digit = !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
            const auto [at, error] = std::from_chars(rest_.data(), end, step.index);
            if (!digit || error != std::errc()) {
                rest_ = before;
                return false;
            }
            rest_.remove_prefix(static_cast<std::size_t>(at - rest_.data()));
        }
        if (!take(']')) {
            rest_ = before;
            return false;
        }
        out.push_back(std::move(step));
        return true;
    }

    std::string_view rest_;
};

enum class Style : std::uint8_t { Raw, Quoted, Flatten };

/// Writes JSON with its commas.
class Generator {
  public:
    explicit Generator(std::string& out) : out_(out) {}
    void begin_array() {
        separate();
        out_ += '[';
        first_ = true;
    }
    void end_array() {
        out_ += ']';
        first_ = false;
    }
    void separate() {
        if (!first_) out_ += ',';
        first_ = false;
    }
    std::string& out() { return out_; }

  private:
    std::string& out_;
    bool first_ = true;
};

using Steps = std::span<const Path::Step>;

/// One evaluation; `broken` once the text turned out malformed.
class Evaluation {
  public:
    explicit Evaluation(std::string_view text) : reader_(text, kDialect) {}

    bool run(std::string& out, Steps path) {
        Generator generator(out);
        const Token first = reader_.next();
        if (first == Token::End || first == Token::Error) return false;
        return value(generator, Style::Raw, path) && !broken_;
    }

  private:
    bool value(Generator& to, Style style, Steps path) {
        const Token token = reader_.token();
        if (path.empty()) return whole(to, style);
        const Path::Step& step = path.front();
        if (token == Token::ObjectBegin && step.kind == Kind::Name) return members(to, style, path);
        if (token == Token::ArrayBegin && step.kind == Kind::EveryItem) return items(to, style, path);
        if (token == Token::ArrayBegin && step.kind == Kind::Index) return item(to, style, path);
        skip();
        return false;
    }

    bool whole(Generator& to, Style style) {
        if (reader_.token() == Token::String && style == Style::Raw) {
            to.separate();
            to.out() += reader_.text();
            return true;
        }
        if (reader_.token() == Token::ArrayBegin && style == Style::Flatten) {
            bool found = false;
            while (next_item()) found = value(to, style, {}) || found;
            return found;
        }
        to.separate();
        if (!append_copy(to.out(), reader_)) broken_ = true;
        return true;
    }

    bool members(Generator& to, Style style, Steps path) {
        bool found = false;
        while (!broken_) {
            const Token token = reader_.next();
            if (token == Token::ObjectEnd) break;
            if (token != Token::Name) {
                broken_ = true;
                break;
            }
            const bool wanted = !found && reader_.text() == path.front().name;
            const Token child = reader_.next();
            if (child == Token::Error || child == Token::End) {
                broken_ = true;
            } else if (!wanted) {
                skip();
            } else if (child != Token::Null) {
                found = value(to, style, path.subspan(1));
            }
        }
        return found;
    }

    bool items(Generator& to, Style style, Steps path) {
        const Steps rest = path.subspan(1);
        bool found = false;
        if (!rest.empty() && rest.front().kind == Kind::EveryItem) {
            to.begin_array();
            while (next_item()) found = value(to, Style::Flatten, rest.subspan(1)) || found;
            to.end_array();
            return found;
        }
        if (style == Style::Quoted) {
            to.begin_array();
            while (next_item()) found = value(to, Style::Quoted, rest) || found;
            to.end_array();
            return found;
        }
        // One match stands alone, several are an array.
        std::string matches;
        Generator inner(matches);
        int count = 0;
        const Style inner_style = style == Style::Raw ? Style::Quoted : style;
        while (next_item()) count += value(inner, inner_style, rest) ? 1 : 0;
        if (count == 0) return false;
        to.separate();
        to.out() += count > 1 ? "[" + matches + "]" : matches;
        return true;
    }

    bool item(Generator& to, Style style, Steps path) {
        const Steps rest = path.subspan(1);
        const bool many = !rest.empty() && rest.front().kind == Kind::EveryItem;
        bool found = false;
        for (std::int64_t i = 0; next_item(); ++i) {
            if (i == path.front().index) {
                found = value(to, many ? Style::Quoted : style, rest);
            } else {
                skip();
            }
        }
        return found;
    }

    bool next_item() {
        if (broken_) return false;
        const Token token = reader_.next();
        if (token == Token::Error || token == Token::End) broken_ = true;
        return !broken_ && token != Token::ArrayEnd;
    }

    void skip() {
        if (!reader_.skip_children()) broken_ = true;
    }

    TokenReader reader_;
    bool broken_ = false;
};

void append_number(std::string& out, const TokenReader& reader) {
    if (reader.token() == Token::Integer) {
        out += reader.text() == "-0" ? "0" : reader.text();
        return;
    }
    double value = 0;
    parse_double(reader.text(), value);
    if (!std::isfinite(value)) out += '"';
    append_double(out, value);
    if (!std::isfinite(value)) out += '"';
}

}  // namespace

std::optional<Path> Path::parse(std::string_view text) {
    Path path;
    if (!PathParser(text).parse(path.steps_)) return std::nullopt;
    return path;
}

bool append_copy(std::string& out, TokenReader& reader) {
    const std::size_t outside = reader.depth() - (is_scalar(reader.token()) ? 0 : 1);
    bool first = true;
    while (true) {
        const Token token = reader.token();
        const bool ends = token == Token::ObjectEnd || token == Token::ArrayEnd;
        if (!first && !ends) out += ',';
        first = false;
        switch (token) {
            case Token::ObjectBegin: out += '{'; first = true; break;
            case Token::ArrayBegin: out += '['; first = true; break;
            case Token::ObjectEnd: out += '}'; break;
            case Token::ArrayEnd: out += ']'; break;
            case Token::Name:
                append_quoted(out, reader.text());
                out += ':';
                first = true;
                break;
            case Token::String: append_quoted(out, reader.text()); break;
            case Token::Integer:
            case Token::Fraction: append_number(out, reader); break;
            case Token::True: out += "true"; break;
            case Token::False: out += "false"; break;
            case Token::Null: out += "null"; break;
            case Token::Error:
            case Token::End: return false;
        }
        if (reader.depth() == outside) return true;
        reader.next();
    }
}

bool append_selected(std::string& out, std::string_view text, const Path& path) {
    return Evaluation(text).run(out, path.steps());
}

std::vector<std::optional<std::string>> members_by_name(
    std::string_view text, const std::vector<std::optional<std::string_view>>& names) {
    using Row = std::vector<std::optional<std::string>>;
    Row row(names.size());
    TokenReader reader(text, kDialect);
    if (reader.next() != Token::ObjectBegin) return row;
    while (reader.next() == Token::Name) {
        const auto wanted = std::find(names.begin(), names.end(), std::optional(reader.text()));
        const std::string name(wanted == names.end() ? std::string_view() : reader.text());
        const Token token = reader.next();
        if (wanted == names.end() || token == Token::Null) {
            if (!reader.skip_children()) return Row(names.size());
            continue;
        }
        std::string value;
        if (token == Token::String) {
            value = reader.text();
        } else if (!append_copy(value, reader)) {
            return Row(names.size());
        }
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (names[i] == name) row[i] = value;
        }
    }
    return reader.token() == Token::ObjectEnd ? row : Row(names.size());
}

std::optional<std::int32_t> array_length(std::string_view text) {
    TokenReader reader(text, kDialect);
    if (reader.next() != Token::ArrayBegin) return std::nullopt;
    std::int32_t length = 0;
    while (reader.next() != Token::ArrayEnd) {
        if (!reader.skip_children() || reader.token() == Token::End) return std::nullopt;
        ++length;
    }
    return length;
}

std::optional<std::vector<std::string>> object_keys(std::string_view text) {
    TokenReader reader(text, kDialect);
    if (reader.next() != Token::ObjectBegin) return std::nullopt;
    std::vector<std::string> keys;
    while (reader.next() == Token::Name) {
        keys.emplace_back(reader.text());
        reader.next();
        if (!reader.skip_children()) return std::nullopt;
    }
    if (reader.token() != Token::ObjectEnd) return std::nullopt;
    return keys;
}

}  // namespace firesteel::json
