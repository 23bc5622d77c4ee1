#include "plan/bound_traverse.h"

#include <utility>

namespace firesteel::bound {
namespace {

bool same(const Expr& a, const Expr& b) { return a.address() == b.address(); }

/// Maps a list; says whether anything changed.
struct Mapped {
    const ExprMap& f;
    bool changed = false;

    Expr one(const Expr& e) {
        Expr out = f(e);
        changed = changed || !same(out, e);
        return out;
    }
    MaybeExpr one(const MaybeExpr& e) { return e ? MaybeExpr(one(*e)) : MaybeExpr(); }
    std::vector<Expr> all(const std::vector<Expr>& list) {
        std::vector<Expr> out;
        out.reserve(list.size());
        for (const Expr& e : list) out.push_back(one(e));
        return out;
    }
    std::vector<SortOrder> all(const std::vector<SortOrder>& list) {
        std::vector<SortOrder> out;
        out.reserve(list.size());
        for (const SortOrder& o : list) out.push_back({one(o.child), o.direction, o.nulls});
        return out;
    }
    std::vector<NamedExpr> all(const std::vector<NamedExpr>& list) {
        std::vector<NamedExpr> out;
        out.reserve(list.size());
        for (const NamedExpr& item : list) {
            out.push_back({one(item.expr), item.id, item.name, item.metadata, item.generated_name});
        }
        return out;
    }
    FrameBound bound(const FrameBound& b) { return {b.kind, one(b.offset)}; }
};

std::shared_ptr<const WindowSpec> map_spec(const WindowSpec& spec, Mapped& m) {
    WindowSpec out;
    out.partition_by = m.all(spec.partition_by);
    out.order_by = m.all(spec.order_by);
    out.frame.kind = spec.frame.kind;
    out.frame.lower = m.bound(spec.frame.lower);
    out.frame.upper = m.bound(spec.frame.upper);
    return std::make_shared<const WindowSpec>(std::move(out));
}

void visit_orders(const std::vector<SortOrder>& orders, const ExprVisit& f) {
    for (const SortOrder& o : orders) f(o.child);
}

void visit_window(const WindowCall& n, const ExprVisit& f) {
    f(n.function);
    for (const Expr& e : n.spec->partition_by) f(e);
    visit_orders(n.spec->order_by, f);
    if (n.spec->frame.lower.offset) f(*n.spec->frame.lower.offset);
    if (n.spec->frame.upper.offset) f(*n.spec->frame.upper.offset);
}

void visit_aggregate(const AggregateCall& n, const ExprVisit& f) {
    for (const Expr& e : n.arguments) f(e);
    if (n.filter) f(*n.filter);
    visit_orders(n.order_by, f);
}

}  // namespace

void for_each_child(const Expr& expr, const ExprVisit& f) {
    const auto list = [&](const std::vector<Expr>& es) {
        for (const Expr& e : es) f(e);
    };
    expr.visit(overloaded{
        [](const Constant&) {},
        [](const ColumnRef&) {},
        [](const VariableRef&) {},
        [&](const Call& n) {
            list(n.arguments);
            list(n.replacement);
        },
        [&](const Cast& n) { f(n.child); },
        [&](const GetField& n) { f(n.child); },
        [&](const Lambda& n) { f(n.body); },
        [&](const AggregateCall& n) { visit_aggregate(n, f); },
        [&](const WindowCall& n) { visit_window(n, f); },
        [&](const Subquery& n) { list(n.values); },
        [&](const PythonCall& n) { list(n.arguments); },
    });
}

Expr map_children(const Expr& expr, const ExprMap& f) {
    Mapped m{f};
    const auto finish = [&](auto node) -> Expr {
        return m.changed ? Expr(std::move(node), expr.origin()) : expr;
    };
    return expr.visit(overloaded{
        [&](const Constant&) { return expr; },
        [&](const ColumnRef&) { return expr; },
        [&](const VariableRef&) { return expr; },
        [&](const Call& n) {
            Call out = n;
            out.arguments = m.all(n.arguments);
            out.replacement = m.all(n.replacement);
            return finish(std::move(out));
        },
        [&](const Cast& n) {
            Cast out = n;
            out.child = m.one(n.child);
            return finish(std::move(out));
        },
        [&](const GetField& n) {
            GetField out = n;
            out.child = m.one(n.child);
            return finish(std::move(out));
        },
        [&](const Lambda& n) {
            Lambda out = n;
            out.body = m.one(n.body);
            return finish(std::move(out));
        },
        [&](const AggregateCall& n) {
            AggregateCall out = n;
            out.arguments = m.all(n.arguments);
            out.filter = m.one(n.filter);
            out.order_by = m.all(n.order_by);
            return finish(std::move(out));
        },
        [&](const WindowCall& n) {
            WindowCall out = n;
            out.function = m.one(n.function);
            out.spec = map_spec(*n.spec, m);
            return finish(std::move(out));
        },
        [&](const Subquery& n) {
            Subquery out = n;
            out.values = m.all(n.values);
            return finish(std::move(out));
        },
        [&](const PythonCall& n) {
            PythonCall out = n;
            out.arguments = m.all(n.arguments);
            return finish(std::move(out));
        },
    });
}

Expr rewrite_top_down(const Expr& expr, const std::function<MaybeExpr(const Expr&)>& f) {
    if (MaybeExpr replaced = f(expr)) return *replaced;
    return map_children(expr, [&](const Expr& child) { return rewrite_top_down(child, f); });
}

bool any_of(const Expr& expr, const std::function<bool(const Expr&)>& f) {
    if (f(expr)) return true;
    bool found = false;
    for_each_child(expr, [&](const Expr& child) { found = found || any_of(child, f); });
    return found;
}

// ---- relations -----------------------------------------------------------------------------------

namespace {

void visit_items(const std::vector<NamedExpr>& items, const ExprVisit& f) {
    for (const NamedExpr& item : items) f(item.expr);
}

void visit_rows(const std::vector<std::vector<Expr>>& rows, const ExprVisit& f) {
    for (const std::vector<Expr>& row : rows) {
        for (const Expr& e : row) f(e);
    }
}

/// Copies a node with its expressions, inputs and ids mapped.
struct NodeRewrite {
    const RelationRewrite& by;
    Mapped m{by.expression};

