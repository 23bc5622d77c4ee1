#pragma once
/// Spark Connect's plans to unresolved trees: the DataFrame door, as sql/parser is the SQL one.
/// Called by connect's handlers and operations with messages from wire.h. Validates every field it
/// reads: whatever a client sends ends in a tree or in an Error. Resolves nothing. One decoder per
/// request, one thread.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "plan/unresolved_command.h"
#include "sql/parser.h"

namespace spark::connect {
class Plan;
class Relation;
class Expression;
class Expression_Literal;
class DataType;
}  // namespace spark::connect

namespace firesteel::connect {

/// What decoding asks of the session.
struct DecodeContext {
    /// Bytes of the artifact cache/<hash>; null when the client never sent it.
    std::function<std::shared_ptr<const std::string>(const std::string& hash)> cached_artifact;
    /// How SQL text is read: expression strings, names, spark.sql.
    sql::ParserOptions parser;
    /// SQL text with values in the place of the settings that it refers to.
    std::function<std::string(const std::string& text)> substituted = [](const std::string& text) { return text; };
};

/// spark.sql(text, args): runs at once, unless it is a query.
struct SqlStatement {
    /// A query already carries its parameters and references (WithParameters, WithReferences).
    unresolved::Statement statement;
    // For a command: values of its parameter markers, and DataFrames that its text names.
    std::vector<std::pair<std::string, unresolved::Expr>> named;
    std::vector<unresolved::Expr> positional;
    std::vector<unresolved::Relation> references;
};

/// Asks for facts of the engine, no plan.
struct GetResources {};
/// Forgets a client's ML models; there are none.
struct CleanMlCache {};

using PlanNode = std::variant<unresolved::Relation, SqlStatement, unresolved::Command, GetResources,
                              CleanMlCache>;

/// `plan` is not compressed (wire.h). `owner` keeps `plan` alive: a LocalRelation's rows are not
/// copied but share it.
PlanNode decode_plan(const spark::connect::Plan& plan, std::shared_ptr<const void> owner,
                     const DecodeContext& context);
/// The relation of a plan that must be a query (AnalyzePlan).
unresolved::Relation decode_query(const spark::connect::Plan& plan,
                                  std::shared_ptr<const void> owner, const DecodeContext& context);

DataType decode_data_type(const spark::connect::DataType& type);
Literal decode_literal(const spark::connect::Expression_Literal& literal);

/// A column name as users write it, `a.b` in back-quotes taken whole; throws
/// INVALID_ATTRIBUTE_NAME_SYNTAX.
unresolved::NameParts attribute_parts(std::string_view name);

}  // namespace firesteel::connect
