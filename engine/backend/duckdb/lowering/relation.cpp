/// Relations as SELECTs. Every query's columns are exactly the relation's output ("*" is safe), save
/// that a relation without columns has one dummy.

#include "backend/duckdb/lowering/relation.h"

#include <algorithm>
#include <utility>

#include "backend/duckdb/lowering/collation_key.h"
#include "backend/duckdb/lowering/lowering.h"
#include "backend/duckdb/lowering/physical_type.h"
#include "backend/duckdb/lowering/positions.h"
#include "backend/duckdb/lowering/source.h"
#include "common/limits.h"

namespace firesteel::duckdb {
namespace {

constexpr std::string_view kNoColumns = "NULL AS none";

}  // namespace

void select_all_from(Lowering& to, const bound::Relation& child) {
    to.out().text("SELECT ");
    if (!holds_join(child)) {
        to.out().text("*");
        to.from(child);
        return;
    }
    const bound::Attributes& columns = child.output();
    if (columns.empty()) to.out().text(kNoColumns);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        to.out().text(i > 0 ? ", " : "").column(columns[i].id);
    }
    to.from(child, Columns::MoreAllowed);
}

/// Selects attributes of `source` under the names of `target`, by position.
void select_renamed(Lowering& to, const bound::Attributes& source,
                    const bound::Attributes& target) {
    to.out().text("SELECT ");
    if (target.empty()) to.out().text(kNoColumns);
    for (std::size_t i = 0; i < target.size(); ++i) {
        if (i > 0) to.out().text(", ");
        to.out().column(source[i].id).text(" AS ").column(target[i].id);
    }
}

void lower(Lowering& to, const bound::OneRow&) { to.out().text("SELECT ").text(kNoColumns); }

void lower(Lowering& to, const bound::Values& n) {
    if (n.rows.empty() || n.columns.empty()) {
        to.out().text("SELECT ");
        if (n.columns.empty()) to.out().text(kNoColumns);
        for (std::size_t i = 0; i < n.columns.size(); ++i) {
            if (i > 0) to.out().text(", ");
            to.literal(Literal::null(n.columns[i].type));
            to.out().text(" AS ").column(n.columns[i].id);
        }
        if (n.rows.empty()) {
            to.out().text(" WHERE FALSE");
        } else {
            to.out().text(" FROM range(").number(static_cast<std::int64_t>(n.rows.size()));
            to.out().text(") AS t0");
        }
        return;
    }
    to.out().text("SELECT * FROM (VALUES ");
    for (std::size_t r = 0; r < n.rows.size(); ++r) {
        to.out().text(r > 0 ? ", (" : "(");
        to.list(n.rows[r]);
        to.out().text(")");
    }
    to.out().text(") AS ").text(to.out().fresh()).text("(");
    for (std::size_t i = 0; i < n.columns.size(); ++i) {
        if (i > 0) to.out().text(", ");
        to.out().column(n.columns[i].id);
    }
    to.out().text(")");
}

namespace {

/// Of a range that is made by several threads, at least.
constexpr std::int64_t kRangePartRows = 122880;

Int128 rows_of(const bound::Range& n) {
    const Int128 span = static_cast<Int128>(n.end) - n.start;
    if (span == 0 || (span > 0) != (n.step > 0)) return 0;
    return (span + n.step + (n.step > 0 ? -1 : 1)) / n.step;
}

void write_range(Lowering& to, std::int64_t start, std::int64_t end, std::int64_t step) {
    to.out().text("range(CAST(").number(start).text(" AS BIGINT), CAST(").number(end);
    to.out().text(" AS BIGINT), CAST(").number(step).text(" AS BIGINT))");
}

}  // namespace

/// One thread runs a range of DuckDB's, and what reads it: a long one is a union of several, in order.
void lower(Lowering& to, const bound::Range& n) {
    const Int128 rows = rows_of(n);
    const auto parts = static_cast<std::int64_t>(
        std::min<Int128>(rows / kRangePartRows, static_cast<Int128>(to.default_partitions())));
    to.out().text("SELECT range AS ").column(n.column.id).text(" FROM ");
    if (parts < 2) {
        write_range(to, n.start, n.end, n.step);
    } else {
        const auto boundary = [&](std::int64_t part) {
            return static_cast<std::int64_t>(n.start + rows * part / parts * n.step);
        };
        for (std::int64_t part = 0; part < parts; ++part) {
            to.out().text(part == 0 ? "(SELECT range FROM " : " UNION ALL SELECT range FROM ");
            write_range(to, boundary(part), part + 1 == parts ? n.end : boundary(part + 1), n.step);
        }
        to.out().text(")");
    }
    to.out().text(" AS ").text(to.out().fresh());
}

void lower(Lowering& to, const bound::Project& n) {
    const bool reads_places = std::ranges::any_of(n.items, [](const auto& item) { return reads_place(item.expr); });
    if (reads_places) return lower_placed(to, n);
    to.out().text("SELECT ");
    to.items(n.items);
    const auto* filter = n.child.get_if<bound::Filter>();
    if (filter != nullptr && !reads_place(filter->condition)) {
        to.from(filter->child, Columns::MoreAllowed);
        to.out().text(" WHERE ");
        to.condition(filter->condition);
    } else if (n.child.get_if<bound::OneRow>() == nullptr) {
        to.from(n.child, Columns::MoreAllowed);
    }
}

