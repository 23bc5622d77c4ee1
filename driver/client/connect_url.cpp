#include "client/connect_url.h"

#include <algorithm>
#include <charconv>

#include "client/errors.h"

namespace firesteel::client {
namespace {

constexpr std::string_view kScheme = "sc://";

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// %41 -> A; a percent sign that starts no escape stays as it is.
std::string percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
            hex_digit(text[i + 2]) >= 0) {
            decoded += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            decoded += text[i];
        }
    }
    return decoded;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) ==
               std::tolower(static_cast<unsigned char>(y));
    });
}

void set_parameter(ConnectOptions& options, std::string_view key, std::string value) {
    if (key == "use_ssl") {
        options.use_ssl = equals_ignoring_case(value, "true");
    } else if (key == "token") {
        options.token = std::move(value);
    } else if (key == "user_id") {
        options.user_id = std::move(value);
    } else if (key == "user_agent") {
        options.user_agent = std::move(value);
    } else if (key == "session_id") {
        options.session_id = std::move(value);
    } else {
        options.headers[std::string(key)] = std::move(value);
    }
}

void set_authority(ConnectOptions& options, std::string_view authority, std::string_view url) {
    // The colon of the port comes after the bracket of an IPv6 address.
    const std::size_t bracket = authority.rfind(']');
    const std::size_t colon = authority.rfind(':');
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
        const std::string_view digits = authority.substr(colon + 1);
        const auto parsed =
            std::from_chars(digits.data(), digits.data() + digits.size(), options.port);
        if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size()) {
            throw InvalidUrl(url, "the port is not a number from 0 to 65535");
        }
        authority = authority.substr(0, colon);
    }
    if (authority.empty()) throw InvalidUrl(url, "the host is missing");
    options.host = std::string(authority);
}

}  // namespace

std::string ConnectOptions::target() const { return host + ":" + std::to_string(port); }

ConnectOptions parse_connect_url(std::string_view url) {
    if (!url.starts_with(kScheme)) throw InvalidUrl(url, "it does not start with sc://");
    std::string_view rest = url.substr(kScheme.size());
    const std::size_t authority_end = std::min(rest.find_first_of("/;"), rest.size());
    ConnectOptions options;
    set_authority(options, rest.substr(0, authority_end), url);
    rest.remove_prefix(authority_end);
    if (rest.starts_with("/")) rest.remove_prefix(1);
    if (!rest.empty() && !rest.starts_with(";")) throw InvalidUrl(url, "it names a path");
    while (!rest.empty()) {
        rest.remove_prefix(1);  // ';'
        const std::size_t end = std::min(rest.find(';'), rest.size());
        const std::string_view parameter = rest.substr(0, end);
        rest.remove_prefix(end);
        if (parameter.empty()) continue;
        const std::size_t equals = parameter.find('=');
        if (equals == std::string_view::npos || equals == 0) {
            throw InvalidUrl(url, "a parameter is not key=value");
        }
        set_parameter(options, parameter.substr(0, equals),
                      percent_decoded(parameter.substr(equals + 1)));
    }
    return options;
}

}  // namespace firesteel::client
