#pragma once
/// Spark's grammar by recursive descent; expressions by precedence. One file per part of it:
/// expression, primary, special_form, literal, interval, type, window, select, query, relation,
/// sample_pivot, pipe, command, show_describe, variable, create, alter, table, unsupported, script.
/// Called by parser.cpp only; one object parses one text on one thread.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "plan/unresolved_command.h"
#include "plan/unresolved_script.h"
#include "sql/parser/cursor.h"

namespace firesteel::sql {

using unresolved::Expr;
using unresolved::MaybeExpr;
using unresolved::MaybeRelation;
using unresolved::NameParts;
using unresolved::Relation;
using unresolved::SortOrder;
using unresolved::Statement;
using unresolved::WindowSpec;

class Grammar : private Cursor {
  public:
    using Cursor::Cursor;

    Statement whole_statement();
    Relation whole_query();
    Expr whole_expression();
    NameParts whole_identifier();

  private:
    // ---- names (primary.cpp)
    bool at_identifier(std::size_t ahead = 0) const;
    /// As at_identifier, but not one of the words of joins and set operations.
    bool at_strict_identifier(std::size_t ahead = 0) const;
    std::string identifier();
    NameParts multipart_name();
    std::vector<std::string> identifier_list();  // (a, b)
    bool at_identifier_list() const;
    /// A name or IDENTIFIER(text).
    Relation table_reference();
    bool at_identifier_clause() const;
    bool at_query(std::size_t ahead = 0) const;

    // ---- expressions (expression.cpp)
    Expr expression();
    Expr or_expression();
    Expr and_expression();
    Expr not_expression();
    Expr value_expression() { return binary(0); }
    Expr binary(int precedence_min);
    Expr unary();
    bool at_predicate() const;
    Expr predicate(Expr left);
    bool accept_not();
    Expr in_predicate(Expr left, Mark from);
    Expr like_predicate(Expr left, Mark from);
    Expr quantified_like(Expr left, std::string name, bool negated, Mark from);
    Expr is_predicate(Expr left, Mark from);
    Expr balanced(std::string_view op, std::vector<Expr>& operands, std::size_t low,
                  std::size_t high, Mark from);
    std::vector<Expr> expressions();  // a, b
    /// expression [AS] [name | (names)]
    Expr named_expression();
    std::vector<Expr> named_expressions();
    bool at_clause() const;

    // ---- primaries (primary.cpp)
    Expr primary();
    Expr postfix(Expr base, Mark from);
    Expr dereference(Expr base, Mark from);
    Expr variant_path(Expr base, Mark from);
    Expr atom();
    Expr word_atom();
    Expr parenthesized();
    bool at_lambda() const;
    Expr lambda();
    Expr star(NameParts target, Mark from);
    bool at_query_behind_except() const;
    bool is_reserved_literal_function() const;
    Expr name_or_call();
    Expr call_of(NameParts name, Mark from);
    Expr argument();
    Expr table_argument();
    Expr identifier_clause();
    Expr call_suffix(unresolved::Function function, Mark from);
    std::optional<Expr> parameter();
    Expr subquery(SubqueryKind kind, Mark from);

    // ---- calls with words inside (special_form.cpp)
    std::optional<Expr> special_form();
    Expr case_expression();
    Expr cast(EvalMode mode);
    Expr struct_call();
    std::optional<Expr> first_argument();
    Expr ordinary_call(std::string_view name, std::vector<Expr> arguments, Mark from);
    std::optional<Expr> first_last();
    std::optional<Expr> position_call();
    std::optional<Expr> extract_call();
    std::optional<Expr> substring_call();
    std::optional<Expr> trim_call();
    std::optional<Expr> overlay_call();
    std::optional<Expr> timestamp_arithmetic(std::string function);
    Expr row(std::vector<Expr> items, Mark from);

    // ---- literals (literal.cpp, interval.cpp)
    std::optional<Expr> literal();
    bool at_string() const;
    std::string string_literal();
    bool at_number(std::size_t ahead = 0) const;
    Expr number(bool negative, Mark from);
    Literal number_value(const Token& token, std::string digits);
    Literal integral(std::string digits, const Token& token);
    Literal floating(std::string digits, const Token& token);
    Literal decimal(const std::string& digits);
    std::optional<Expr> typed_literal();
    Literal typed_value(const std::string& type, const std::string& value, Mark from);
    std::optional<std::optional<Literal>> datetime_value(const std::string& type,
                                                         const std::string& value) const;
    std::int64_t integer_value();
    std::optional<Expr> interval_literal();
    Expr unit_to_unit(Mark from, bool negative);
    Expr interval_units(Mark from);
    Literal interval_text(const std::string& text, const Origin& origin,
                          const std::string& written);

