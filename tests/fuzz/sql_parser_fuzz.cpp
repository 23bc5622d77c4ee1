#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sql/parser.h"

/// Any bytes parse, or end in an Error with a condition; never in a crash, an overflow or a hang.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    firesteel::sql::ParserOptions options;
    options.double_quoted_identifiers = size % 2 == 1;
    options.enforce_reserved_keywords = size % 3 == 1;
    try {
        firesteel::sql::parse_statement(text, options);
    } catch (const firesteel::Error&) {
        return 0;
    }
    return 0;
}
