#pragma once
/// Runs the plans and commands of one session: analysis under the session's settings and names, then
/// the backend. Made per operation or analysis, on its thread; sees the settings as they were then.
/// Throws Error.

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/analyzer.h"
#include "catalog/local_variables.h"
#include "common/config.h"
#include "common/progress.h"
#include "common/stop_token.h"
#include "exec/query.h"
#include "plan/unresolved_command.h"
#include "session/session.h"
#include "session/show_string.h"
#include "sql/parser.h"
#include "types/type_text.h"

namespace firesteel {

/// Takes a result as it comes: the schema once, then at least one batch, then what its operators did.
class ResultSink {
  public:
    virtual ~ResultSink() = default;
    virtual void schema(const Schema& schema) = 0;
    virtual void batch(ArrowBatch batch) = 0;
    /// After the last batch.
    virtual void metrics(PlanMetrics metrics) = 0;
};

/// Values of a command's parameter markers, and DataFrames that its text names.
struct CommandArguments {
    std::vector<std::pair<std::string, unresolved::Expr>> named;
    std::vector<unresolved::Expr> positional;
    std::vector<unresolved::Relation> references;
    bool empty() const { return named.empty() && positional.empty() && references.empty(); }
};

class Queries {
  public:
    Queries(Session& session, StopToken stop);

    Session& session() { return session_; }
    const Config& config() const { return config_; }
    const catalog::Settings& settings() const { return settings_; }
    sql::ParserOptions parser_options() const;
    /// A client's text with the values of the settings that it refers to, where the session wants that.
    std::string substituted(const std::string& text) const;

    /// `references`, if given, gets what the query refers to.
    bound::Relation analyze(const unresolved::Relation& relation, analysis::References* references = nullptr);
    /// Of any root, show() and catalog requests among them.
    Schema schema(const unresolved::Relation& root);
    void run(const unresolved::Relation& root, ResultSink& sink);
    /// All rows as values; at most `rows_max`.
    RowSet rows(const bound::Relation& plan, std::size_t rows_max);
    RowSet rows(const unresolved::Relation& root);
    /// The text that a Python function of the engine's own gives once; `conf` is what it also gets to know.
    std::string python_text(bound::PythonCall call,
                            const std::vector<std::pair<std::string, std::string>>& conf);
    /// The value of an expression without columns, with its type.
    Literal evaluate(const unresolved::Expr& expr);
    /// Batches of a plan, one after the other.
    exec::QueryStream stream(const bound::Relation& plan);
    ArrowBatch to_arrow(const RowSet& rows);

    /// Variables of the running script that statements see; null outside of scripts.
    catalog::LocalVariables* locals() { return locals_; }
    void set_locals(catalog::LocalVariables* locals) { locals_ = locals; }
    /// Sees the session's settings as they are now: a script may change them.
    void refresh();
    void check_stop() const { stop_.throw_if_stopped(); }

    /// One EXECUTE IMMEDIATE inside another, as deep as limits allow.
    class Nested {
      public:
        explicit Nested(Queries& queries);
        ~Nested() { --queries_.nesting_; }
        Nested(const Nested&) = delete;
        Nested& operator=(const Nested&) = delete;

      private:
        Queries& queries_;
    };

    /// What a command answers; commands without rows answer no columns.
    RowSet run(const unresolved::Command& command, const CommandArguments& arguments);
    /// Keeps the plan's rows under an id, which clients use as a relation later.
    std::string checkpoint(const unresolved::Checkpoint& command);

    /// Computes a plan and keeps its rows; the scan reads them under fresh columns like the plan's.
    std::shared_ptr<const bound::StoredRows> store(const bound::Relation& plan);
    /// Computes a plan and writes its rows as files.
    void write_files(const bound::Relation& plan, const FileOutput& output);
    /// What df.observe() asked for in the plans that were run so far.
    const std::vector<exec::ObservedMetrics>& observed() const { return observed_; }
    /// How far what runs is; for other threads too.
    const Progress& progress() const { return *progress_; }

    // ---- df.cache(): the analysed plan is what is cached
    void persist(const unresolved::Relation& relation, const StorageLevel& level);
    void unpersist(const unresolved::Relation& relation);
    std::optional<StorageLevel> storage_level(const unresolved::Relation& relation);

    bool same_semantics(const unresolved::Relation& a, const unresolved::Relation& b);
    std::int32_t semantic_hash(const unresolved::Relation& relation);
    /// The files that a query reads, as URIs, sorted.
    std::vector<std::string> input_files(const unresolved::Relation& relation);

    /// The operators of a query, as EXPLAIN shows them.
    std::string explain(const unresolved::Relation& root, unresolved::ExplainMode mode);

  private:
    analysis::AnalysisContext analysis_context();
    analysis::TextRecords text_records(const bound::Relation& texts, std::string_view format,
                                       const unresolved::Options& options, bool wants_schema);
    RowSet root_rows(const unresolved::Relation& root);
    exec::QueryOptions query_options() const;
    /// What runs in its place: cached parts are read, readers of Python have planned.
    bound::Relation ready(const bound::Relation& plan);
    void note(std::vector<exec::ObservedMetrics> metrics);
    exec::QueryOptions one_batch_options() const;
    /// Made when a plan first calls Python.
    std::shared_ptr<const exec::PythonContext> python_context() const;

    Session& session_;
    const StopToken stop_;
    Config config_;
    catalog::Settings settings_;
    catalog::LocalVariables* locals_ = nullptr;
    std::size_t nesting_ = 0;
    std::vector<std::shared_ptr<const bound::Relation>> held_;  // checkpointed plans in use
    std::vector<exec::ObservedMetrics> observed_;
    mutable std::mutex python_mutex_;
    mutable std::shared_ptr<const exec::PythonContext> python_;
    const std::shared_ptr<Progress> progress_ = std::make_shared<Progress>();
};

}  // namespace firesteel
