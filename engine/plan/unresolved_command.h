#pragma once
/// What acts instead of (or besides) answering rows: made by sql/parser and connect/decode, run by
/// engine/session. A SQL statement is a Statement: a query or one of these commands.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "plan/unresolved_ddl.h"
#include "plan/unresolved_relation.h"

namespace firesteel::unresolved {

struct Statement;

/// WITH SCHEMA …: how a view follows changes of what its query reads.
enum class ViewSchemaMode : std::uint8_t { Binding, Compensation, TypeEvolution, Evolution };

/// CREATE [OR REPLACE] [[GLOBAL] TEMPORARY] VIEW; createTempView.
struct CreateView {
    NameParts name;
    Relation query;
    std::string text;  // SQL text of the query; empty from DataFrames
    bool replace = false;
    bool if_not_exists = false;
    bool temporary = true;
    bool global = false;
    std::vector<std::pair<std::string, std::optional<std::string>>> columns;  // name, comment
    std::optional<std::string> comment;
    Options properties;
    std::optional<ViewSchemaMode> schema_mode = std::nullopt;
};

/// DROP VIEW [IF EXISTS] and DROP TABLE of a view's name; dropTempView uses CatalogQuery.
struct DropRelation {
    NameParts name;
    bool if_exists = false;
    bool is_view = true;
};

/// SET key = value, SET key, SET, SET -v.
struct SetConfig {
    std::optional<std::string> key;
    std::optional<std::string> value;
    bool verbose = false;
};

/// RESET [key].
struct ResetConfig {
    std::optional<std::string> key;
};

/// SET TIME ZONE: text, LOCAL, or an interval.
struct SetTimeZone {
    std::string zone;  // empty: LOCAL
    MaybeExpr interval;
};

/// DECLARE [OR REPLACE] [VARIABLE] name, … [type] [DEFAULT | = expr].
struct DeclareVariable {
    std::vector<NameParts> names;
    std::optional<DataType> type;
    MaybeExpr value;
    std::string value_text;
    bool replace = false;
};

/// DROP TEMPORARY VARIABLE [IF EXISTS] name.
struct DropVariable {
    NameParts name;
    bool if_exists = false;
};

/// SET VAR a = e, b = e; SET VAR (a, b) = (query). No value in an assignment: DEFAULT.
struct SetVariable {
    std::vector<NameParts> names;
    std::vector<MaybeExpr> values;
    MaybeRelation query;
};

/// EXECUTE IMMEDIATE text [INTO vars] [USING args].
struct ExecuteImmediate {
    Expr text;
    std::vector<NameParts> into;
    std::vector<std::pair<std::string, Expr>> arguments;  // name may be empty (positional)
};

enum class ExplainMode : std::uint8_t { Simple, Extended, Codegen, Cost, Formatted };
struct Explain {
    ExplainMode mode = ExplainMode::Simple;
    std::shared_ptr<const Statement> statement;
};

/// SHOW TABLES/VIEWS/DATABASES/CATALOGS/COLUMNS/FUNCTIONS/… : kind in Spark's words ("TABLES").
struct Show {
    std::string kind;
    NameParts target;                    // table, or namespace after IN/FROM
    std::optional<NameParts> in_namespace;
    std::optional<std::string> pattern;  // LIKE 'pattern'
    std::string scope;                   // FUNCTIONS: USER, SYSTEM, ALL
    bool extended = false;
    bool as_json = false;
    PartitionSpec partition;  // PARTITIONS
};

/// DESCRIBE [FUNCTION | DATABASE | QUERY | TABLE] [EXTENDED].
struct Describe {
    std::string kind;  // "TABLE", "FUNCTION", "DATABASE", "QUERY"
    NameParts target;
    MaybeRelation query;
    NameParts column;  // DESCRIBE TABLE t column
    bool extended = false;
    bool as_json = false;
};

/// USE [CATALOG | DATABASE] name.
struct Use {
    NameParts name;
    bool is_catalog = false;
};

struct CreateFunction {
    NameParts name;
    bool replace = false;
    bool if_not_exists = false;
    bool temporary = false;
    struct Parameter {
        std::string name;
        DataType type;
        MaybeExpr default_value;
        std::string default_text;
        std::optional<std::string> comment;
        bool not_null = false;
        std::string text;  // as written
    };
    std::vector<Parameter> parameters;
    std::optional<DataType> returns;                       // scalar
    std::optional<std::vector<StructField>> returns_table;  // table (empty: from the query)
    bool is_table = false;
    MaybeExpr body;       // RETURN expression
    MaybeRelation query;  // RETURN query
    std::string body_text;
    std::optional<bool> deterministic;
    std::optional<std::string> comment;
    std::string language;    // empty or SQL
    std::string class_name;  // CREATE FUNCTION … AS 'class'
};

struct DropFunction {
    NameParts name;
    bool if_exists = false;
    bool temporary = false;
};

/// CACHE [LAZY] TABLE name [AS query], UNCACHE TABLE, CLEAR CACHE, REFRESH: kind "CACHE" ….
struct CacheStatement {
    std::string kind;
    NameParts name;
    MaybeRelation query;
    bool lazy = false;
    bool if_exists = false;
    Options options;
};

/// BEGIN … END and what stands in it; see engine/plan/unresolved_script.h.
struct Script;
struct RunScript {
    std::shared_ptr<const Script> script;
};

/// A statement we parse but can't run yet (CREATE TABLE, INSERT, …): `feature` names it.
struct UnsupportedStatement {
    std::string feature;
};

// ---- commands that only DataFrames send ------------------------------------------------------

struct RegisterPythonFunction {
    std::string name;
    std::shared_ptr<const PythonFunction> function;
    bool is_table_function = false;
};

struct Write {
    Relation child;
    std::string format;
    std::string mode;  // "append", "overwrite", "error", "ignore"; v2: "create", …
    std::string path;
    NameParts table;
    std::string save_method;  // "save_as_table", "insert_into", or empty
    std::vector<std::string> partition_by;
    std::vector<std::string> sort_by;
    std::vector<std::string> bucket_by;
    std::int32_t buckets = 0;
    std::vector<std::string> cluster_by;
    Options options;
    bool is_v2 = false;
    MaybeExpr overwrite_condition;
    std::vector<Expr> partition_transforms;  // v2: columns, years(c), bucket(n, c), …
    Options table_properties;                // v2
};

struct Checkpoint {
    Relation child;
    bool local = false;
    bool eager = true;
};

struct RemoveCachedRemote {
    std::string relation_id;
};

using CommandNode =
    std::variant<CreateView, DropRelation, SetConfig, ResetConfig, SetTimeZone, DeclareVariable,
                 DropVariable, SetVariable, ExecuteImmediate, Explain, Show, Describe, Use,
                 CreateFunction, DropFunction, CacheStatement, RunScript, UnsupportedStatement,
                 RegisterPythonFunction, Write, Checkpoint, RemoveCachedRemote, CreateDatabase,
                 DropDatabase, AlterDatabase, AlterViewQuery, AlterRelation, CreateTable, InsertInto,
                 InsertDirectory, TruncateTable, ChangeRows>;

struct Command {
    CommandNode node;
    Origin origin;
};

/// One parsed SQL statement.
struct Statement {
    std::variant<Relation, Command> body;
    // Which parameter markers the text has.
    bool has_named_markers = false;
    bool has_positional_markers = false;
    const Relation* query() const { return std::get_if<Relation>(&body); }
    const Command* command() const { return std::get_if<Command>(&body); }
};

}  // namespace firesteel::unresolved
