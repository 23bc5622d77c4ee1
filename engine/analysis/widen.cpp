// Adding columns of below to a plan's output: what ORDER BY, HAVING and USING's hidden keys need.
//   Project [a] over Scan [a, b], wanted b  ->  Project [a, b] over Scan [a, b]
#include <algorithm>
#include <unordered_set>

#include "analysis/resolver.h"
#include "plan/bound_traverse.h"

namespace firesteel::analysis {
namespace {

bool has(const bound::Relation& plan, AttributeId id) {
    const auto& output = plan.output();
    return std::any_of(output.begin(), output.end(), [&](const auto& a) { return a.id == id; });
}

struct Widen {
    const std::vector<AttributeId>& wanted;
    const std::vector<bound::NamedExpr>& aggregates;

    bool done(const bound::Relation& plan) const {
        return std::all_of(wanted.begin(), wanted.end(), [&](AttributeId id) { return has(plan, id); });
    }

    bound::Relation operator()(const bound::Relation& plan) const {
        if (done(plan)) return plan;
        if (const auto* project = plan.get_if<bound::Project>()) return through(*project);
        if (const auto* scan = plan.get_if<bound::FileScan>()) return with_metadata(*scan);
        if (const auto* aggregate = plan.get_if<bound::Aggregate>()) {
            bound::Aggregate out = *aggregate;
            out.aggregates.insert(out.aggregates.end(), aggregates.begin(), aggregates.end());
            std::vector<AttributeId> read;
            for (const bound::NamedExpr& added : aggregates) {
                bound::any_of(added.expr, [&](const bound::Expr& e) {
                    if (const auto* ref = e.get_if<bound::ColumnRef>()) read.push_back(ref->id);
                    return false;
                });
            }
            out.child = Widen{read, {}}(out.child);
            return out;
        }
        const bool passes = plan.get_if<bound::Filter>() != nullptr ||
                            plan.get_if<bound::Join>() != nullptr ||
                            plan.get_if<bound::Distinct>() != nullptr ||
                            plan.get_if<bound::DistinctBy>() != nullptr ||
                            plan.get_if<bound::Sort>() != nullptr ||
                            plan.get_if<bound::Limit>() != nullptr ||
                            plan.get_if<bound::Offset>() != nullptr ||
                            plan.get_if<bound::Tail>() != nullptr ||
                            plan.get_if<bound::Window>() != nullptr ||
                            plan.get_if<bound::Generate>() != nullptr ||
                            plan.get_if<bound::Sample>() != nullptr ||
                            plan.get_if<bound::Repartition>() != nullptr ||
                            plan.get_if<bound::CommonTables>() != nullptr ||
                            plan.get_if<bound::CollectMetrics>() != nullptr ||
                            plan.get_if<bound::Alias>() != nullptr;
        if (!passes) return plan;
        bound::RelationRewrite by;
        const auto* tables = plan.get_if<bound::CommonTables>();
        by.input = [this, tables](const bound::Relation& child) {
            const bool is_query = tables != nullptr && child.address() != tables->child.address();
            return is_query ? child : (*this)(child);
        };
        return bound::rewrite(plan, by);
    }

    bound::Relation with_metadata(const bound::FileScan& scan) const {
        if (std::find(wanted.begin(), wanted.end(), scan.metadata.id) == wanted.end()) return scan;
        bound::FileScan out = scan;
        out.reads_metadata = true;
        return out;
    }

    bound::Relation through(const bound::Project& project) const {
        bound::Project out{(*this)(project.child), project.items};
        std::unordered_set<AttributeId> made;
        for (const bound::NamedExpr& item : out.items) made.insert(item.id);
        for (const bound::Attribute& a : out.child.output()) {
            const bool is_wanted = std::find(wanted.begin(), wanted.end(), a.id) != wanted.end();
            if (is_wanted && made.insert(a.id).second) {
                out.items.push_back({a.ref(), a.id, a.name, a.metadata, false});
            }
        }
        return out;
    }
};

}  // namespace

bound::Relation widen(const bound::Relation& plan, const std::vector<AttributeId>& wanted,
                      const std::vector<bound::NamedExpr>& aggregates) {
    return Widen{wanted, aggregates}(plan);
}

namespace {

/// Column ids made anywhere on the path that widening can go.
void reachable(const Node& node, std::unordered_set<AttributeId>& out) {
    for (const ScopeColumn& c : node.scope.columns()) out.insert(c.attribute.id);
    for (const ScopeColumn& c : node.scope.hidden()) out.insert(c.attribute.id);
    if (node.reach == Reach::Through && node.inputs.size() == 1) reachable(*node.inputs[0], out);
}

}  // namespace

bound::Relation widened_for(const NodePtr& child, const std::vector<bound::Expr>& expressions) {
    std::vector<AttributeId> missing;
    std::unordered_set<AttributeId> below;
    const std::function<void(const bound::Expr&)> visit = [&](const bound::Expr& e) {
        if (const auto* subquery = e.get_if<bound::Subquery>()) {
            for (const bound::Expr& outer : subquery->outer_references) visit(outer);
        }
        const auto* ref = e.get_if<bound::ColumnRef>();
        if (ref != nullptr && !has(child->plan, ref->id)) {
            if (below.empty()) reachable(*child, below);
            if (below.contains(ref->id)) missing.push_back(ref->id);
        }
        bound::for_each_child(e, visit);
    };
    for (const bound::Expr& e : expressions) visit(e);
    return missing.empty() ? child->plan : widen(child->plan, missing);
}

}  // namespace firesteel::analysis
