#pragma once
/// From a plan as written to a bound plan: Spark's name resolution, typing and errors. Called by
/// session for every query of both front doors, and for the commands that hold queries. Runs on
/// the caller's thread, which needs limits::kPlanStackBytes of stack for deep plans; touches the
/// catalog and file listings only.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
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
    /// Whether a column's whole name matches a regular expression of Java's.
    std::function<bool(std::string_view pattern, std::string_view name, bool ignores_case)> name_matches;
    /// The plan of a checkpointed relation, or null.
    std::function<const bound::Relation*(const std::string& relation_id)> cached_relation;
    /// The schema of a Python UDTF with analyze(); absent: such calls are refused.
    std::function<Schema(const PythonFunction&, const std::vector<bound::Expr>&)> udtf_schema = {};
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
