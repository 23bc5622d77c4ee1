#include "session/queries.h"

#include <algorithm>
#include <limits>

#include "common/config_keys.h"
#include "common/error.h"
#include "session/catalog_query.h"
#include "session/commands/commands.h"
#include "session/spark_context.h"

namespace firesteel {
namespace {

namespace u = unresolved;

catalog::Settings settings_of(const Config& config, const Session& session, unsigned parallelism) {
    catalog::Settings out;
    out.ansi = config.get(keys::kAnsiEnabled);
    out.case_sensitive = config.get(keys::kCaseSensitive);
    out.time_zone = config.get(keys::kSessionTimeZone);
    out.timestamp_is_ntz = config.get(keys::kTimestampType) == "TIMESTAMP_NTZ";
    out.allow_precision_loss = config.get(keys::kDecimalAllowPrecisionLoss);
    out.legacy_size_of_null = config.get(keys::kLegacySizeOfNull);
    out.lateral_column_alias = config.get(keys::kLateralColumnAlias);
    out.group_by_ordinal = config.get(keys::kGroupByOrdinal);
    out.group_by_aliases = config.get(keys::kGroupByAliases);
    out.order_by_ordinal = config.get(keys::kOrderByOrdinal);
    out.default_format = config.get(keys::kSourcesDefault);
    out.partition_column_types = config.get(keys::kPartitionColumnTypes);
    out.parallelism = static_cast<std::int32_t>(parallelism);
    out.pivot_values_max = static_cast<std::int32_t>(config.get(keys::kPivotMaxValues));
    out.recursion_levels_max = config.get(keys::kCteRecursionLevels);
    out.recursion_rows_max = config.get(keys::kCteRecursionRows);
    out.user = session.key().user.text();
    return out;
}

ShowOptions show_options(const u::ShowString& show, const std::string& zone) {
    return {show.rows, show.truncate, show.vertical, zone};
}

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
      settings_(settings_of(config_, session, session.context().facts().default_parallelism)) {}

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
    return out;
}

analysis::AnalysisContext Queries::analysis_context() {
    return {.registry = session_.context().registry(),
            .catalog = session_.catalog(),
            .settings = settings_,
            .next_id = [this] { return session_.context().next_attribute_id(); },
            .arrow_schema = [](std::string_view stream) { return arrow_schema(stream); },
            .file_schema = [](std::string_view format, const std::vector<std::string>&,
                              const u::Options&) -> Schema {
                throw unsupported("reading files of the format " + std::string(format));
            },
            .cached_relation = [this](const std::string& id) -> const bound::Relation* {
                auto found = session_.checkpoint(id);
                if (!found) return nullptr;
                held_.push_back(std::move(found));
                return held_.back().get();
            },
            .run_first_column = [this](const bound::Relation& plan) {
                std::vector<Literal> out;
                const RowSet values = rows(plan, std::numeric_limits<std::size_t>::max());
                for (const ValueList& row : values.rows) {
                    out.push_back({values.schema[0].type, row[0]});
                }
                return out;
            }};
}

bound::Relation Queries::analyze(const u::Relation& relation) {
    analysis::AnalysisContext context = analysis_context();
    return analysis::analyze(relation, context);
}

Schema Queries::schema(const u::Relation& root) {
    if (root.get_if<u::ShowString>() != nullptr) return {text_column("show_string")};
    if (root.get_if<u::HtmlString>() != nullptr) return {text_column("html_string")};
    if (const auto* query = root.get_if<u::CatalogQuery>()) return catalog_query_schema(*query);
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
    const bool is_made_here = root.get_if<u::ShowString>() != nullptr ||
                              root.get_if<u::HtmlString>() != nullptr ||
                              root.get_if<u::CatalogQuery>() != nullptr;
    if (is_made_here) {
        const RowSet made = root_rows(root);
        sink.schema(made.schema);
        sink.batch(to_arrow(made));
        return;
    }
    const bound::Relation plan = analyze(root);
    const Schema columns = analysis::schema_of(plan);
    const auto batches = stream(plan);
    sink.schema(columns);
    bool any = false;
    while (auto batch = batches->next_batch()) {
        stop_.throw_if_stopped();
        sink.batch(std::move(*batch));
        any = true;
    }
    if (!any) sink.batch(empty_batch(columns, result_options()));
}

RowSet Queries::rows(const bound::Relation& plan, std::size_t rows_max) {
    RowSet out{analysis::schema_of(plan), {}};
    if (rows_max == 0) return out;
    const auto limit = static_cast<std::int64_t>(std::min<std::size_t>(
        rows_max, static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max())));
    const bool is_limited = rows_max < std::numeric_limits<std::int32_t>::max();
    const auto results = stream(is_limited ? bound::Relation(bound::Limit{plan, limit}) : plan);
    while (true) {
        stop_.throw_if_stopped();
        auto some = results->next_rows();
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

ResultOptions Queries::result_options() const {
    ResultOptions out;
    out.time_zone = settings_.time_zone;
    const auto rows_max = config_.get(keys::kArrowMaxRecordsPerBatch);
    out.batch_rows_max = rows_max > 0 ? rows_max : std::numeric_limits<std::int32_t>::max();
    out.batch_bytes_max = static_cast<std::size_t>(config_.get(keys::kArrowBatchBytesMax)) * 7 / 10;
    out.large_var_types = config_.get(keys::kArrowUseLargeVarTypes);
    return out;
}

std::unique_ptr<ResultStream> Queries::stream(const bound::Relation& plan) {
    return session_.context().backend().run(plan, result_options(), stop_);
}

ArrowBatch Queries::to_arrow(const RowSet& rows) {
    if (rows.rows.empty() || rows.schema.empty()) return empty_batch(rows.schema, result_options());
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
    ResultOptions options = result_options();
    options.batch_rows_max = static_cast<std::int64_t>(rows.rows.size());
    options.batch_bytes_max = std::numeric_limits<std::size_t>::max();
    const auto batches =
        session_.context().backend().run(bound::Relation(std::move(values)), options, stop_);
    auto batch = batches->next_batch();
    FS_ASSERT(batch && batch->rows == options.batch_rows_max);
    return std::move(*batch);
}

RowSet Queries::run(const u::Command& command, const CommandArguments& arguments) {
    return run_command(*this, command, arguments);
}

std::string Queries::checkpoint(const u::Checkpoint& command) {
    const bound::Relation plan = analyze(command.child);
    bound::LocalTable kept;
    const auto batches = stream(plan);
    while (auto batch = batches->next_batch()) {
        kept.streams.push_back(std::make_shared<const std::string>(std::move(batch->ipc)));
    }
    for (const StructField& field : analysis::schema_of(plan)) {
        kept.columns.push_back({session_.context().next_attribute_id(), field.name, field.type,
                                field.nullable, field.metadata});
    }
    return session_.add_checkpoint(std::make_shared<const bound::Relation>(std::move(kept)));
}

std::string Queries::explain(const u::Relation& root, u::ExplainMode mode) {
    const bound::Relation plan = analyze(root);
    const std::string physical =
        "== Physical Plan ==\n" + session_.context().backend().operators_text(plan, result_options());
    switch (mode) {
        case u::ExplainMode::Simple:
        case u::ExplainMode::Formatted: return physical;
        case u::ExplainMode::Codegen:
            return "Found 0 WholeStageCodegen subtrees.\n";
        case u::ExplainMode::Cost:
        case u::ExplainMode::Extended: break;
    }
    const std::string logical = session_.context().backend().statement_text(plan, result_options());
    if (mode == u::ExplainMode::Cost) return "== Optimized Logical Plan ==\n" + logical + "\n\n" + physical;
    std::string columns;
    for (const StructField& field : analysis::schema_of(plan)) {
        if (!columns.empty()) columns += ", ";
        columns += field.name + ": " + simple_string(field.type);
    }
    return "== Parsed Logical Plan ==\n" + logical + "\n\n== Analyzed Logical Plan ==\n" + columns + "\n" +
           logical + "\n\n== Optimized Logical Plan ==\n" + logical + "\n\n" + physical;
}

}  // namespace firesteel
