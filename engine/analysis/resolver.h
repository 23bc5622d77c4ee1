#pragma once
/// The state of one analysis and its resolvers, one per relation (resolve/*.cpp). Internal to
/// analysis; one thread, lives for one analyze().

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analysis/analyzer.h"
#include "analysis/scope.h"
#include "functions/resolve.h"
#include "sql/parser.h"

namespace firesteel::analysis {

/// Sets a variable for a scope and puts the old value back.
template <typename T>
class Scoped {
  public:
    Scoped(T& target, T value) : target_(target), old_(std::exchange(target, std::move(value))) {}
    ~Scoped() { target_ = std::move(old_); }
    Scoped(const Scoped&) = delete;
    Scoped& operator=(const Scoped&) = delete;

  private:
    T& target_;
    T old_;
};

using NameLookup = std::function<bound::MaybeExpr(const NameParts&, const Origin&)>;
using WindowDefinitions =
    std::vector<std::pair<std::string, std::shared_ptr<const u::WindowSpec>>>;

/// Where the names of one operator's expressions are looked up, in this order: lambda parameters,
/// `first`, the inputs, below them (`below`), `last`, the enclosing queries, session variables.
struct Names {
    std::vector<NodePtr> inputs;
    NameLookup first;   // HAVING: the grouped columns
    NameLookup last;    // aliases of the same select list
    bool below = false;  // ORDER BY, filter: columns that were projected away
    bool skips_ambiguous = false;  // ORDER BY, above an Aggregate: what is ambiguous at one place may be found at the next
    NameLookup in_aggregate;  // above an Aggregate: arguments of aggregate functions
    const std::vector<bound::Expr>* rewrite_arguments = nullptr;  // {0}, {1} of a row's rewrite text
    std::vector<std::vector<bound::LambdaParameter>> lambdas;
    /// The clause a query can't have correlated columns or subqueries in; for errors.
    std::string clause;
    const Scope& scope() const;

  private:
    mutable std::optional<Scope> merged_;
};

/// One output column under construction.
struct Item {
    bound::Expr expr;
    AttributeId id;
    std::string name;
    std::string metadata;
    bool generated_name = false;
    std::vector<std::string> columns;  // of a generator: its names, possibly none
    bool is_generator = false;
    bool aliased = false;  // named by the user: later items of the list may refer to it
    Origin origin;
    bound::NamedExpr named() const { return {expr, id, name, metadata, generated_name}; }
};

/// Values for parameter markers.
struct Parameters {
    std::vector<std::pair<std::string, bound::Expr>> named;
    std::vector<bound::Expr> positional;
};

/// A WITH table in scope.
struct CommonTableEntry {
    std::string name;
    std::uint64_t id = 0;
    bound::Attributes columns;  // of the query, by position
    int uses = 0;
    // While a recursive table's own query is resolved.
    bool in_anchor = false;
    bool in_step = false;
};

class Resolver {
  public:
    explicit Resolver(AnalysisContext& context);

    NodePtr relation(const u::Relation& relation);

    // ---- expressions (bind_*.cpp) ----
    bound::Expr bind(const u::Expr& expr, Names& names);
    /// bind, with stars expanded: one item or more.
    void bind_item(const u::Expr& expr, Names& names, std::vector<Item>& items);
    std::vector<Item> bind_items(const std::vector<u::Expr>& exprs, Names& names);
    std::vector<bound::Expr> without_excepted(std::vector<bound::Expr> out, const u::Star& star,
                                              const Origin& origin, Names& names);
    bound::SortOrder bind_order(const u::SortOrder& order, Names& names);
    bound::Expr bind_condition(const u::Expr& expr, Names& names);
    std::vector<bound::Expr> expand_star(const u::Expr& star, Names& names);
    bound::MaybeExpr lookup(const NameParts& name, const Origin& origin, Names& names);
    [[noreturn]] void unresolved_column(const NameParts& name, const Origin& origin,
                                        const Names& names) const;
    functions::CallContext call_context(Names& names);
    bound::Expr cast(bound::Expr expr, const DataType& type, bool implicit = true);
    bound::Expr call(std::string_view name, std::vector<bound::Expr> arguments);
    /// A constant's value; `what` and UNFOLDABLE-like errors are the caller's.
    std::optional<Literal> constant(const bound::Expr& expr) const;
    std::string constant_string(const u::Expr& expr, const std::string& what);

