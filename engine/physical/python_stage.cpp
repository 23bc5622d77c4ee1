#include <string>
#include <utility>

#include "physical/python_calls.h"
#include "physical/python_stages.h"
#include "plan/bound_traverse.h"

namespace firesteel::physical {

const FunctionRow* row_of(const FunctionTable& table, std::string_view name) {
    for (const FunctionRow& row : table.rows) {
        if (row.name() == name) return &row;
    }
    internal_error("no such function", __FILE__, __LINE__);
}

bound::Expr call_of(const FunctionTable& table, std::string_view name,
                    std::vector<bound::Expr> arguments, DataType type) {
    bound::Call call;
    call.function = row_of(table, name);
    call.arguments = std::move(arguments);
    call.type = std::move(type);
    call.nullable = false;
    return call;
}

bound::NamedExpr same(const bound::Attribute& a) { return {a.ref(), a.id, a.name, a.metadata}; }

std::vector<bound::NamedExpr> same(const bound::Attributes& columns) {
    std::vector<bound::NamedExpr> out;
    for (const bound::Attribute& a : columns) out.push_back(same(a));
    return out;
}

const bound::AggregateCall* python_aggregate(const bound::Expr& e) {
    const auto* window = e.get_if<bound::WindowCall>();
    const auto* call = (window != nullptr ? window->function : e).get_if<bound::AggregateCall>();
    return call != nullptr && call->python ? call : nullptr;
}

const bound::WindowSpec& window_of(const bound::NamedExpr& item) {
    return *item.expr.get_if<bound::WindowCall>()->spec;
}

namespace {

using bound::Relation;

std::vector<std::size_t> numbers(std::size_t first, std::size_t count) {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < count; ++i) out.push_back(first + i);
    return out;
}

bool is_whole_partition(const bound::WindowFrame& frame) {
    return frame.lower.kind == bound::FrameBound::Kind::UnboundedPreceding &&
           frame.upper.kind == bound::FrameBound::Kind::UnboundedFollowing;
}

bound::NamedExpr place_of_row(AttributeId id) {
    return {call_of(functions::kInternalFunctions, "__row_position", {}, DataType::long_int()), id,
            "row_position", {}};
}

class StageMaker {
  public:
    PythonStage operator()(const bound::MapPartitions& n) {
        const std::size_t width = n.child.output().size();
        PythonStage out =
            frames(*n.function, {{n.child, numbers(0, width), numbers(0, width), {}, {}}});
        out.runs_for_no_rows = true;
        return out;
    }

    PythonStage operator()(const bound::GroupMap& n) {
        return frames(*n.function, {grouped(n.child, same(n.child.output()), n.groups)});
    }

    PythonStage operator()(const bound::CoGroupMap& n) {
        for (std::size_t i = 0; i < n.left_groups.size(); ++i) {
            if (n.left_groups[i].expr.type() != n.right_groups[i].expr.type()) {
                throw unsupported("a cogroup whose keys have unlike types");
            }
        }
        return frames(*n.function, {grouped(n.left, same(n.left.output()), n.left_groups),
                                    grouped(n.right, same(n.right.output()), n.right_groups)});
    }

    PythonStage operator()(const bound::PythonTable& n) {
        std::vector<bound::NamedExpr> items;
        if (n.keep_child) items = same(n.child.output());
        const std::size_t width = items.size();
        PythonStage out;
        if (width > 0) out.carry = PythonStage::Carry::EachRow;
        out.carried = numbers(0, width);
        out.eval_type = n.function->eval_type;
        if (const bound::PythonCall* trip = trip_of(n)) {
            for (const bound::Expr& e : trip->arguments) items.push_back(named(e, "argument"));
            for (const bound::PythonPart& part : trip->parts) {
                out.functions.push_back({part.chain, part.arguments, part.argument_names, part.result});
            }
            out.inputs = {{bound::Project{n.child, std::move(items)}, numbers(width, trip->arguments.size()), {}, {}, {}}};
            return out;
        }
        FS_ASSERT(n.columns.size() == 1);
        for (const bound::Expr& e : n.arguments) items.push_back(named(e, is_table(n, e) ? "table" : "argument"));
        const std::size_t count = n.arguments.size();
        out.inputs = {{bound::Project{sorted(n.child, n.order_by), std::move(items)}, numbers(width, count), {},
                       n.partition_fields, {}}};
        out.functions = {{{n.function}, numbers(0, count), n.argument_names, n.columns[0].type}};
        if (!n.analysis.empty()) {
            PythonFunction analysis = *n.function;
            analysis.command = n.analysis;
            out.functions[0].chain.push_back(std::make_shared<const PythonFunction>(std::move(analysis)));
        }
        return out;
    }

