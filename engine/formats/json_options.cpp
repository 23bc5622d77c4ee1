#include "formats/json_options.h"

namespace firesteel {

json::Dialect json_dialect(const Options& options) {
    return {.comments = options.flag("allowComments", false),
            .unquoted_names = options.flag("allowUnquotedFieldNames", false),
            .single_quotes = options.flag("allowSingleQuotes", true),
            .leading_zeros = options.flag("allowNumericLeadingZeros", false),
            .non_numeric_numbers = options.flag("allowNonNumericNumbers", true),
            .backslash_any = options.flag("allowBackslashEscapingAnyCharacter", false),
            .control_characters = options.flag("allowUnquotedControlChars", false)};
}

}  // namespace firesteel
