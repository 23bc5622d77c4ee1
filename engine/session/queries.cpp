#include "session/queries.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <limits>
#include <set>
#include <system_error>

#include "analysis/canonical.h"
#include "analysis/print.h"
#include "backend/files/record_files.h"
#include "common/config_keys.h"
#include "common/error.h"
#include "common/limits.h"
#include "common/variable_substitution.h"
#include "plan/bound_traverse.h"
#include "session/catalog_query.h"
#include "session/commands/commands.h"
#include "session/file_schema.h"
#include "session/python_analysis.h"
#include "session/python_scans.h"
#include "session/spark_context.h"
#include "session/time_parser.h"
#include "session/worker_files.h"

namespace firesteel {
namespace {

namespace u = unresolved;

catalog::Settings settings_of(const Config& config, const ApplicationFacts& facts) {
    catalog::Settings out;
    out.ansi = config.get(keys::kAnsiEnabled);
    out.case_sensitive = config.get(keys::kCaseSensitive);
    out.time_zone = config.get(keys::kSessionTimeZone);
    out.time_type = config.get(keys::kTimeType);
    out.timestamp_is_ntz = config.get(keys::kTimestampType) == "TIMESTAMP_NTZ";
    out.allow_precision_loss = config.get(keys::kDecimalAllowPrecisionLoss);
    out.legacy_size_of_null = config.get(keys::kLegacySizeOfNull);
    out.lateral_column_alias = config.get(keys::kLateralColumnAlias);
    out.group_by_ordinal = config.get(keys::kGroupByOrdinal);
    out.group_by_aliases = config.get(keys::kGroupByAliases);
    out.order_by_ordinal = config.get(keys::kOrderByOrdinal);
    out.default_format = config.get(keys::kSourcesDefault);
    out.partition_column_types = config.get(keys::kPartitionColumnTypes);
    out.merge_schema = config.get(keys::kParquetMergeSchema);
    out.parallelism = static_cast<std::int32_t>(facts.default_parallelism);
    out.pivot_values_max = static_cast<std::int32_t>(config.get(keys::kPivotMaxValues));
    out.recursion_levels_max = config.get(keys::kCteRecursionLevels);
    out.recursion_rows_max = config.get(keys::kCteRecursionRows);
    out.user = facts.user;
    return out;
}

ShowOptions show_options(const u::ShowString& show, const std::string& zone) {
    return {show.rows, show.truncate, show.vertical, zone};
}

/// EXECUTE IMMEDIATE whose text is EXECUTE IMMEDIATE.
constexpr std::size_t kImmediateDepthMax = 32;

StructField text_column(const char* name) { return {name, DataType::string(), false, ""}; }

/// One more than is shown tells that there are more.
std::size_t rows_wanted(std::int32_t rows) {
    return static_cast<std::size_t>(std::max(rows, 0)) + 1;
}

}  // namespace

Queries::Queries(Session& session, StopToken stop)
    : session_(session),
      stop_(std::move(stop)),
      config_(session.conf().snapshot()),
      settings_(settings_of(config_, session.context().facts())) {}

Queries::Nested::Nested(Queries& queries) : queries_(queries) {
    if (queries_.nesting_ >= kImmediateDepthMax) {
        throw unsupported("EXECUTE IMMEDIATE nested this deep");
    }
    ++queries_.nesting_;
}

void Queries::refresh() {
    config_ = session_.conf().snapshot();
    settings_ = settings_of(config_, session_.context().facts());
    const std::lock_guard lock(python_mutex_);
    python_ = nullptr;
}

sql::ParserOptions Queries::parser_options() const {
    sql::ParserOptions out;
    out.zone = settings_.time_zone;
    out.timestamp_ntz = settings_.timestamp_is_ntz;
    out.ansi = settings_.ansi;
    out.enforce_reserved_keywords = config_.get(keys::kEnforceReservedKeywords);
    out.double_quoted_identifiers = config_.get(keys::kDoubleQuotedIdentifiers);
    out.keep_string_escapes = config_.get(keys::kEscapedStringLiterals);
    out.exponent_as_decimal = config_.get(keys::kExponentAsDecimal);
    out.legacy_interval = config_.get(keys::kLegacyInterval);
    out.quoted_regex_columns = config_.get(keys::kQuotedRegexColumns);
    out.scripting = config_.get(keys::kScripting);
    out.time_type = config_.get(keys::kTimeType);
    out.stack_bytes_max = limits::kPlanStackBytes / 4;
    return out;
}

std::string Queries::substituted(const std::string& text) const {
    if (!config_.get(keys::kVariableSubstitute)) return text;
    return substitute_variables(text, [this](const std::string& name) {
        return session_.conf().get_with_default(name, "").value_or("");
    });
}

analysis::AnalysisContext Queries::analysis_context() {
    return {.registry = session_.context().registry(),
            .catalog = session_.catalog(),
            .settings = settings_,
            .next_id =
                [this] {
                    stop_.throw_if_stopped();
                    return session_.context().next_attribute_id();
                },
            .arrow_schema = [](std::string_view stream) { return arrow_schema(stream); },
            .file_schema = [this](std::string_view format, const std::vector<std::string>& paths, bool merge,
                                  const u::Options& options) {
                if (format == "parquet") {
                    return parquet_columns(session_.context().queries(), paths, merge, settings_.case_sensitive);
                }
                return files::record_schema(format, paths, Options(options),
                                            {settings_.time_zone, settings_.case_sensitive, settings_.parallelism, stop_});
            },
            .text_records = [this](const bound::Relation& texts, std::string_view format, const u::Options& options,
                                   bool wants_schema) { return text_records(texts, format, options, wants_schema); },
            .name_matches = matches_java_pattern,
            .cached_relation = [this](const std::string& id) -> const bound::Relation* {
                auto found = session_.checkpoint(id);
                if (!found) return nullptr;
                held_.push_back(std::move(found));
                return held_.back().get();
            },
            .analyze_table_function = [this](const PythonFunction& function,
                                             const std::vector<analysis::TableFunctionArgument>& arguments) {
                return analyze_table_function(*this, function, arguments);
            },
            .python_read = [this](const std::string& format, const u::Options& options,
                                  const std::vector<std::string>& paths, const std::optional<Schema>& schema) {
                return make_python_read(*this, format, options, paths, schema);
            },
            .run_first_column = [this](const bound::Relation& plan) {
                std::vector<Literal> out;
                const RowSet values = rows(plan, std::numeric_limits<std::size_t>::max());
                for (const ValueList& row : values.rows) {
                    out.push_back({values.schema[0].type, row[0]});
                }
                return out;
            },
            .locals = locals_};
}

analysis::TextRecords Queries::text_records(const bound::Relation& texts, std::string_view format,
                                            const u::Options& given, bool wants_schema) {
    const Options options(given);
    const files::TextFormat text_format = files::record_format(format, options);
    auto results = stream(texts);
    std::vector<ValueList> block;
    std::size_t at = 0;
    analysis::TextRecords out;
    const files::NextText next = [&]() -> std::optional<std::string_view> {
        while (true) {
            if (at == block.size()) {
                stop_.throw_if_stopped();
                block = results.next_rows();
                at = 0;
                if (block.empty()) return std::nullopt;
            }
            const Value& text = block[at++][0];
            if (text.is_null()) continue;
            if (!out.first && files::is_record(text.bytes(), text_format)) out.first = text.bytes();
            return text.bytes();
        }
    };
    if (wants_schema) {
        out.schema = files::text_schema(format, next, options,
                                        {settings_.time_zone, settings_.case_sensitive, settings_.parallelism, stop_});
    } else {
        while (!out.first && next()) {
        }
    }
    return out;
}

bound::Relation Queries::analyze(const u::Relation& relation, analysis::References* references) {
    analysis::AnalysisContext context = analysis_context();
    context.references = references;
    return with_time_parser(analysis::analyze(relation, context), config_.get(keys::kTimeParserPolicy),
                            session_.context().registry());
}

Schema Queries::schema(const u::Relation& root) {
    if (root.get_if<u::ShowString>() != nullptr) return {text_column("show_string")};
    if (root.get_if<u::HtmlString>() != nullptr) return {text_column("html_string")};
    const auto* query = root.get_if<u::CatalogQuery>();
    if (query != nullptr && !query->makes_table()) return catalog_query_schema(*query);
    return analysis::schema_of(analyze(root));
}

/// Roots whose rows the session makes itself.
RowSet Queries::root_rows(const u::Relation& root) {
    const auto one_text = [](const char* column, std::string text) {
        return RowSet{{text_column(column)}, {{Value(std::move(text))}}};
    };
    if (const auto* show = root.get_if<u::ShowString>()) {
        const RowSet data = rows(analyze(show->child), rows_wanted(show->rows));
        return one_text("show_string", show_string(data, show_options(*show, settings_.time_zone)));
    }
    if (const auto* html = root.get_if<u::HtmlString>()) {
        const RowSet data = rows(analyze(html->child), rows_wanted(html->rows));
        return one_text("html_string",
                        html_string(data, {html->rows, html->truncate, false, settings_.time_zone}));
    }
    return run_catalog_query(*this, *root.get_if<u::CatalogQuery>());
}

void Queries::run(const u::Relation& root, ResultSink& sink) {
    const auto* request = root.get_if<u::CatalogQuery>();
    const bool makes_table = request != nullptr && request->makes_table();
    if (makes_table) {
        if (!session_.has_created(root.plan_id())) create_table(*this, *request);
        session_.note_creation(root.plan_id());
    }
    const bool is_made_here = root.get_if<u::ShowString>() != nullptr || root.get_if<u::HtmlString>() != nullptr ||
                              (request != nullptr && !makes_table);
    if (is_made_here) {
        const RowSet made = root_rows(root);
        sink.schema(made.schema);
        sink.batch(to_arrow(made));
        return;
    }
    const bound::Relation plan = analyze(root);
    const Schema columns = analysis::schema_of(plan);
    auto batches = stream(plan);
    sink.schema(columns);
    bool any = false;
    while (auto batch = batches.next_batch()) {
        stop_.throw_if_stopped();
        sink.batch(std::move(*batch));
        any = true;
    }
    if (!any) sink.batch(batches.empty_batch());
    sink.metrics(batches.metrics());
}

RowSet Queries::rows(const bound::Relation& plan, std::size_t rows_max) {
    RowSet out{analysis::schema_of(plan), {}};
    if (rows_max == 0) return out;
    const auto limit = static_cast<std::int64_t>(std::min<std::size_t>(
        rows_max, static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max())));
    const bool is_limited = rows_max < std::numeric_limits<std::int32_t>::max();
    auto results = stream(is_limited ? bound::Relation(bound::Limit{plan, limit}) : plan);
    while (true) {
        stop_.throw_if_stopped();
        auto some = results.next_rows();
        if (some.empty()) return out;
        for (auto& row : some) out.rows.push_back(std::move(row));
    }
}

