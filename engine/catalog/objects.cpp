#include "catalog/objects.h"

#include "common/ascii.h"

namespace firesteel::catalog {

std::string lower(std::string_view text) { return ascii_lower(text); }

std::string quoted(std::string_view part) {
    std::string out = "`";
    for (const char c : part) {
        if (c == '`') out += '`';
        out += c;
    }
    return out + "`";
}

std::string quoted(const NameParts& parts) {
    std::string out;
    for (const std::string& part : parts) {
        if (!out.empty()) out += '.';
        out += quoted(part);
    }
    return out;
}

NameParts UserFunction::full_name() const {
    NameParts out = qualifier;
    out.push_back(name);
    return out;
}

}  // namespace firesteel::catalog
