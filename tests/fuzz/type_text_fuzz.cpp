/// Schema text from users: DDL and JSON. Whatever it is, it parses or is an Error, and what parsed prints and
/// parses to the same type again.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/error.h"
#include "types/type_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace firesteel;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const DataType type = parse_schema_text(text);
        if (parse_json_type(to_json(type)) != type) std::abort();
    } catch (const Error&) {
    }
    return 0;
}