    AttributeId fresh() { return context_.next_id(); }
    const catalog::Settings& settings() const { return settings_; }
    AnalysisContext& context() { return context_; }
    bool case_sensitive() const { return settings_.case_sensitive; }
    sql::ParserOptions parser_options() const;

    /// A query inside an expression or a lateral join: `outer` are the names it may refer to.
    NodePtr subquery(const u::Relation& query, Names& outer, std::vector<bound::Expr>* references);

  private:
    struct Frame {
        Names* names;
        std::vector<bound::Expr> references;
    };
    class Depth {
      public:
        explicit Depth(Resolver& r);
        ~Depth() { --r_.depth_; }
        Depth(const Depth&) = delete;
        Depth& operator=(const Depth&) = delete;

      private:
        Resolver& r_;
    };
    using Made = std::shared_ptr<Node>;

    // ---- nodes ----
    static Made make(bound::Relation plan, Scope scope, std::vector<NodePtr> inputs, Reach reach);
    /// A node with the child's columns, whose plan is `plan`.
    static Made passing(const NodePtr& child, bound::Relation plan);
    /// A node over `child` whose columns are new or selected.
    Made projected(const NodePtr& child, bound::Relation plan);

    // ---- one function per relation; resolve/*.cpp ----
    Made resolve(const u::OneRow&, const u::Relation&);
    Made resolve(const u::NamedTable&, const u::Relation&);
    Made resolve(const u::IdentifierTable&, const u::Relation&);
    Made resolve(const u::DataSource&, const u::Relation&);
    Made resolve(const u::LocalData&, const u::Relation&);
    Made resolve(const u::InlineTable&, const u::Relation&);
    Made resolve(const u::Range&, const u::Relation&);
    Made resolve(const u::TableFunction&, const u::Relation&);
    Made resolve(const u::PythonTableFunction&, const u::Relation&);
    Made resolve(const u::CachedRemote&, const u::Relation&);
    Made resolve(const u::CatalogQuery&, const u::Relation&);
    Made resolve(const u::Project&, const u::Relation&);
    Made resolve(const u::Filter&, const u::Relation&);
    Made resolve(const u::Having&, const u::Relation&);
    Made resolve(const u::WindowDefinitions&, const u::Relation&);
    Made resolve(const u::Aggregate&, const u::Relation&);
    Made resolve(const u::Pivot&, const u::Relation&);
    Made resolve(const u::Unpivot&, const u::Relation&);
    Made resolve(const u::Sort&, const u::Relation&);
    Made resolve(const u::Limit&, const u::Relation&);
    Made resolve(const u::Offset&, const u::Relation&);
    Made resolve(const u::Tail&, const u::Relation&);
    Made resolve(const u::SubqueryAlias&, const u::Relation&);
    Made resolve(const u::ToDataFrame&, const u::Relation&);
    Made resolve(const u::WithColumns&, const u::Relation&);
    Made resolve(const u::WithColumnsRenamed&, const u::Relation&);
    Made resolve(const u::Drop&, const u::Relation&);
    Made resolve(const u::ToSchema&, const u::Relation&);
    Made resolve(const u::Deduplicate&, const u::Relation&);
    Made resolve(const u::Sample&, const u::Relation&);
    Made resolve(const u::Repartition&, const u::Relation&);
    Made resolve(const u::RepartitionByExpression&, const u::Relation&);
    Made resolve(const u::Hint&, const u::Relation&);
    Made resolve(const u::LateralView&, const u::Relation&);
    Made resolve(const u::With&, const u::Relation&);
    Made with_tables(const u::With& n, const Origin& origin, const std::function<NodePtr()>& query_of_child);
    Made resolve(const u::WithParameters&, const u::Relation&);
    Made resolve(const u::WithReferences&, const u::Relation&);
    Made resolve(const u::CollectMetrics&, const u::Relation&);
    Made resolve(const u::ShowString&, const u::Relation&);
    Made resolve(const u::HtmlString&, const u::Relation&);
    Made resolve(const u::Transpose&, const u::Relation&);
    Made resolve(const u::NaFill&, const u::Relation&);
    Made resolve(const u::NaDrop&, const u::Relation&);
    Made resolve(const u::NaReplace&, const u::Relation&);
    Made resolve(const u::Statistic&, const u::Relation&);
    Made resolve(const u::SampleBy&, const u::Relation&);
    Made resolve(const u::Parse&, const u::Relation&);
    Made resolve(const u::MapPartitions&, const u::Relation&);
    Made resolve(const u::GroupMap&, const u::Relation&);
    Made resolve(const u::Join&, const u::Relation&);
    Made resolve(const u::AsOfJoin&, const u::Relation&);
    Made resolve(const u::SetOperation&, const u::Relation&);
    Made resolve(const u::CoGroupMap&, const u::Relation&);
    Made resolve(const u::Zip&, const u::Relation&);
    Made resolve(const u::PipeExtend&, const u::Relation&);
    Made resolve(const u::PipeSet&, const u::Relation&);
    Made resolve(const u::PipeDrop&, const u::Relation&);
    Made resolve(const u::PipeAggregate&, const u::Relation&);