    AttributeId id(AttributeId old) const { return by.id ? by.id(old) : old; }
    Relation input(const Relation& r) const { return by.input ? by.input(r) : r; }
    Attributes columns(Attributes list) const {
        for (Attribute& a : list) a.id = id(a.id);
        return list;
    }
    std::vector<NamedExpr> items(const std::vector<NamedExpr>& list) {
        std::vector<NamedExpr> out = m.all(list);
        for (NamedExpr& item : out) item.id = id(item.id);
        return out;
    }
    std::vector<std::vector<Expr>> rows(const std::vector<std::vector<Expr>>& list) {
        std::vector<std::vector<Expr>> out;
        out.reserve(list.size());
        for (const auto& row : list) out.push_back(m.all(row));
        return out;
    }

    Relation operator()(const OneRow& n) { return n; }
    Relation operator()(const LocalTable& n) { return LocalTable{n.streams, columns(n.columns)}; }
    Relation operator()(const Values& n) { return Values{rows(n.rows), columns(n.columns)}; }
    Relation operator()(const Range& n) {
        Range out = n;
        out.column.id = id(n.column.id);
        return out;
    }
    Relation operator()(const FileScan& n) {
        FileScan out = n;
        out.columns = columns(n.columns);
        out.metadata.id = id(n.metadata.id);
        return out;
    }
    Relation operator()(const Project& n) { return Project{input(n.child), items(n.items)}; }
    Relation operator()(const Filter& n) { return Filter{input(n.child), m.one(n.condition)}; }
    Relation operator()(const Join& n) {
        return Join{input(n.left), input(n.right), n.type, m.one(n.condition), n.lateral};
    }
    Relation operator()(const Aggregate& n) {
        Aggregate out{input(n.child), items(n.groups), n.sets, n.grouping_id, {}};
        if (out.grouping_id) out.grouping_id->id = id(n.grouping_id->id);
        out.aggregates = items(n.aggregates);
        return out;
    }
    Relation operator()(const Window& n) { return Window{input(n.child), items(n.windows)}; }
    Relation operator()(const Generate& n) {
        return Generate{input(n.child), m.one(n.generator), n.outer, columns(n.columns)};
    }
    Relation operator()(const Sort& n) { return Sort{input(n.child), m.all(n.orders), n.is_global}; }
    Relation operator()(const Limit& n) { return Limit{input(n.child), n.count}; }
    Relation operator()(const Offset& n) { return Offset{input(n.child), n.count}; }
    Relation operator()(const Tail& n) { return Tail{input(n.child), n.count}; }
    Relation operator()(const SetOperation& n) {
        SetOperation out{n.op, n.all, {}, columns(n.columns)};
        for (const Relation& r : n.inputs) out.inputs.push_back(input(r));
        return out;
    }
    Relation operator()(const Distinct& n) { return Distinct{input(n.child)}; }
    Relation operator()(const DistinctBy& n) { return DistinctBy{input(n.child), m.all(n.keys)}; }
    Relation operator()(const Sample& n) {
        return Sample{input(n.child), n.lower, n.upper, n.with_replacement, n.seed,
                      n.deterministic_order};
    }
    Relation operator()(const Repartition& n) {
        return Repartition{input(n.child), n.partitions, n.shuffle, m.all(n.expressions),
                           m.all(n.ranges), m.one(n.place)};
    }
    Relation operator()(const CommonTables& n) {
        CommonTables out{{}, input(n.child)};
        for (const CommonTable& t : n.tables) out.tables.push_back({t.id, t.name, input(t.query)});
        return out;
    }
    Relation operator()(const CommonTableScan& n) {
        return CommonTableScan{n.id, n.name, columns(n.columns)};
    }
    Relation operator()(const RecursiveUnion& n) {
        return RecursiveUnion{n.id,          input(n.anchor), input(n.step),     n.all,
                              n.level_limit, n.row_limit,     columns(n.columns)};
    }
    Relation operator()(const MapPartitions& n) {
        return MapPartitions{input(n.child), n.function, columns(n.columns)};
    }
    Relation operator()(const GroupMap& n) {
        return GroupMap{input(n.child), items(n.groups), n.function, columns(n.columns)};
    }
    Relation operator()(const CoGroupMap& n) {
        return CoGroupMap{input(n.left),         input(n.right), items(n.left_groups),
                          items(n.right_groups), n.function,     columns(n.columns)};
    }
    Relation operator()(const PythonTable& n) {
        PythonTable out = n;
        out.child = input(n.child);
        out.arguments = m.all(n.arguments);
        out.columns = columns(n.columns);
        out.order_by = m.all(n.order_by);
        return out;
    }
    Relation operator()(const CollectMetrics& n) {
        return CollectMetrics{input(n.child), n.name, n.id, input(n.metrics)};
    }
    Relation operator()(const Alias& n) { return Alias{input(n.child), n.name}; }
    Relation operator()(const Expand& n) {
        return Expand{input(n.child), rows(n.projections), columns(n.columns)};
    }
    Relation operator()(const Zip& n) { return Zip{input(n.left), input(n.right)}; }
    Relation operator()(const StoredScan& n) { return StoredScan{n.rows, columns(n.columns)}; }
};

class FreshIds {
  public:
    explicit FreshIds(const std::function<AttributeId()>& next) : next_(next) {}