    PythonStage operator()(const bound::Aggregate& n) {
        PythonStage out;
        std::vector<bound::NamedExpr> items;
        for (const bound::NamedExpr& item : n.aggregates) add_aggregate(item, items, out);
        const std::size_t width = items.size();
        out.inputs = {grouped(n.child, std::move(items), n.groups)};
        out.inputs[0].sent = numbers(0, width);
        out.inputs[0].keys = {};
        if (!n.groups.empty()) out.carry = PythonStage::Carry::FirstOfGroup;
        out.carried = numbers(width, n.groups.size());
        return out;
    }

    /// The rows' numbers in their partitions; for a frame that is no whole partition, also those of its
    /// first and last rows. The database knows frames; the worker gets bounds.
    PythonStage operator()(const bound::Window& n) {
        const bound::WindowSpec& spec = window_of(n.windows[0]);
        PythonStage out;
        std::vector<bound::NamedExpr> sent;
        for (const bound::NamedExpr& item : n.windows) add_aggregate(item, sent, out);
        constexpr std::int32_t kWindowKindAfter = 1;  // 202 runs as 203, 252 as 253
        out.eval_type += kWindowKindAfter;
        std::vector<bound::NamedExpr> items = same(n.child.output());
        const std::size_t width = items.size();
        items.insert(items.end(), sent.begin(), sent.end());
        items.push_back(row_position());
        Relation plan = numbered(bound::Project{n.child, std::move(items)}, spec);
        const bound::Attribute number = plan.output().back();
        const bool is_whole = is_whole_partition(spec.frame);
        if (!is_whole) {
            bound::WindowSpec framed = spec;
            if (spec.frame.kind == FrameKind::Rows) framed.order_by = {{number.ref()}};
            plan = bound::Window{std::move(plan),
                                 {extreme("min", number, framed), extreme("max", number, framed)}};
        }
        items = same(plan.output());
        items.push_back(sort_key(spec.partition_by));
        const std::size_t group_key = items.size() - 1;
        const bound::Expr group = items.back().attribute().ref();
        plan = bound::Project{std::move(plan), std::move(items)};
        plan = bound::Sort{std::move(plan), {{group}, {number.ref()}}};
        PythonStage::Input input{std::move(plan), numbers(width, sent.size()), {}, {}, group_key, true};
        if (!is_whole) {
            input.keys = numbers(sent.size(), 2);
            for (const std::size_t column : numbers(group_key - 2, 2)) input.sent.push_back(column);
        }
        out.inputs = {std::move(input)};
        out.carry = PythonStage::Carry::EachRow;
        out.carried = numbers(0, width);
        return out;
    }

    template <typename N>
    PythonStage operator()(const N&) {
        internal_error("no relation of Python's", __FILE__, __LINE__);
    }

  private:
    bound::NamedExpr named(bound::Expr e, std::string name) {
        return {std::move(e), AttributeId{kFirstStageId + ++own_ids_}, std::move(name), {}};
    }

    PythonStage frames(const PythonFunction& function, std::vector<PythonStage::Input> inputs) {
        PythonStage out;
        out.eval_type = function.eval_type;
        out.inputs = std::move(inputs);
        out.functions = {{{std::make_shared<const PythonFunction>(function)},
                          out.inputs[0].seen,
                          {},
                          *function.output_type}};
        out.spreads = true;
        return out;
    }

    bound::NamedExpr sort_key(std::vector<bound::Expr> values) {
        return named(call_of(functions::kInternalFunctions, "__sort_key", std::move(values),
                             DataType::binary()),
                     "group_key");
    }
    /// The columns, the values of the keys and the key.
    PythonStage::Input grouped(const Relation& child, std::vector<bound::NamedExpr> items,
                               const std::vector<bound::NamedExpr>& keys) {
        std::vector<bound::Expr> values;
        const std::size_t width = items.size();
        for (const bound::NamedExpr& key : keys) {
            items.push_back(key);
            values.push_back(key.attribute().ref());
        }
        Relation plan = bound::Project{child, items};
        for (bound::NamedExpr& item : items) item.expr = item.attribute().ref();
        items.push_back(sort_key(std::move(values)));
        plan = bound::Project{std::move(plan), std::move(items)};
        return {std::move(plan), numbers(0, width + keys.size()), numbers(0, width),
                numbers(width, keys.size()), width + keys.size()};
    }

