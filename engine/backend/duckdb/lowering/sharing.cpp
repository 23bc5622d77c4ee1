#include "backend/duckdb/lowering/sharing.h"

#include <algorithm>
#include <charconv>

#include "backend/duckdb/lowering/physical_type.h"
#include "functions/rewrite.h"
#include "plan/bound_traverse.h"

namespace firesteel::duckdb {
namespace {

/// Ids of values that are named here: none that analysis gives.
constexpr std::uint64_t kNamedIdsFrom = std::uint64_t{1} << 62U;
/// DuckDB looks for equal parts of an expression in cubic time of its depth, but only below what is volatile.
constexpr std::uint64_t kNamesUncutMax = 8;
constexpr std::size_t kRepeatedBytesMax = 256;
constexpr std::size_t kTextBytesMax = std::size_t{64} << 20U;

/// The number in a name that the writer makes.
std::uint64_t number_of(const std::string& name) {
    std::uint64_t out = 0;
    std::from_chars(name.data() + 1, name.data() + name.size(), out);
    return out;
}

bool is_small(const bound::Expr& e) {
    if (const auto* cast = e.get_if<bound::Cast>()) return cast->child.get_if<bound::Constant>() != nullptr;
    return e.get_if<bound::Constant>() != nullptr || e.get_if<bound::ColumnRef>() != nullptr ||
           e.get_if<bound::VariableRef>() != nullptr;
}

}  // namespace

bool holds_query(const bound::Expr& expr) {
    return bound::any_of(expr, [](const bound::Expr& e) { return e.get_if<bound::Subquery>() != nullptr; });
}

Written written(Lowering& to, const bound::Expr& expr) {
    if (is_small(expr)) return {expr, {}, true};
    const std::size_t before = to.out().size();
    to.expr(expr);
    std::string text = to.out().take_from(before);
    if (text.size() > kTextBytesMax) throw unsupported("an expression of this size", expr.origin());
    const bool may_repeat = text.size() <= kRepeatedBytesMax && functions::is_deterministic(expr) && !holds_query(expr);
    const AttributeId id{kNamedIdsFrom + number_of(to.out().fresh())};
    to.name(id, "(" + text + ")");
    return {{bound::ColumnRef{id, expr.type(), expr.nullable(), {}}, expr.origin()}, std::move(text), may_repeat};
}

void with_values(Lowering& to, const std::vector<Written>& values, const std::function<void()>& write) {
    if (values.empty()) return write();
    // list_transform over one element gives a value a name, or several in a struct.
    const std::string name = to.out().fresh();
    const bool is_cut = number_of(name) % kNamesUncutMax == 0;
    const bool is_only = values.size() == 1;
    to.out().text(is_cut ? "CASE WHEN random() IS NOT NULL THEN " : "");
    to.out().text("list_transform([").text(is_only ? "" : "struct_pack(");
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) to.out().text(", ");
        if (!is_only) to.out().text(field_name(i)).text(" := ");
        to.out().text(values[i].text);
        to.name(values[i].named.get_if<bound::ColumnRef>()->id,
                is_only ? name : "struct_extract(" + name + ", '" + field_name(i) + "')");
    }
    to.out().text(is_only ? "" : ")").text("], lambda ").text(name).text(": ");
    write();
    to.out().text(")[1]").text(is_cut ? " END" : "");
}

void sharing(Lowering& to, const std::vector<bound::Expr>& expressions, const std::vector<std::size_t>& repeated,
             const WriteOver& write) {
    std::vector<bound::Expr> named = expressions;
    std::vector<Written> once;
    for (const std::size_t i : repeated) {
        Written one = written(to, expressions[i]);
        named[i] = one.named;
        if (!one.may_repeat) once.push_back(std::move(one));
    }
    const bool query_inside = !once.empty() && std::ranges::any_of(named, holds_query);
    with_values(to, query_inside ? std::vector<Written>() : once, [&] { write(named); });
}

void applied(Lowering& to, const bound::Lambda& replacement, const std::vector<bound::Expr>& arguments) {
    std::vector<std::size_t> uses(arguments.size(), 0);
    bound::any_of(replacement.body, [&](const bound::Expr& e) {
        const auto* column = e.get_if<bound::ColumnRef>();
        for (std::size_t i = 0; column != nullptr && i < uses.size(); ++i) {
            uses[i] += column->id == replacement.parameters[i].id ? 1U : 0U;
        }
        return false;
    });
    std::vector<std::size_t> repeated;
    for (std::size_t i = 0; i < uses.size(); ++i) {
        if (uses[i] > 1) repeated.push_back(i);
    }
    sharing(to, arguments, repeated,
            [&](const std::vector<bound::Expr>& over) { to.expr(functions::applied(replacement, over)); });
}

}  // namespace firesteel::duckdb