void lower(Lowering& to, const bound::Filter& n) {
    if (reads_place(n.condition)) return lower_placed(to, n);
    select_all_from(to, n.child);
    to.out().text(" WHERE ");
    to.condition(n.condition);
}

void lower(Lowering& to, const bound::Limit& n) {
    if (const auto* sort = n.child.get_if<bound::Sort>(); sort != nullptr && sort->is_global) {
        select_all_from(to, sort->child);
        to.order_by(sort->orders);
    } else {
        select_all_from(to, n.child);
    }
    to.out().text(" LIMIT ").number(n.count);
}

void lower(Lowering& to, const bound::Offset& n) {
    select_all_from(to, n.child);
    to.out().text(" OFFSET ").number(n.count);
}

void lower(Lowering& to, const bound::Tail& n) {
    to.out().text("SELECT * EXCLUDE (row_position) FROM (SELECT * FROM (SELECT *, "
                  "row_number() OVER () AS row_position");
    to.from(n.child);
    to.out().text(") ORDER BY row_position DESC LIMIT ").number(n.count);
    to.out().text(") ORDER BY row_position");
}

/// "SELECT DISTINCT ON (keys) columns": of the rows with equal keys one stays as it is.
void select_distinct_on_keys(Lowering& to, const bound::Attributes& columns) {
    to.out().text("SELECT DISTINCT ON (");
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i > 0) to.out().text(", ");
        to.key(columns[i].ref());
    }
    to.out().text(") *");
}

void lower(Lowering& to, const bound::Distinct& n) {
    const bound::Attributes& columns = n.child.output();
    if (holds_collation(columns)) {
        select_distinct_on_keys(to, columns);
        to.from(n.child);
        return;
    }
    to.out().text("SELECT DISTINCT ");
    if (columns.empty()) to.out().text("*");
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i > 0) to.out().text(", ");
        to.key(columns[i].ref());
        to.out().text(" AS ").column(columns[i].id);
    }
    to.from(n.child);
}

void lower(Lowering& to, const bound::DistinctBy& n) {
    to.out().text("SELECT DISTINCT ON (");
    for (std::size_t i = 0; i < n.keys.size(); ++i) {
        if (i > 0) to.out().text(", ");
        to.key(n.keys[i]);
    }
    to.out().text(") *");
    to.from(n.child);
}

/// INTERSECT and EXCEPT of collated rows: those of the first input that do or don't match one of the others.
void lower_collated_difference(Lowering& to, const bound::SetOperation& n) {
    if (n.all) throw unsupported("INTERSECT ALL and EXCEPT ALL of collated strings");
    select_distinct_on_keys(to, n.columns);
    to.out().text(" FROM (");
    select_renamed(to, n.inputs[0].output(), n.columns);
    to.from(n.inputs[0]);
    to.out().text(") AS ").text(to.out().fresh());
    for (std::size_t i = 1; i < n.inputs.size(); ++i) {
        to.out().text(i > 1 ? " AND " : " WHERE ");
        to.out().text(n.op == SetOperator::Except ? "NOT EXISTS (SELECT 1" : "EXISTS (SELECT 1");
        to.from(n.inputs[i]);
        const bound::Attributes& other = n.inputs[i].output();
        for (std::size_t c = 0; c < n.columns.size(); ++c) {
            to.out().text(c > 0 ? " AND " : " WHERE ");
            to.key(n.columns[c].ref());
            to.out().text(" IS NOT DISTINCT FROM ");
            to.key(other[c].ref());
        }
        to.out().text(")");
    }
}

/// select_renamed with -0.0 as 0.0, as a distinct set operation shows it.
void select_keys(Lowering& to, const bound::Attributes& source, const bound::Attributes& target) {
    to.out().text("SELECT ");
    if (target.empty()) to.out().text(kNoColumns);
    for (std::size_t i = 0; i < target.size(); ++i) {
        if (i > 0) to.out().text(", ");
        to.key(source[i].ref());
        to.out().text(" AS ").column(target[i].id);
    }
}

void lower(Lowering& to, const bound::SetOperation& n) {
    const std::string_view op = n.op == SetOperator::Union       ? " UNION "
                                : n.op == SetOperator::Intersect ? " INTERSECT "
                                                                 : " EXCEPT ";
    const bool by_keys = holds_collation(n.columns);
    if (by_keys && n.op != SetOperator::Union) return lower_collated_difference(to, n);
    if (by_keys && !n.all) select_distinct_on_keys(to, n.columns);
    if (by_keys && !n.all) to.out().text(" FROM (");
    to.out().text("SELECT * FROM (");
    for (std::size_t i = 0; i < n.inputs.size(); ++i) {
        const bool keeps_all = n.all || by_keys;
        if (i > 0) to.out().text(op).text(keeps_all ? "ALL " : "");
        (keeps_all ? select_renamed : select_keys)(to, n.inputs[i].output(), n.columns);
        to.from(n.inputs[i]);
    }
    to.out().text(") AS ").text(to.out().fresh());
    if (by_keys && !n.all) to.out().text(") AS ").text(to.out().fresh());
}

