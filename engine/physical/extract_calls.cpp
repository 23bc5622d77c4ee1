#include "physical/extract_calls.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "functions/resolve.h"
#include "physical/python_calls.h"
#include "plan/bound_traverse.h"

namespace firesteel::physical {
namespace {

using bound::Expr;
using bound::Relation;

const bound::PythonCall* call_in(const Expr& e) {
    const auto* call = e.get_if<bound::PythonCall>();
    return call != nullptr && call->parts.empty() ? call : nullptr;
}

bool holds_call(const Expr& e) {
    return bound::any_of(e, [](const Expr& part) { return call_in(part) != nullptr; });
}

bool is_iterator_kind(std::int32_t kind) { return kind == 204 || kind == 251; }

/// They see whole batches: as many rows as a batch may have, not those of one of the database's vectors.
bool is_batch_kind(std::int32_t kind) { return kind == 200 || kind == 250; }

/// The only argument of a call that takes it right from another of its kind: they follow each other.
const bound::PythonCall* inner_of(const bound::PythonCall& call) {
    if (call.arguments.size() != 1 || is_iterator_kind(call.function->eval_type)) return nullptr;
    if (!call.argument_names.empty() && !call.argument_names[0].empty()) return nullptr;
    const bound::PythonCall* inner = call_in(call.arguments[0]);
    return inner != nullptr && inner->function->eval_type == call.function->eval_type ? inner : nullptr;
}

/// No argument waits for another trip.
bool is_ready(const bound::PythonCall& call) {
    if (const bound::PythonCall* inner = inner_of(call)) return is_ready(*inner);
    return std::none_of(call.arguments.begin(), call.arguments.end(), holds_call);
}

bool is_same(const Expr& a, const Expr& b) {
    return a.address() == b.address() || (functions::is_deterministic(a) && a == b);
}

std::size_t place_of(const Expr& e, const std::vector<Expr>& in) {
    const auto found = std::find_if(in.begin(), in.end(), [&](const Expr& o) { return is_same(e, o); });
    return static_cast<std::size_t>(found - in.begin());
}

std::size_t place_added(const Expr& e, std::vector<Expr>& to) {
    const std::size_t place = place_of(e, to);
    if (place == to.size()) to.push_back(e);
    return place;
}

/// Calls of the kind of the first one that can be evaluated over columns that are there.
void collect_ready(const Expr& e, std::vector<Expr>& out) {
    const bound::PythonCall* call = call_in(e);
    const bool is_kind = call != nullptr && (out.empty() || call_in(out[0])->function->eval_type ==
                                                                call->function->eval_type);
    if (is_kind && is_ready(*call)) {
        place_added(e, out);
        return;
    }
    bound::for_each_child(e, [&](const Expr& child) { collect_ready(child, out); });
}

bound::PythonPart part_of(const bound::PythonCall& call, std::vector<Expr>& inputs) {
    bound::PythonPart out;
    const bound::PythonCall* first = &call;
    out.chain = {call.function};
    while (const bound::PythonCall* inner = inner_of(*first)) {
        first = inner;
        out.chain.insert(out.chain.begin(), inner->function);
    }
    for (const Expr& e : first->arguments) out.arguments.push_back(place_added(e, inputs));
    out.argument_names = first->argument_names;
    out.result = call.type;
    return out;
}

std::vector<Expr> conjuncts_of(const Expr& e) {
    const auto* call = e.get_if<bound::Call>();
    if (call == nullptr || call->function->name() != "and" || !call->replacement.empty()) return {e};
    std::vector<Expr> out;
    for (const Expr& part : call->arguments) {
        for (Expr& c : conjuncts_of(part)) out.push_back(std::move(c));
    }
    return out;
}

bound::MaybeExpr all_of(const std::vector<Expr>& parts) {
    bound::MaybeExpr out;
    for (const Expr& part : parts) {
        if (!out) {
            out = part;
            continue;
        }
        bound::Call both;
        both.function = row_of(functions::kPredicateFunctions, "and");
        both.name = "and";
        both.arguments = {*out, part};
        both.type = DataType::boolean();
        both.nullable = out->nullable() || part.nullable();
        out = Expr(std::move(both));
    }
    return out;
}

bool refers_to(const Expr& e, const bound::Attributes& columns) {
    return bound::any_of(e, [&](const Expr& part) {
        const auto* column = part.get_if<bound::ColumnRef>();
        return column != nullptr && std::any_of(columns.begin(), columns.end(), [&](const auto& a) {
                   return a.id == column->id;
               });
    });
}

const char* name_of(JoinType type) {
    switch (type) {
        case JoinType::Inner: return "INNER";
        case JoinType::FullOuter: return "FULL OUTER";
        case JoinType::LeftOuter: return "LEFT OUTER";
        case JoinType::RightOuter: return "RIGHT OUTER";
        case JoinType::LeftAnti: return "LEFT ANTI";
        case JoinType::LeftSemi: return "LEFT SEMI";
        case JoinType::Cross: return "CROSS";
    }
    return "";
}

Relation with_columns_of(Relation made, const Relation& wanted) {
    if (made.output().size() == wanted.output().size()) return made;
    return bound::Project{std::move(made), same(wanted.output())};
}

}  // namespace

Relation CallExtraction::operator()(const Relation& relation) const {
    bool found = false;
    bound::for_each_expression(relation, [&](const Expr& e) { found = found || holds_call(e); });
    if (!found) return relation;
    if (const auto* n = relation.get_if<bound::Join>()) return n->lateral ? relation : join(*n);
    if (const auto* n = relation.get_if<bound::Filter>()) return filter(*n);
    std::size_t inputs = 0;
    bound::for_each_input(relation, [&](const Relation&) { ++inputs; });
    return inputs == 1 ? over_one_input(relation) : relation;
}

Relation CallExtraction::over_one_input(const Relation& relation) const {
    Relation out = relation;
    while (true) {
        std::vector<Expr> expressions;
        bound::for_each_expression(out, [&](const Expr& e) { expressions.push_back(e); });
        std::vector<Relation> inputs;
        bound::for_each_input(out, [&](const Relation& input) { inputs.push_back(input); });
        const Round round = next_round(expressions, inputs[0]);
        if (round.calls.empty()) return with_columns_of(std::move(out), relation);
        bound::RelationRewrite by;
        by.input = [&](const Relation&) { return inputs[0]; };
        by.expression = [&](const Expr& e) { return replaced(e, round); };
        out = bound::rewrite(out, by);
    }
}

Expr CallExtraction::replaced(const Expr& e, const Round& round) {
    return bound::rewrite_top_down(e, [&](const Expr& part) -> bound::MaybeExpr {
        if (call_in(part) == nullptr) return std::nullopt;
        const std::size_t place = place_of(part, round.calls);
        if (place == round.calls.size()) return std::nullopt;
        return round.columns[place];
    });
}

CallExtraction::Round CallExtraction::next_round(const std::vector<Expr>& expressions, Relation& below) const {
    std::vector<Expr> calls;
    for (const Expr& e : expressions) collect_ready(e, calls);
    if (calls.empty()) return {};
    if (is_iterator_kind(call_in(calls[0])->function->eval_type)) return iterator(calls[0], below);
    return batch(calls, below);
}

CallExtraction::Round CallExtraction::batch(const std::vector<Expr>& calls, Relation& below) const {
    bound::PythonCall trip;
    std::vector<StructField> results;
    for (const Expr& e : calls) {
        trip.parts.push_back(part_of(*call_in(e), trip.arguments));
        results.push_back({"c" + std::to_string(results.size()), e.type(), true, {}});
    }
    trip.function = call_in(calls[0])->function;
    if (can_be_stage(trip, below)) return stage(calls, std::move(trip), below);
    trip.type = calls.size() == 1 ? results[0].type : DataType::structure(results);
    std::vector<bound::NamedExpr> items = same(below.output());
    items.push_back({Expr(std::move(trip), calls[0].origin()), fresh_(), "python", {}});
    const Expr made = items.back().attribute().ref();
    below = bound::Project{std::move(below), std::move(items)};
    Round out{calls, {}};
    for (std::size_t i = 0; i < calls.size(); ++i) {
        out.columns.push_back(calls.size() == 1 ? made : Expr(bound::GetField{made, i, calls[i].type(), true}));
    }
    return out;
}

bool CallExtraction::can_be_stage(const bound::PythonCall& trip, const Relation& below) const {
    if (!is_batch_kind(trip.function->eval_type)) return false;
    const bound::Attributes& columns = below.output();
    const auto is_there = [&](const Expr& part) {
        const auto* column = part.get_if<bound::ColumnRef>();
        return column == nullptr ||
               std::any_of(columns.begin(), columns.end(), [&](const auto& a) { return a.id == column->id; });
    };
    return std::all_of(trip.arguments.begin(), trip.arguments.end(), [&](const Expr& e) {
        return !bound::any_of(e, [&](const Expr& part) { return !is_there(part); });
    }) && can_state_(below);
}

/// A column for each call.
CallExtraction::Round CallExtraction::stage(const std::vector<Expr>& calls, bound::PythonCall trip,
                                            Relation& below) const {
    trip.type = calls[0].type();
    bound::PythonTable made{statement_(below), trip.function, {}, {}, {}, true};
    Round out{calls, {}};
    for (const Expr& e : calls) {
        made.columns.push_back({fresh_(), call_in(e)->function->name, e.type(), true, {}});
        out.columns.push_back(made.columns.back().ref());
    }
    made.arguments.emplace_back(std::move(trip), calls[0].origin());
    below = std::move(made);
    return out;
}

/// Functions of iterators are stages, each on its own.
CallExtraction::Round CallExtraction::iterator(const Expr& e, Relation& below) const {
    const bound::PythonCall& call = *call_in(e);
    const bound::Attribute result{fresh_(), call.function->name, call.type, true, {}};
    below = bound::PythonTable{statement_(below), call.function, call.arguments, call.argument_names, {result}, true};
    return {{e}, {result.ref()}};
}

/// What is no Python's decides first which rows Python sees.
Relation CallExtraction::filter(const bound::Filter& n) const {
    std::vector<Expr> first;
    std::vector<Expr> rest;
    for (Expr& part : conjuncts_of(n.condition)) {
        const bool is_plain = !holds_call(part) && functions::is_deterministic(part);
        (is_plain ? first : rest).push_back(std::move(part));
    }
    bound::Filter out = n;
    if (const bound::MaybeExpr plain = all_of(first)) out.child = bound::Filter{n.child, *plain};
    out.condition = *all_of(rest);
    return over_one_input(Relation(std::move(out)));
}

/// Calls over one side are computed on that side; over both, an inner join is filtered by them.
Relation CallExtraction::join(const bound::Join& n) const {
    const auto sees_both = [&](const Expr& part) {
        return call_in(part) != nullptr && refers_to(part, n.left.output()) && refers_to(part, n.right.output());
    };
    std::vector<Expr> condition;
    std::vector<Expr> above;
    for (Expr& part : conjuncts_of(*n.condition)) {
        (bound::any_of(part, sees_both) ? above : condition).push_back(std::move(part));
    }
    const bool is_inner = n.type == JoinType::Inner || n.type == JoinType::Cross;
    if (!above.empty() && !is_inner) throw Error(ErrorClass::PythonUdfInOnClause, {{"joinType", name_of(n.type)}});
    bound::Join out = n;
    for (const bool is_right : {false, true}) {
        Relation& side = is_right ? out.right : out.left;
        const bound::Attributes others = (is_right ? n.left : n.right).output();
        while (true) {
            std::vector<Expr> calls;
            for (const Expr& part : condition) collect_over(part, others, calls);
            const Round round = next_round(calls, side);
            if (round.calls.empty()) break;
            for (Expr& part : condition) part = replaced(part, round);
        }
    }
    out.condition = all_of(condition);
    if (!out.condition && n.type == JoinType::Inner) out.type = JoinType::Cross;
    Relation made = with_columns_of(Relation(std::move(out)), Relation(n));
    if (above.empty()) return made;
    return filter({std::move(made), *all_of(above)});
}

/// Calls that do not see the other side.
void CallExtraction::collect_over(const Expr& e, const bound::Attributes& others, std::vector<Expr>& out) {
    if (call_in(e) != nullptr && !refers_to(e, others)) {
        out.push_back(e);
        return;
    }
    bound::for_each_child(e, [&](const Expr& child) { collect_over(child, others, out); });
}

namespace {

void collect_columns(const Relation& relation, std::set<std::uint64_t>& used) {
    bound::for_each_expression(relation, [&](const Expr& e) {
        bound::any_of(e, [&](const Expr& part) {
            if (const auto* column = part.get_if<bound::ColumnRef>()) used.insert(column->id.value);
            if (const auto* subquery = part.get_if<bound::Subquery>()) {
                for (const Expr& outer : subquery->outer_references) {
                    if (const auto* column = outer.get_if<bound::ColumnRef>()) used.insert(column->id.value);
                }
            }
            return false;
        });
    });
}

bool passes_columns(const Relation& r) {
    return r.get_if<bound::Filter>() != nullptr || r.get_if<bound::Sort>() != nullptr ||
           r.get_if<bound::Limit>() != nullptr || r.get_if<bound::Alias>() != nullptr;
}

/// The relation below which only the columns `used` are looked at.
Relation with_used_only(const Relation& r, std::set<std::uint64_t> used) {
    if (passes_columns(r)) {
        collect_columns(r, used);
        bound::RelationRewrite by;
        by.expression = [](const Expr& e) { return e; };
        by.input = [&](const Relation& input) { return with_used_only(input, used); };
        return bound::rewrite(r, by);
    }
    const auto* project = r.get_if<bound::Project>();
    if (project == nullptr) return r;
    bound::Project out = *project;
    std::erase_if(out.items, [&](const bound::NamedExpr& item) {
        return !used.contains(item.id.value) && holds_call(item.expr);
    });
    return out.items.empty() ? r : Relation(std::move(out));
}

bool keeps_input(const bound::PythonTable* table) { return table != nullptr && table->keep_child; }

/// Nothing but what passes or chooses columns stands between the relation and a stage that keeps its input.
bool is_over_stage(Relation r) {
    while (passes_columns(r) || r.get_if<bound::Project>() != nullptr) {
        std::optional<Relation> below;
        bound::for_each_input(r, [&](const Relation& input) { below = input; });
        if (!below) return false;
        r = *below;
    }
    return keeps_input(r.get_if<bound::PythonTable>());
}

/// Columns of a stage's input that nobody looks at are not read for it.
Relation with_stage_narrowed(const Relation& r, std::set<std::uint64_t> used) {
    const auto* project = r.get_if<bound::Project>();
    if (passes_columns(r) || project != nullptr) {
        Relation kept = r;
        if (project != nullptr) {
            bound::Project fewer = *project;
            std::erase_if(fewer.items, [&](const bound::NamedExpr& item) { return !used.contains(item.id.value); });
            if (fewer.items.empty() && !project->items.empty()) fewer.items.push_back(project->items[0]);
            kept = std::move(fewer);
            used.clear();
        }
        collect_columns(kept, used);
        bool changed = false;
        bound::RelationRewrite by;
        by.expression = [](const Expr& e) { return e; };
        by.input = [&](const Relation& input) {
            Relation made = with_stage_narrowed(input, used);
            changed = changed || made.address() != input.address();
            return made;
        };
        Relation made = bound::rewrite(kept, by);
        return changed ? made : r;
    }
    const auto* table = r.get_if<bound::PythonTable>();
    if (!keeps_input(table)) return r;
    collect_columns(r, used);
    bound::PythonTable out = *table;
    out.child = with_stage_narrowed(table->child, used);
    std::vector<bound::NamedExpr> items;
    for (const bound::Attribute& a : table->child.output()) {
        if (used.contains(a.id.value)) items.push_back(same(a));
    }
    if (items.empty() && !out.child.output().empty()) items.push_back(same(out.child.output()[0]));
    if (items.size() < out.child.output().size()) out.child = bound::Project{out.child, std::move(items)};
    return out;
}

/// The inputs of what chooses columns, without what it does not read.
template <typename Cut>
Relation with_inputs_cut(const Relation& relation, Cut cut) {
    const bool chooses = relation.get_if<bound::Project>() != nullptr || relation.get_if<bound::Aggregate>() != nullptr;
    if (!chooses) return relation;
    std::set<std::uint64_t> used;
    collect_columns(relation, used);
    bound::RelationRewrite by;
    by.expression = [](const Expr& e) { return e; };
    by.input = [&](const Relation& input) { return cut(input, used); };
    return bound::rewrite(relation, by);
}

}  // namespace

Relation without_unused_columns(const Relation& relation) {
    return is_over_stage(relation) ? with_inputs_cut(relation, with_stage_narrowed) : relation;
}
Relation without_unused_calls(const Relation& relation) { return with_inputs_cut(relation, with_used_only); }

}  // namespace firesteel::physical
