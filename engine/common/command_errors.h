#pragma once
/// Conditions that only commands raise: scripts, catalogs, tables, users' functions. Rows live in
/// command_error_classes.inc, apart from error.h, so that a new one doesn't rebuild the whole engine.

#include <cstdint>

#include "common/error.h"

namespace firesteel {

/// Ids behind those of error_classes.inc.
inline constexpr std::uint16_t kCommandErrorsBegin = 4096;

namespace detail {
enum class CommandErrorIndex : std::uint16_t {
#define ERROR_CLASS(id, condition, sqlstate, exception, message) id,
#include "common/command_error_classes.inc"
#undef ERROR_CLASS
};
}  // namespace detail

namespace errors {
#define ERROR_CLASS(id, condition, sqlstate, exception, message)       \
    inline constexpr auto id = static_cast<ErrorClass>( \
        kCommandErrorsBegin + static_cast<std::uint16_t>(detail::CommandErrorIndex::id));
#include "common/command_error_classes.inc"
#undef ERROR_CLASS
}  // namespace errors

}  // namespace firesteel
