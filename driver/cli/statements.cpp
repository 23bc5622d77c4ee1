#include "cli/statements.h"

#include <algorithm>
#include <cctype>

namespace firesteel::cli {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

/// Goes through the text token by token, so far as semicolons depend on it.
class Splitter {
  public:
    explicit Splitter(std::string_view text) : text_(text) {}

    std::vector<std::string> run() {
        while (at_ < text_.size()) step();
        ends_open_ = seen_ > 0 || in_comment_;
        finish();
        return std::move(statements_);
    }

    bool ends_open() const { return ends_open_; }
    const std::vector<std::string>& opening() const { return opening_; }

  private:
    void step() {
        const std::string_view rest = text_.substr(at_);
        const char c = rest.front();
        if (rest.starts_with("--")) {
            at_ = std::min(text_.find('\n', at_), text_.size());
        } else if (rest.starts_with("/*")) {
            skip_comment();
        } else if (c == '\'' || c == '"' || c == '`') {
            skip_quoted(c, /*raw=*/c == '`');
        } else if (is_word(c)) {
            take_word();
        } else if (c == ';' && depth_ == 0) {
            finish();
            start_ = ++at_;
        } else {
            if (std::isspace(static_cast<unsigned char>(c)) == 0) see(std::string(1, c));
            ++at_;
        }
    }

    void skip_comment() {
        int depth = 0;
        do {
            const std::string_view rest = text_.substr(at_);
            const int change = rest.starts_with("/*") ? 1 : rest.starts_with("*/") ? -1 : 0;
            depth += change;
            at_ += change == 0 ? 1 : 2;
        } while (depth > 0 && at_ < text_.size());
        in_comment_ = depth > 0;
    }

    void skip_quoted(char quote, bool raw) {
        see(std::string(1, quote));
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] == '\\' && !raw) {
                ++at_;
            } else if (text_[at_] == quote) {
                break;
            }
        }
        at_ = std::min(at_ + 1, text_.size());
    }

    void take_word() {
        const std::size_t begin = at_;
        while (at_ < text_.size() && is_word(text_[at_])) ++at_;
        std::string word(text_.substr(begin, at_ - begin));
        std::transform(word.begin(), word.end(), word.begin(),
                       [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        const bool quote_follows = at_ < text_.size() && (text_[at_] == '\'' || text_[at_] == '"');
        if (word == "R" && quote_follows) return skip_quoted(text_[at_], /*raw=*/true);
        see(word);
    }

    /// A statement that begins with BEGIN, labelled or not, is a script: it ends with its END. IF,
    /// LOOP and their like end with two words, so only BEGIN and CASE count.
    void see(const std::string& token) {
        const bool labelled = seen_ == 2 && last_ == ":";
        if (token == "BEGIN" && (seen_ == 0 || labelled || depth_ > 0)) {
            ++depth_;
        } else if (token == "CASE" && depth_ > 0 && last_ != "END") {
            ++depth_;
        } else if (token == "END" && depth_ > 0) {
            --depth_;
        } else if (last_ == "END" && is_block(token) && in_script_) {
            ++depth_;  // the END of a block that was not counted
        }
        in_script_ = in_script_ || depth_ > 0;
        if (opening_.size() < 2) opening_.push_back(token);
        last_ = token;
        ++seen_;
    }

    static bool is_block(const std::string& token) {
        return token == "IF" || token == "LOOP" || token == "WHILE" || token == "REPEAT" ||
               token == "FOR";
    }

    void finish() {
        if (seen_ > 0) {
            std::string_view statement = text_.substr(start_, at_ - start_);
            const auto blank = [](unsigned char c) { return std::isspace(c) != 0; };
            while (blank(static_cast<unsigned char>(statement.front()))) statement.remove_prefix(1);
            while (blank(static_cast<unsigned char>(statement.back()))) statement.remove_suffix(1);
            statements_.emplace_back(statement);
        }
        seen_ = depth_ = 0;
        in_script_ = false;
        last_.clear();
    }

    const std::string_view text_;
    std::vector<std::string> statements_;
    std::vector<std::string> opening_;
    std::size_t start_ = 0;
    std::size_t at_ = 0;
    int seen_ = 0;   // tokens of this statement
    int depth_ = 0;  // BEGIN and CASE that are open
    bool in_script_ = false;
    bool in_comment_ = false;
    bool ends_open_ = false;
    std::string last_;
};

}  // namespace

std::vector<std::string> split_statements(std::string_view text) { return Splitter(text).run(); }

bool is_end(std::string_view text) {
    const auto statements = split_statements(text);
    return statements.size() == 1 && (lower(statements[0]) == "quit" || lower(statements[0]) == "exit");
}

std::string_view sourced_file(std::string_view statement) {
    const auto end = std::min(statement.find_first_of(" \t\n"), statement.size());
    const auto file = statement.find_first_not_of(" \t\n", end);
    const bool sources = lower(statement.substr(0, end)) == "source" && file != statement.npos;
    return sources ? statement.substr(file) : std::string_view();
}

std::string_view system_command(std::string_view statement) {
    return statement.starts_with('!') ? statement.substr(1) : std::string_view();
}

std::vector<std::string> opening_words(std::string_view statement) {
    Splitter splitter(statement);
    splitter.run();
    return splitter.opening();
}

bool ends_open(std::string_view text) {
    Splitter splitter(text);
    splitter.run();
    return splitter.ends_open();
}

}  // namespace firesteel::cli