void lower(Lowering& to, const bound::Alias& n) { to.query(n.child); }
void lower(Lowering& to, const bound::Repartition& n) { to.query(n.child); }
void lower(Lowering& to, const bound::CollectMetrics& n) { to.query(n.child); }

void lower(Lowering& to, const bound::CommonTables& n) {
    to.out().text("WITH ");
    for (std::size_t i = 0; i < n.tables.size(); ++i) {
        if (i > 0) to.out().text(", ");
        to.out().text("c").number(static_cast<std::int64_t>(n.tables[i].id)).text("(");
        const bound::Attributes& columns = n.tables[i].query.output();
        for (std::size_t c = 0; c < columns.size(); ++c) {
            if (c > 0) to.out().text(", ");
            to.out().text("c").number(static_cast<std::int64_t>(c));
        }
        to.out().text(columns.empty() ? "none) AS (" : ") AS (");
        to.query(n.tables[i].query);
        to.out().text(")");
    }
    to.out().text(" ");
    to.query(n.child);
}

void lower(Lowering& to, const bound::CommonTableScan& n) {
    to.out().text("SELECT ");
    if (n.columns.empty()) to.out().text(kNoColumns);
    for (std::size_t i = 0; i < n.columns.size(); ++i) {
        if (i > 0) to.out().text(", ");
        to.out().text("c").number(static_cast<std::int64_t>(i)).text(" AS ");
        to.out().column(n.columns[i].id);
    }
    to.out().text(" FROM c").number(static_cast<std::int64_t>(n.id));
}

void lower(Lowering& to, const bound::Expand& n) {
    to.out().text("SELECT ");
    for (std::size_t i = 0; i < n.columns.size(); ++i) {
        if (i > 0) to.out().text(", ");
        to.out().text("struct_extract(row_values, '").text(field_name(i)).text("') AS ");
        to.out().column(n.columns[i].id);
    }
    to.out().text(" FROM (SELECT unnest([");
    for (std::size_t p = 0; p < n.projections.size(); ++p) {
        to.out().text(p > 0 ? ", struct_pack(" : "struct_pack(");
        for (std::size_t i = 0; i < n.projections[p].size(); ++i) {
            if (i > 0) to.out().text(", ");
            to.out().text(field_name(i)).text(" := ");
            to.expr(n.projections[p][i]);
        }
        to.out().text(")");
    }
    to.out().text("]) AS row_values");
    to.from(n.child);
    to.out().text(")");
}

void Lowering::query(const bound::Relation& relation) {
    if (++depth_ > limits::kPlanDepthMax) throw unsupported("a plan nested this deeply");
    const std::uint32_t outer = std::exchange(depth_uncut_, 0);
    match(relation, [&](const auto& node) { lower(*this, node); });
    depth_uncut_ = outer;
    --depth_;
}

void Lowering::from(const bound::Relation& relation, Columns columns) {
    out_.text(" FROM ");
    source(relation, columns);
}

void Lowering::source(const bound::Relation& relation, Columns columns) {
    if (++depth_ > limits::kPlanDepthMax) throw unsupported("a plan nested this deeply");
    write_source(*this, relation, columns);
    --depth_;
}

void Lowering::items(const std::vector<bound::NamedExpr>& items) {
    if (items.empty()) out_.text(kNoColumns);
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) out_.text(", ");
        ranges_.carries_narrow(items[i].id) ? narrow(items[i].expr) : expr(items[i].expr);
        out_.text(" AS ").column(items[i].id);
    }
}

void Lowering::order_by(const std::vector<bound::SortOrder>& orders) {
    for (std::size_t i = 0; i < orders.size(); ++i) {
        out_.text(i > 0 ? ", " : " ORDER BY ");
        order_key(orders[i].child);
        out_.text(orders[i].direction == SortDirection::Ascending ? " ASC" : " DESC");
        out_.text(orders[i].nulls == NullOrder::First ? " NULLS FIRST" : " NULLS LAST");
    }
}

/// Lists of a few MiB fit.
constexpr std::size_t kStatementBytesMax = std::size_t{128} << 20U;

std::string Lowering::statement(const bound::Relation& relation) {
    ranges_ = DecimalRanges(relation, file_ranges_);
    metadata_reads_ = duckdb::metadata_reads(relation);
    const bool is_exact = relation.get_if<bound::Project>() != nullptr;
    if (!is_exact) {  // "*" might bring dummies along
        select_renamed(*this, relation.output(), relation.output());
        from(relation);
    } else {
        query(relation);
    }
    std::string out = out_.take();
    if (out.size() > kStatementBytesMax) {
        throw unsupported("a query whose statement for DuckDB is longer than " + std::to_string(kStatementBytesMax) +
                          " bytes");
    }
    return out;
}

}  // namespace firesteel::duckdb
