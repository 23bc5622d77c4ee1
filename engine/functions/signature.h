#pragma once
/// Parsed form of a FunctionRow's signature text (grammar: function_row.h). Made once by Registry. Strings add to it:
///   decimal(p,s)              that decimal; "decimal" alone is any
///   1.50BD                    a decimal as a default
///   type!                     an argument of another type, NULL aside, is not cast
///   -> =name                  a string with the collation of that parameter
///   "one collation" at the end  the strings' collations must agree (CollationUse::Agreed); "open collation": Open

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "functions/coerce.h"
#include "types/data_type.h"
#include "types/literal.h"

namespace firesteel::functions {

/// What a parameter accepts, or what the result is.
struct TypePattern {
    enum class Kind : std::uint8_t { Concrete, Class, Variable, Array, Map, Either, Lambda };
    Kind kind = Kind::Class;
    DataType concrete;                                         // Concrete
    coercion::TypeClass type_class = coercion::TypeClass::Any;  // Class
    char variable = 0;                                         // Variable
    bool exact = false;  // "type!": NULL aside, nothing is cast to it
    /// Array: element. Map: key, value. Either: alternatives. Lambda: parameters, then the result.
    std::vector<TypePattern> parts;
    std::string text;  // as written
};

struct Parameter {
    std::string name;
    TypePattern type;
    std::optional<Literal> fallback;  // an optional parameter's default
    bool variadic = false;
    bool at_least_one = false;  // variadic: at least one argument
};

/// What becomes of the collations of a call's strings.
enum class CollationUse : std::uint8_t {
    Own,     // each keeps its own
    Agreed,  // all are cast to the one that precedence chooses; an error where it can't
    Open,    // the same, but where it can't the result's collation is open
};

struct Signature {
    std::vector<std::string> names;
    std::vector<Parameter> parameters;
    TypePattern result;
    std::string result_rule;  // name of an @rule; then result is unused
    CollationUse collation = CollationUse::Own;
    std::optional<std::size_t> result_like;  // =name: the parameter whose collation the string gets

    std::size_t arguments_min() const;
    /// None: any number.
    std::optional<std::size_t> arguments_max() const;
    /// The parameter that takes the argument at `index`.
    const Parameter& parameter_at(std::size_t index) const;
};

/// Throws INTERNAL_ERROR (a defect of a row) with the text that can't be read.
Signature parse_signature(std::string_view text);

}  // namespace firesteel::functions
