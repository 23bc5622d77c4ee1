#pragma once
/// What can go wrong for a client, one type per reaction: a wrong URL, a server that cannot be
/// reached, and an error that the server reports with Spark's condition.
/// Thrown by every call of Session, DataFrame and ResultStream.

#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace firesteel::client {

class ClientError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

class InvalidUrl : public ClientError {
  public:
    InvalidUrl(std::string_view url, std::string_view why);
};

/// No server answers, it refuses us, or the connection broke.
class ConnectionError : public ClientError {
  public:
    using ClientError::ClientError;
};

/// The bytes of an answer are not what the protocol says.
class ProtocolError : public ClientError {
  public:
    using ClientError::ClientError;
};

/// The server ran, or refused to run, what was asked, and says why.
class QueryError : public ClientError {
  public:
    struct Details {
        std::string message;
        std::string condition;  // e.g. "DIVIDE_BY_ZERO"; empty where the server names none
        std::string sqlstate;
        std::map<std::string, std::string> parameters;
        std::vector<std::string> class_hierarchy;  // Java class names, most specific first
    };

    explicit QueryError(Details details)
        : ClientError(details.message), details_(std::move(details)) {}

    const std::string& condition() const { return details_.condition; }
    const std::string& sqlstate() const { return details_.sqlstate; }
    const std::map<std::string, std::string>& parameters() const { return details_.parameters; }
    const std::vector<std::string>& class_hierarchy() const { return details_.class_hierarchy; }

  private:
    Details details_;
};

}  // namespace firesteel::client
