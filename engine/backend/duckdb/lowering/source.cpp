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

bool asks_query(const bound::Expr& e) {
    return bound::any_of(e, [](const bound::Expr& part) { return part.get_if<bound::Subquery>() != nullptr; });
}

/// DuckDB has no outer joins with queries in their conditions.
bool is_asking_outer_join(const bound::Join& join) {
    return !is_inner(join) && !join.lateral && join.condition && asks_query(*join.condition);
}

/// Whether an expression, its queries included, reads no columns but these.
bool reads_only(const bound::Expr& e, const bound::Attributes& columns) {
    const auto is_column = [&](const bound::Expr& read) {
        const auto* column = read.get_if<bound::ColumnRef>();
        return column == nullptr || std::ranges::find(columns, column->id, &bound::Attribute::id) != columns.end();
    };
    return !bound::any_of(e, [&](const bound::Expr& part) {
        const auto* query = part.get_if<bound::Subquery>();
        return !is_column(part) || (query != nullptr && !std::ranges::all_of(query->outer_references, is_column));
    });
}

/// A join's condition whose parts with queries are columns of the side that they read.
struct OuterCondition {
    explicit OuterCondition(const bound::Join& join) {
        for (const bound::Expr& part : conjuncts(*join.condition)) {
            if (!asks_query(part)) {
                plain.push_back(part);
            } else if (reads_only(part, join.left.output())) {
                left.push_back(part);
            } else if (reads_only(part, join.right.output())) {
                right.push_back(part);
            } else {
                throw unsupported("a query over both sides in the condition of an outer join", part.origin());
            }
        }
    }
    std::vector<bound::Expr> plain;
    std::vector<bound::Expr> left;
    std::vector<bound::Expr> right;
};

bool only_chooses(const bound::Project& project) {
    return std::ranges::all_of(project.items, [](const bound::NamedExpr& item) {
        const auto* column = item.expr.get_if<bound::ColumnRef>();
        return column != nullptr && column->id == item.id;
    });
}

JoinSource join_source(const bound::Relation& relation, Columns columns) {
    if (const auto* join = relation.get_if<bound::Join>()) {
        const bool has_more = is_asking_outer_join(*join);
        const bool is_source = !as_generate(*join) && (!has_more || columns == Columns::MoreAllowed);
        return is_source ? JoinSource{join} : JoinSource();
    }
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

/// "(SELECT *, condition AS c1 FROM side) AS t1"; gives the names.
std::vector<std::string> with_conditions(Lowering& to, const bound::Relation& side, const std::vector<bound::Expr>& conditions) {
    std::vector<std::string> names;
    to.out().text("(SELECT *");
    for (const bound::Expr& e : conditions) {
        names.push_back(to.out().fresh());
        to.out().text(", ");
        to.expr(e);
        to.out().text(" AS ").text(names.back());
    }
    to.from(side);
    to.out().text(") AS ").text(to.out().fresh());
    return names;
}

void write_asking(Lowering& to, const bound::Join& join) {
    const OuterCondition condition(join);
    std::vector<std::string> names = with_conditions(to, join.left, condition.left);
    to.out().text(join_text(join, /*has_condition=*/true));
    const std::vector<std::string> more = with_conditions(to, join.right, condition.right);
    names.insert(names.end(), more.begin(), more.end());
    to.out().text(" ON TRUE");
    for (const std::string& name : names) to.out().text(" AND ").text(name);
    for (const bound::Expr& part : condition.plain) {
        to.out().text(" AND ");
        to.condition(part);
    }
}

void write(Lowering& to, const JoinSource& n, Columns columns) {
    const bound::Join& join = *n.join;
    if (is_asking_outer_join(join)) return write_asking(to, join);
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

std::optional<bound::Relation> as_generate(const bound::Join& join) {
    if (!join.lateral || join.condition) return std::nullopt;
    std::vector<const bound::Project*> projects;
    const bound::Relation* right = &join.right;
    while (right->get_if<bound::Generate>() == nullptr) {
        const auto* alias = right->get_if<bound::Alias>();
        const auto* project = right->get_if<bound::Project>();
        if (alias == nullptr && project == nullptr) return std::nullopt;
        if (project != nullptr) projects.push_back(project);
        right = alias != nullptr ? &alias->child : &project->child;
    }
    const auto* generate = right->get_if<bound::Generate>();
    if (generate->child.get_if<bound::OneRow>() == nullptr) return std::nullopt;
    bound::Relation out = bound::Generate{join.left, generate->generator, generate->outer, generate->columns};
    for (auto project = projects.rbegin(); project != projects.rend(); ++project) {
        std::vector<bound::NamedExpr> items;
        for (const bound::Attribute& a : join.left.output()) items.push_back({a.ref(), a.id, a.name, a.metadata});
        items.insert(items.end(), (*project)->items.begin(), (*project)->items.end());
        out = bound::Project{std::move(out), std::move(items)};
    }
    return out;
}

void write_source(Lowering& to, const bound::Relation& relation, Columns columns) {
    const JoinSource joined = join_source(relation, columns);
    joined.join == nullptr ? subselect(to, relation) : write(to, joined, columns);
}

bool holds_join(const bound::Relation& relation) {
    return join_source(relation, Columns::MoreAllowed).join != nullptr;
}

}  // namespace firesteel::duckdb