    // ---- projections (resolve/project.cpp) ----
    /// Select list over a child: generators, windows, lateral aliases, global aggregates.
    /// pipe_clause: the |> operator whose list this is, which refuses aggregates; empty otherwise.
    Made select(const NodePtr& child, const std::vector<u::Expr>& expressions,
                const std::string& pipe_clause, const Origin& origin);
    Made project_items(const NodePtr& child, std::vector<Item> items);
    bound::Relation with_windows(bound::Relation plan, std::vector<Item>& items);
    bound::Relation with_generators(bound::Relation plan, std::vector<Item>& items);
    bound::Relation in_layers(bound::Relation plan, std::vector<Item> items);
    Item item_of(const u::Expr& written, bound::Expr expr, const Names& names);
    Item attribute_item(const bound::Attribute& a);
    void unique_ids(std::vector<Item>& items);
    Made project_attributes(const NodePtr& child, const bound::Attributes& attributes);
    std::string inherited_metadata(const bound::Expr& expr, const Names& names) const;

    // ---- aggregation (resolve/aggregate.cpp) ----
    Made aggregate(const NodePtr& child, const u::Aggregate& n, const Origin& origin);
    Made aggregate_items(const NodePtr& child, std::vector<bound::NamedExpr> groups,
                         std::optional<std::vector<std::vector<std::size_t>>> sets,
                         std::vector<Item> items);
    struct Grouping;
    class GroupingSets;
    bound::Expr bind_group(const u::Expr& written, const std::vector<u::Expr>& outputs, Names& names,
                           const std::vector<Item>& items);
    /// GROUP BY all where a column, or an alias of the select list, has that name: whether one does.
    bool group_named_all(const NodePtr& input, const std::vector<Item>& items, Grouping& grouping, const Origin& origin);
    void groups_of_all(const std::vector<Item>& items, Grouping& grouping, const Origin& origin);
    /// Names for expressions above an Aggregate: its outputs and, in aggregate functions or as
    /// grouped expressions, its inputs.
    Names names_above(const NodePtr& child, bool input_first);
    NameLookup lateral_aliases(const std::vector<Item>& items);
    void check_lateral(const std::vector<Item>& items) const;
    /// Makes `expr`, bound by names_above, refer to outputs of the child's plan, which is widened.
    bound::Expr settle_above(bound::Expr expr, const NodePtr& child,
                             std::vector<bound::NamedExpr>& added);

    // ---- windows of time (resolve/time_windows.cpp) ----
    NameLookup window_names(NameLookup others, std::vector<const u::Expr*> written, Names& names);
    bound::Expr window_bound(const bound::Expr& time, std::int64_t slide, std::int64_t start,
                             std::int64_t offset);
    bound::Expr window_struct(const bound::Expr& start, const bound::Expr& end, const DataType& type);
    bound::Relation tumbling_windows(bound::Relation plan, const bound::Call& call,
                                     const bound::Attribute& column);
    bound::Relation session_windows(bound::Relation plan, const bound::Call& window,
                                    const bound::Attribute& column,
                                    const std::vector<bound::Expr>* keys);
    /// The child with the windows that items and groups ask for as columns, which these then refer to;
    /// the child itself if they ask for none.
    NodePtr with_time_windows(const NodePtr& child, std::vector<Item>& items,
                              std::vector<bound::Expr>* groups, const Origin& origin);

