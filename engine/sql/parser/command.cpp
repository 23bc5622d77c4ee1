#include "sql/parser/grammar.h"

namespace firesteel::sql {

Statement Grammar::whole_statement() {
    return with_choices([&] {
        Statement out{query()};
        expect_end();
        return out;
    });
}

NameParts Grammar::whole_identifier() {
    return with_choices([&] {
        NameParts out = multipart_name();
        if (!at(TokenKind::End)) fail(extra_input_hint());
        return out;
    });
}

}  // namespace firesteel::sql
