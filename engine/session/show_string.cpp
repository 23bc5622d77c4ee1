#include "session/show_string.h"

#include <algorithm>
#include <array>
#include <utility>

#include "types/value_text.h"

namespace firesteel {
namespace {

constexpr std::size_t kColumnWidthMin = 3;
using Cells = std::vector<std::string>;

/// One character of UTF-8 text, as far as layout cares.
struct Character {
    std::size_t bytes;
    char32_t code;
    std::size_t utf16_units() const { return code > 0xFFFF ? 2 : 1; }
};

Character character_at(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (bytes == 1 || at + bytes > text.size()) return {1, lead};
    char32_t code = lead & (0x7FU >> bytes);
    for (std::size_t i = 1; i < bytes; ++i) {
        code = (code << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    }
    return {bytes, code};
}

bool is_full_width(char32_t c) {
    constexpr std::array<std::pair<char32_t, char32_t>, 8> kRanges = {
        {{0x1100, 0x115F}, {0x2E80, 0xA4CF}, {0xAC00, 0xD7A3}, {0xF900, 0xFAFF}, {0xFE10, 0xFE19},
         {0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}}};
    return std::any_of(kRanges.begin(), kRanges.end(),
                       [&](const auto& range) { return c >= range.first && c <= range.second; });
}

std::size_t utf16_length(std::string_view text) {
    std::size_t units = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Character c = character_at(text, at);
        units += c.utf16_units();
        at += c.bytes;
    }
    return units;
}

/// Columns of a terminal: UTF-16 units, and one more for each full-width character.
std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Character c = character_at(text, at);
        width += c.utf16_units() + (is_full_width(c.code) ? 1 : 0);
        at += c.bytes;
    }
    return width;
}

/// The first UTF-16 units; half of a pair becomes "?", as Java's encoder has it.
std::string utf16_prefix(std::string_view text, std::size_t units) {
    std::string out;
    for (std::size_t at = 0; at < text.size() && units > 0;) {
        const Character c = character_at(text, at);
        if (c.utf16_units() > units) {
            out.push_back('?');
            break;
        }
        out.append(text, at, c.bytes);
        units -= c.utf16_units();
        at += c.bytes;
    }
    return out;
}

std::string escaped(std::string_view text) {
    constexpr std::string_view kControls = "\n\r\t\f\b\v\a";
    constexpr std::string_view kLetters = "nrtfbva";
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        const auto control = kControls.find(c);
        if (control == kControls.npos) {
            out.push_back(c);
        } else {
            out.push_back('\\');
            out.push_back(kLetters[control]);
        }
    }
    return out;
}

std::string truncated(std::string text, std::int32_t truncate) {
    const auto max = static_cast<std::size_t>(std::max(truncate, 0));
    if (max == 0 || utf16_length(text) <= max) return text;
    if (max < 4) return utf16_prefix(text, max);
    return utf16_prefix(text, max - 3) + "...";
}

std::string padded_right(std::string text, std::size_t width, char fill = ' ') {
    const std::size_t used = display_width(text);
    return text.append(used < width ? width - used : 0, fill);
}

std::string padded_left(const std::string& text, std::size_t width) {
    const std::size_t used = display_width(text);
    return std::string(used < width ? width - used : 0, ' ') + text;
}

/// Header and rows as texts; at most options.rows rows.
struct Texts {
    Cells header;
    std::vector<Cells> rows;
    bool has_more = false;
};

Texts texts_of(const RowSet& data, const ShowOptions& options) {
    Texts out;
    const auto zone = TimeZone::named(options.time_zone);
    const auto rows_max = static_cast<std::size_t>(std::max(options.rows, 0));
    out.has_more = data.rows.size() > rows_max;
    for (const StructField& field : data.schema) out.header.push_back(escaped(field.name));
    for (std::size_t r = 0; r < std::min(rows_max, data.rows.size()); ++r) {
        Cells cells;
        for (std::size_t c = 0; c < data.schema.size(); ++c) {
            std::string text = cell_text(data.schema[c].type, data.rows[r][c], *zone);
            cells.push_back(truncated(escaped(text), options.truncate));
        }
        out.rows.push_back(std::move(cells));
    }
    return out;
}

std::string footer(const Texts& texts, const ShowOptions& options) {
    if (!texts.has_more) return {};
    return "only showing top " + std::to_string(std::max(options.rows, 0)) +
           (options.rows == 1 ? " row" : " rows");
}

