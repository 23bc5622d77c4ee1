#include "backend/duckdb/lowering/decimal_ranges.h"

#include <algorithm>
#include <utility>

#include "backend/duckdb/kernels/decimal_math.h"
#include "functions/function_row.h"
#include "plan/bound_traverse.h"
#include "plan/match.h"

namespace firesteel::duckdb {
namespace {

constexpr int kNarrowDigits = 18;

using Range = std::optional<DecimalRange>;

bool sums_wide_decimals(const bound::Relation& relation);

int scale_of(const DataType& type) { return type.is(TypeKind::Decimal) ? type.scale() : 0; }

/// What the type alone promises.
Range range_of_type(const DataType& type) {
    switch (type.kind()) {
        case TypeKind::Byte: return DecimalRange{-128, 127};
        case TypeKind::Short: return DecimalRange{-32768, 32767};
        case TypeKind::Int: return DecimalRange{-(Int128{1} << 31), (Int128{1} << 31) - 1};
        case TypeKind::Long: return DecimalRange{-(Int128{1} << 63), (Int128{1} << 63) - 1};
        case TypeKind::Decimal: {
            const Int128 end = power_of_ten(type.precision());
            return DecimalRange{1 - end, end - 1};
        }
        default: return std::nullopt;
    }
}

Range intersect(const Range& a, const Range& b) {
    if (!a || !b) return a ? a : b;
    return DecimalRange{std::max(a->low, b->low), std::min(a->high, b->high)};
}

Range unite(const Range& a, const Range& b) {
    if (!a || !b) return std::nullopt;
    return DecimalRange{std::min(a->low, b->low), std::max(a->high, b->high)};
}

std::optional<Int128> times(Int128 a, Int128 b) {
    Int128 product = 0;
    if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
    return product;
}

Range product(const DecimalRange& a, const DecimalRange& b) {
    Range out;
    for (const auto& [x, y] : {std::pair{a.low, b.low}, {a.low, b.high}, {a.high, b.low},
                               {a.high, b.high}}) {
        const auto corner = times(x, y);
        if (!corner) return std::nullopt;
        const DecimalRange point{*corner, *corner};
        out = out ? unite(out, point) : Range(point);
    }
    return out;
}

Range scaled_up(const Range& range, int digits) {
    if (!range || digits < 0 || digits > kNarrowDigits) return std::nullopt;
    const Int128 by = power_of_ten(digits);
    return product(*range, {by, by});
}

Range total(const DecimalRange& a, const DecimalRange& b, bool subtract) {
    DecimalRange out;
    const Int128 low = subtract ? -b.high : b.low;
    const Int128 high = subtract ? -b.low : b.high;
    if (__builtin_add_overflow(a.low, low, &out.low) ||
        __builtin_add_overflow(a.high, high, &out.high)) {
        return std::nullopt;
    }
    return out;
}

bool is_small(const DecimalRange& range, int scale) {
    const Int128 end = power_of_ten(kNarrowDigits);
    return scale <= kNarrowDigits && range.low > -end && range.high < end;
}

bool is_branch(std::string_view name, std::size_t index, std::size_t count) {
    if (name == "coalesce") return true;
    return index % 2 == 1 || (index + 1 == count && count % 2 == 1);  // case and if: values and ELSE
}

bool chooses(std::string_view name) { return name == "case" || name == "if" || name == "coalesce"; }

bool sums_wide_decimals(const bound::Expr& expr) {
    return bound::any_of(expr, [](const bound::Expr& part) {
        if (const auto* subquery = part.get_if<bound::Subquery>()) {
            return sums_wide_decimals(*subquery->query);
        }
        const auto* call = part.get_if<bound::AggregateCall>();
        if (call == nullptr || call->arguments.empty()) return false;
        const DataType& type = call->arguments[0].type();
        return type.is(TypeKind::Decimal) && type.precision() > kNarrowDigits;
    });
}

bool sums_wide_decimals(const bound::Relation& relation) {
    bool found = false;
    bound::for_each_expression(
        relation, [&](const bound::Expr& expr) { found = found || sums_wide_decimals(expr); });
    bound::for_each_input(relation, [&](const bound::Relation& input) {
        found = found || sums_wide_decimals(input);
    });
    return found;
}

}  // namespace

DecimalRanges::DecimalRanges(const bound::Relation& plan, const FileRanges& files) {
    if (sums_wide_decimals(plan)) visit(plan, Carriers::AsTyped, files);
}

/// Below an aggregate, up to where columns are passed on by position, a Project may choose.
void DecimalRanges::visit(const bound::Relation& relation, Carriers carriers, const FileRanges& files) {
    Carriers below = Carriers::AsTyped;
    if (relation.get_if<bound::Aggregate>() != nullptr) below = Carriers::MayBeNarrow;
    const bool is_transparent =
        relation.get_if<bound::Project>() != nullptr || relation.get_if<bound::Filter>() != nullptr ||
        relation.get_if<bound::Join>() != nullptr || relation.get_if<bound::Alias>() != nullptr;
    if (is_transparent) below = carriers;
    bound::for_each_input(relation, [&](const bound::Relation& input) { visit(input, below, files); });
    visit_subqueries(relation, files);
    if (const auto* scan = relation.get_if<bound::FileScan>(); scan != nullptr && files) {
        const auto ranges = files(*scan);
        for (std::size_t i = 0; i < ranges.size(); ++i) {
            if (ranges[i]) columns_.emplace(scan->columns[i].id, *ranges[i]);
        }
    }
    const auto* project = relation.get_if<bound::Project>();
    if (project == nullptr) return;
    for (const bound::NamedExpr& item : project->items) {
        const DataType& type = item.expr.type();
        if (!type.is(TypeKind::Decimal)) continue;
        if (const Range known = range(item.expr)) columns_.emplace(item.id, *known);
        const bool is_computed = item.expr.get_if<bound::ColumnRef>() == nullptr;
        if (carriers == Carriers::MayBeNarrow && is_computed && type.precision() > kNarrowDigits &&
            is_narrow(item.expr)) {
            narrow_columns_.insert(item.id);
        }
    }
}

void DecimalRanges::visit_subqueries(const bound::Relation& relation, const FileRanges& files) {
    bound::for_each_expression(relation, [&](const bound::Expr& expr) {
        bound::any_of(expr, [&](const bound::Expr& part) {
            const auto* subquery = part.get_if<bound::Subquery>();
            if (subquery != nullptr) visit(*subquery->query, Carriers::AsTyped, files);
            return false;
        });
    });
}

Range DecimalRanges::range(const bound::Expr& expr) const {
    const Range by_type = range_of_type(expr.type());
    if (!by_type) return std::nullopt;
    if (const auto* column = expr.get_if<bound::ColumnRef>()) {
        const auto found = columns_.find(column->id);
        return found == columns_.end() ? by_type : intersect(by_type, found->second);
    }
    if (const auto* constant = expr.get_if<bound::Constant>()) {
        const Value& value = constant->literal.value;
        if (value.is_null()) return DecimalRange{};
        const Int128 point =
            expr.type().is(TypeKind::Decimal) ? value.decimal() : Int128{value.integer()};
        return DecimalRange{point, point};
    }
    if (const auto* call = expr.get_if<bound::Call>()) return intersect(range(*call), by_type);
    if (const auto* cast = expr.get_if<bound::Cast>()) return intersect(range(*cast), by_type);
    return by_type;
}

Range DecimalRanges::range(const bound::Cast& cast) const {
    if (!cast.type.is(TypeKind::Decimal)) return std::nullopt;
    return scaled_up(range(cast.child), cast.type.scale() - scale_of(cast.child.type()));
}

Range DecimalRanges::range(const bound::Call& call) const {
    const std::string_view name = call.function->lowering.text;
    if (!call.replacement.empty() || !call.type.is(TypeKind::Decimal)) return std::nullopt;
    if (chooses(name)) {
        Range all;
        for (std::size_t i = 0; i < call.arguments.size(); ++i) {
            if (!is_branch(name, i, call.arguments.size())) continue;
            const Range branch = range(call.arguments[i]);
            if (!branch || scale_of(call.arguments[i].type()) != call.type.scale()) return std::nullopt;
            all = all ? unite(all, branch) : branch;
        }
        return all;
    }
    const bool adds = name == "add" || name == "subtract";
    if ((!adds && name != "multiply") || call.arguments.size() != 2) return std::nullopt;
    const Range a = range(call.arguments[0]);
    const Range b = range(call.arguments[1]);
    const int scale_a = scale_of(call.arguments[0].type());
    const int scale_b = scale_of(call.arguments[1].type());
    if (!a || !b) return std::nullopt;
    if (!adds) return call.type.scale() == scale_a + scale_b ? product(*a, *b) : std::nullopt;
    const int scale = std::max(scale_a, scale_b);
    const Range x = scaled_up(a, scale - scale_a);
    const Range y = scaled_up(b, scale - scale_b);
    if (!x || !y || call.type.scale() != scale) return std::nullopt;
    return total(*x, *y, name == "subtract");
}

bool DecimalRanges::is_narrow(const bound::Expr& expr) const {
    const DataType& type = expr.type();
    const Range known = range(expr);
    if (!known || !is_small(*known, scale_of(type))) return false;
    const bool is_leaf =
        expr.get_if<bound::ColumnRef>() != nullptr || expr.get_if<bound::Constant>() != nullptr;
    if (is_leaf) return true;
    if (const auto* cast = expr.get_if<bound::Cast>()) {
        return range(*cast).has_value() && is_narrow(cast->child);
    }
    const auto* call = expr.get_if<bound::Call>();
    if (call == nullptr || !range(*call)) return false;
    const std::string_view name = call->function->lowering.text;
    for (std::size_t i = 0; i < call->arguments.size(); ++i) {
        if (chooses(name) && !is_branch(name, i, call->arguments.size())) continue;
        if (!is_narrow(call->arguments[i])) return false;
    }
    return true;
}

}  // namespace firesteel::duckdb
