#include "exec/show.h"

#include <algorithm>
#include <memory>

#include "types/value_text.h"

namespace firesteel::exec {
namespace {

using Grid = std::vector<std::vector<std::string>>;

constexpr std::size_t kWidthMin = 3;

/// One character of UTF-8 at `at`; moves behind it.
char32_t next_character(std::string_view text, std::size_t& at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const std::size_t length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    char32_t c = length == 1 ? byte : byte & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length && at + i < text.size(); ++i) {
        c = (c << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    }
    at = std::min(at + length, text.size());
    return c;
}

std::size_t utf16_units(char32_t c) { return c > 0xFFFF ? 2 : 1; }

/// East Asian characters that terminals draw two columns wide.
bool is_full_width(char32_t c) {
    return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
           (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0xFE10 && c <= 0xFE19) || (c >= 0xFE30 && c <= 0xFE6F) ||
           (c >= 0xFF00 && c <= 0xFF60) || (c >= 0xFFE0 && c <= 0xFFE6);
}

std::size_t length_of(std::string_view text) {
    std::size_t length = 0;
    for (std::size_t at = 0; at < text.size();) length += utf16_units(next_character(text, at));
    return length;
}

std::size_t width_of(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = next_character(text, at);
        width += utf16_units(c) + (is_full_width(c) ? 1 : 0);
    }
    return width;
}

std::string_view first_units(std::string_view text, std::size_t units) {
    std::size_t at = 0;
    for (std::size_t taken = 0; at < text.size();) {
        std::size_t next = at;
        taken += utf16_units(next_character(text, next));
        if (taken > units) break;
        at = next;
    }
    return text.substr(0, at);
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            case '\f': out += "\\f"; break;
            case '\b': out += "\\b"; break;
            case '\v': out += "\\v"; break;
            case '\a': out += "\\a"; break;
            default: out += c; break;
        }
    }
    return out;
}

std::string cut(std::string text, int truncate) {
    const auto limit = static_cast<std::size_t>(std::max(truncate, 0));
    if (limit == 0 || length_of(text) <= limit) return text;
    if (limit < 4) return std::string(first_units(text, limit));
    return std::string(first_units(text, limit - 3)) + "...";
}

/// Headers, then the cells of the rows that are shown.
Grid grid_of(const Schema& schema, const std::vector<ValueList>& rows, const ShowOptions& options) {
    const std::shared_ptr<const TimeZone> zone = TimeZone::named(options.time_zone);
    const TextStyle style{TextStyle::Use::Show, Ansi::On, zone.get()};
    Grid grid(1);
    for (const StructField& field : schema) grid[0].push_back(escaped(field.name));
    const std::size_t shown = std::min(rows.size(), options.rows_max);
    for (std::size_t r = 0; r < shown; ++r) {
        std::vector<std::string>& cells = grid.emplace_back();
        for (std::size_t c = 0; c < schema.size(); ++c) {
            cells.push_back(cut(escaped(value_text(schema[c].type, rows[r][c], style)),
                                options.truncate));
        }
    }
    return grid;
}

void pad(std::string& out, std::string_view text, std::size_t width, bool right) {
    const std::size_t used = width_of(text);
    const std::size_t blanks = width > used ? width - used : 0;
    if (right) out.append(blanks, ' ');
    out += text;
    if (!right) out.append(blanks, ' ');
}

void add_footer(std::string& out, const std::vector<ValueList>& rows, const ShowOptions& options) {
    if (rows.size() <= options.rows_max) return;
    out += "only showing top " + std::to_string(options.rows_max);
    out += options.rows_max == 1 ? " row" : " rows";
    if (options.newline_after_more) out += '\n';
}

std::string html_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default: out += c; break;
        }
    }
    return out;
}

}  // namespace

std::string show_table(const Schema& schema, const std::vector<ValueList>& rows,
                       const ShowOptions& options) {
    const Grid grid = grid_of(schema, rows, options);
    std::vector<std::size_t> widths(schema.size(), kWidthMin);
    for (const auto& cells : grid) {
        for (std::size_t c = 0; c < cells.size(); ++c) {
            widths[c] = std::max(widths[c], width_of(cells[c]));
        }
    }
    std::string rule = "+";
    for (const std::size_t width : widths) rule.append(width, '-').append("+");
    if (widths.empty()) rule += '+';
    rule += '\n';
    std::string out = rule;
    for (std::size_t r = 0; r < grid.size(); ++r) {
        out += '|';
        for (std::size_t c = 0; c < widths.size(); ++c) {
            pad(out, grid[r][c], widths[c], options.truncate > 0);
            out += '|';
        }
        if (widths.empty()) out += '|';
        out += '\n';
        if (r == 0) out += rule;
    }
    out += rule;
    add_footer(out, rows, options);
    return out;
}

std::string show_vertical(const Schema& schema, const std::vector<ValueList>& rows,
                          const ShowOptions& options) {
    const Grid grid = grid_of(schema, rows, options);
    std::size_t names = kWidthMin;
    std::size_t cells = kWidthMin;
    for (const std::string& name : grid[0]) names = std::max(names, width_of(name));
    for (std::size_t r = 1; r < grid.size(); ++r) {
        for (const std::string& cell : grid[r]) cells = std::max(cells, width_of(cell));
    }
    std::string out;
    for (std::size_t r = 1; r < grid.size(); ++r) {
        std::string head = "-RECORD " + std::to_string(r - 1);
        const std::size_t total = names + cells + 5;
        if (head.size() < total) head.append(total - head.size(), '-');
        out += head + '\n';
        for (std::size_t c = 0; c < schema.size(); ++c) {
            out += ' ';
            pad(out, grid[0][c], names, /*right=*/false);
            out += "| ";
            pad(out, grid[r][c], cells, /*right=*/false);
            out += " \n";
        }
    }
    if (grid.size() == 1) out = "(0 rows)\n";
    add_footer(out, rows, options);
    return out;
}

std::string show_html(const Schema& schema, const std::vector<ValueList>& rows,
                      const ShowOptions& options) {
    const Grid grid = grid_of(schema, rows, options);
    std::string out = "<table border='1'>\n";
    for (std::size_t r = 0; r < grid.size(); ++r) {
        const std::string_view tag = r == 0 ? "th" : "td";
        out += "<tr>";
        for (const std::string& cell : grid[r]) {
            out.append("<").append(tag).append(">").append(html_escaped(cell));
            out.append("</").append(tag).append(">");
        }
        out += "</tr>\n";
    }
    out += "</table>\n";
    if (rows.size() > options.rows_max) {
        out += "only showing top " + std::to_string(options.rows_max);
        out += options.rows_max == 1 ? " row\n" : " rows\n";
    }
    return out;
}

}  // namespace firesteel::exec
