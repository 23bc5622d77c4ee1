#include <cstddef>
#include <cstdint>
#include <string>

#include "../unit/analysis/session.h"

/// Any text that parses binds, or ends in an Error with a condition.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static firesteel::testing::TestSession session;
    const std::string text(reinterpret_cast<const char*>(data), size);
    session.settings.ansi = size % 2 == 0;
    try {
        session.analyze(text);
    } catch (const firesteel::Error&) {
        return 0;
    }
    return 0;
}
