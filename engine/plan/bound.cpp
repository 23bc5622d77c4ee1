#include "plan/bound.h"

#include <algorithm>

namespace firesteel::bound {

const DataType& Expr::type() const {
    return visit(overloaded{
        [](const Constant& n) -> const DataType& { return n.literal.type; },
        [](const ColumnRef& n) -> const DataType& { return n.type; },
        [](const Call& n) -> const DataType& { return n.type; },
        [](const Cast& n) -> const DataType& { return n.type; },
        [](const GetField& n) -> const DataType& { return n.type; },
        [](const Lambda& n) -> const DataType& { return n.body.type(); },
        [](const AggregateCall& n) -> const DataType& { return n.type; },
        [](const WindowCall& n) -> const DataType& { return n.function.type(); },
        [](const Subquery& n) -> const DataType& { return n.type; },
        [](const PythonCall& n) -> const DataType& { return n.type; },
        [](const VariableRef& n) -> const DataType& { return n.value.type; },
    });
}

bool Expr::nullable() const {
    return visit(overloaded{
        [](const Constant& n) { return n.literal.is_null(); },
        [](const ColumnRef& n) { return n.nullable; },
        [](const Call& n) { return n.nullable; },
        [](const Cast& n) { return n.nullable; },
        [](const GetField& n) { return n.nullable; },
        [](const Lambda& n) { return n.body.nullable(); },
        [](const AggregateCall& n) { return n.nullable; },
        [](const WindowCall& n) { return n.function.nullable(); },
        [](const Subquery& n) { return n.nullable; },
        [](const PythonCall&) { return true; },
        [](const VariableRef& n) { return n.value.is_null(); },
    });
}

bool Expr::operator==(const Expr& other) const {
    if (node_ == other.node_) return true;
    return visit([&](const auto& mine) {
        const auto* theirs = other.get_if<std::remove_cvref_t<decltype(mine)>>();
        return theirs != nullptr && mine == *theirs;
    });
}

bool Call::operator==(const Call& o) const {
    if (function != o.function || mode != o.mode || type != o.type) return false;
    if (arguments == o.arguments) return true;
    const bool swaps = commutes && arguments.size() == 2 && o.arguments.size() == 2;
    return swaps && arguments[0] == o.arguments[1] && arguments[1] == o.arguments[0];
}

bool Lambda::operator==(const Lambda& o) const { return parameters == o.parameters && body == o.body; }

bool AggregateCall::operator==(const AggregateCall& o) const {
    return function == o.function && arguments == o.arguments && distinct == o.distinct &&
           filter == o.filter && order_by == o.order_by && ignore_nulls == o.ignore_nulls &&
           python == o.python && type == o.type && mode == o.mode;
}

bool WindowCall::operator==(const WindowCall& o) const {
    return function == o.function && ignore_nulls == o.ignore_nulls && *spec == *o.spec;
}

namespace {

Attributes attributes_of(const std::vector<NamedExpr>& items) {
    Attributes out;
    out.reserve(items.size());
    for (const NamedExpr& item : items) out.push_back(item.attribute());
    return out;
}

Attributes joined(Attributes left, const Attributes& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

Attributes as_nullable(Attributes attributes) {
    for (Attribute& attribute : attributes) attribute.nullable = true;
    return attributes;
}

Attributes join_output(const Join& n) {
    switch (n.type) {
        case JoinType::LeftSemi:
        case JoinType::LeftAnti:
            return n.left.output();
        case JoinType::LeftOuter:
            return joined(n.left.output(), as_nullable(n.right.output()));
        case JoinType::RightOuter:
            return joined(as_nullable(n.left.output()), n.right.output());
        case JoinType::FullOuter:
            return joined(as_nullable(n.left.output()), as_nullable(n.right.output()));
        case JoinType::Inner:
        case JoinType::Cross:
            return joined(n.left.output(), n.right.output());
    }
    return {};
}

Attributes aggregate_output(const Aggregate& n) {
    Attributes out = attributes_of(n.groups);
    if (n.sets) {
        // A group that a set leaves out is NULL in that set's rows.
        for (std::size_t i = 0; i < out.size(); ++i) {
            for (const std::vector<std::size_t>& set : *n.sets) {
                const bool in_set = std::find(set.begin(), set.end(), i) != set.end();
                out[i].nullable = out[i].nullable || !in_set;
            }
        }
    }
    if (n.grouping_id) out.push_back(*n.grouping_id);
    return joined(std::move(out), attributes_of(n.aggregates));
}

}  // namespace

template <typename N>
Attributes output_of(const N& node) {
    if constexpr (std::is_same_v<N, OneRow>) {
        return {};
    } else if constexpr (std::is_same_v<N, Range>) {
        return {node.column};
    } else if constexpr (std::is_same_v<N, FileScan>) {
        return node.reads_metadata ? joined(node.columns, {node.metadata}) : node.columns;
    } else if constexpr (std::is_same_v<N, Project>) {
        return attributes_of(node.items);
    } else if constexpr (std::is_same_v<N, Join>) {
        return join_output(node);
    } else if constexpr (std::is_same_v<N, Zip>) {
        return joined(node.left.output(), node.right.output());
    } else if constexpr (std::is_same_v<N, Aggregate>) {
        return aggregate_output(node);
    } else if constexpr (std::is_same_v<N, Window>) {
        return joined(node.child.output(), attributes_of(node.windows));
    } else if constexpr (std::is_same_v<N, Generate>) {
        return joined(node.child.output(), node.outer ? as_nullable(node.columns) : node.columns);
    } else if constexpr (std::is_same_v<N, PythonTable>) {
        return node.keep_child ? joined(node.child.output(), node.columns) : node.columns;
    } else if constexpr (requires { node.columns; }) {
        return node.columns;
    } else {
        return node.child.output();
    }
}

#define INSTANTIATE(N) template Attributes output_of<N>(const N&);
// clang-format off
INSTANTIATE(OneRow) INSTANTIATE(LocalTable) INSTANTIATE(Values) INSTANTIATE(Range) INSTANTIATE(FileScan)
INSTANTIATE(Project) INSTANTIATE(Filter) INSTANTIATE(Join) INSTANTIATE(Aggregate) INSTANTIATE(Window)
INSTANTIATE(Generate) INSTANTIATE(Sort) INSTANTIATE(Limit) INSTANTIATE(Offset) INSTANTIATE(Tail)
INSTANTIATE(SetOperation) INSTANTIATE(Distinct) INSTANTIATE(DistinctBy) INSTANTIATE(Sample)
INSTANTIATE(Repartition) INSTANTIATE(CommonTables) INSTANTIATE(CommonTableScan) INSTANTIATE(RecursiveUnion)
INSTANTIATE(MapPartitions) INSTANTIATE(GroupMap) INSTANTIATE(CoGroupMap) INSTANTIATE(PythonTable)
INSTANTIATE(CollectMetrics) INSTANTIATE(Alias) INSTANTIATE(Expand) INSTANTIATE(Zip)
INSTANTIATE(StoredScan)
// clang-format on
#undef INSTANTIATE

Schema Relation::schema() const {
    Schema schema;
    schema.reserve(output().size());
    for (const Attribute& a : output()) schema.push_back({a.name, a.type, a.nullable, a.metadata});
    return schema;
}

Literal null_of(const DataType& type) { return Literal::null(type); }

}  // namespace firesteel::bound
