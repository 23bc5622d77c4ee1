#include "exec/observe.h"

#include <utility>

#include "plan/bound_traverse.h"

namespace firesteel::exec {
namespace {

bool has_metrics(const bound::Relation& plan) {
    if (plan.get_if<bound::CollectMetrics>() != nullptr) return true;
    bool found = false;
    const auto look = [&](const bound::Relation& part) { found = found || has_metrics(part); };
    bound::for_each_input(plan, look);
    bound::for_each_expression(plan, [&](const bound::Expr& e) {
        bound::any_of(e, [&](const bound::Expr& part) {
            const auto* subquery = part.get_if<bound::Subquery>();
            if (subquery != nullptr) look(*subquery->query);
            return found;
        });
    });
    return found;
}

/// `query` with the scan of `id` replaced.
bound::Relation over_rows(const bound::Relation& query, std::uint64_t id, const bound::StoredScan& rows) {
    const auto* scan = query.get_if<bound::CommonTableScan>();
    if (scan != nullptr && scan->id == id) return rows;
    bound::RelationRewrite by;
    by.input = [&](const bound::Relation& input) { return over_rows(input, id, rows); };
    return bound::rewrite(query, by);
}

bound::Relation rewritten(const bound::Relation& plan, const Observer& observer,
                          std::vector<ObservedMetrics>& out);

bound::Expr rewritten(const bound::Expr& expr, const Observer& observer, std::vector<ObservedMetrics>& out) {
    return bound::rewrite_top_down(expr, [&](const bound::Expr& e) -> bound::MaybeExpr {
        const auto* subquery = e.get_if<bound::Subquery>();
        if (subquery == nullptr || !has_metrics(*subquery->query)) return std::nullopt;
        bound::Subquery changed = *subquery;
        changed.query = std::make_shared<const bound::Relation>(rewritten(*subquery->query, observer, out));
        return bound::Expr(std::move(changed), e.origin());
    });
}

bound::Relation rewritten(const bound::Relation& plan, const Observer& observer,
                          std::vector<ObservedMetrics>& out) {
    bound::RelationRewrite by;
    by.input = [&](const bound::Relation& input) { return rewritten(input, observer, out); };
    by.expression = [&](const bound::Expr& e) { return rewritten(e, observer, out); };
    const auto* observed = plan.get_if<bound::CollectMetrics>();
    if (observed == nullptr) return bound::rewrite(plan, by);
    const bound::Relation child = rewritten(observed->child, observer, out);
    const bound::StoredScan rows{observer.store(child), child.output()};
    const bound::Relation metrics = over_rows(observed->metrics, observed->id, rows);
    out.push_back({observed->name, metrics.schema(), observer.only_row(metrics)});
    return rows;
}

}  // namespace

bound::Relation without_metrics(const bound::Relation& plan, const Observer& observer,
                                std::vector<ObservedMetrics>& out) {
    return has_metrics(plan) ? rewritten(plan, observer, out) : plan;
}

}  // namespace firesteel::exec