    Relation relation(const Relation& r) {
        RelationRewrite by;
        by.input = [this](const Relation& child) { return relation(child); };
        by.expression = [this](const Expr& e) { return expression(e); };
        by.id = [this](AttributeId id) { return made(id); };
        return rewrite(r, by);
    }

  private:
    AttributeId made(AttributeId old) {
        const auto [at, is_new] = ids_.try_emplace(old);
        if (is_new) at->second = next_();
        return at->second;
    }

    Expr expression(const Expr& e) {
        if (const auto* column = e.get_if<ColumnRef>()) {
            const auto at = ids_.find(column->id);
            if (at == ids_.end()) return e;
            ColumnRef out = *column;
            out.id = at->second;
            return Expr(std::move(out), e.origin());
        }
        if (const auto* lambda = e.get_if<Lambda>()) {
            Lambda out = *lambda;
            for (LambdaParameter& p : out.parameters) p.id = made(p.id);
            out.body = expression(lambda->body);
            return Expr(std::move(out), e.origin());
        }
        if (const auto* subquery = e.get_if<Subquery>()) return nested(*subquery, e.origin());
        return map_children(e, [this](const Expr& child) { return expression(child); });
    }

    Expr nested(const Subquery& n, const Origin& origin) {
        Subquery out = n;
        out.query = std::make_shared<const Relation>(relation(*n.query));
        for (Expr& value : out.values) value = expression(value);
        for (Expr& column : out.outer_references) column = expression(column);
        return Expr(std::move(out), origin);
    }

