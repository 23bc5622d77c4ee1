#include "backend/duckdb/lowering/source.h"

#include <algorithm>

#include "backend/duckdb/lowering/positions.h"
#include "functions/resolve.h"
#include "plan/bound_traverse.h"

namespace firesteel::duckdb {
namespace {

/// A join, with the conditions of filters above it.
struct JoinSource {
    const bound::Join* join = nullptr;
    std::vector<bound::Expr> filters = {};
};

bool is_inner(const bound::Join& join) {
    return (join.type == JoinType::Inner || join.type == JoinType::Cross) && !join.lateral;
}

/// Whether a join may evaluate it, for as many pairs of rows as it likes.
bool may_join(const bound::Expr& condition) {
    const bool is_special = bound::any_of(condition, [](const bound::Expr& e) {
        return e.get_if<bound::Subquery>() != nullptr || e.get_if<bound::PythonCall>() != nullptr;
    });
    return !is_special && !can_raise(condition) && functions::is_deterministic(condition) && !reads_place(condition);
}

bool only_chooses(const bound::Project& project) {
    return std::ranges::all_of(project.items, [](const bound::NamedExpr& item) {
        const auto* column = item.expr.get_if<bound::ColumnRef>();
        return column != nullptr && column->id == item.id;
    });
}

JoinSource join_source(const bound::Relation& relation, Columns columns) {
    if (const auto* join = relation.get_if<bound::Join>()) return {join};
    if (const auto* alias = relation.get_if<bound::Alias>()) return join_source(alias->child, columns);
    if (const auto* n = relation.get_if<bound::Repartition>()) return join_source(n->child, columns);
    if (const auto* project = relation.get_if<bound::Project>()) {
        const bool is_transparent = columns == Columns::MoreAllowed && only_chooses(*project);
        return is_transparent ? join_source(project->child, columns) : JoinSource();
    }
    const auto* filter = relation.get_if<bound::Filter>();
    if (filter == nullptr) return {};
    JoinSource below = join_source(filter->child, columns);
    if (below.join == nullptr || !is_inner(*below.join) || !may_join(filter->condition)) return {};
    below.filters.push_back(filter->condition);
    return below;
}

std::string_view join_text(const bound::Join& n, bool has_condition) {
    switch (n.type) {
        case JoinType::Inner:
        case JoinType::Cross: return has_condition ? " JOIN " : " CROSS JOIN ";
        case JoinType::FullOuter: return " FULL JOIN ";
        case JoinType::LeftOuter: return " LEFT JOIN ";
        case JoinType::RightOuter: return " RIGHT JOIN ";
        case JoinType::LeftAnti: return " ANTI JOIN ";
        case JoinType::LeftSemi: return " SEMI JOIN ";
    }
    FS_ASSERT(false);
}

void subselect(Lowering& to, const bound::Relation& relation) {
    to.out().text("(");
    to.query(relation);
    to.out().text(") AS ").text(to.out().fresh());
}

void right_side(Lowering& to, const bound::Join& n, Columns columns) {
    if (n.lateral) to.out().text("LATERAL ");
    if (n.lateral || join_source(n.right, columns).join == nullptr) return subselect(to, n.right);
    to.out().text("(");
    to.source(n.right, columns);
    to.out().text(")");
}

void write(Lowering& to, const JoinSource& n, Columns columns) {
    const bound::Join& join = *n.join;
    const bool has_condition = join.condition || !n.filters.empty();
    to.source(join.left, columns);
    to.out().text(join_text(join, has_condition));
    right_side(to, join, columns);
    if (!has_condition) {
        if (join.type != JoinType::Inner && join.type != JoinType::Cross) to.out().text(" ON TRUE");
        return;
    }
    to.out().text(" ON ");
    if (join.condition) to.condition(*join.condition);
    for (std::size_t i = 0; i < n.filters.size(); ++i) {
        if (i > 0 || join.condition) to.out().text(" AND ");
        to.condition(n.filters[i]);
    }
}

}  // namespace

void write_source(Lowering& to, const bound::Relation& relation, Columns columns) {
    const JoinSource joined = join_source(relation, columns);
    joined.join == nullptr ? subselect(to, relation) : write(to, joined, columns);
}

bool holds_join(const bound::Relation& relation) {
    return join_source(relation, Columns::MoreAllowed).join != nullptr;
}

}  // namespace firesteel::duckdb
