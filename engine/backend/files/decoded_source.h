#pragma once
/// The bytes of a text in another character set, as UTF-8. What is no character becomes U+FFFD.

#include <memory>
#include <string>

#include "backend/files/byte_stream.h"

namespace firesteel::files {

/// `charset` is one of iso-8859-1, us-ascii, utf-16, utf-16be, utf-16le, utf-32, in any case.
std::unique_ptr<ByteSource> decoded(std::unique_ptr<ByteSource> source, const std::string& charset);

}  // namespace firesteel::files
