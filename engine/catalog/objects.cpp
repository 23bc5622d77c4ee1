#include "catalog/objects.h"

namespace firesteel::catalog {

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

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
