#include "client/errors.h"

namespace firesteel::client {

InvalidUrl::InvalidUrl(std::string_view url, std::string_view why)
    : ClientError("invalid URL '" + std::string(url) + "': " + std::string(why) +
                  "; expected sc://host:port/;key=value") {}

}  // namespace firesteel::client
