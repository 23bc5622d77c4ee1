#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "physical/extract_calls.h"
#include "physical/python_calls.h"
#include "physical/python_stages.h"
#include "plan/bound_traverse.h"

namespace firesteel::physical {
namespace {

using bound::Relation;

/// No rows, whatever the data: Spark doesn't call a function for them.
bool is_empty(const Relation& r) {
    if (const auto* n = r.get_if<bound::Range>()) {
        return n->step > 0 ? n->start >= n->end : n->start <= n->end;
    }
    if (const auto* n = r.get_if<bound::Values>()) return n->rows.empty();
    if (const auto* n = r.get_if<bound::Limit>()) return n->count == 0 || is_empty(n->child);
    if (const auto* n = r.get_if<bound::Project>()) return is_empty(n->child);
    if (const auto* n = r.get_if<bound::Filter>()) return is_empty(n->child);
    if (const auto* n = r.get_if<bound::Sort>()) return is_empty(n->child);
    if (const auto* n = r.get_if<bound::Alias>()) return is_empty(n->child);
    return false;
}

/// Common tables that a plan reads but does not define.
void collect_scans(const Relation& plan, std::set<std::uint64_t>& ids) {
    if (const auto* scan = plan.get_if<bound::CommonTableScan>()) ids.insert(scan->id);
    bound::for_each_expression(plan, [&](const bound::Expr& e) {
        bound::any_of(e, [&](const bound::Expr& part) {
            if (const auto* q = part.get_if<bound::Subquery>()) collect_scans(*q->query, ids);
            return false;
        });
    });
    bound::for_each_input(plan, [&](const Relation& input) { collect_scans(input, ids); });
}

void collect_made(const bound::Expr& e, std::set<std::uint64_t>& made) {
    bound::any_of(e, [&](const bound::Expr& part) {
        if (const auto* lambda = part.get_if<bound::Lambda>()) {
            for (const bound::LambdaParameter& p : lambda->parameters) made.insert(p.id.value);
        }
        return false;
    });
}

/// Columns that the plan's relations make, and those that its expressions read.
void collect_ids(const Relation& plan, std::set<std::uint64_t>& made, std::set<std::uint64_t>& read) {
    for (const bound::Attribute& a : plan.output()) made.insert(a.id.value);
    bound::for_each_expression(plan, [&](const bound::Expr& e) {
        collect_made(e, made);
        bound::any_of(e, [&](const bound::Expr& part) {
            if (const auto* column = part.get_if<bound::ColumnRef>()) read.insert(column->id.value);
            if (const auto* q = part.get_if<bound::Subquery>()) collect_ids(*q->query, made, read);
            return false;
        });
    });
    bound::for_each_input(plan, [&](const Relation& input) { collect_ids(input, made, read); });
}

class Cutter {
  public:
    Relation relation(const Relation& r) {
        if (const auto* tables = r.get_if<bound::CommonTables>()) return common_tables(*tables);
        const auto* recursion = r.get_if<bound::RecursiveUnion>();
        if (recursion != nullptr) recursions_.push_back(recursion->id);
        bound::RelationRewrite by;
        by.input = [this](const Relation& input) { return relation(input); };
        by.expression = [this](const bound::Expr& e) { return expression(e); };
        const CallExtraction extract([this] { return fresh(); },
                                     [this](Relation input) { return statement(std::move(input)); },
                                     [this](const Relation& input) { return stands_alone(input); });
        const Relation made = without_unused_columns(extract(bound::rewrite(without_unused_calls(r), by)));
        if (recursion != nullptr) recursions_.pop_back();
        if (const auto* n = made.get_if<bound::MapPartitions>()) {
            if (is_empty(n->child)) return bound::Values{{}, n->columns};
            return with_statements(made);
        }
        if (const auto* n = made.get_if<bound::PythonTable>()) return python_table(*n);
        if (const auto* n = made.get_if<bound::Aggregate>()) return aggregate(*n, made);
        if (const auto* n = made.get_if<bound::Join>(); n != nullptr && n->lateral) {
            return lateral_table(*n, made);
        }
        if (const auto* n = made.get_if<bound::Window>()) return window(*n, made);
        const bool is_grouped =
            made.get_if<bound::GroupMap>() != nullptr || made.get_if<bound::CoGroupMap>() != nullptr;
        return is_grouped ? with_statements(made) : made;
    }

