#include "backend/duckdb/lowering/fold.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "backend/duckdb/lowering/lowering.h"
#include "functions/function_row.h"
#include "functions/resolve.h"
#include "plan/bound_traverse.h"

namespace firesteel::duckdb {
namespace {

/// Statements that look for what raises among constants; what is left then stays as it is.
constexpr std::size_t kStatementsMax = 64;

/// What DuckDB folds by itself: literals and casts of its own.
bool is_plain(const bound::Expr& expr) {
    if (const auto* cast = expr.get_if<bound::Cast>()) {
        return is_native_cast(cast->child.type(), cast->type) && is_plain(cast->child);
    }
    return expr.get_if<bound::Constant>() != nullptr || expr.get_if<bound::VariableRef>() != nullptr;
}

/// Whether evaluation gets to an expression whatever the values are.
enum class Reached : std::uint8_t { Always, Perhaps };

Reached argument_reached(const bound::Call& call, std::size_t index, Reached whole) {
    const std::string_view name = call.function->lowering.text;
    const bool branches = name == "case" || name == "if" || name == "coalesce";
    return branches && index > 0 ? Reached::Perhaps : whole;
}

/// A plan with each constant expression of its conditions replaced by what `constant` makes of it.
class ConditionRewrite {
  public:
    using Constant = std::function<bound::Expr(const bound::Expr&, Reached)>;
    explicit ConditionRewrite(Constant constant) : constant_(std::move(constant)) {}

    bound::Relation relation(const bound::Relation& plan) {
        const bool is_condition =
            plan.get_if<bound::Filter>() != nullptr || plan.get_if<bound::Join>() != nullptr;
        bound::RelationRewrite by;
        by.input = [this](const bound::Relation& input) { return relation(input); };
        by.expression = [this, is_condition](const bound::Expr& e) {
            return is_condition ? condition(e, Reached::Always) : others(e);
        };
        return bound::rewrite(plan, by);
    }

  private:
    bound::Expr condition(const bound::Expr& expr, Reached reached) {
        if (is_plain(expr)) return expr;
        if (functions::is_foldable(expr)) return constant_(expr, reached);
        if (const auto* subquery = expr.get_if<bound::Subquery>()) return with_query(expr, *subquery);
        if (const auto* call = expr.get_if<bound::Call>()) return in_call(expr, *call, reached);
        if (expr.get_if<bound::Lambda>() != nullptr) reached = Reached::Perhaps;
        return bound::map_children(expr, [&](const bound::Expr& e) { return condition(e, reached); });
    }

    bound::Expr in_call(const bound::Expr& expr, const bound::Call& n, Reached reached) {
        bool changed = false;
        const auto replace = [&](bound::Expr& part, Reached part_reached) {
            bound::Expr made = condition(part, part_reached);
            changed = changed || made.address() != part.address();
            part = std::move(made);
        };
        bound::Call out = n;
        if (!n.replacement.empty()) {
            replace(out.replacement.front(), reached);
            if (n.replacement.front().get_if<bound::Lambda>() != nullptr) {
                for (bound::Expr& argument : out.arguments) replace(argument, Reached::Perhaps);
            }
        } else {
            for (std::size_t i = 0; i < out.arguments.size(); ++i) {
                replace(out.arguments[i], argument_reached(n, i, reached));
            }
        }
        return changed ? bound::Expr(std::move(out), expr.origin()) : expr;
    }

    /// Outside of conditions: subqueries and filters of aggregates.
    bound::Expr others(const bound::Expr& expr) {
        if (const auto* subquery = expr.get_if<bound::Subquery>()) return with_query(expr, *subquery);
        const auto* aggregate = expr.get_if<bound::AggregateCall>();
        if (aggregate != nullptr && aggregate->filter) {
            const bound::Expr filter = condition(*aggregate->filter, Reached::Always);
            if (filter.address() != aggregate->filter->address()) {
                bound::AggregateCall out = *aggregate;
                out.filter = filter;
                return bound::Expr(std::move(out), expr.origin());
            }
        }
        return bound::map_children(expr, [this](const bound::Expr& e) { return others(e); });
    }

    bound::Expr with_query(const bound::Expr& expr, const bound::Subquery& n) {
        bound::Subquery out = n;
        const bound::Relation query = relation(*n.query);
        bool changed = query.address() != n.query->address();
        if (changed) out.query = std::make_shared<const bound::Relation>(query);
        for (bound::Expr& value : out.values) {
            bound::Expr made = others(value);
            changed = changed || made.address() != value.address();
            value = std::move(made);
        }
        return changed ? bound::Expr(std::move(out), expr.origin()) : expr;
    }

    Constant constant_;
};

/// The constants that don't raise, by their expression's address.
class Values {
  public:
    explicit Values(const Evaluate& evaluate) : evaluate_(evaluate) {}

    void add(const bound::Expr& expr, Reached reached) {
        const auto group = std::ranges::find_if(groups_, [&](const std::vector<Item>& g) {
            return g.front().expr.type() == expr.type();
        });
        if (group == groups_.end()) {
            groups_.push_back({{expr, reached}});
        } else {
            group->push_back({expr, reached});
        }
    }
    bool empty() const { return groups_.empty(); }
    void evaluate() {
        for (const std::vector<Item>& group : groups_) evaluate(group);
    }
    bound::Expr of(const bound::Expr& expr) const {
        const auto found = values_.find(expr.address());
        return found == values_.end() ? expr : bound::Expr(bound::Constant{found->second}, expr.origin());
    }

  private:
    struct Item {
        bound::Expr expr;
        Reached reached;
    };

    void evaluate(std::span<const Item> part) {
        if (++statements_ > kStatementsMax) return;
        std::vector<bound::Expr> expressions;
        for (const Item& item : part) expressions.push_back(item.expr);
        try {
            const std::vector<Literal> values = evaluate_(expressions);
            for (std::size_t i = 0; i < part.size(); ++i) values_.emplace(part[i].expr.address(), values[i]);
        } catch (const Error&) {
            if (part.size() == 1 && part.front().reached == Reached::Always) throw;
            if (part.size() == 1) return;
            evaluate(part.first(part.size() / 2));
            evaluate(part.subspan(part.size() / 2));
        }
    }

    const Evaluate& evaluate_;
    std::vector<std::vector<Item>> groups_;  // by type
    std::unordered_map<const void*, Literal> values_;
    std::size_t statements_ = 0;
};

}  // namespace

bound::Relation fold_conditions(const bound::Relation& plan, ConstantCasts& casts, const Evaluate& evaluate) {
    Values values(evaluate);
    ConditionRewrite collect([&](const bound::Expr& e, Reached reached) {
        if (auto value = casts(e)) return bound::Expr(bound::Constant{*std::move(value)}, e.origin());
        values.add(e, reached);
        return e;
    });
    const bound::Relation cast = collect.relation(plan);
    if (values.empty()) return cast;
    values.evaluate();
    return ConditionRewrite([&](const bound::Expr& e, Reached) { return values.of(e); }).relation(cast);
}

}  // namespace firesteel::duckdb
