// Subqueries in expressions: scalar, EXISTS, IN; their outer references.
#include <algorithm>

#include "analysis/resolver.h"
#include "plan/bound_traverse.h"
#include "types/type_text.h"

namespace firesteel::analysis {

namespace {

/// Where a query may look at columns of the outer one: not in aggregates, windows and sorts.
class CorrelationCheck {
  public:
    explicit CorrelationCheck(const std::vector<bound::Expr>& outer) : outer_(outer) {}

    void check(const bound::Relation& relation) const {
        bound::for_each_input(relation, [this](const bound::Relation& input) { check(input); });
        const bool refuses = relation.get_if<bound::Aggregate>() != nullptr ||
                             relation.get_if<bound::Sort>() != nullptr || relation.get_if<bound::Window>() != nullptr;
        if (!refuses) return;
        std::string shown;
        bound::for_each_expression(relation, [&](const bound::Expr& e) {
            if (!reads(e, /*outer=*/true)) return;
            check_mixed(e);
            shown += (shown.empty() ? "" : ", ") + quoted_sql(e);
        });
        if (!shown.empty()) throw Error(ErrorClass::SubqueryCorrelatedReference, {{"sqlExprs", shown}});
    }

  private:
    /// Whether an expression reads columns of the outer query, or of its own.
    bool reads(const bound::Expr& expr, bool outer) const {
        return bound::any_of(expr, [&](const bound::Expr& e) {
            return e.get_if<bound::ColumnRef>() != nullptr &&
                   (std::find(outer_.begin(), outer_.end(), e) != outer_.end()) == outer;
        });
    }
    void check_mixed(const bound::Expr& expr) const {
        bound::any_of(expr, [&](const bound::Expr& e) {
            if (is_aggregate(e) && reads(e, /*outer=*/true) && reads(e, /*outer=*/false)) {
                throw Error(ErrorClass::SubqueryMixedAggregate, {{"function", functions::pretty_name(e)}}, e.origin());
            }
            return false;
        });
    }
    const std::vector<bound::Expr>& outer_;
};

}  // namespace

NodePtr Resolver::subquery(const u::Relation& query, Names& outer,
                           std::vector<bound::Expr>* references) {
    frames_.push_back({&outer, {}});
    struct Pop {
        std::vector<Frame>& frames;
        ~Pop() { frames.pop_back(); }
    } pop{frames_};
    const Scoped<const WindowDefinitions*> no_windows(windows_, nullptr);
    const Scoped<bool> generator(nested_generator_, false);
    NodePtr out = relation(query);
    const std::vector<bound::Expr>& outer_columns = frames_.back().references;
    if (!outer_columns.empty()) CorrelationCheck(outer_columns).check(out->plan);
    if (references != nullptr) *references = frames_.back().references;
    return out;
}

const u::Relation* Resolver::reference_with(PlanId id) const {
    for (std::size_t i = references_.size(); i-- > 0;) {
        for (const u::Relation& r : references_[i]->references) {
            if (r.plan_id() == id) return &r;
        }
    }
    return nullptr;
}

bound::Expr Resolver::bind_subquery(const u::Subquery& n, const Origin& origin, Names& names) {
    const u::Relation* query = n.query.get();
    if (query == nullptr && n.plan_id) query = reference_with(*n.plan_id);
    if (query == nullptr) throw unsupported("a subquery whose plan was not sent", origin);
    if (n.kind == SubqueryKind::TableArgument) {
        throw unsupported("a TABLE argument outside of a table function", origin);
    }
    if (!names.lambdas.empty()) {
        throw Error(ErrorClass::SubqueryHigherOrder, {}, origin);
    }
    bound::Subquery out;
    out.kind = n.kind;
    const NodePtr plan = subquery(*query, names, &out.outer_references);
    out.query = std::make_shared<const bound::Relation>(plan->plan);
    const bound::Attributes& columns = plan->plan.output();
    if (n.kind == SubqueryKind::Exists) {
        out.type = DataType::boolean();
        out.nullable = false;
        return bound::Expr(std::move(out), origin);
    }
    if (n.kind == SubqueryKind::In) return bind_in_subquery(n, std::move(out), origin, names);
    if (columns.size() != 1) {
        throw Error(ErrorClass::ScalarSubqueryColumns, {{"number", std::to_string(columns.size())}},
                    origin);
    }
    out.type = columns[0].type;
    out.nullable = true;
    return bound::Expr(std::move(out), origin);
}

namespace {

Error in_types_differ(const bound::Expr& value, const bound::Attribute& column, const Origin& origin) {
    const std::string name = functions::pretty_name(value);
    const std::string left = quoted_sql_name(value.type());
    const std::string right = quoted_sql_name(column.type);
    return Error(ErrorClass::InSubqueryTypes,
                 {{"sqlExpr", "\"(" + name + " IN (listquery()))\""},
                  {"mismatchedColumns",
                   "(\"" + name + "\":" + left + ", \"" + column.name + "\":" + right + ")"},
                  {"leftType", left},
                  {"rightType", right}},
                 origin);
}

}  // namespace

bound::Expr Resolver::bind_in_subquery(const u::Subquery& n, bound::Subquery out,
                                       const Origin& origin, Names& names) {
    const auto quoted_list = [](const std::vector<std::string>& parts) {
        std::string text;
        for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
        return text;
    };
    for (const u::Expr& value : n.values) out.values.push_back(bind(value, names));
    const bound::Attributes columns = out.query->output();
    // A struct on the left side may be compared with several columns, field by field.
    if (out.values.size() == 1 && columns.size() > 1 && out.values[0].type().is(TypeKind::Struct) &&
        out.values[0].type().fields().size() == columns.size()) {
        const bound::Expr base = out.values[0];
        const auto& fields = base.type().fields();
        out.values.clear();
        for (std::size_t i = 0; i < fields.size(); ++i) {
            out.values.push_back(bound::Expr(
                bound::GetField{base, i, fields[i].type, base.nullable() || fields[i].nullable},
                origin));
        }
    }
    if (out.values.size() != columns.size()) {
        bound::Subquery named = out;
        named.kind = SubqueryKind::In;
        std::vector<std::string> left;
        std::vector<std::string> right;
        for (const bound::Expr& e : out.values) left.push_back(quoted_sql(e));
        for (const bound::Attribute& a : columns) right.push_back("\"" + a.name + "\"");
        throw Error(ErrorClass::InSubqueryLength,
                    {{"sqlExpr", quoted_sql(bound::Expr(std::move(named)))},
                     {"leftLength", std::to_string(left.size())},
                     {"rightLength", std::to_string(right.size())},
                     {"leftColumns", quoted_list(left)},
                     {"rightColumns", quoted_list(right)}},
                    origin);
    }
    std::vector<bound::NamedExpr> items;
    bool cast_query = false;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto type = functions::common_type({out.values[i].type(), columns[i].type}, call_context(names));
        if (!type) throw in_types_differ(out.values[i], columns[i], origin);
        out.nullable = false;
        out.values[i] = cast(out.values[i], *type);
        bound::Expr column = columns[i].ref();
        if (!columns[i].type.same_ignoring_nullability(*type)) {
            column = cast(column, *type);
            cast_query = true;
            items.push_back({column, fresh(), columns[i].name, columns[i].metadata, false});
        } else {
            items.push_back({column, columns[i].id, columns[i].name, columns[i].metadata, false});
        }
    }
    if (cast_query) {
        out.query = std::make_shared<const bound::Relation>(
            bound::Project{*out.query, std::move(items)});
    }
    for (const bound::Expr& e : out.values) out.nullable = out.nullable || e.nullable();
    for (const bound::Attribute& a : columns) out.nullable = out.nullable || a.nullable;
    out.type = DataType::boolean();
    return bound::Expr(std::move(out), origin);
}

}  // namespace firesteel::analysis