RowSet Queries::rows(const u::Relation& root) {
    if (root.get_if<u::CatalogQuery>() != nullptr || root.get_if<u::ShowString>() != nullptr ||
        root.get_if<u::HtmlString>() != nullptr) {
        return root_rows(root);
    }
    return rows(analyze(root), std::numeric_limits<std::size_t>::max());
}

Literal Queries::evaluate(const u::Expr& expr) {
    const RowSet one = rows(u::Relation(u::Project{u::Relation(u::OneRow{}), {expr}}));
    FS_ASSERT(one.rows.size() == 1 && one.schema.size() == 1);
    return {one.schema[0].type, one.rows[0][0]};
}

std::string Queries::python_text(bound::PythonCall call,
                                 const std::vector<std::pair<std::string, std::string>>& conf) {
    exec::QueryOptions options = query_options();
    options.python = [this, &conf] {
        auto context = std::make_shared<exec::PythonContext>(*python_context());
        context->conf.insert(context->conf.end(), conf.begin(), conf.end());
        return context;
    };
    bound::NamedExpr text{bound::Expr(std::move(call)), session_.context().next_attribute_id(), "text", {}};
    const bound::Relation plan = bound::Project{bound::OneRow{}, {std::move(text)}};
    auto stream = session_.context().queries().run(plan, std::move(options), stop_);
    const std::vector<ValueList> rows = stream.all_rows(1);
    FS_ASSERT(rows.size() == 1);
    return rows[0][0].bytes();
}