    // ---- the rest ----
    Made table_by_name(const NameParts& name, const u::Options& options, const Origin& origin);
    Made view(const catalog::View& view, const NameParts& name, const Origin& origin);
    bound::Expr view_column(const Scope& scope, const bound::Attribute& source, const catalog::View& view,
                            const DataType& type, const Origin& origin);
    Made view_columns(const catalog::View& view, const NodePtr& body, const Origin& origin);
    Made stored_table(const catalog::Table& table, const Origin& origin);
    bound::Relation with_padded_chars(const bound::Relation& plan, const Schema& columns);
    // ---- CHAR columns (bind_char.cpp) ----
    bound::Expr padded(bound::Expr text, int length);
    int char_length(const bound::Expr& expr, const Names& names) const;
    void pad_compared(const std::string& function, std::vector<functions::Argument>& arguments, const Names& names);
    /// A statement that makes something permanent may not use what is temporary.
    void note_temporary(const char* kind, NameParts name);
    catalog::FunctionPtr find_function(const NameParts& name);
    Made common_table(CommonTableEntry& entry, const Origin& origin);
    CommonTableEntry* find_common_table(const NameParts& name);
    Made file_source(const std::string& name, const std::vector<std::string>& paths,
                     const u::Options& options, const std::optional<Schema>& schema,
                     const Origin& origin);
    void note_absent(bound::FileScan& scan, const u::Options& options);
    Made filter_over(const NodePtr& child, const u::Expr& condition, bool having,
                     const Origin& origin);
    std::int64_t limit_value(const u::Expr& count, const std::string& name);
    Made renamed(const NodePtr& child, const std::vector<std::string>& names);
    Made generate(const NodePtr& child, bound::Expr generator, bool outer,
                  const std::vector<std::string>& names, Qualifier qualifier, const Origin& origin);
    NodePtr lateral_side(const u::Join& n, const NodePtr& left, const Origin& origin);
    bound::Attribute join_key(const NodePtr& node, const std::string& key, const char* side,
                              const Origin& origin) const;
    Made using_join(const NodePtr& left, const NodePtr& right, JoinType type,
                    const std::vector<std::string>& keys, const Origin& origin);
    bound::Expr as_of_condition(const u::AsOfJoin& n, const bound::Expr& left, const bound::Expr& right);
    bound::Expr as_of_distance(const u::AsOfJoin& n, const bound::Expr& left, const bound::Expr& right);
    bound::MaybeExpr place_of(const bound::Repartition& n, bool direct);
    Made combined(NodePtr left, NodePtr right, const u::SetOperation& n, const Origin& origin);
    void align_by_name(NodePtr& left, NodePtr& right, bool allow_missing, const Origin& origin);
    bound::Attributes columns_of(const Schema& schema);
    bound::Attributes python_columns(const PythonFunction& f, const Origin& origin);
    std::vector<bound::NamedExpr> python_groups(const NodePtr& child,
                                                const std::vector<u::Expr>& groups);
    std::vector<bound::Attribute> named_columns(const NodePtr& child,
                                                const std::vector<std::string>& names,
                                                const Origin& origin);
    Made replaced_columns(const NodePtr& child,
                          const std::function<bound::MaybeExpr(const bound::Attribute&)>& replacement);
    Made summary(const NodePtr& child, const std::vector<bound::Attribute>& columns,
                 const std::vector<std::string>& statistics, const Origin& origin);
    NodePtr crosstab(const u::Statistic& n);
    Made quantiles(const NodePtr& child, const u::Statistic& n, const Origin& origin);
    Made frequent_items(const NodePtr& child, const u::Statistic& n, const Origin& origin);
    struct PivotColumn;
    PivotColumn pivot_value(const u::Expr& e, const std::vector<bound::Expr>& columns, Names& names,
                            const Origin& origin);
    std::vector<u::Expr> distinct_pivot_values(const NodePtr& child,
                                               const std::vector<bound::Expr>& columns,
                                               const Origin& origin);
    Made pivot_by_filter(const NodePtr& child, std::vector<bound::NamedExpr> groups,
                         const std::vector<bound::Expr>& columns,
                         const std::vector<PivotColumn>& values, const std::vector<Item>& aggregates);
    bound::Expr pivot_condition(const std::vector<bound::Expr>& keys, const PivotColumn& value);
    Made pivot_columns(const NodePtr& child, std::vector<bound::NamedExpr> groups,
                       const std::vector<bound::Expr>& columns,
                       const std::vector<PivotColumn>& values, std::vector<Item> aggregates);
    Made unpivoted(const NodePtr& child, const u::Unpivot& n, const std::vector<bound::Expr>& ids,
                   const std::vector<std::vector<bound::Expr>>& sets, const Origin& origin);
    Made python_read(const PythonRead& read);
    Made python_table(const PythonFunction& function, const std::vector<u::Expr>& arguments, const Origin& origin);
    /// The rows of a TABLE argument, and what its one struct consists of.
    struct TableInput {
        NodePtr child;
        Names names;
        std::vector<std::pair<std::string, bound::Expr>> fields;
        std::vector<bound::Expr> partition_by;
        std::vector<bound::SortOrder> order_by;
        bool has_partitions = false;  // by values, or one for all
    };
    TableInput table_input(const u::Subquery& argument, const Origin& origin);
    void arrange(TableInput& input, const TableFunctionAnalysis& wanted, const std::string& function,
                 const Origin& origin);
    bound::Expr row_struct(const TableInput& input);
    void check_named_arguments(const std::string& routine, const std::vector<std::string>& names,
                               const Origin& origin) const;
    Made sql_table_function(const catalog::UserFunction& f, const u::TableFunction& n,
                            const Origin& origin);
    Made range_function(const u::TableFunction& n, const Origin& origin);
    std::vector<bound::Expr> sql_arguments(const catalog::UserFunction& f,
                                           const std::vector<u::Expr>& arguments,
                                           const Origin& origin, Names& names,
                                           std::vector<bound::Expr>* shown = nullptr);
    class FunctionBody;
    Names parameter_names(const catalog::UserFunction& f,
                          const std::vector<bound::Expr>& values, const Origin& origin);
    /// The query of a WITH table; a recursive one if it refers to itself.
    NodePtr common_query(const u::CommonTable& table, CommonTableEntry& entry, bool recursive,
                         const Origin& origin);
    NodePtr recursive_query(const u::CommonTable& table, const u::SetOperation& query,
                            CommonTableEntry& entry, const Origin& origin);
    NodePtr renamed_table(const NodePtr& node, const u::CommonTable& table, const Origin& origin);

