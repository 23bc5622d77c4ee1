#pragma once
/// Where a Spark Connect server is and who asks: the sc:// URL as pyspark reads it.
/// Used by Session::connect and by the command line. Plain values, no I/O.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace firesteel::client {

inline constexpr std::uint16_t kDefaultPort = 15002;

struct ConnectOptions {
    std::string host = "localhost";
    std::uint16_t port = kDefaultPort;
    bool use_ssl = false;
    std::string token;                           // empty: none
    std::string user_id;                         // empty: the user's name
    std::string user_agent;                      // empty: "firesteel"
    std::string session_id;                      // empty: a new UUID
    std::map<std::string, std::string> headers;  // sent as gRPC metadata with every call

    std::string target() const;  // "host:port", as gRPC wants it
};

/// "sc://host[:port][/;key=value;…]". Throws InvalidUrl.
ConnectOptions parse_connect_url(std::string_view url);

}  // namespace firesteel::client