std::shared_ptr<const exec::PythonContext> Queries::python_context() const {
    const std::lock_guard lock(python_mutex_);
    if (python_) return python_;
    SparkContext& context = session_.context();
    auto environment = context.worker_environment(config_);
    enter_worker_files(context.conf(), config_, session_.artifacts(), context.python(), *environment);
    auto out = std::make_shared<exec::PythonContext>();
    out->environment = std::move(environment);
    for (const ConfigRow& row : config_rows()) {
        if (!row.name.starts_with("spark.sql.")) continue;
        if (const std::string* value = config_.set_value(row.name)) out->conf.emplace_back(row.name, *value);
    }
    out->conf.emplace_back(keys::kSessionTimeZone.name, settings_.time_zone);
    if (config_.set_value("spark.sql.pyspark.udf.profiler") != nullptr) out->profiles = session_.profiles();
    python_ = std::move(out);
    return python_;
}

exec::QueryOptions Queries::query_options() const {
    exec::QueryOptions out;
    out.result.time_zone = settings_.time_zone;
    const auto rows_max = config_.get(keys::kArrowMaxRecordsPerBatch);
    out.result.batch_rows_max = rows_max > 0 ? rows_max : std::numeric_limits<std::int32_t>::max();
    out.result.batch_bytes_max = static_cast<std::size_t>(config_.get(keys::kArrowBatchBytesMax)) * 7 / 10;
    out.result.large_var_types = config_.get(keys::kArrowUseLargeVarTypes);
    out.result.progress = progress_;
    out.python = [this] { return python_context(); };
    return out;
}

void Queries::note(std::vector<exec::ObservedMetrics> metrics) {
    for (auto& one : metrics) observed_.push_back(std::move(one));
}