    const std::function<AttributeId()>& next_;
    std::unordered_map<AttributeId, AttributeId> ids_;
};

}  // namespace

void for_each_expression(const Relation& relation, const ExprVisit& f) {
    relation.visit(overloaded{
        [&](const Values& n) { visit_rows(n.rows, f); },
        [&](const Project& n) { visit_items(n.items, f); },
        [&](const Filter& n) { f(n.condition); },
        [&](const Join& n) {
            if (n.condition) f(*n.condition);
        },
        [&](const Aggregate& n) {
            visit_items(n.groups, f);
            visit_items(n.aggregates, f);
        },
        [&](const Window& n) { visit_items(n.windows, f); },
        [&](const Generate& n) { f(n.generator); },
        [&](const Sort& n) { visit_orders(n.orders, f); },
        [&](const DistinctBy& n) {
            for (const Expr& e : n.keys) f(e);
        },
        [&](const Repartition& n) {
            for (const Expr& e : n.expressions) f(e);
            visit_orders(n.ranges, f);
            if (n.place) f(*n.place);
        },
        [&](const GroupMap& n) { visit_items(n.groups, f); },
        [&](const CoGroupMap& n) {
            visit_items(n.left_groups, f);
            visit_items(n.right_groups, f);
        },
        [&](const PythonTable& n) {
            for (const Expr& e : n.arguments) f(e);
            visit_orders(n.order_by, f);
        },
        [&](const Expand& n) { visit_rows(n.projections, f); },
        [](const OneRow&) {}, [](const LocalTable&) {}, [](const Range&) {},
        [](const FileScan&) {}, [](const Limit&) {}, [](const Offset&) {}, [](const Tail&) {},
        [](const SetOperation&) {}, [](const Distinct&) {}, [](const Sample&) {},
        [](const CommonTables&) {}, [](const CommonTableScan&) {}, [](const RecursiveUnion&) {},
        [](const MapPartitions&) {}, [](const Alias&) {}, [](const Zip&) {},
        [](const StoredScan&) {}, [](const CollectMetrics&) {},
    });
}

void for_each_input(const Relation& relation, const std::function<void(const Relation&)>& f) {
    relation.visit([&]<typename N>(const N& n) {
        if constexpr (std::is_same_v<N, CommonTables>) {
            for (const CommonTable& t : n.tables) f(t.query);
        }
        if constexpr (std::is_same_v<N, RecursiveUnion>) {
            f(n.anchor);
            f(n.step);
        }
        if constexpr (requires { n.inputs; }) {
            for (const Relation& r : n.inputs) f(r);
        }
        if constexpr (requires { n.child; }) f(n.child);
        if constexpr (requires { n.left; }) {
            f(n.left);
            f(n.right);
        }
    });
}

Relation rewrite(const Relation& relation, const RelationRewrite& by) {
    RelationRewrite full = by;
    if (!full.expression) full.expression = [](const Expr& e) { return e; };
    NodeRewrite node{full};
    return relation.visit(node);
}

Relation with_fresh_ids(const Relation& relation, const std::function<AttributeId()>& next_id) {
    return FreshIds(next_id).relation(relation);
}

}  // namespace firesteel::bound
