#include "common/variable_substitution.h"

#include <algorithm>
#include <array>
#include <vector>

#include "common/error.h"

namespace firesteel {
namespace {

constexpr auto kSettings = std::to_array<std::string_view>({"spark", "sparkconf", "hivevar", "hiveconf"});

struct Reference {
    std::string_view prefix;
    std::string name;
    std::size_t end = 0;  // behind its brace
};

constexpr std::size_t kDepthMax = 100;
constexpr std::size_t kTextBytesMax = std::size_t{64} << 20U;

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

Error illegal(std::string message) {
    return Error(ErrorClass::IllegalArgument, {{"message", std::move(message)}});
}

/// At least one letter, no blank, up to the first brace.
std::size_t end_of_name(std::string_view text, std::size_t begin) {
    for (std::size_t at = begin; at < text.size() && !is_blank(text[at]); ++at) {
        if (text[at] == '}' && at > begin) return at;
    }
    return text.npos;
}

bool read_reference(std::string_view text, std::size_t begin, Reference& out) {
    std::size_t colon = begin;
    while (colon < text.size() && is_word(text[colon])) ++colon;
    if (colon > begin && colon < text.size() && text[colon] == ':') {
        const std::size_t end = end_of_name(text, colon + 1);
        if (end != text.npos) {
            out = {text.substr(begin, colon - begin), std::string(text.substr(colon + 1, end - colon - 1)), end + 1};
            return true;
        }
    }
    const std::size_t end = end_of_name(text, begin);
    if (end == text.npos) return false;
    out = {{}, std::string(text.substr(begin, end - begin)), end + 1};
    return true;
}

class Substitution {
  public:
    explicit Substitution(const std::function<std::string(const std::string&)>& value_of) : value_of_(value_of) {}

    std::string run(std::string_view text) {
        constexpr std::string_view kOpen = "${";
        std::string out;
        std::size_t at = 0;
        for (std::size_t open = text.find(kOpen); open != text.npos; open = text.find(kOpen, open)) {
            Reference found;
            if (!read_reference(text, open + kOpen.size(), found)) {
                ++open;
                continue;
            }
            out += text.substr(at, open - at);
            out += replacement(text, found, text.substr(open, found.end - open));
            if (out.size() > kTextBytesMax) throw illegal("Settings make the SQL text too long: " + found.name);
            at = open = found.end;
        }
        return out += text.substr(at);
    }

  private:
    std::string replacement(std::string_view text, const Reference& found, std::string_view whole) {
        if (found.prefix == "env" || found.prefix == "system") {
            throw unsupported(std::string(whole) + " in SQL text");
        }
        const bool is_known = found.prefix.empty() || std::ranges::find(kSettings, found.prefix) != kSettings.end();
        if (!is_known) return std::string(whole);
        const std::string reference(whole.substr(2, whole.size() - 3));
        if (std::ranges::find(open_, reference) != open_.end()) {
            throw illegal("requirement failed: Circular reference in " + std::string(text) + ": " + reference);
        }
        if (open_.size() == kDepthMax) throw illegal("Settings refer to each other too deeply: " + reference);
        open_.push_back(reference);
        std::string value = run(value_of_(found.name));
        open_.pop_back();
        return value;
    }

    const std::function<std::string(const std::string&)>& value_of_;
    std::vector<std::string> open_;  // references whose values are read
};

}  // namespace

std::string substitute_variables(std::string_view text,
                                 const std::function<std::string(const std::string&)>& value_of) {
    return Substitution(value_of).run(text);
}

}  // namespace firesteel
