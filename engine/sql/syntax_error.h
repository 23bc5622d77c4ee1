#pragma once
/// The one place that words a syntax error: Spark's frame with the statement and a marker below the
/// line. Called by the parser. Pure; any thread.

#include <cstddef>
#include <string>
#include <string_view>

#include "common/error.h"

namespace firesteel::sql {

/// `near` as users see it ("'selec'", "end of input"), `hint` empty or ": extra input ')'".
Error syntax_error(std::string_view text, std::size_t at, std::string near, std::string hint = {});
/// A condition other than PARSE_SYNTAX_ERROR, in the same frame.
Error framed_error(ErrorClass id, ErrorParameters parameters, std::string_view text,
                   std::size_t at);

}  // namespace firesteel::sql