    // ---- binding of single nodes; bind_*.cpp ----
    bound::Expr bind_attribute(const u::Attribute& n, const Origin& origin, Names& names);
    bound::Expr bind_by_plan_id(const u::Attribute& n, const Origin& origin, Names& names);
    bound::Expr bind_function(const u::Function& n, const Origin& origin, Names& names,
                              bool over_window);
    bound::Expr bind_python(const PythonFunction& f, const std::vector<u::Expr>& arguments,
                            const Origin& origin, Names& names);
    bound::Expr bind_sql_function(const catalog::UserFunction& f,
                                  const std::vector<u::Expr>& arguments, const Origin& origin,
                                  Names& names);
    bound::Expr bind_window(const u::Window& n, const Origin& origin, Names& names);
    std::shared_ptr<const u::WindowSpec> full_spec(const u::WindowSpec& spec, const Origin& origin);
    bound::WindowFrame bind_frame(const u::WindowFrame& frame, const bound::WindowSpec& spec,
                                  const Origin& origin, Names& names);
    void cast_bound(bound::FrameBound& b, const char* location, const bound::WindowFrame& frame,
                    const bound::WindowSpec& spec, const Origin& origin);
    bound::Expr bind_subquery(const u::Subquery& n, const Origin& origin, Names& names);
    bound::Expr bind_in_subquery(const u::Subquery& n, bound::Subquery out, const Origin& origin,
                                 Names& names);
    bound::Expr bind_parameter(const u::Parameter& n, const Origin& origin);
    /// What IDENTIFIER(text) stands for: a column or a call; other expressions as they are.
    u::Expr identified(const u::Expr& written);
    bound::Expr bind_update(const u::UpdateField& n, const Origin& origin, Names& names);
    bound::Expr bind_lambda(const u::Lambda& n, std::vector<bound::LambdaParameter> parameters,
                            Names& names);
    bound::Expr bind_rewrite(std::string_view text, const std::vector<bound::Expr>& arguments,
                             Names& names);
    std::vector<functions::Argument> bind_arguments(const std::string& function,
                                                    const std::vector<u::Expr>& arguments,
                                                    Names& names);
    bound::Expr field_path(bound::Expr base, const NameParts& name, std::size_t from,
                           const Origin& origin, Names& names);
    bound::MaybeExpr one_match(const std::vector<Match>& matches, const NameParts& name,
                               const Origin& origin, Names& names);
    bound::MaybeExpr lookup_below(const NodePtr& node, const NameParts& name, const Origin& origin,
                                  Names& names);
    bound::MaybeExpr lookup_outer(const NameParts& name, const Origin& origin);
    bound::MaybeExpr lookup_variable(const NameParts& name, const Origin& origin, Names& names);
    const u::Relation* reference_with(PlanId id) const;
    std::string search_path() const;
    std::optional<Literal> session_value(const std::string& function) const;
    void check_comparable(const bound::Relation& plan, const Origin& origin) const;
    void check_groupable(const bound::Expr& e, const Origin& origin) const;
    void check_orderable(const bound::Expr& e, const Origin& origin) const;