    // ---- types (type.cpp)
    DataType data_type();
    DataType nested_type();
    DataType interval_type();
    DataType scalar_type();
    void close_angle();
    StructField struct_field(bool with_colon);
    StructField column_definition();
    std::vector<StructField> table_columns();

    // ---- windows and sorting (window.cpp)
    WindowSpec window_spec();
    std::optional<unresolved::WindowFrame> window_frame();
    unresolved::FrameBound frame_bound();
    SortOrder sort_order();
    std::vector<SortOrder> sort_orders();

    // ---- queries (query.cpp)
    Relation query();
    Relation with_query();
    unresolved::With with_tables();
    bool at_with_insert() const;
    unresolved::CommandNode with_insert();
    std::vector<unresolved::CommonTable> common_tables(bool& recursive);
    Relation query_term();
    Relation set_operation(int precedence_min);
    std::optional<std::pair<SetOperator, int>> at_set_operator() const;
    Relation query_primary();
    Relation from_query();
    Relation table_query();
    Relation organized(Relation child);
    Relation ordered(Relation child);
    Relation distributed(Relation child);
    bool order_by_all();
    Relation limited(Relation child);
    void refuse_combination(const Mark& from);
    Relation window_definitions(Relation child);
    void check_window_references(const unresolved::WindowDefinitions& windows, const Origin& origin);

    // ---- SELECT (select.cpp)
    struct SelectList {
        std::vector<std::pair<std::string, std::vector<Expr>>> hints;
        bool distinct = false;
        std::vector<Expr> items;
        std::optional<Mark> from;  // of the whole SELECT
    };
    SelectList select_list();
    bool is_transform_clause() const;
    void hints(SelectList& list);
    Relation select();
    /// Everything of a SELECT behind FROM.
    Relation select_from(SelectList list, MaybeRelation from);
    Relation aggregated(Relation child, SelectList& list, Mark begin);
    std::vector<unresolved::GroupingElement> grouping_elements(bool& all);
    unresolved::GroupingElement grouping_element();
    std::vector<std::vector<Expr>> grouping_sets();
    std::vector<Expr> grouping_set();
    [[noreturn]] void transform_clause();

    // ---- FROM (relation.cpp, sample_pivot.cpp)
    Relation from_clause();
    std::pair<Relation, bool> relation(bool lateral_allowed);
    Relation relation_extensions(Relation out, Mark from);
    bool at_lateral() const;
    void check_lateral(const Relation& relation, Mark from);
    Relation relation_primary();
    Relation parenthesized_relation();
    Relation inline_table();
    Relation table_function(NameParts name, Mark from);
    Relation joined(Relation left, Mark from);
    bool at_join() const;
    JoinType join_type();
    bool at_table_end(std::size_t ahead) const;
    struct TableAlias {
        std::string name;
        std::vector<std::string> columns;
    };
    std::optional<TableAlias> table_alias();
    Relation aliased(Relation child, std::optional<TableAlias> alias, Mark from);
    bool at_table_alias();
    bool at_time_travel() const;
    Relation time_travel(Relation child);
    Relation with_options(Relation child);
    unresolved::Options option_list();
    Relation lateral_views(Relation child);
    bool at_view_columns();
    struct SampleClause {
        enum class Kind : std::uint8_t { Percent, Rows, Bucket };
        Kind kind = Kind::Percent;
        double fraction = 0;
        MaybeExpr rows;
        std::optional<std::int64_t> seed;
        Origin origin;
    };
    std::optional<SampleClause> sample_clause();
    void sample_method(SampleClause& sample, Mark from);
    static Relation sampled(Relation child, std::optional<SampleClause> sample);
    Relation pivoted(Relation child);
    bool at_unpivot() const;
    Relation unpivoted(Relation child);
    void unpivot_values(unresolved::Unpivot& unpivot, bool several);

    // ---- pipes (pipe.cpp)
    Relation piped(Relation child, Mark from);
    Relation pipe_operator(Relation child, Mark from);
    Relation pipe_organized(Relation child);
    Relation pipe_select(Relation child, SelectList list, Mark begin);
    Relation pipe_set(Relation child);
    Relation pipe_aggregate(Relation child, Mark from);

    // ---- commands (command.cpp)
    Statement statement();
    std::optional<unresolved::CommandNode> command();
    NameParts reference_name();
    unresolved::CommandNode use_command();
    unresolved::CommandNode explain_command();
    unresolved::CommandNode cache_command();
    unresolved::CommandNode refresh_target();
    unresolved::CommandNode drop_command();
    unresolved::CommandNode set_command();
    unresolved::CommandNode set_time_zone();
    unresolved::CommandNode set_configuration();
    unresolved::CommandNode reset_command();
    std::string configuration_text();
    std::string rest_of_statement();