void append_line(std::string& out, const Cells& cells, char edge) {
    out.push_back(edge);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) out.push_back(edge);
        out.append(cells[i]);
    }
    out.append({edge, '\n'});
}

std::string horizontal(const Texts& texts, const ShowOptions& options) {
    std::vector<std::size_t> widths(texts.header.size(), kColumnWidthMin);
    const auto widen = [&](const Cells& cells) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            widths[i] = std::max(widths[i], display_width(cells[i]));
        }
    };
    widen(texts.header);
    for (const Cells& row : texts.rows) widen(row);
    const auto line = [&](std::string& out, const Cells& cells) {
        Cells padded;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            padded.push_back(options.truncate > 0 ? padded_left(cells[i], widths[i])
                                                  : padded_right(cells[i], widths[i]));
        }
        append_line(out, padded, '|');
    };
    Cells dashes;
    for (const std::size_t width : widths) dashes.emplace_back(width, '-');

    std::string out;
    append_line(out, dashes, '+');
    line(out, texts.header);
    append_line(out, dashes, '+');
    for (const Cells& row : texts.rows) line(out, row);
    append_line(out, dashes, '+');
    return out + footer(texts, options);
}

std::string vertical(const Texts& texts, const ShowOptions& options) {
    if (texts.rows.empty()) return "(0 rows)";
    std::size_t name_width = kColumnWidthMin;
    std::size_t data_width = kColumnWidthMin;
    for (const std::string& name : texts.header) name_width = std::max(name_width, display_width(name));
    for (const Cells& row : texts.rows) {
        for (const std::string& cell : row) data_width = std::max(data_width, display_width(cell));
    }
    std::string out;
    for (std::size_t r = 0; r < texts.rows.size(); ++r) {
        out += padded_right("-RECORD " + std::to_string(r), name_width + data_width + 5, '-') + "\n";
        for (std::size_t c = 0; c < texts.header.size(); ++c) {
            if (c > 0) out += "\n";
            out += " " + padded_right(texts.header[c], name_width) + " | " +
                   padded_right(texts.rows[r][c], data_width) + " ";
        }
        out += "\n";
    }
    return out + footer(texts, options);
}

std::string html_escaped(std::string_view text) {
    // What U+00A0 to U+00FF are called in HTML 4, in order.
    constexpr std::string_view kLatin =
        "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn "
        "sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave "
        "Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml "
        "ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN "
        "szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave "
        "iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc "
        "uuml yacute thorn yuml ";
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const Character c = character_at(text, at);
        if (c.code == '&') {
            out += "&amp;";
        } else if (c.code == '<') {
            out += "&lt;";
        } else if (c.code == '>') {
            out += "&gt;";
        } else if (c.code == '"') {
            out += "&quot;";
        } else if (c.code >= 0xA0 && c.code <= 0xFF && c.bytes == 2) {
            std::size_t begin = 0;
            for (char32_t skip = 0xA0; skip < c.code; ++skip) begin = kLatin.find(' ', begin) + 1;
            out.append("&").append(kLatin.substr(begin, kLatin.find(' ', begin) - begin)).append(";");
        } else {
            out.append(text, at, c.bytes);
        }
        at += c.bytes;
    }
    return out;
}

void append_html_row(std::string& out, const Cells& cells, const std::string& tag) {
    out += "<tr><" + tag + ">";
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) out += "</" + tag + "><" + tag + ">";
        out += html_escaped(cells[i]);
    }
    out += "</" + tag + "></tr>\n";
}

}  // namespace

std::string cell_text(const DataType& type, const Value& value, const TimeZone& zone) {
    TextStyle style;
    style.use = TextStyle::Use::Show;
    style.zone = &zone;
    return value_text(type, value, style);
}

std::string show_string(const RowSet& data, const ShowOptions& options) {
    const Texts texts = texts_of(data, options);
    return options.vertical ? vertical(texts, options) : horizontal(texts, options);
}

std::string html_string(const RowSet& data, const ShowOptions& options) {
    const Texts texts = texts_of(data, options);
    std::string out = "<table border='1'>\n";
    append_html_row(out, texts.header, "th");
    for (const Cells& row : texts.rows) append_html_row(out, row, "td");
    out += "</table>\n";
    if (texts.has_more) out += footer(texts, options) + "\n";
    return out;
}

}  // namespace firesteel