    AnalysisContext& context_;
    catalog::Settings settings_;
    std::string current_catalog_;
    std::string current_database_;
    std::vector<Frame> frames_;
    std::size_t visible_frames_ = 0;  // frames_ below this index can't be seen (inside a view)
    std::vector<std::shared_ptr<CommonTableEntry>> tables_;
    std::size_t hidden_tables_ = 0;  // tables_ below this index can't be seen (inside a view)
    const Parameters* parameters_ = nullptr;
    std::vector<const u::WithReferences*> references_;
    const WindowDefinitions* windows_ = nullptr;
    std::vector<NameParts> open_views_;  // names being expanded, against cycles
    bool in_permanent_ = false;  // in the text of a permanent object: temporary ones can't be seen
    std::vector<std::string> open_functions_;
    std::uint32_t depth_ = 0;
    std::uint64_t next_table_id_ = 1;
    bool nested_generator_ = false;  // a generator was met inside another expression
    bool seen_named_parameter_ = false;
    bool seen_positional_parameter_ = false;
};

class Resolver::FunctionBody {
  public:
    FunctionBody(Resolver& resolver, const catalog::UserFunction& f, const Origin& origin);
    ~FunctionBody() { resolver_.open_functions_.pop_back(); }
    FunctionBody(const FunctionBody&) = delete;
    FunctionBody& operator=(const FunctionBody&) = delete;

  private:
    Resolver& resolver_;
    const Scoped<catalog::Settings> as_made_;
    const Scoped<std::string> database_;
    const Scoped<bool> permanent_;
    const Scoped<std::size_t> hide_tables_;
};

/// Adds columns of below (and aggregates) to a plan's output, through projections.
bound::Relation widen(const bound::Relation& plan, const std::vector<AttributeId>& wanted,
                      const std::vector<bound::NamedExpr>& aggregates = {});
/// Widens child.plan by what the expressions need; the plan itself if nothing is missing.
bound::Relation widened_for(const NodePtr& child, const std::vector<bound::Expr>& expressions);

bool is_aggregate(const bound::Expr& e);
bool is_window(const bound::Expr& e);
bool is_generator(const bound::Expr& e);
bool has_aggregate(const bound::Expr& e);  // outside of windows' own functions
bool has_window(const bound::Expr& e);
bool has_generator(const bound::Expr& e);
bool has_outer_reference(const bound::Expr& e, const Scope& inner);
const bound::Call* as_call(const bound::Expr& e, std::string_view name);
/// "…" as error parameters show expressions.
std::string quoted_sql(const bound::Expr& e);
/// Columns of a generator's type array<struct<…>>.
const std::vector<StructField>& generator_columns(const bound::Expr& generator);

}  // namespace firesteel::analysis
