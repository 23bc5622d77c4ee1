#include "formats/variant_path.h"

#include <algorithm>
#include <charconv>

namespace firesteel {
namespace {

/// Takes the characters before `ends`; false if there are none.
bool take_until(std::string_view& rest, std::string_view ends, std::string& out) {
    const std::size_t end = std::min(rest.find_first_of(ends), rest.size());
    out = rest.substr(0, end);
    rest.remove_prefix(end);
    return end > 0;
}

bool take(std::string_view& rest, std::string_view word) {
    if (!rest.starts_with(word)) return false;
    rest.remove_prefix(word.size());
    return true;
}

bool take_index(std::string_view& rest, std::uint32_t& out) {
    std::int32_t index = 0;
    if (rest.empty() || rest.front() < '0' || rest.front() > '9') return false;
    const auto [at, error] = std::from_chars(rest.data(), rest.data() + rest.size(), index);
    if (error != std::errc()) return false;
    rest.remove_prefix(static_cast<std::size_t>(at - rest.data()));
    out = static_cast<std::uint32_t>(index);
    return take(rest, "]");
}

}  // namespace

std::optional<VariantPath> VariantPath::parse(std::string_view text) {
    if (!take(text, "$")) return std::nullopt;
    VariantPath path;
    while (!text.empty()) {
        Step step;
        std::string name;
        if (take(text, ".")) {
            if (!take_until(text, ".[", name)) return std::nullopt;
            step.name = std::move(name);
        } else if (take(text, "['")) {
            if (!take_until(text, "'", name) || !take(text, "']")) return std::nullopt;
            step.name = std::move(name);
        } else if (take(text, "[\"")) {
            if (!take_until(text, "\"", name) || !take(text, "\"]")) return std::nullopt;
            step.name = std::move(name);
        } else if (!take(text, "[") || !take_index(text, step.index)) {
            return std::nullopt;
        }
        path.steps_.push_back(std::move(step));
    }
    return path;
}

std::optional<VariantView> VariantPath::find(VariantView variant) const {
    for (const Step& step : steps_) {
        if (step.name) {
            if (variant.kind() != VariantView::Kind::Object) return std::nullopt;
            const auto field = variant.field(*step.name);
            if (!field) return std::nullopt;
            variant = *field;
        } else {
            if (variant.kind() != VariantView::Kind::Array || step.index >= variant.size()) return std::nullopt;
            variant = variant.item(step.index);
        }
    }
    return variant;
}

}  // namespace firesteel