  private:
    AttributeId fresh() { return AttributeId{kFirstCutId + ++own_ids_}; }

    bound::Expr expression(const bound::Expr& e) {
        return bound::rewrite_top_down(e, [this](const bound::Expr& part) -> bound::MaybeExpr {
            const auto* subquery = part.get_if<bound::Subquery>();
            if (subquery == nullptr) return std::nullopt;
            bound::Subquery out = *subquery;
            out.query = std::make_shared<const Relation>(relation(*subquery->query));
            for (bound::Expr& value : out.values) value = expression(value);
            return bound::Expr(std::move(out), part.origin());
        });
    }

    Relation common_tables(const bound::CommonTables& n) {
        bound::CommonTables out{{}, n.child};
        const std::size_t before = tables_.size();
        for (const bound::CommonTable& t : n.tables) {
            out.tables.push_back({t.id, t.name, relation(t.query)});
            tables_.push_back(out.tables.back());
        }
        out.child = relation(n.child);
        tables_.erase(tables_.begin() + static_cast<std::ptrdiff_t>(before), tables_.end());
        return out;
    }

    /// A Python relation whose inputs are statements of their own: they bring the common tables that
    /// they read.
    Relation with_statements(const Relation& r) {
        bound::RelationRewrite by;
        by.input = [this](const Relation& input) { return statement(input); };
        return bound::rewrite(r, by);
    }

    /// The plan reads no column of a query around it, nor the step of a recursive one.
    bool stands_alone(const Relation& plan) const {
        std::set<std::uint64_t> scans;
        collect_scans(plan, scans);
        if (std::any_of(recursions_.begin(), recursions_.end(), [&](auto id) { return scans.contains(id); })) {
            return false;
        }
        std::set<std::uint64_t> made;
        std::set<std::uint64_t> read;
        collect_ids(plan, made, read);
        return std::includes(made.begin(), made.end(), read.begin(), read.end());
    }

    Relation statement(Relation plan) {
        std::set<std::uint64_t> read;
        collect_scans(plan, read);
        for (const std::uint64_t id : recursions_) {
            if (read.contains(id)) throw unsupported("Python stages over the step of a recursive query");
        }
        for (std::size_t i = tables_.size(); i > 0; --i) {
            const bound::CommonTable& table = tables_[i - 1];
            if (!read.contains(table.id)) continue;
            collect_scans(table.query, read);
            plan = bound::CommonTables{{table}, std::move(plan)};
        }
        return plan;
    }

    /// Python gives a list of rows for each input row, and one more after the last.
    Relation python_table(const bound::PythonTable& n) {
        std::vector<StructField> fields;
        for (const bound::Attribute& a : n.columns) fields.push_back({a.name, a.type, a.nullable, {}});
        const DataType rows = DataType::array(DataType::structure(std::move(fields)), false);
        const bound::Attribute list{fresh(), "rows", rows, true, {}};
        bound::PythonTable lists = n;
        lists.child = statement(n.child);
        lists.columns = {list};
        bound::Expr generator = call_of(functions::kGeneratorFunctions, "inline", {list.ref()}, rows);
        const Relation out =
            bound::Generate{Relation(std::move(lists)), std::move(generator), false, n.columns};
        return bound::Project{out, same(Relation(n).output())};
    }

    /// A lateral join with a table function runs it over the left side. Spark drops left rows without
    /// results in an outer join too.
    Relation lateral_table(const bound::Join& n, const Relation& whole) {
        std::vector<Relation> above;
        Relation right = n.right;
        while (true) {
            if (const auto* alias = right.get_if<bound::Alias>()) {
                right = Relation(alias->child);
            } else if (const auto* project = right.get_if<bound::Project>()) {
                above.push_back(right);
                right = Relation(project->child);
            } else {
                break;
            }
        }
        const auto* generate = right.get_if<bound::Generate>();
        if (generate == nullptr) return whole;
        const auto* table = generate->child.get_if<bound::PythonTable>();
        const bool is_plain = table != nullptr && table->child.get_if<bound::OneRow>() != nullptr;
        if (!is_plain) return whole;
        bound::PythonTable over_left = *table;
        over_left.child = statement(n.left);
        over_left.keep_child = true;
        Relation out = bound::Generate{Relation(std::move(over_left)), generate->generator, false,
                                       generate->columns};
        for (; !above.empty(); above.pop_back()) {
            std::vector<bound::NamedExpr> items = same(n.left.output());
            for (const bound::NamedExpr& item : above.back().get_if<bound::Project>()->items) {
                items.push_back(item);
            }
            out = bound::Project{std::move(out), std::move(items)};
        }
        if (n.condition) out = bound::Filter{std::move(out), *n.condition};
        return out;
    }

