#include <algorithm>
#include <string>
#include <utility>

#include "connect/decode/decoder.h"

namespace firesteel::connect {

using unresolved::Expr;
using unresolved::Relation;

unresolved::NameParts Decoder::identifier(const std::string& text) const {
    return firesteel::sql::parse_identifier(context_.substituted(text), context_.parser);
}

/// A second part is ignored, as Spark does: createTempView("a.b") makes the view b.
unresolved::NameParts Decoder::view_name(const std::string& text) const {
    unresolved::NameParts parts;
    try {
        parts = identifier(text);
    } catch (const Error&) {  // whatever is wrong with it, it names no view
    }
    if (parts.empty() || parts.size() > 2) {
        throw Error(ErrorClass::InvalidViewName, {
                                                     {"viewName", text}
        });
    }
    return {std::move(parts.back())};
}

/// Newer clients send expressions, older ones literals; what comes first counts.
template <typename Message>
void Decoder::parameters(const Message& message, SqlStatement& statement) {
    const auto constant = [this](const ExpressionProto::Literal& literal) {
        return Expr(unresolved::Constant{decode_literal(literal)}, origin_);
    };
    if (!message.named_arguments().empty()) {
        for (const auto& [name, value] : message.named_arguments()) {
            statement.named.emplace_back(name, expression(value));
        }
    } else if (!message.pos_arguments().empty()) {
        statement.positional = expressions(message.pos_arguments());
    } else if (!message.args().empty()) {
        for (const auto& [name, value] : message.args())
            statement.named.emplace_back(name, constant(value));
    } else {
        for (const auto& value : message.pos_args())
            statement.positional.push_back(constant(value));
    }
    std::ranges::sort(statement.named, {}, [](const auto& entry) { return entry.first; });
}

/// A statement and its parameters; a query takes them, and the plan id, into its tree.
template <typename Message>
SqlStatement Decoder::parsed(const std::string& text, const Message& message) {
    SqlStatement statement{firesteel::sql::parse_statement(context_.substituted(text), context_.parser), {}, {}, {}};
    parameters(message, statement);
    if (const Relation* query = statement.statement.query()) {
        statement.statement.body = made(unresolved::WithParameters{
            *query, std::exchange(statement.named, {}), std::exchange(statement.positional, {})});
    }
    return statement;
}

SqlStatement Decoder::sql_command(const proto::SqlCommand& message) {
    return message.has_input() ? sql_statement(message.input()) : parsed(message.sql(), message);
}

SqlStatement Decoder::sql_statement(const proto::Relation& message) {
    const Restored restored(plan_id_);
    plan_id_.reset();
    if (message.common().has_plan_id()) plan_id_ = message.common().plan_id();
    if (message.has_sql()) return parsed(message.sql().query(), message.sql());
    if (!message.has_with_relations() || !message.with_relations().root().has_sql()) {
        throw invalid_plan("a SQL command holds no SQL text");
    }
    SqlStatement statement = sql_statement(message.with_relations().root());
    for (const auto& reference : message.with_relations().references()) {
        statement.references.push_back(relation(reference));
    }
    if (const Relation* query = statement.statement.query()) {
        statement.statement.body =
            made(unresolved::WithReferences{*query, std::exchange(statement.references, {})});
    }
    return statement;
}

Relation Decoder::sql(const proto::SQL& message) {
    const SqlStatement statement = parsed(message.query(), message);
    if (const Relation* query = statement.statement.query()) return *query;
    throw unsupported("a SQL command as the input of a query", origin_);
}

}  // namespace firesteel::connect
