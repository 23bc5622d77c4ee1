#pragma once
/// From a plan as written to a bound plan: Spark's name resolution, typing and errors. Called by
/// session for every query of both front doors, and for the commands that hold queries. Runs on
/// the caller's thread, which needs limits::kPlanStackBytes of stack for deep plans; touches the
/// catalog and file listings only.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/local_variables.h"
#include "catalog/session_catalog.h"
#include "catalog/settings.h"
#include "functions/registry.h"
#include "plan/bound.h"
#include "plan/unresolved_relation.h"

namespace firesteel::analysis {

/// Fresh column ids, unique within the engine. Thread-safe.
using NextId = std::function<AttributeId()>;

/// What a query refers to, for statements that make permanent objects of it.
struct References {
    struct Temporary {
        const char* kind = "";  // "VIEW", "FUNCTION", "VARIABLE"
        catalog::NameParts name;
    };
    std::vector<Temporary> temporary;
    /// Permanent views, each behind those whose texts led to it.
    std::vector<std::vector<catalog::NameParts>> view_paths;
};

/// An argument of a Python table function as its analyze() sees it.
struct TableFunctionArgument {
    std::string name;  // keyword or empty
    DataType type;     // of a TABLE argument: a struct of its columns
    bool is_table = false;
    std::optional<Literal> constant = {};
};

/// What analyze() returned. The texts are SQL expressions over the TABLE argument's columns.
struct TableFunctionAnalysis {
    struct Order {
        std::string expression;
        bool ascending = true;
        std::optional<bool> nulls_first = {};
    };
    struct Selected {
        std::string expression;
        std::string alias;  // may be empty
    };
    Schema schema;
    bool with_single_partition = false;
    std::vector<std::string> partition_by;
    std::vector<Order> order_by;
    std::vector<Selected> select;
    std::string pickled;  // as workers read it again
};

/// A read of a data source that is written in Python: the pickled source, which plans its partitions once the
/// query runs, by the filters then above it.
struct PythonRead {
    Schema schema;
    std::shared_ptr<const PythonFunction> source;  // of kPlanReadKind
};

/// What a column of texts tells of its records before they are parsed.
struct TextRecords {
    Schema schema;
    std::optional<std::string> first;  // record
};

/// What analysis needs from outside. Callbacks run on the analysing thread and throw Error.
struct AnalysisContext {
    const functions::Registry& registry;
    const catalog::SessionCatalog& catalog;
    catalog::Settings settings;
    NextId next_id;
    /// Columns of an Arrow IPC stream (LocalRelation without a schema).
    std::function<Schema(std::string_view stream)> arrow_schema;
    /// The columns of data files of a format ("csv", "json", "parquet"), as they name them: Parquet's of the first or all
    /// merged, the others' as the reader's options say.
    std::function<Schema(std::string_view format, const std::vector<std::string>& files, bool merge,
                         const unresolved::Options& options)>
        file_schema;
    /// Reads the only column of a query as records of a format; the schema is inferred where it is wanted.
    std::function<TextRecords(const bound::Relation& texts, std::string_view format, const unresolved::Options& options,
                              bool wants_schema)>
        text_records = {};
    /// Whether a column's whole name matches a regular expression of Java's.
    std::function<bool(std::string_view pattern, std::string_view name, bool ignores_case)> name_matches;
    /// The plan of a checkpointed relation, or null.
    std::function<const bound::Relation*(const std::string& relation_id)> cached_relation;
    /// Runs the static method analyze() of a Python table function.
    std::function<TableFunctionAnalysis(const PythonFunction&, const std::vector<TableFunctionArgument>&)>
        analyze_table_function = {};
    /// The read of a registered Python data source; none: there is no such source.
    std::function<std::optional<PythonRead>(const std::string& format,
                                            const std::vector<std::pair<std::string, std::string>>& options,
                                            const std::vector<std::string>& paths, const std::optional<Schema>&)>
        python_read = {};
    /// Runs a query whose rows analysis itself needs (PIVOT without values): its first column.
    std::function<std::vector<Literal>(const bound::Relation&)> run_first_column = {};
    /// Variables of the script that runs; null outside of scripts.
    const catalog::LocalVariables* locals = nullptr;
    /// Filled if given.
    References* references = nullptr;
};

/// The whole plan, checked.
bound::Relation analyze(const unresolved::Relation& relation, AnalysisContext& context);

/// An expression without input columns (SET VAR, DECLARE … DEFAULT, EXECUTE IMMEDIATE arguments).
bound::Expr analyze_expression(const unresolved::Expr& expr, AnalysisContext& context);

/// A plan's columns as clients see them: fields with metadata.
inline Schema schema_of(const bound::Relation& relation) { return relation.schema(); }

}  // namespace firesteel::analysis
