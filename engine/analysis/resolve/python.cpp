// Python stages: mapInPandas and mapInArrow, applyInPandas, cogroups, table functions.
#include "analysis/resolver.h"
#include "functions/resolve.h"
#include "plan/bound_traverse.h"
#include "sql/parser.h"
#include "types/type_text.h"

namespace firesteel::analysis {
namespace {

const std::vector<StructField>& output_fields(const PythonFunction& f, const Origin& origin) {
    if (!f.output_type || !f.output_type->is(TypeKind::Struct)) {
        throw unsupported("a Python stage whose return type is no struct", origin);
    }
    return f.output_type->fields();
}

}  // namespace

bound::Attributes Resolver::columns_of(const Schema& schema) {
    bound::Attributes columns;
    for (const StructField& field : schema) {
        columns.push_back({fresh(), field.name, field.type, field.nullable, field.metadata});
    }
    return columns;
}

bound::Attributes Resolver::python_columns(const PythonFunction& f, const Origin& origin) {
    return columns_of(output_fields(f, origin));
}

std::vector<bound::NamedExpr> Resolver::python_groups(const NodePtr& child,
                                                      const std::vector<u::Expr>& groups) {
    Names names;
    names.inputs = {child};
    std::vector<bound::NamedExpr> out;
    for (const Item& item : bind_items(groups, names)) {
        if (has_aggregate(item.expr)) {
            throw Error(ErrorClass::GroupByAggregate, {{"sqlExpr", functions::pretty_name(item.expr)}},
                        item.origin);
        }
        out.push_back(item.named());
    }
    return out;
}

Resolver::Made Resolver::resolve(const u::MapPartitions& n, const u::Relation& whole) {
    const NodePtr child = relation(n.child);
    bound::Relation plan =
        bound::MapPartitions{child->plan, n.function, python_columns(*n.function, whole.origin())};
    return make(plan, scope_of(plan), {child}, Reach::Stops);
}

Resolver::Made Resolver::python_read(const PythonRead& read) {
    bound::Relation plan = bound::MapPartitions{bound::OneRow{}, read.source, columns_of(read.schema)};
    return make(plan, scope_of(plan), {}, Reach::Stops);
}

Resolver::Made Resolver::resolve(const u::GroupMap& n, const u::Relation& whole) {
    constexpr std::int32_t kStatefulFirst = 208;
    constexpr std::int32_t kStatefulKinds[] = {kStatefulFirst, 211, 212, 213, 214};
    for (const std::int32_t kind : kStatefulKinds) {
        if (n.function->eval_type == kind) throw unsupported("stateful Python stages", whole.origin());
    }
    const NodePtr child = relation(n.child);
    bound::Relation plan = bound::GroupMap{child->plan, python_groups(child, n.groups), n.function,
                                           python_columns(*n.function, whole.origin())};
    return make(plan, scope_of(plan), {child}, Reach::Stops);
}

Resolver::Made Resolver::resolve(const u::CoGroupMap& n, const u::Relation& whole) {
    const NodePtr left = relation(n.left);
    const NodePtr right = relation(n.right);
    if (n.left_groups.size() != n.right_groups.size()) {
        throw Error(ErrorClass::IllegalArgument,
                    {{"message", "requirement failed: the sides of a cogroup have different numbers of keys: " +
                                     std::to_string(n.left_groups.size()) + " and " +
                                     std::to_string(n.right_groups.size())}},
                    whole.origin());
    }
    bound::Relation plan = bound::CoGroupMap{left->plan,
                                             right->plan,
                                             python_groups(left, n.left_groups),
                                             python_groups(right, n.right_groups),
                                             n.function,
                                             python_columns(*n.function, whole.origin())};
    return make(plan, scope_of(plan), {left, right}, Reach::Stops);
}

Resolver::Made Resolver::resolve(const u::PythonTableFunction& n, const u::Relation& whole) {
    return python_table(*n.function, n.arguments, whole.origin());
}

namespace {

const u::Subquery* table_argument(const u::Expr& e) {
    const auto* named = e.get_if<u::NamedArgument>();
    const auto* subquery = (named != nullptr ? named->value : e).get_if<u::Subquery>();
    return subquery != nullptr && subquery->kind == SubqueryKind::TableArgument ? subquery : nullptr;
}

const u::Subquery* only_table_argument(const std::vector<u::Expr>& arguments, const Origin& origin) {
    const u::Subquery* found = nullptr;
    std::size_t count = 0;
    for (const u::Expr& e : arguments) {
        if (const u::Subquery* table = table_argument(e)) {
            found = table;
            ++count;
        }
    }
    if (count > 1) throw Error(ErrorClass::TableFunctionTooManyTables, {{"num", std::to_string(count)}}, origin);
    return found;
}

bound::SortOrder ascending(const bound::Expr& e) { return {e}; }

}  // namespace

Resolver::TableInput Resolver::table_input(const u::Subquery& argument, const Origin& origin) {
    const u::Relation* query = argument.query.get();
    if (query == nullptr && argument.plan_id) query = reference_with(*argument.plan_id);
    if (query == nullptr) throw unsupported("a TABLE argument whose plan was not sent", origin);
    TableInput out;
    Names none;
    const Scoped<std::size_t> hide_frames(visible_frames_, frames_.size());
    out.child = subquery(*query, none, nullptr);
    out.names.inputs = {out.child};
    for (const Item& item : bind_items({u::Expr(u::Star{})}, out.names)) out.fields.emplace_back(item.name, item.expr);
    out.has_partitions = argument.with_single_partition;
    if (!argument.table_argument) return out;
    for (const u::Expr& e : argument.table_argument->partition_by) {
        out.partition_by.push_back(bind(e, out.names));
        out.has_partitions = true;
    }
    for (const u::SortOrder& o : argument.table_argument->order_by) out.order_by.push_back(bind_order(o, out.names));
    return out;
}

/// What the function's analyze() wants of its table.
void Resolver::arrange(TableInput& input, const TableFunctionAnalysis& wanted, const std::string& function,
                       const Origin& origin) {
    const auto invalid = [&](const char* reason) {
        return Error(ErrorClass::TableFunctionMetadata, {{"functionName", function}, {"reason", reason}}, origin);
    };
    const bool partitions = wanted.with_single_partition || !wanted.partition_by.empty();
    if (wanted.with_single_partition && !wanted.partition_by.empty()) {
        throw invalid("'with_single_partition' is true and 'partition_by' is not empty");
    }
    if (!partitions && !wanted.order_by.empty()) {
        throw invalid("'order_by' is not empty, but there is neither 'with_single_partition' nor 'partition_by'");
    }
    if (partitions && input.has_partitions) {
        throw Error(ErrorClass::TableFunctionMetadataCall,
                    {{"functionName", function},
                     {"requestedMetadata", "asks for a partitioning of its table"},
                     {"invalidFunctionCallProperty", "has WITH SINGLE PARTITION or PARTITION BY"}},
                    origin);
    }
    const auto expression = [&](const std::string& text) {
        return bind(sql::parse_expression(text, parser_options()), input.names);
    };
    for (const std::string& text : wanted.partition_by) input.partition_by.push_back(expression(text));
    for (const TableFunctionAnalysis::Order& order : wanted.order_by) {
        bound::SortOrder made = ascending(expression(order.expression));
        if (!order.ascending) made.direction = SortDirection::Descending;
        made.nulls = order.nulls_first.value_or(order.ascending) ? NullOrder::First : NullOrder::Last;
        input.order_by.push_back(std::move(made));
    }
    if (wanted.select.empty()) return;
    input.fields.clear();
    for (const TableFunctionAnalysis::Selected& selected : wanted.select) {
        const bound::Expr value = expression(selected.expression);
        input.fields.emplace_back(selected.alias.empty() ? functions::pretty_name(value) : selected.alias, value);
    }
}

bound::Expr Resolver::row_struct(const TableInput& input) {
    std::vector<bound::Expr> parts;
    const auto add = [&](const std::string& name, const bound::Expr& value) {
        parts.emplace_back(bound::Constant{Literal::string(name)});
        parts.push_back(value);
    };
    for (const auto& [name, value] : input.fields) add(name, value);
    for (std::size_t i = 0; i < input.partition_by.size(); ++i) {
        add("partition_by_" + std::to_string(i), input.partition_by[i]);
    }
    return call("named_struct", std::move(parts));
}

Resolver::Made Resolver::python_table(const PythonFunction& function, const std::vector<u::Expr>& arguments,
                                      const Origin& origin) {
    const u::Subquery* table = only_table_argument(arguments, origin);
    TableInput input;
    if (table != nullptr) {
        input = table_input(*table, origin);
    } else {
        input.child = make(bound::OneRow{}, Scope(), {}, Reach::Stops);
    }
    bound::PythonTable out{input.child->plan, std::make_shared<const PythonFunction>(function), {}, {}, {}};
    std::optional<std::size_t> table_place;
    std::vector<TableFunctionArgument> seen;
    Names names;
    for (const u::Expr& e : arguments) {
        if (table_argument(e) != nullptr) {
            const auto* named = e.get_if<u::NamedArgument>();
            table_place = out.arguments.size();
            out.arguments.push_back(row_struct(input));
            out.argument_names.push_back(named != nullptr ? named->name : std::string());
            seen.push_back({out.argument_names.back(), out.arguments.back().type(), true});
            continue;
        }
        for (functions::Argument& a : bind_arguments("", {e}, names)) {
            out.arguments.push_back(std::get<bound::Expr>(std::move(a.value)));
            out.argument_names.push_back(std::move(a.name));
            const bound::Expr& value = out.arguments.back();
            seen.push_back({out.argument_names.back(), value.type(), false, constant(value)});
        }
    }
    check_named_arguments(function.name, out.argument_names, origin);
    if (function.output_type) {
        out.columns = python_columns(function, origin);
    } else {
        FS_ASSERT(context_.analyze_table_function);
        const TableFunctionAnalysis wanted = context_.analyze_table_function(function, seen);
        out.columns = columns_of(wanted.schema);
        out.analysis = wanted.pickled;
        if (table_place) arrange(input, wanted, function.name, origin);
    }
    if (table_place) {
        for (std::size_t i = 0; i < input.partition_by.size(); ++i) {
            out.partition_fields.push_back(input.fields.size() + i);
            out.order_by.push_back(ascending(input.partition_by[i]));
        }
        out.order_by.insert(out.order_by.end(), input.order_by.begin(), input.order_by.end());
        out.arguments[*table_place] = row_struct(input);
    }
    const std::vector<NodePtr> below = {input.child};
    bound::Relation plan(std::move(out));
    return make(plan, scope_of(plan), below, Reach::Stops);
}

}  // namespace firesteel::analysis