    // ---- SHOW and DESCRIBE (show_describe.cpp)
    std::optional<NameParts> in_namespace();
    std::optional<std::string> show_pattern();
    unresolved::CommandNode show_command();
    unresolved::CommandNode show_columns();
    unresolved::CommandNode show_table_extended();
    unresolved::CommandNode show_functions(Mark from);
    unresolved::CommandNode describe_command();
    unresolved::CommandNode describe_function();
    unresolved::CommandNode describe_table();

    // ---- variables (variable.cpp)
    unresolved::CommandNode declare_variable();
    bool type_follows() const;
    unresolved::CommandNode set_variable();
    unresolved::CommandNode execute_immediate();

    // ---- views and functions (create.cpp)
    unresolved::CommandNode create_command();
    unresolved::CommandNode create_view(unresolved::CreateView view, Mark from);
    bool is_view_of_source() const;
    void view_clause(unresolved::CreateView& view, Mark from);
    unresolved::ViewSchemaMode view_schema_mode();
    unresolved::CommandNode create_function(bool replace, bool temporary, Mark from);
    std::vector<unresolved::CreateFunction::Parameter> function_parameters();
    void function_result(unresolved::CreateFunction& out);
    void function_characteristics(unresolved::CreateFunction& out, Mark from);
    void function_body(unresolved::CreateFunction& out);

    // ---- databases and ALTER (alter.cpp)
    unresolved::CommandNode create_database();
    unresolved::CommandNode drop_database();
    unresolved::CommandNode alter_command();
    unresolved::CommandNode alter_database();
    unresolved::CommandNode alter_relation();
    void alter_set(unresolved::AlterRelation& out);
    void alter_column(unresolved::AlterRelation& out);
    void alter_partitions(unresolved::AlterRelation& out);
    void alter_default(unresolved::AlterRelation& out);
    unresolved::CommandNode comment_on();
    std::vector<std::string> key_list();
    unresolved::PartitionSpec partition_spec();

    // ---- tables (table.cpp)
    unresolved::CommandNode create_table(bool replace, Mark from);
    void table_element(unresolved::CreateTable& out);
    void table_clause(unresolved::CreateTable& out);
    void partitioned_by(unresolved::CreateTable& out);
    unresolved::CommandNode insert_command();
    unresolved::CommandNode insert_directory();
    unresolved::CommandNode change_rows();
    unresolved::CommandNode truncate_table();
    void skip_one();

    // ---- what is parsed but not there (unsupported.cpp)
    [[nodiscard]] Error invalid_statement(std::string operation, Mark from);
    [[nodiscard]] Error empty_statement() const;
    std::optional<unresolved::CommandNode> unsupported_statement();
    unresolved::CommandNode skipped(std::string feature);
    unresolved::CommandNode create_unsupported(bool replace, Mark from);

    // ---- scripts (script.cpp)
    enum class BodyKind : std::uint8_t { Scope, Branch };
    struct ScriptLabel {
        std::string name;
        bool is_loop = false;
    };
    Statement whole_script();
    bool at_body_end() const;
    std::shared_ptr<const unresolved::ScriptBody> compound_body(BodyKind kind);
    void check_handlers(const unresolved::ScriptBody& body);
    bool at_handler_declaration() const;
    bool at_condition_declaration() const;
    void check_declaration_place(BodyKind kind, bool is_late);
    unresolved::ScriptNode script_statement(std::size_t conditions_outside);
    unresolved::ScriptNode sql_statement();
    unresolved::ScriptNode compound(std::string label);
    void open_label(const std::string& label, bool is_loop);
    void close_label(const std::string& label);
    std::string jump(const char* statement_type);
    unresolved::ScriptNode if_statement();
    unresolved::ScriptNode case_statement();
    unresolved::ScriptNode while_loop(std::string label);
    unresolved::ScriptNode repeat_loop(std::string label);
    unresolved::ScriptNode plain_loop(std::string label);
    unresolved::ScriptNode for_loop(std::string label);
    std::string sqlstate();
    unresolved::ScriptNode declare_condition(std::size_t conditions_outside);
    unresolved::ScriptNode declare_handler();
    void handler_condition(unresolved::DeclareHandler& out);

    bool in_script_ = false;
    bool has_named_markers_ = false;
    bool has_positional_markers_ = false;
    std::vector<ScriptLabel> labels_;      // of the enclosing compounds and loops
    std::vector<std::string> conditions_;  // declared ones in scope
    int angles_open_ = 0;  // ">" of the current ">>" that are used already
};

}  // namespace firesteel::sql
