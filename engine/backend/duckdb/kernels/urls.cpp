/// URLs: parts of them as java.net.URI sees them, percent coding as java.net.URLEncoder does it.

#include <array>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/families.h"

namespace firesteel::duckdb {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

KernelBody bind_encode(const KernelSite&) {
    return rows([](std::string_view text) {
        std::string out;
        for (const char c : text) {
            if (is_alphanumeric(c) || c == '.' || c == '-' || c == '*' || c == '_') {
                out += c;
            } else if (c == ' ') {
                out += '+';
            } else {
                const auto byte = static_cast<unsigned char>(c);
                out += '%';
                out += kHex[byte >> 4U];
                out += kHex[byte & 15U];
            }
        }
        return out;
    });
}

std::optional<std::string> decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            out += ' ';
        } else if (text[i] == '%') {
            if (i + 2 >= text.size() || hex_digit(text[i + 1]) < 0 || hex_digit(text[i + 2]) < 0) {
                return std::nullopt;
            }
            out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

KernelBody decode_body(bool tolerant) {
    return rows([tolerant](std::string_view text) -> std::optional<std::string> {
        auto out = decoded(text);
        if (!out && !tolerant) throw Error(ErrorClass::CannotDecodeUrl, {{"url", std::string(text)}});
        return out;
    });
}

using Part = std::optional<std::string_view>;

/// The parts of scheme://user@host:port/path?query#fragment.
struct Url {
    Part protocol, authority, user, host, query, fragment;
    std::string_view path;
    std::string file;
};

bool is_legal(std::string_view text) {
    static constexpr std::string_view kIllegal = " \"<>\\^`{|}";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (static_cast<unsigned char>(c) < 0x21 || c == 0x7F || kIllegal.find(c) != kIllegal.npos) return false;
        if (c == '%' && (i + 2 >= text.size() || hex_digit(text[i + 1]) < 0 || hex_digit(text[i + 2]) < 0)) {
            return false;
        }
    }
    return true;
}

void split_authority(Url& url) {
    std::string_view rest = *url.authority;
    if (const auto at = rest.rfind('@'); at != rest.npos) {
        url.user = rest.substr(0, at);
        rest.remove_prefix(at + 1);
    }
    const auto bracket = rest.rfind(']');
    const auto colon = rest.find(':', bracket == rest.npos ? 0 : bracket);
    rest = rest.substr(0, colon);
    if (!rest.empty()) url.host = rest;
}

std::optional<Url> parse(std::string_view text) {
    if (!is_legal(text)) return std::nullopt;
    Url url;
    if (const auto hash = text.find('#'); hash != text.npos) {
        url.fragment = text.substr(hash + 1);
        text = text.substr(0, hash);
    }
    const auto colon = text.find(':');
    if (colon != text.npos && text.find_first_of("/?") > colon) {
        if (colon == 0) return std::nullopt;
        url.protocol = text.substr(0, colon);
        text.remove_prefix(colon + 1);
    }
    if (text.starts_with("//")) {
        text.remove_prefix(2);
        const auto end = text.find_first_of("/?");
        if (!text.substr(0, end).empty()) {
            url.authority = text.substr(0, end);
            split_authority(url);
        }
        text = end == text.npos ? std::string_view() : text.substr(end);
    }
    if (const auto mark = text.find('?'); mark != text.npos) {
        url.query = text.substr(mark + 1);
        text = text.substr(0, mark);
    }
    url.path = text;
    url.file = std::string(text) + (url.query ? "?" + std::string(*url.query) : "");
    return url;
}

std::optional<std::string> owned(const Part& part) {
    if (!part) return std::nullopt;
    return std::string(*part);
}

std::optional<std::string> part_of(const Url& url, std::string_view name) {
    if (name == "HOST") return owned(url.host);
    if (name == "PATH") return std::string(url.path);
    if (name == "QUERY") return owned(url.query);
    if (name == "REF") return owned(url.fragment);
    if (name == "PROTOCOL") return owned(url.protocol);
    if (name == "FILE") return url.file;
    if (name == "AUTHORITY") return owned(url.authority);
    if (name == "USERINFO") return owned(url.user);
    return std::nullopt;
}

std::optional<std::string> query_value(std::string_view query, std::string_view key) {
    while (!query.empty()) {
        const auto end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        const auto equals = pair.find('=');
        if (equals != pair.npos && pair.substr(0, equals) == key) return std::string(pair.substr(equals + 1));
        if (end == query.npos) break;
        query.remove_prefix(end + 1);
    }
    return std::nullopt;
}

std::optional<Url> parsed(std::string_view text, EvalMode mode) {
    auto url = parse(text);
    if (!url && mode == EvalMode::Ansi) throw Error(ErrorClass::InvalidUrl, {{"url", std::string(text)}});
    return url;
}

KernelBody bind_parse(const KernelSite& site) {
    if (site.arguments.size() == 2) {
        return rows([mode = site.mode](std::string_view text, std::string_view part) -> std::optional<std::string> {
            const auto url = parsed(text, mode);
            return url ? part_of(*url, part) : std::nullopt;
        });
    }
    return rows([mode = site.mode](std::string_view text, std::string_view part,
                                   std::string_view key) -> std::optional<std::string> {
        const auto url = parsed(text, mode);
        if (!url || part != "QUERY" || !url->query) return std::nullopt;
        return query_value(*url->query, key);
    });
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"parse_url", bind_parse},
    {"try_url_decode", [](const KernelSite&) { return decode_body(true); }},
    {"url_decode", [](const KernelSite&) { return decode_body(false); }},
    {"url_encode", bind_encode},
});

}  // namespace

KernelTable url_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
