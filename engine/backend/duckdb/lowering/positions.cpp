#include "backend/duckdb/lowering/positions.h"

#include <algorithm>

#include "backend/duckdb/arrow/local_scan.h"
#include "backend/duckdb/kernels/kernel.h"
#include "backend/duckdb/lowering/lowering.h"
#include "backend/duckdb/lowering/relation.h"
#include "functions/function_row.h"
#include "plan/bound_traverse.h"

namespace firesteel::duckdb {
namespace {

/// The expressions of one SELECT may read places while this lives.
class PlacesAtHand {
  public:
    explicit PlacesAtHand(Lowering& to) : flag_(to.places_at_hand()), old_(flag_) { flag_ = true; }
    ~PlacesAtHand() { flag_ = old_; }
    PlacesAtHand(const PlacesAtHand&) = delete;
    PlacesAtHand& operator=(const PlacesAtHand&) = delete;

  private:
    bool& flag_;
    const bool old_;
};

bool any_reads_place(const std::vector<bound::NamedExpr>& items) {
    return std::ranges::any_of(items, [](const bound::NamedExpr& item) { return reads_place(item.expr); });
}

/// Writes the relation with part and pos; the number of its partitions. What Spark shuffles has one
/// partition here, as it has there while it is small.
std::int64_t with_positions(Lowering& to, const bound::Relation& relation);

std::int64_t from_positions(Lowering& to, const bound::Relation& relation) {
    to.out().text(" FROM (");
    const std::int64_t partitions = with_positions(to, relation);
    to.out().text(") AS ").text(to.out().fresh());
    return partitions;
}

/// `rows` rows in `partitions` slices of equal length, as near as can be.
std::int64_t sliced(Lowering& to, const bound::Relation& relation, std::int64_t rows, std::int64_t partitions) {
    to.out().text("SELECT *, ((pos + 1) * ").number(partitions).text(" - 1) // ");
    to.out().number(std::max<std::int64_t>(rows, 1)).text(" AS part FROM (SELECT *, row_number() OVER () - 1 AS pos");
    to.from(relation);
    to.out().text(")");
    return partitions;
}

std::int64_t whole(Lowering& to, const bound::Relation& relation) {
    to.out().text("SELECT *, CAST(0 AS BIGINT) AS part, row_number() OVER () - 1 AS pos");
    to.from(relation);
    return 1;
}

std::int64_t range_rows(const bound::Range& n) {
    const auto span = static_cast<Int128>(n.end) - n.start;
    if ((span > 0) != (n.step > 0) || span == 0) return 0;
    const Int128 step = n.step;
    return static_cast<std::int64_t>((span + step + (n.step > 0 ? -1 : 1)) / step);
}

std::int64_t sorted_within(Lowering& to, const bound::Relation& child, const std::vector<bound::SortOrder>& orders) {
    to.out().text("SELECT * REPLACE (row_number() OVER (PARTITION BY part");
    to.order_by(orders);
    to.out().text(orders.empty() ? " ORDER BY pos" : ", pos").text(") - 1 AS pos)");
    return from_positions(to, child);
}

/// Places in a partition count from 0 without gaps where expressions read them.
std::int64_t from_counted(Lowering& to, const bound::Relation& child) {
    to.out().text(" FROM (");
    const std::int64_t partitions = sorted_within(to, child, {});
    to.out().text(") AS ").text(to.out().fresh());
    return partitions;
}

std::int64_t projected(Lowering& to, const bound::Project& n) {
    const bool is_read = any_reads_place(n.items);
    to.out().text("SELECT ");
    {
        const PlacesAtHand places(to);
        to.items(n.items);
    }
    to.out().text(", part, pos");
    return is_read ? from_counted(to, n.child) : from_positions(to, n.child);
}

std::int64_t filtered(Lowering& to, const bound::Filter& n) {
    to.out().text("SELECT *");
    const std::int64_t partitions = reads_place(n.condition) ? from_counted(to, n.child) : from_positions(to, n.child);
    to.out().text(" WHERE ");
    const PlacesAtHand places(to);
    to.condition(n.condition);
    return partitions;
}

std::int64_t unioned(Lowering& to, const bound::SetOperation& n) {
    std::int64_t before = 0;
    for (std::size_t i = 0; i < n.inputs.size(); ++i) {
        if (i > 0) to.out().text(" UNION ALL ");
        select_renamed(to, n.inputs[i].output(), n.columns);
        to.out().text(", part + ").number(before).text(" AS part, pos");
        before += from_positions(to, n.inputs[i]);
    }
    return before;
}

/// One partition, in the order of those it is made of.
std::int64_t gathered(Lowering& to, const bound::Relation& child) {
    to.out().text("SELECT * REPLACE (CAST(0 AS BIGINT) AS part, row_number() OVER (ORDER BY part, pos) - 1 AS pos)");
    from_positions(to, child);
    return 1;
}

/// Neighbouring partitions made one, as Spark's coalescer does without locality.
std::int64_t coalesced(Lowering& to, const bound::Repartition& n) {
    to.out().text("FROM (");
    const std::int64_t partitions = with_positions(to, n.child);
    to.out().text(") AS ").text(to.out().fresh()).text(" SELECT *");
    if (partitions <= n.partitions) return partitions;
    const std::string group = "((part + 1) * " + std::to_string(n.partitions) + " - 1) // " + std::to_string(partitions);
    to.out().text(" REPLACE (").text(group).text(" AS part, row_number() OVER (PARTITION BY ").text(group);
    to.out().text(" ORDER BY part, pos) - 1 AS pos)");
    return n.partitions;
}

/// Rows that go by their value, in the order that they come in.
std::int64_t placed(Lowering& to, const bound::Repartition& n) {
    to.out().text("SELECT * EXCLUDE (place) REPLACE (place AS part, row_number() OVER (PARTITION BY place ");
    to.out().text("ORDER BY part, pos) - 1 AS pos) FROM (SELECT *, CAST(");
    to.expr(*n.place);
    to.out().text(" AS BIGINT) AS place");
    from_positions(to, n.child);
    to.out().text(")");
    return n.partitions;
}

/// Bounds as Spark draws them from all rows: a key is one if the rows up to it fill one more part of equal length, and no
/// key is more than one. k counts the keys, f the parts that are filled; the bounds before a key are the least of f - k.
std::int64_t ranged(Lowering& to, const bound::Repartition& n) {
    const auto over_keys = [&](const char* function) {
        to.out().text(function).text(" OVER (");
        to.order_by(n.ranges);
        to.out().text(")");
    };
    to.out().text("SELECT * EXCLUDE (place) REPLACE (place AS part, row_number() OVER (PARTITION BY place ");
    to.out().text("ORDER BY part, pos) - 1 AS pos) FROM (SELECT * EXCLUDE (k, f), least(");
    to.out().number(n.partitions - 1).text(", k - 1 + least(0, coalesce(min(f - k) OVER (ORDER BY k RANGE BETWEEN ");
    to.out().text("UNBOUNDED PRECEDING AND 1 PRECEDING), 0))) AS place FROM (SELECT *, ");
    over_keys("dense_rank()");
    to.out().text(" AS k, ");
    over_keys("count(*)");
    to.out().text(" * ").number(n.partitions).text(" // count(*) OVER () AS f");
    from_positions(to, n.child);
    to.out().text("))");
    return n.partitions;
}

/// Where a repartition's rows go, if that can be told.
bool is_known(const bound::Repartition& n) {
    return !n.shuffle || n.partitions == 1 || n.place || (n.partitions > 0 && !n.ranges.empty());
}

std::int64_t repartitioned(Lowering& to, const bound::Repartition& n) {
    if (n.partitions == 1) return gathered(to, n.child);
    if (!n.shuffle) return coalesced(to, n);
    return n.place ? placed(to, n) : ranged(to, n);
}

std::int64_t sampled(Lowering& to, const bound::Sample& n);

std::int64_t with_positions(Lowering& to, const bound::Relation& relation) {
    if (const auto* n = relation.get_if<bound::Alias>()) return with_positions(to, n->child);
    if (const auto* n = relation.get_if<bound::Project>()) {
        if (n->child.get_if<bound::OneRow>() == nullptr) return projected(to, *n);
    }
    if (const auto* n = relation.get_if<bound::Filter>()) return filtered(to, *n);
    if (const auto* n = relation.get_if<bound::Sample>()) return sampled(to, *n);
    if (const auto* n = relation.get_if<bound::Sort>(); n != nullptr && !n->is_global) {
        return sorted_within(to, n->child, n->orders);
    }
    if (const auto* n = relation.get_if<bound::SetOperation>();
        n != nullptr && n->op == SetOperator::Union && n->all) {
        return unioned(to, *n);
    }
    if (const auto* n = relation.get_if<bound::Repartition>(); n != nullptr && is_known(*n)) {
        return repartitioned(to, *n);
    }
    if (const auto* n = relation.get_if<bound::Project>(); n != nullptr && any_reads_place(n->items)) {
        return projected(to, *n);
    }
    if (const auto* n = relation.get_if<bound::Range>()) return sliced(to, relation, range_rows(*n), n->partitions);
    std::int64_t rows = -1;
    if (const auto* n = relation.get_if<bound::LocalTable>()) rows = LocalRows(n->streams).rows();
    if (const auto* n = relation.get_if<bound::Values>()) rows = static_cast<std::int64_t>(n->rows.size());
    if (rows < 0) return whole(to, relation);
    return sliced(to, relation, rows, std::clamp<std::int64_t>(rows, 1, to.default_partitions()));
}

bool is_orderable(const DataType& type) {
    if (type.is(TypeKind::Array)) return is_orderable(type.element());
    if (type.is(TypeKind::Struct)) {
        return std::ranges::all_of(type.fields(), [](const StructField& f) { return is_orderable(f.type); });
    }
    return !type.is(TypeKind::Map) && !type.is(TypeKind::Variant) && !type.is(TypeKind::CalendarInterval);
}

KernelSite place_site(std::string_view kernel, const DataType& result) {
    KernelSite site;
    site.kernel = find_kernel(kernel);
    FS_ASSERT(site.kernel != nullptr);
    site.arguments = {DataType::long_int(), DataType::long_int(), DataType::long_int()};
    site.constants.resize(site.arguments.size());
    site.result = result;
    return site;
}

/// One number per row; the rows whose number is within the bounds stay. Splits of one relation see
/// their rows in the same order, whatever order they came in.
std::int64_t sampled(Lowering& to, const bound::Sample& n) {
    if (n.with_replacement) throw unsupported("samples with replacement");
    std::vector<bound::SortOrder> orders;
    for (const bound::Attribute& a : n.child.output()) {
        if (n.deterministic_order && is_orderable(a.type)) {
            orders.push_back({a.ref(), SortDirection::Ascending, NullOrder::First});
        }
    }
    to.out().text("SELECT * EXCLUDE (draw) FROM (SELECT *, ");
    random_of_place(to, n.seed);
    to.out().text(" AS draw FROM (");
    const std::int64_t partitions = sorted_within(to, n.child, orders);
    to.out().text(")) WHERE draw >= ");
    to.literal(Literal::float64(n.lower));
    to.out().text(" AND draw < ");
    to.literal(Literal::float64(n.upper));
    return partitions;
}

bool calls(const bound::Expr& expr, std::string_view name) {
    return bound::any_of(expr, [&](const bound::Expr& e) {
        const auto* call = e.get_if<bound::Call>();
        return call != nullptr && call->function->name() == name;
    });
}

/// Whether rows were spread over partitions in a way that is not known here: which one they are in would show.
bool is_spread(const bound::Relation& relation) {
    if (const auto* n = relation.get_if<bound::Repartition>()) return !is_known(*n) || (!n->shuffle && is_spread(n->child));
    if (const auto* n = relation.get_if<bound::Project>()) return is_spread(n->child);
    if (const auto* n = relation.get_if<bound::Filter>()) return is_spread(n->child);
    if (const auto* n = relation.get_if<bound::Alias>()) return is_spread(n->child);
    const auto* sort = relation.get_if<bound::Sort>();
    return sort != nullptr && !sort->is_global && is_spread(sort->child);
}

void check_places(const bound::Relation& child, const bound::Expr& expr) {
    if (calls(expr, "spark_partition_id") && is_spread(child)) {
        throw unsupported("spark_partition_id() after a repartition", expr.origin());
    }
}

/// Whether rows come in several partitions.
bool is_sliced(const bound::Relation& relation) {
    if (const auto* n = relation.get_if<bound::Project>()) return is_sliced(n->child);
    if (const auto* n = relation.get_if<bound::Filter>()) return is_sliced(n->child);
    if (const auto* n = relation.get_if<bound::Alias>()) return is_sliced(n->child);
    if (const auto* n = relation.get_if<bound::Sample>()) return is_sliced(n->child);
    if (const auto* n = relation.get_if<bound::Repartition>()) return n->partitions != 1 && is_known(*n);
    const auto* set = relation.get_if<bound::SetOperation>();
    return relation.get_if<bound::Range>() != nullptr || relation.get_if<bound::LocalTable>() != nullptr ||
           relation.get_if<bound::Values>() != nullptr || (set != nullptr && set->op == SetOperator::Union && set->all);
}

}  // namespace

void lower(Lowering& to, const bound::Sort& n) {
    if (n.is_global || !is_sliced(n.child)) {
        to.out().text("SELECT *");
        to.from(n.child);
        to.order_by(n.orders);
        return;
    }
    to.out().text("SELECT * EXCLUDE (part, pos) FROM (");
    sorted_within(to, n.child, n.orders);
    to.out().text(") ORDER BY part, pos");
}

bool reads_place(const bound::Expr& expr) {
    return bound::any_of(expr, [](const bound::Expr& e) {
        const auto* call = e.get_if<bound::Call>();
        if (call == nullptr) return false;
        const std::string_view name = call->function->name();
        return name == "spark_partition_id" || name == "monotonically_increasing_id" ||
               name == "__distributed_id" || name == "__distributed_sequence_id" ||
               ((name == "rand" || name == "randn" || name == "randstr") && seed_of(*call));
    });
}

std::optional<std::int64_t> seed_of(const bound::Call& call) {
    if (call.function->signature.find("seed:") == std::string_view::npos) return std::nullopt;
    const bound::Expr* seed = &call.arguments.back();
    if (const auto* cast = seed->get_if<bound::Cast>()) seed = &cast->child;
    const auto* constant = seed->get_if<bound::Constant>();
    if (constant == nullptr) throw unsupported("a seed that is no constant", seed->origin());
    return constant->literal.is_null() ? 0 : constant->literal.value.integer();
}

void random_of_place(Lowering& to, std::int64_t seed) {
    to.open_kernel(place_site("random_at", DataType::float64()));
    to.out().text(", CAST(").number(seed).text(" AS BIGINT), part, pos)");
}

void gaussian_of_place(Lowering& to, std::int64_t seed) {
    to.open_kernel(place_site("gaussian_at", DataType::float64()));
    to.out().text(", CAST(").number(seed).text(" AS BIGINT), part, pos)");
}

void letters_of_place(Lowering& to, std::int64_t seed, const Literal& length) {
    KernelSite site = place_site("letters_at", DataType::string());
    site.arguments.push_back(length.type);
    site.constants.emplace_back(length);
    to.open_kernel(std::move(site));
    to.out().text(", CAST(").number(seed).text(" AS BIGINT), part, pos, ");
    to.literal(length);
    to.out().text(")");
}

void lower_placed(Lowering& to, const bound::Project& n) {
    for (const bound::NamedExpr& item : n.items) check_places(n.child, item.expr);
    to.out().text("SELECT * EXCLUDE (part, pos) FROM (");
    projected(to, n);
    to.out().text(" ORDER BY part, pos)");
}

void lower_placed(Lowering& to, const bound::Filter& n) {
    check_places(n.child, n.condition);
    to.out().text("SELECT * EXCLUDE (part, pos) FROM (");
    filtered(to, n);
    to.out().text(" ORDER BY part, pos)");
}

void lower(Lowering& to, const bound::Sample& n) {
    to.out().text("SELECT * EXCLUDE (part, pos) FROM (");
    sampled(to, n);
    to.out().text(") ORDER BY part, pos");
}

}  // namespace firesteel::duckdb