bound::Relation Queries::ready(const bound::Relation& plan) {
    const bound::Relation cached = session_.plan_cache().apply(plan, [this](const bound::Relation& part) {
        return session_.context().queries().store(with_planned_reads(*this, part), query_options(), stop_);
    });
    return with_planned_reads(*this, cached);
}

exec::QueryStream Queries::stream(const bound::Relation& plan) {
    auto rows = session_.context().queries().run(ready(plan), query_options(), stop_);
    note(rows.observed());
    return rows;
}

std::shared_ptr<const bound::StoredRows> Queries::store(const bound::Relation& plan) {
    return session_.context().queries().store(ready(plan), query_options(), stop_);
}

void Queries::write_files(const bound::Relation& plan, const FileOutput& output) {
    note(session_.context().queries().write(ready(plan), output, query_options(), stop_));
}

/// Small results that the session makes travel as one batch.
exec::QueryOptions Queries::one_batch_options() const {
    exec::QueryOptions out = query_options();
    out.result.batch_rows_max = std::numeric_limits<std::int32_t>::max();
    out.result.batch_bytes_max = std::numeric_limits<std::int32_t>::max();
    return out;
}

ArrowBatch Queries::to_arrow(const RowSet& rows) {
    if (rows.rows.empty() || rows.schema.empty()) return empty_batch(rows.schema, query_options().result);
    bound::Values values;
    for (const StructField& field : rows.schema) {
        values.columns.push_back({session_.context().next_attribute_id(), field.name, field.type,
                                  field.nullable, field.metadata});
    }
    for (const ValueList& row : rows.rows) {
        std::vector<bound::Expr> cells;
        for (std::size_t i = 0; i < row.size(); ++i) {
            cells.emplace_back(bound::Constant{{rows.schema[i].type, row[i]}});
        }
        values.rows.push_back(std::move(cells));
    }
    auto batches =
        session_.context().queries().run(bound::Relation(std::move(values)), one_batch_options(), stop_);
    auto batch = batches.next_batch();
    FS_ASSERT(batch && batch->rows == static_cast<std::int64_t>(rows.rows.size()));
    return std::move(*batch);
}

RowSet Queries::run(const u::Command& command, const CommandArguments& arguments) {
    return run_command(*this, command, arguments);
}

std::string Queries::checkpoint(const u::Checkpoint& command) {
    const bound::Relation plan = analyze(command.child);
    const bound::StoredScan kept{store(plan), plan.output()};
    return session_.add_checkpoint(std::make_shared<const bound::Relation>(kept));
}

void Queries::persist(const u::Relation& relation, const StorageLevel& level) {
    session_.plan_cache().add(analyze(relation), level);
}

void Queries::unpersist(const u::Relation& relation) { session_.plan_cache().remove(analyze(relation)); }

std::optional<StorageLevel> Queries::storage_level(const u::Relation& relation) {
    return session_.plan_cache().level(analyze(relation));
}

bool Queries::same_semantics(const u::Relation& a, const u::Relation& b) {
    return analysis::canonical_text(analyze(a)) == analysis::canonical_text(analyze(b));
}

std::int32_t Queries::semantic_hash(const u::Relation& relation) {
    return static_cast<std::int32_t>(std::hash<std::string>{}(analysis::canonical_text(analyze(relation))));
}

std::vector<std::string> Queries::input_files(const u::Relation& relation) {
    std::set<std::string> files;
    const std::function<void(const bound::Relation&)> visit = [&](const bound::Relation& part) {
        if (const auto* scan = part.get_if<bound::FileScan>()) {
            for (const std::string& file : scan->files) files.insert("file://" + file);
        }
        bound::for_each_input(part, visit);
    };
    visit(analyze(relation));
    return {files.begin(), files.end()};
}

std::string Queries::explain(const u::Relation& root, u::ExplainMode mode) {
    const bound::Relation plan = analyze(root);
    const std::string physical =
        "== Physical Plan ==\n" + session_.context().queries().explain(with_planned_reads(*this, plan), query_options());
    switch (mode) {
        case u::ExplainMode::Simple:
        case u::ExplainMode::Formatted: return physical;
        case u::ExplainMode::Codegen:
            return "Found 0 WholeStageCodegen subtrees.\n";
        case u::ExplainMode::Cost:
        case u::ExplainMode::Extended: break;
    }
    const std::string logical = analysis::to_text(plan);
    if (mode == u::ExplainMode::Cost) return "== Optimized Logical Plan ==\n" + logical + "\n" + physical;
    std::string columns;
    for (const StructField& field : analysis::schema_of(plan)) {
        if (!columns.empty()) columns += ", ";
        columns += field.name + ": " + simple_string(field.type);
    }
    return "== Parsed Logical Plan ==\n" + logical + "\n== Analyzed Logical Plan ==\n" + columns + "\n" +
           logical + "\n== Optimized Logical Plan ==\n" + logical + "\n" + physical;
}

}  // namespace firesteel
