#include "analysis/print.h"

#include <algorithm>

#include "functions/function_row.h"
#include "plan/bound_traverse.h"
#include "types/type_text.h"
#include "types/value_text.h"

namespace firesteel::analysis {

using namespace bound;  // NOLINT: every node by its name

namespace {

constexpr std::size_t kItemsShownMax = 100;

template <typename List, typename F>
std::string joined(const List& list, F&& text) {
    std::string out;
    std::size_t shown = 0;
    for (const auto& item : list) {
        if (shown == kItemsShownMax) {
            return out + ", ... " + std::to_string(list.size() - shown) + " more";
        }
        out += (shown++ == 0 ? "" : ", ") + text(item);
    }
    return out;
}

std::string id_text(AttributeId id) { return "#" + std::to_string(id.value); }
std::string text(const Attribute& a) { return a.name + id_text(a.id); }
std::string text(const Expr& e) { return to_text(e); }

std::string text(const NamedExpr& item) {
    const auto* ref = item.expr.get_if<ColumnRef>();
    if (ref != nullptr && ref->id == item.id && ref->name == item.name) return to_text(item.expr);
    return to_text(item.expr) + " AS " + item.name + id_text(item.id);
}

std::string text(const SortOrder& o) {
    return to_text(o.child) + (o.direction == SortDirection::Ascending ? " ASC" : " DESC") +
           (o.nulls == NullOrder::First ? " NULLS FIRST" : " NULLS LAST");
}

template <typename List>
std::string list(const List& items) {
    return "[" + joined(items, [](const auto& item) { return text(item); }) + "]";
}

std::string text(const FrameBound& b) {
    switch (b.kind) {
        case FrameBound::Kind::UnboundedPreceding:
            return "UNBOUNDED PRECEDING";
        case FrameBound::Kind::UnboundedFollowing:
            return "UNBOUNDED FOLLOWING";
        case FrameBound::Kind::CurrentRow:
            return "CURRENT ROW";
        case FrameBound::Kind::Offset:
            return to_text(*b.offset) + " FOLLOWING";
    }
    return {};
}

std::string call_text(std::string name, const std::vector<Expr>& arguments, bool distinct = false) {
    return std::move(name) + (distinct ? "(DISTINCT " : "(") +
           joined(arguments, [](const Expr& e) { return to_text(e); }) + ")";
}

std::string name_of(const FunctionRow* row, const std::string& called) {
    if (!called.empty()) return called;
    return row == nullptr ? "" : std::string(row->name());
}

std::string window_text(const WindowCall& n) {
    std::string spec;
    if (!n.spec->partition_by.empty()) spec += "PARTITION BY " + list(n.spec->partition_by) + " ";
    if (!n.spec->order_by.empty()) spec += "ORDER BY " + list(n.spec->order_by) + " ";
    spec += n.spec->frame.kind == FrameKind::Rows ? "ROWS" : "RANGE";
    return to_text(n.function) + " OVER (" + spec + " BETWEEN " + text(n.spec->frame.lower) + " AND " +
           text(n.spec->frame.upper) + ")";
}

const char* join_name(JoinType type) {
    switch (type) {
        case JoinType::Inner:
            return "Inner";
        case JoinType::FullOuter:
            return "FullOuter";
        case JoinType::LeftOuter:
            return "LeftOuter";
        case JoinType::RightOuter:
            return "RightOuter";
        case JoinType::LeftAnti:
            return "LeftAnti";
        case JoinType::LeftSemi:
            return "LeftSemi";
        case JoinType::Cross:
            return "Cross";
    }
    return "";
}

std::string set_name(const SetOperation& n) {
    const char* name = n.op == SetOperator::Union ? "Union" : n.op == SetOperator::Intersect ? "Intersect" : "Except";
    return std::string(name) + (n.all ? " All" : "");
}

std::string sets_text(const Aggregate& n) {
    if (!n.sets) return {};
    return ", sets [" + joined(*n.sets, [](const std::vector<std::size_t>& set) {
               return "(" + joined(set, [](std::size_t i) { return std::to_string(i); }) + ")";
           }) + "]";
}

std::string number(double v) {
    std::string out = std::to_string(v);
    while (out.ends_with('0') && !out.ends_with(".0")) out.pop_back();
    return out;
}

/// The node's own line.
std::string line(const Relation& relation) {
    const auto n_of = [](auto v) { return std::to_string(v); };
    return relation.visit(overloaded{
        [](const OneRow&) -> std::string { return "OneRowRelation"; },
        [](const LocalTable& n) { return "LocalRelation " + list(n.columns); },
        [&](const Values& n) { return "LocalRelation " + list(n.columns) + ", " + n_of(n.rows.size()) + " rows"; },
        [&](const Range& n) {
            return "Range (" + n_of(n.start) + ", " + n_of(n.end) + ", step=" + n_of(n.step) +
                   ", splits=" + n_of(n.partitions) + ")";
        },
        [&](const FileScan& n) {
            return "FileScan " + n.format + " " + list(n.columns) + ", " + n_of(n.files.size()) + " files";
        },
        [](const Project& n) { return "Project " + list(n.items); },
        [](const Filter& n) { return "Filter " + to_text(n.condition); },
        [](const Join& n) {
            return std::string(n.lateral ? "LateralJoin " : "Join ") + join_name(n.type) +
                   (n.condition ? ", " + to_text(*n.condition) : "");
        },
        [](const Aggregate& n) {
            return "Aggregate " + list(n.groups) + sets_text(n) + ", " + list(n.aggregates);
        },
        [](const Window& n) { return "Window " + list(n.windows); },
        [](const Generate& n) {
            return "Generate " + to_text(n.generator) + (n.outer ? ", outer, " : ", ") + list(n.columns);
        },
        [](const Sort& n) { return "Sort " + list(n.orders) + (n.is_global ? ", true" : ", false"); },
        [&](const Limit& n) { return "Limit " + n_of(n.count); },
        [&](const Offset& n) { return "Offset " + n_of(n.count); },
        [&](const Tail& n) { return "Tail " + n_of(n.count); },
        [](const SetOperation& n) { return set_name(n) + " " + list(n.columns); },
        [](const Distinct&) -> std::string { return "Distinct"; },
        [](const DistinctBy& n) { return "Deduplicate " + list(n.keys); },
        [&](const Sample& n) {
            return "Sample " + number(n.lower) + ", " + number(n.upper) +
                   (n.with_replacement ? ", true, " : ", false, ") + n_of(n.seed);
        },
        [&](const Repartition& n) {
            const std::string by = n.ranges.empty() ? list(n.expressions) : list(n.ranges);
            return std::string(n.shuffle ? "Repartition " : "Coalesce ") + n_of(n.partitions) + ", " + by;
        },
        [](const CommonTables& n) {
            return "WithCTE [" + joined(n.tables, [](const CommonTable& t) { return t.name; }) + "]";
        },
        [](const CommonTableScan& n) { return "CTERelationRef " + n.name + " " + list(n.columns); },
        [&](const RecursiveUnion& n) { return "UnionLoop " + n_of(n.level_limit) + " " + list(n.columns); },
        [](const MapPartitions& n) { return "MapPartitions " + n.function->name + " " + list(n.columns); },
        [](const GroupMap& n) {
            return "FlatMapGroups " + list(n.groups) + ", " + n.function->name + " " + list(n.columns);
        },
        [](const CoGroupMap& n) {
            return "FlatMapCoGroups " + list(n.left_groups) + ", " + list(n.right_groups) + ", " +
                   n.function->name + " " + list(n.columns);
        },
        [](const PythonTable& n) { return "PythonTable " + n.function->name + " " + list(n.columns); },
        [](const CollectMetrics& n) { return "CollectMetrics " + n.name + ", " + list(n.metrics.output()); },
        [](const Alias& n) { return "SubqueryAlias " + n.name; },
        [](const Expand& n) { return "Expand " + list(n.columns); },
        [](const Zip&) -> std::string { return "Zip"; },
        [](const StoredScan& n) { return "InMemoryRelation " + list(n.columns); },
    });
}

void print(const Relation& relation, const std::string& indent, const std::string& lead, std::string& out) {
    out += indent + lead + line(relation) + "\n";
    std::vector<Relation> inputs;
    for_each_input(relation, [&](const Relation& input) { inputs.push_back(input); });
    const std::string below = lead.empty() ? indent : indent + (lead == "+- " ? "   " : ":  ");
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        print(inputs[i], below, i + 1 == inputs.size() ? "+- " : ":- ", out);
    }
}

}  // namespace

