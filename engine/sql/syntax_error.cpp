#include "sql/syntax_error.h"

#include <algorithm>
#include <utility>

namespace firesteel::sql {
namespace {

/// "(line 1, pos 7)\n\n== SQL ==\n<lines>\n-------^^^\n<lines>\n"
std::string frame(std::string_view text, std::size_t at) {
    at = std::min(at, text.size());
    const auto line =
        1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    const auto break_before = at == 0 ? text.npos : text.rfind('\n', at - 1);
    const std::size_t begin = break_before == text.npos ? 0 : break_before + 1;
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const auto column = static_cast<std::size_t>(
        std::count_if(text.begin() + static_cast<std::ptrdiff_t>(begin),
                      text.begin() + static_cast<std::ptrdiff_t>(at),
                      [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
    std::string out = " (line " + std::to_string(line) + ", pos " + std::to_string(column) + ")";
    out.append("\n\n== SQL ==\n").append(text.substr(0, end)).append("\n");
    out.append(column, '-').append("^^^\n");
    if (end < text.size()) out.append(text.substr(end + 1)).append("\n");
    return out;
}

}  // namespace

Error framed_error(ErrorClass id, ErrorParameters parameters, std::string_view text,
                   std::size_t at) {
    Error error(id, std::move(parameters));
    std::string message = "\n" + error.message() + frame(text, at);
    error.with_message(std::move(message));
    return error;
}

Error syntax_error(std::string_view text, std::size_t at, std::string near, std::string hint) {
    return framed_error(ErrorClass::ParseSyntaxError,
                        {{"error", std::move(near)}, {"hint", std::move(hint)}}, text, at);
}

}  // namespace firesteel::sql