    /// Beside a TABLE argument, arguments are of no columns.
    static bool is_table(const bound::PythonTable& n, const bound::Expr& argument) {
        return !n.keep_child && bound::any_of(argument, [](const bound::Expr& part) {
                   return part.get_if<bound::ColumnRef>() != nullptr;
               });
    }

    bound::NamedExpr row_position() { return place_of_row(AttributeId{kFirstStageId + ++own_ids_}); }

    /// In that order; of equals, the first comes first.
    Relation sorted(const Relation& child, std::vector<bound::SortOrder> orders) {
        if (orders.empty()) return child;
        std::vector<bound::NamedExpr> items = same(child.output());
        items.push_back(row_position());
        orders.push_back({items.back().attribute().ref()});
        return bound::Sort{bound::Project{child, std::move(items)}, std::move(orders)};
    }

    /// Adds the call's arguments to what is sent, and the call to the stage's functions.
    void add_aggregate(const bound::NamedExpr& item, std::vector<bound::NamedExpr>& sent,
                       PythonStage& stage) {
        const bound::AggregateCall& call = *python_aggregate(item.expr);
        if (stage.functions.empty()) stage.eval_type = call.python->eval_type;
        if (stage.eval_type != call.python->eval_type) {
            throw unsupported("Python aggregate functions of unlike kinds side by side");
        }
        if (call.distinct) throw unsupported("Python aggregate functions with DISTINCT");
        if (call.filter) throw unsupported("Python aggregate functions with FILTER");
        PythonStage::Function function{{call.python}, numbers(sent.size(), call.arguments.size()), {}, call.type};
        for (const bound::Expr& e : call.arguments) {
            const auto* keyword = e.get_if<bound::Call>();
            const bool is_named = keyword != nullptr && keyword->function->name() == "__named_argument";
            function.argument_names.push_back(is_named ? keyword->name : std::string());
            sent.push_back(named(is_named ? keyword->arguments[0] : e, "argument"));
        }
        stage.functions.push_back(std::move(function));
    }

    bound::NamedExpr window_item(bound::Expr function, const bound::WindowSpec& spec) {
        return named(
            bound::WindowCall{std::move(function), std::make_shared<const bound::WindowSpec>(spec)},
            "row_number");
    }
    bound::NamedExpr extreme(std::string_view name, const bound::Attribute& of,
                             const bound::WindowSpec& spec) {
        bound::AggregateCall call;
        call.function = row_of(functions::kAggregateFunctions, name);
        call.arguments = {of.ref()};
        call.type = of.type;
        return window_item(std::move(call), spec);
    }

    /// One more column: the number of the row in its partition; of equals, the first comes first. The
    /// plan's last column is the place of the row.
    Relation numbered(Relation plan, const bound::WindowSpec& spec) {
        bound::WindowSpec order = spec;
        order.order_by.push_back({plan.output().back().ref()});
        order.frame = {FrameKind::Rows,
                       {bound::FrameBound::Kind::UnboundedPreceding, {}},
                       {bound::FrameBound::Kind::CurrentRow, {}}};
        const bound::NamedExpr number = window_item(
            call_of(functions::kWindowFunctions, "row_number", {}, DataType::integer()), order);
        return bound::Window{std::move(plan), {number}};
    }

    std::uint64_t own_ids_ = 0;
};

}  // namespace

const bound::PythonCall* trip_of(const bound::PythonTable& table) {
    const auto* call = table.arguments.size() == 1 ? table.arguments[0].get_if<bound::PythonCall>() : nullptr;
    return call != nullptr && !call->parts.empty() ? call : nullptr;
}

Relation sorted_groups(const bound::Attributes& columns, std::size_t group_key) {
    Relation rows = bound::PythonTable{bound::OneRow{}, nullptr, {}, {}, columns};
    // DuckDB's sort keeps no order of its own.
    std::vector<bound::NamedExpr> items = same(columns);
    items.push_back(place_of_row(AttributeId{kFirstSortId}));
    const bound::Expr place = items.back().attribute().ref();
    rows = bound::Project{std::move(rows), std::move(items)};
    return bound::Sort{std::move(rows), {{columns[group_key].ref()}, {place}}};
}

PythonStage python_stage(const Relation& relation) {
    StageMaker maker;
    return relation.visit(maker);
}

}  // namespace firesteel::physical