std::string to_text(const Expr& expr) {
    return expr.visit(overloaded{
        [](const Constant& n) { return n.literal.is_null() ? std::string("NULL") : sql_literal(n.literal, "UTC"); },
        [](const ColumnRef& n) { return n.name + id_text(n.id); },
        [](const Call& n) { return call_text(name_of(n.function, n.name), n.arguments); },
        [](const Cast& n) { return "cast(" + to_text(n.child) + " as " + catalog_string(n.type) + ")"; },
        [](const GetField& n) { return to_text(n.child) + "." + n.child.type().fields()[n.index].name; },
        [](const Lambda& n) {
            return "lambda([" + joined(n.parameters, [](const LambdaParameter& p) { return p.name + id_text(p.id); }) +
                   "], " + to_text(n.body) + ")";
        },
        [](const AggregateCall& n) {
            const std::string name = n.python ? n.python->name : name_of(n.function, n.name);
            return call_text(name, n.arguments, n.distinct) +
                   (n.filter ? " FILTER (WHERE " + to_text(*n.filter) + ")" : "");
        },
        [](const WindowCall& n) { return window_text(n); },
        [](const Subquery& n) {
            const char* kind = n.kind == SubqueryKind::Exists ? "exists" : n.kind == SubqueryKind::In ? "in" : "scalar";
            return std::string(kind) + "-subquery" + list(n.outer_references);
        },
        [](const PythonCall& n) { return call_text(n.function->name, n.arguments); },
        [](const VariableRef& n) { return "variable(" + n.name + ")"; },
    });
}

std::string to_text(const Relation& relation) {
    std::string out;
    print(relation, "", "", out);
    return out;
}

}  // namespace firesteel::analysis