    Relation aggregate(const bound::Aggregate& n, const Relation& whole) {
        const auto count = std::count_if(n.aggregates.begin(), n.aggregates.end(), [](const auto& item) {
            return python_aggregate(item.expr) != nullptr;
        });
        if (count == 0) return whole;
        if (static_cast<std::size_t>(count) != n.aggregates.size()) throw aggregates_beside_others(n);
        return n.sets ? grouping_sets(n) : with_statements(whole);
    }

    static Error aggregates_beside_others(const bound::Aggregate& n) {
        std::set<std::string> names;
        for (const bound::NamedExpr& item : n.aggregates) {
            if (const auto* call = python_aggregate(item.expr)) names.insert("`" + call->name + "`");
        }
        std::string list;
        for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
        return Error(ErrorClass::InvalidPandasUdfPlacement, {{"functionList", list}});
    }

    /// One aggregation per set; what a set leaves out is NULL.
    Relation grouping_sets(const bound::Aggregate& n) {
        bound::SetOperation out;
        out.all = true;
        out.columns = Relation(n).output();
        for (const std::vector<std::size_t>& set : *n.sets) {
            bound::Aggregate one{n.child, {}, std::nullopt, std::nullopt, n.aggregates};
            for (const std::size_t i : set) one.groups.push_back(n.groups[i]);
            std::vector<bound::NamedExpr> items;
            std::int64_t grouping_id = 0;
            for (std::size_t i = 0; i < n.groups.size(); ++i) {
                const bool in_set = std::find(set.begin(), set.end(), i) != set.end();
                grouping_id = 2 * grouping_id + (in_set ? 0 : 1);
                bound::NamedExpr item = same(n.groups[i].attribute());
                if (!in_set) item.expr = bound::Constant{Literal::null(item.expr.type())};
                items.push_back(std::move(item));
            }
            if (n.grouping_id) {
                bound::NamedExpr item = same(*n.grouping_id);
                item.expr = bound::Constant{Literal::long_int(grouping_id)};
                items.push_back(std::move(item));
            }
            for (const bound::NamedExpr& a : n.aggregates) items.push_back(same(a.attribute()));
            out.inputs.emplace_back(bound::Project{with_statements(one), std::move(items)});
        }
        if (out.inputs.size() == 1) return out.inputs[0];
        return out;
    }

    /// One Window node for the calls of the database, one for each window of Python's.
    Relation window(const bound::Window& n, const Relation& whole) {
        std::vector<bound::NamedExpr> others;
        std::vector<std::vector<bound::NamedExpr>> python;
        for (const bound::NamedExpr& item : n.windows) {
            if (python_aggregate(item.expr) == nullptr) {
                others.push_back(item);
                continue;
            }
            const auto like = std::find_if(python.begin(), python.end(), [&](const auto& items) {
                return window_of(items[0]) == window_of(item);
            });
            if (like == python.end()) {
                python.push_back({item});
            } else {
                like->push_back(item);
            }
        }
        if (python.empty()) return whole;
        Relation out = n.child;
        if (!others.empty()) out = bound::Window{std::move(out), std::move(others)};
        for (auto& items : python) out = bound::Window{statement(std::move(out)), std::move(items)};
        return bound::Project{std::move(out), same(whole.output())};
    }

    std::uint64_t own_ids_ = 0;
    std::vector<bound::CommonTable> tables_;  // that enclose the relation, outermost first
    std::vector<std::uint64_t> recursions_;
};

}  // namespace

Relation cut_python(const Relation& plan) { return Cutter().relation(plan); }

}  // namespace firesteel::physical
