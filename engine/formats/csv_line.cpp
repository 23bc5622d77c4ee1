#include "formats/csv_line.h"

#include <algorithm>
#include <cstring>

#include "common/error.h"

namespace firesteel {
namespace {

Error illegal(std::string message) {
    return Error(ErrorClass::IllegalArgument, {{"message", std::move(message)}});
}

/// "\t" as two characters is a tab, and so on.
std::string delimiter_of(std::string_view text) {
    if (text.empty()) throw illegal("The delimiter of CSV can't be empty.");
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            out += text[i];
            continue;
        }
        constexpr std::string_view kLetters = "trbfn\"'\\";
        constexpr std::string_view kMeanings = "\t\r\b\f\n\"'\\";
        const std::size_t index = i + 1 < text.size() ? kLetters.find(text[i + 1]) : std::string_view::npos;
        if (index == std::string_view::npos) throw illegal("The delimiter of CSV has an unknown escape.");
        out += kMeanings[index];
        ++i;
    }
    return out;
}

char character(const Options& options, std::string_view name, char fallback) {
    const auto text = options.find(name);
    if (!text) return fallback;
    if (text->size() > 1) throw Error(ErrorClass::LegacyErrorTemp2145, {{"paramName", std::string(name)}});
    return text->empty() ? '\0' : text->front();
}

CsvDialect dialect(const Options& options, bool is_reader) {
    const auto separator = options.find("sep");
    CsvDialect out;
    out.delimiter = delimiter_of(separator ? *separator : options.text("delimiter", ","));
    out.quote = character(options, "quote", '"');
    out.escape = character(options, "escape", '\\');
    out.comment = character(options, "comment", is_reader ? '\0' : '#');
    out.trim_left = options.csv_flag("ignoreLeadingWhiteSpace", !is_reader);
    out.trim_right = options.csv_flag("ignoreTrailingWhiteSpace", !is_reader);
    out.null_text = options.text("nullValue", "");
    out.empty_text = options.text("emptyValue", is_reader ? "" : "\"\"");
    out.columns_max = options.csv_number("maxColumns", 20480);
    out.characters_max = options.csv_number("maxCharsPerColumn", -1);
    const std::string handling = options.text("unescapedQuoteHandling", "STOP_AT_DELIMITER");
    out.to_closing_quote = handling == "STOP_AT_CLOSING_QUOTE";
    if (!out.to_closing_quote && handling != "STOP_AT_DELIMITER") {
        throw unsupported("unescapedQuoteHandling " + handling);
    }
    if (options.find("charToEscapeQuoteEscaping")) throw unsupported("charToEscapeQuoteEscaping");
    return out;
}

bool is_blank(char c) { return static_cast<unsigned char>(c) <= ' '; }

class Splitter {
  public:
    Splitter(std::string_view text, const CsvDialect& dialect) : text_(text), dialect_(dialect) {}

    void split(CsvFields& out) {
        while (true) {
            out.push_back(field());
            check(out);
            if (at_ >= text_.size()) return;
            at_ += dialect_.delimiter.size();
        }
    }

  private:
    void check(const CsvFields& out) const {
        const bool too_many = static_cast<std::int64_t>(out.size()) > dialect_.columns_max;
        const bool too_long = dialect_.characters_max >= 0 &&
                              static_cast<std::int64_t>(out.back()->size()) > dialect_.characters_max;
        if (!too_many && !too_long) return;
        throw Error(ErrorClass::MalformedCsvRecord, {{"badRecord", std::string(text_)}});
    }

    bool at_delimiter(std::size_t at) const { return text_.substr(at).starts_with(dialect_.delimiter); }

    std::size_t delimiter_from(std::size_t at) const {
        return std::min(text_.find(dialect_.delimiter, at), text_.size());
    }

    std::string field() {
        while (dialect_.trim_left && at_ < text_.size() && is_blank(text_[at_]) && !at_delimiter(at_)) ++at_;
        if (dialect_.quote != '\0' && at_ < text_.size() && text_[at_] == dialect_.quote) return quoted();
        const std::size_t end = delimiter_from(at_);
        std::string_view value = text_.substr(at_, end - at_);
        at_ = end;
        while (dialect_.trim_right && !value.empty() && is_blank(value.back())) value.remove_suffix(1);
        return std::string(value.empty() ? std::string_view(dialect_.null_text) : value);
    }

    std::string quoted() {
        const std::size_t begin = at_++;
        std::string value;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
            if (c == dialect_.escape && (next == dialect_.quote || (next == c && c != dialect_.quote))) {
                value += next;
                at_ += 2;
            } else if (c != dialect_.quote) {
                value += c;
                ++at_;
            } else if (closes(at_ + 1)) {
                return value.empty() ? dialect_.empty_text : value;
            } else if (dialect_.to_closing_quote) {
                value += c;
                ++at_;
            } else {
                at_ = delimiter_from(at_);
                return std::string(text_.substr(begin, at_ - begin));
            }
        }
        return value;
    }

    /// Blanks and a delimiter or the end follow: goes there.
    bool closes(std::size_t at) {
        while (at < text_.size() && is_blank(text_[at]) && !at_delimiter(at)) ++at;
        if (at < text_.size() && !at_delimiter(at)) return false;
        at_ = at;
        return true;
    }

    std::string_view text_;
    const CsvDialect& dialect_;
    std::size_t at_ = 0;
};

}  // namespace

CsvDialect CsvDialect::of_reader(const Options& options) { return dialect(options, true); }
CsvDialect CsvDialect::of_writer(const Options& options) { return dialect(options, false); }

bool split_csv(std::string_view text, const CsvDialect& dialect, CsvFields& out) {
    if (text.empty() || (dialect.comment != '\0' && text.front() == dialect.comment)) return false;
    Splitter(text, dialect).split(out);
    return true;
}

bool CsvViews::takes(const CsvDialect& dialect) {
    return dialect.delimiter.size() == 1 && dialect.comment == '\0' && !dialect.trim_left && !dialect.trim_right &&
           dialect.characters_max < 0 && dialect.columns_max > 0 && dialect.quote != dialect.delimiter.front();
}

bool CsvViews::split(std::string_view record, std::vector<CsvView>& out) const {
    const char* at = record.data();
    const char* const end = at + record.size();
    const auto find = [&](const char* from, const char* to, char c) {
        return static_cast<const char*>(std::memchr(from, c, static_cast<std::size_t>(to - from)));
    };
    const auto view = [](const char* from, const char* to) { return std::string_view(from, static_cast<std::size_t>(to - from)); };
    while (true) {
        if (at < end && *at == quote_ && quote_ != '\0') {
            const char* close = find(at + 1, end, quote_);
            if (close == nullptr || find(at + 1, close, escape_) != nullptr) return false;
            if (close + 1 < end && close[1] != delimiter_) return false;
            out.push_back({view(at + 1, close), true});
            at = close + 1;
        } else {
            const char* stop = find(at, end, delimiter_);
            if (stop == nullptr) stop = end;
            out.push_back({view(at, stop), false});
            at = stop;
        }
        if (at >= end) return out.size() <= fields_max_;
        ++at;
    }
}

}  // namespace firesteel
