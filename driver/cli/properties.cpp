#include "cli/properties.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace firesteel::cli {
namespace {

constexpr std::string_view kBlank = " \t\f";
constexpr std::string_view kSeparators = " \t\f=:";

std::string_view without_leading_blanks(std::string_view text) {
    const auto begin = text.find_first_not_of(kBlank);
    return begin == text.npos ? std::string_view() : text.substr(begin);
}

bool ends_escaped(std::string_view line) {
    std::size_t backslashes = 0;
    while (backslashes < line.size() && line[line.size() - 1 - backslashes] == '\\') ++backslashes;
    return backslashes % 2 == 1;
}

/// Natural lines joined where one ends in a backslash; comments and empty lines left out.
std::vector<std::string> logical_lines(std::string_view text) {
    std::vector<std::string> lines;
    bool goes_on = false;
    while (!text.empty()) {
        const auto end = text.find_first_of("\r\n");
        std::string_view line = without_leading_blanks(text.substr(0, end));
        text = end == text.npos ? std::string_view() : text.substr(end + 1);
        const bool comment = line.empty() || line.front() == '#' || line.front() == '!';
        if (!goes_on && comment) continue;
        if (!goes_on) lines.emplace_back();
        goes_on = ends_escaped(line);
        if (goes_on) line.remove_suffix(1);
        lines.back() += line;
    }
    return lines;
}

void append_utf8(std::uint32_t code, std::string& out) {
    if (code < 0x80) {
        out.push_back(static_cast<char>(code));
    } else if (code < 0x800) {
        out.push_back(static_cast<char>(0xC0U | (code >> 6U)));
        out.push_back(static_cast<char>(0x80U | (code & 0x3FU)));
    } else {
        out.push_back(static_cast<char>(0xE0U | (code >> 12U)));
        out.push_back(static_cast<char>(0x80U | ((code >> 6U) & 0x3FU)));
        out.push_back(static_cast<char>(0x80U | (code & 0x3FU)));
    }
}

std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            if (text[i] != '\\') out.push_back(text[i]);
            continue;
        }
        const char escape = text[++i];
        if (escape == 'u') {
            const std::string digits(text.substr(i + 1, 4));
            if (digits.size() < 4 ||
                digits.find_first_not_of("0123456789abcdefABCDEF") != digits.npos) {
                throw std::runtime_error("a \\u escape has no four digits");
            }
            append_utf8(static_cast<std::uint32_t>(std::stoul(digits, nullptr, 16)), out);
            i += 4;
        } else {
            constexpr std::string_view kNames = "tnrf";
            constexpr std::string_view kCharacters = "\t\n\r\f";
            const auto at = kNames.find(escape);
            out.push_back(at == kNames.npos ? escape : kCharacters[at]);
        }
    }
    return out;
}

std::pair<std::string, std::string> key_and_value(std::string_view line) {
    std::size_t end = 0;
    while (end < line.size() && kSeparators.find(line[end]) == kSeparators.npos) {
        end += line[end] == '\\' ? 2 : 1;
    }
    end = std::min(end, line.size());
    std::string_view value = without_leading_blanks(line.substr(end));
    if (!value.empty() && (value.front() == '=' || value.front() == ':')) {
        value = without_leading_blanks(value.substr(1));
    }
    const auto last = value.find_last_not_of(" \t\f\r");
    return {unescaped(line.substr(0, end)),
            unescaped(last == value.npos ? std::string_view() : value.substr(0, last + 1))};
}

}  // namespace

Properties parse_properties(std::string_view text) {
    Properties out;
    for (const auto& line : logical_lines(text)) out.push_back(key_and_value(line));
    return out;
}

Properties read_properties(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (!in || std::filesystem::is_directory(file)) {
        throw std::runtime_error("the properties file " + file.string() + " can't be read");
    }
    try {
        return parse_properties(text);
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(file.string() + ": " + error.what());
    }
}

}  // namespace firesteel::cli
