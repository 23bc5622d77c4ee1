#include "sql/parser.h"

#include "sql/parser/grammar.h"

namespace firesteel::sql {

unresolved::Statement parse_statement(std::string_view text, const ParserOptions& options) {
    return Grammar(text, options).whole_statement();
}

unresolved::Relation parse_query(std::string_view text, const ParserOptions& options) {
    return Grammar(text, options).whole_query();
}

unresolved::Expr parse_expression(std::string_view text, const ParserOptions& options) {
    return Grammar(text, options).whole_expression();
}

unresolved::NameParts parse_identifier(std::string_view text, const ParserOptions& options) {
    return Grammar(text, options).whole_identifier();
}

}  // namespace firesteel::sql
