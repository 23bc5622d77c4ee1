// Expressions: names, stars, literals, casts. Functions are in bind_function.cpp, windows in
// bind_window.cpp, subqueries in bind_subquery.cpp.
#include <algorithm>

#include "analysis/resolver.h"
#include "common/limits.h"
#include "plan/bound_traverse.h"
#include "types/type_text.h"

namespace firesteel::analysis {

using catalog::quoted;

const Scope& Names::scope() const {
    if (inputs.size() == 1) return inputs[0]->scope;
    if (!merged_) {
        std::vector<ScopeColumn> columns;
        std::vector<ScopeColumn> hidden;
        for (const NodePtr& node : inputs) {
            const Scope& s = node->scope;
            columns.insert(columns.end(), s.columns().begin(), s.columns().end());
            hidden.insert(hidden.end(), s.hidden().begin(), s.hidden().end());
        }
        merged_ = Scope(std::move(columns), std::move(hidden));
    }
    return *merged_;
}

bound::Expr Resolver::bind(const u::Expr& expr, Names& names) {
    const Depth guard(*this);
    const Origin& origin = expr.origin();
    return expr.visit(overloaded{
        [&](const u::Constant& n) { return bound::Expr(bound::Constant{n.literal, settings_.time_zone}, origin); },
        [&](const u::Attribute& n) { return bind_attribute(n, origin, names); },
        [&](const u::Star&) -> bound::Expr {
            throw Error(ErrorClass::InvalidUsageOfStar,
                        {{"elem", "'*'"}, {"prettyName", "this expression"}}, origin);
        },
        [&](const u::RegexStar&) -> bound::Expr {
            throw Error(ErrorClass::InvalidUsageOfStar,
                        {{"elem", "regular expression"}, {"prettyName", "this expression"}}, origin);
        },
        [&](const u::Function& n) { return bind_function(n, origin, names, false); },
        [&](const u::NamedArgument& n) { return bind(n.value, names); },
        [&](const u::Alias& n) { return bind(n.child, names); },
        [&](const u::Cast& n) {
            return functions::make_cast(bind(n.child, names), n.type, n.mode, call_context(names),
                                        false, origin);
        },
        [&](const u::Lambda&) -> bound::Expr {
            throw unsupported("a lambda function outside of a higher-order function", origin);
        },
        [&](const u::Extract& n) {
            bound::Expr child = bind(n.child, names);
            bound::Expr key = bind(n.key, names);
            return functions::resolve_extract(context_.registry, std::move(child), std::move(key),
                                              case_sensitive(), call_context(names), origin);
        },
        [&](const u::UpdateField& n) { return bind_update(n, origin, names); },
        [&](const u::Window& n) { return bind_window(n, origin, names); },
        [&](const u::Subquery& n) { return bind_subquery(n, origin, names); },
        [&](const u::PythonUdf& n) { return bind_python(*n.function, n.arguments, origin, names); },
        [&](const u::Parameter& n) { return bind_parameter(n, origin); },
        [&](const u::IdentifierClause&) { return bind(identified(expr), names); },
        [&](const u::DirectPartitionId&) -> bound::Expr {
            throw unsupported("repartitionById outside of a repartition", origin);
        },
    });
}

// ---- names ---------------------------------------------------------------------------------------

bound::Expr Resolver::field_path(bound::Expr base, const NameParts& name, std::size_t from,
                                 const Origin& origin, Names& names) {
    for (std::size_t i = from; i < name.size(); ++i) {
        base = functions::resolve_extract(context_.registry, std::move(base),
                                          bound::Constant{Literal::string(name[i])},
                                          case_sensitive(), call_context(names), origin);
    }
    return base;
}

bound::MaybeExpr Resolver::one_match(const std::vector<Match>& matches, const NameParts& name,
                                     const Origin& origin, Names& names) {
    if (matches.empty() || (matches.size() > 1 && names.skips_ambiguous)) return std::nullopt;
    if (matches.size() > 1) {
        std::vector<std::string> found;
        for (const Match& m : matches) {
            NameParts full = m.column->qualifier ? *m.column->qualifier : NameParts{};
            full.push_back(m.column->attribute.name);
            found.push_back(quoted(full));
        }
        std::sort(found.begin(), found.end());
        std::string candidates;
        for (const std::string& one : found) candidates += (candidates.empty() ? "" : ", ") + one;
        throw Error(ErrorClass::AmbiguousReference,
                    {{"name", quoted(name)}, {"referenceNames", "[" + candidates + "]"}}, origin);
    }
    const bound::Attribute& a = matches[0].column->attribute;
    const std::size_t used = matches[0].parts;
    bound::Expr column(bound::ColumnRef{a.id, a.type, a.nullable, name[used - 1]}, origin);
    return field_path(std::move(column), name, used, origin, names);
}

bound::MaybeExpr Resolver::lookup_below(const NodePtr& node, const NameParts& name,
                                        const Origin& origin, Names& names) {
    const Node* at = node.get();
    while (at->reach == Reach::Through && at->inputs.size() == 1 && !at->aggregate) {
        at = at->inputs[0].get();
        if (auto found = one_match(at->scope.matches(name, case_sensitive()), name, origin, names)) {
            return found;
        }
        if (auto found =
                one_match(at->scope.hidden_matches(name, case_sensitive()), name, origin, names)) {
            return found;
        }
    }
    return std::nullopt;
}

bound::MaybeExpr Resolver::lookup_outer(const NameParts& name, const Origin& origin) {
    for (std::size_t i = frames_.size(); i-- > visible_frames_;) {
        Names& outer = *frames_[i].names;
        bound::MaybeExpr found;
        {
            // What is outer to the outer query is looked up by this loop, not by the inner lookup.
            const Scoped<std::size_t> hide(visible_frames_, frames_.size());
            found = lookup(name, origin, outer);
        }
        if (!found) continue;
        for (std::size_t k = i; k < frames_.size(); ++k) {
            bound::any_of(*found, [&](const bound::Expr& e) {
                if (e.get_if<bound::ColumnRef>() == nullptr) return false;
                auto& refs = frames_[k].references;
                if (std::find(refs.begin(), refs.end(), e) == refs.end()) refs.push_back(e);
                return false;
            });
        }
        return found;
    }
    return std::nullopt;
}

namespace {

std::string shown_name(const NameParts& parts) {
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : ".") + quote_if_needed(part);
    return out;
}

/// "system.session.x", as expressions show variables.
std::string qualified_name(const catalog::Variable& variable) {
    NameParts parts = variable.qualifier;
    parts.push_back(variable.name);
    return shown_name(parts);
}

}  // namespace

bound::MaybeExpr Resolver::lookup_variable(const NameParts& name, const Origin& origin,
                                           Names& names) {
    catalog::VariablePtr variable;
    std::size_t used = std::min<std::size_t>(name.size(), 2);
    for (; context_.locals != nullptr && used > 0; --used) {
        variable = context_.locals->find(NameParts(name.begin(), name.begin() + static_cast<std::ptrdiff_t>(used)));
        if (variable) break;
    }
    if (!variable) {
        used = 1;
        if (name.size() >= 2 && same_name(name[0], "session", false)) used = 2;
        if (name.size() >= 3 && same_name(name[0], "system", false) &&
            same_name(name[1], "session", false)) {
            used = 3;
        }
        variable = context_.catalog.find_variable(name[used - 1]);
        if (variable) note_temporary("VARIABLE", name);
    }
    if (!variable) return std::nullopt;
    bound::Expr value(bound::VariableRef{qualified_name(*variable), variable->value}, origin);
    return field_path(std::move(value), name, used, origin, names);
}

bound::MaybeExpr Resolver::lookup(const NameParts& name, const Origin& origin, Names& names) {
    for (std::size_t i = names.lambdas.size(); i-- > 0;) {
        for (const bound::LambdaParameter& p : names.lambdas[i]) {
            std::string_view written = p.name;
            if (written.starts_with('\x01')) written.remove_prefix(1);
            if (!same_name(written, name[0], case_sensitive())) continue;
            bound::Expr column(bound::ColumnRef{p.id, p.type, p.nullable, p.name}, origin);
            return field_path(std::move(column), name, 1, origin, names);
        }
    }
    if (names.rewrite_arguments != nullptr && name.size() == 1 && name[0].starts_with('{')) {
        const auto i = static_cast<std::size_t>(std::stoul(name[0].substr(1)));
        FS_ASSERT(i < names.rewrite_arguments->size());
        return (*names.rewrite_arguments)[i];
    }
    if (names.first) {
        if (auto found = names.first(name, origin)) return found;
    }
    const Scope& scope = names.scope();
    if (auto found = one_match(scope.matches(name, case_sensitive()), name, origin, names)) {
        return found;
    }
    if (auto found = one_match(scope.hidden_matches(name, case_sensitive()), name, origin, names)) {
        return found;
    }
    if (names.below && names.inputs.size() == 1) {
        if (auto found = lookup_below(names.inputs[0], name, origin, names)) return found;
    }
    if (names.last) {
        if (auto found = names.last(name, origin)) return found;
    }
    return std::nullopt;
}

void Resolver::unresolved_column(const NameParts& name, const Origin& origin,
                                 const Names& names) const {
    const std::string proposal = proposals(name, names.inputs);
    if (proposal.empty()) {
        throw Error(ErrorClass::UnresolvedColumnWithoutSuggestion, {{"objectName", quoted(name)}},
                    origin);
    }
    throw Error(ErrorClass::UnresolvedColumnWithSuggestion,
                {{"objectName", quoted(name)}, {"proposal", proposal}}, origin);
}

namespace {

/// Names that are functions when no column has them.
bool is_function_without_parentheses(const std::string& name) {
    static constexpr std::string_view kNames[] = {"current_date",    "current_timestamp",
                                                  "current_time",    "localtimestamp",
                                                  "current_user",    "user",
                                                  "session_user",    "current_catalog",
                                                  "current_database"};
    const std::string lower_name = catalog::lower(name);
    return std::find(std::begin(kNames), std::end(kNames), lower_name) != std::end(kNames);
}

}  // namespace

bound::Expr Resolver::bind_attribute(const u::Attribute& n, const Origin& origin, Names& names) {
    if (n.plan_id) return bind_by_plan_id(n, origin, names);
    if (auto found = lookup(n.parts, origin, names)) return *found;
    if (n.parts.size() == 1 && is_function_without_parentheses(n.parts[0])) {
        u::Function call;
        call.name = n.parts;
        return bind_function(call, origin, names, false);
    }
    if (n.parts.size() == 1 && same_name(n.parts[0], "grouping__id", false)) {
        u::Function call;
        call.name = {"grouping_id"};
        return bind_function(call, origin, names, false);
    }
    if (auto found = lookup_outer(n.parts, origin)) return *found;
    if (auto found = lookup_variable(n.parts, origin, names)) return *found;
    unresolved_column(n.parts, origin, names);
}

// ---- plan ids (spark-connect.md 5.3) --------------------------------------------------------------

namespace {

struct PlanIdMatch {
    bound::MaybeExpr column;
    std::size_t depth = 0;
    bool seen = false;
};

using ResolveAt = std::function<bound::MaybeExpr(const Node&)>;

PlanIdMatch match_plan_id(const std::vector<NodePtr>& nodes, PlanId id, const ResolveAt& resolve,
                          std::size_t depth, bool below, const std::string& name,
                          const Origin& origin);

bool survives(const bound::Expr& column, const Node& node) {
    return !bound::any_of(column, [&](const bound::Expr& e) {
        const auto* ref = e.get_if<bound::ColumnRef>();
        if (ref == nullptr || node.scope.has(ref->id)) return false;
        for (const ScopeColumn& hidden : node.scope.hidden()) {
            if (hidden.attribute.id == ref->id) return false;
        }
        return true;
    });
}

PlanIdMatch match_in(const Node& node, PlanId id, const ResolveAt& resolve, std::size_t depth,
                     bool below, const std::string& name, const Origin& origin) {
    PlanIdMatch out;
    if (node.plan_id == id) {
        out = {resolve(node), depth, true};
    } else {
        // Filters and sorts may reach what a projection below them dropped.
        const bool still_below = below && node.reach == Reach::Through;
        out = match_plan_id(node.inputs, id, resolve, depth + 1, still_below, name, origin);
    }
    const bool reachable = below && node.reach == Reach::Through;
    if (out.column && !reachable && !survives(*out.column, node)) out.column.reset();
    return out;
}

PlanIdMatch match_plan_id(const std::vector<NodePtr>& nodes, PlanId id, const ResolveAt& resolve,
                          std::size_t depth, bool below, const std::string& name,
                          const Origin& origin) {
    PlanIdMatch best;
    for (const NodePtr& node : nodes) {
        PlanIdMatch found = match_in(*node, id, resolve, depth, below, name, origin);
        found.seen = found.seen || best.seen;
        if (best.column && found.column) {
            if (found.depth == best.depth) {
                throw Error(ErrorClass::AmbiguousColumnReference, {{"name", name}}, origin);
            }
            if (best.depth < found.depth) found = best;
        } else if (best.column) {
            const bool seen = found.seen;
            found = best;
            found.seen = seen;
        }
        best = std::move(found);
    }
    return best;
}

}  // namespace

bound::Expr Resolver::bind_by_plan_id(const u::Attribute& n, const Origin& origin, Names& names) {
    const std::string shown = "\"" + shown_name(n.parts) + "\"";
    const ResolveAt resolve = [&](const Node& node) -> bound::MaybeExpr {
        const Scope& scope = node.scope;
        if (n.metadata_column) return one_match(scope.metadata_matches(n.parts, case_sensitive()), n.parts, origin, names);
        if (auto found = one_match(scope.matches(n.parts, case_sensitive()), n.parts, origin, names)) {
            return found;
        }
        return one_match(scope.hidden_matches(n.parts, case_sensitive()), n.parts, origin, names);
    };
    PlanIdMatch found =
        match_plan_id(names.inputs, *n.plan_id, resolve, 0, names.below, shown, origin);
    if (found.column) return *found.column;
    // The DataFrame may be one of an enclosing query.
    for (std::size_t i = frames_.size(); !found.seen && i-- > visible_frames_;) {
        const PlanIdMatch outer = match_plan_id(frames_[i].names->inputs, *n.plan_id, resolve, 0,
                                                frames_[i].names->below, shown, origin);
        if (!outer.column) continue;
        for (std::size_t k = i; k < frames_.size(); ++k) {
            auto& refs = frames_[k].references;
            if (std::find(refs.begin(), refs.end(), *outer.column) == refs.end()) {
                refs.push_back(*outer.column);
            }
        }
        return *outer.column;
    }
    if (!found.seen) {
        // Above an aggregate its input's columns are still known by their DataFrame.
        throw Error(ErrorClass::CannotResolveDataframeColumn, {{"name", shown}}, origin);
    }
    unresolved_column(n.parts, origin, names);
}

// ---- stars ---------------------------------------------------------------------------------------

namespace {

bound::Expr plain_ref(const ScopeColumn& c, const Origin& origin) {
    const bound::Attribute& a = c.attribute;
    return bound::Expr(bound::ColumnRef{a.id, a.type, a.nullable, a.name}, origin);
}

const Node* node_with(const std::vector<NodePtr>& nodes, PlanId id) {
    for (const NodePtr& node : nodes) {
        if (node->plan_id == id) return node.get();
        if (const Node* found = node_with(node->inputs, id)) return found;
    }
    return nullptr;
}

std::string sorted_columns(const Scope& scope) {
    std::vector<std::string> names;
    for (const ScopeColumn& c : scope.columns()) names.push_back(quoted(c.attribute.name));
    std::sort(names.begin(), names.end());
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

/// The struct without the fields that paths[…] name below `depth`; none if none is left.
struct StructExcept {
    Resolver& resolver;
    Names& names;
    const Origin& origin;

    bound::MaybeExpr without(const bound::Expr& value, const std::vector<NameParts>& paths) {
        std::vector<bound::Expr> arguments;
        const std::vector<StructField>& fields = value.type().fields();
        for (std::size_t i = 0; i < fields.size(); ++i) {
            std::vector<NameParts> inner;
            bool dropped = false;
            for (const NameParts& path : paths) {
                if (!same_name(path[0], fields[i].name, resolver.case_sensitive())) continue;
                if (path.size() == 1) dropped = true;
                else inner.emplace_back(path.begin() + 1, path.end());
            }
            if (dropped) continue;
            bound::MaybeExpr field =
                bound::Expr(bound::GetField{value, i, fields[i].type,
                                            value.nullable() || fields[i].nullable},
                            origin);
            if (!inner.empty() && fields[i].type.is(TypeKind::Struct)) field = without(*field, inner);
            if (!field) continue;
            arguments.push_back(bound::Constant{Literal::string(fields[i].name)});
            arguments.push_back(*field);
        }
        if (arguments.empty()) return std::nullopt;
        return resolver.call("named_struct", std::move(arguments));
    }
};

}  // namespace

namespace {

using Dropped = std::vector<std::pair<bound::Expr, NameParts>>;

/// No column or field is named twice, nor with one inside of it; only structs have fields.
void check_excepted(const u::Star& star, const Dropped& dropped, const Origin& origin) {
    for (std::size_t i = 0; i < dropped.size(); ++i) {
        const auto& [column, path] = dropped[i];
        if (!path.empty() && !column.type().is(TypeKind::Struct)) {
            throw Error(ErrorClass::InvalidExtractBaseFieldType,
                        {{"base", quoted_sql(column)}, {"other", quoted_sql_name(column.type())}}, origin);
        }
        for (std::size_t j = 0; j < i; ++j) {
            const auto& [other, other_path] = dropped[j];
            const std::size_t common = std::min(path.size(), other_path.size());
            if (!(column == other) || !std::equal(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(common),
                                                  other_path.begin())) {
                continue;
            }
            std::string all;
            for (const NameParts& name : star.except) {
                if (!all.empty()) all += ", ";
                for (std::size_t p = 0; p < name.size(); ++p) all += (p > 0 ? "." : "") + name[p];
            }
            throw Error(ErrorClass::ExceptOverlappingColumns, {{"columns", all}}, origin);
        }
    }
}

}  // namespace

/// EXCEPT names columns of the expansion, or fields inside of them.
std::vector<bound::Expr> Resolver::without_excepted(std::vector<bound::Expr> out, const u::Star& star,
                                                    const Origin& origin, Names& names) {
    std::vector<bound::Expr> kept;
    Dropped dropped;  // base column and the fields' path
    const bool of_struct = !out.empty() && out[0].get_if<bound::GetField>() != nullptr;
    for (const NameParts& name : star.except) {
        bool found = false;
        for (const bound::Expr& e : out) {
            const auto* field = e.get_if<bound::GetField>();
            const auto* column = e.get_if<bound::ColumnRef>();
            const std::string& shown =
                of_struct ? field->child.type().fields()[field->index].name : column->name;
            std::size_t used = 0;
            if (same_name(shown, name[0], case_sensitive())) {
                used = 1;
            } else if (column != nullptr && name.size() > 1) {
                for (const Match& m : names.scope().matches(name, case_sensitive())) {
                    if (m.column->attribute.id == column->id) used = m.parts;
                }
            }
            if (used == 0) continue;
            found = true;
            dropped.emplace_back(e, NameParts(name.begin() + static_cast<std::ptrdiff_t>(used),
                                              name.end()));
        }
        if (!found) unresolved_column(name, origin, names);
    }
    check_excepted(star, dropped, origin);
    for (const bound::Expr& e : out) {
        bool whole = false;
        std::vector<NameParts> inner;
        for (const auto& [base, path] : dropped) {
            if (!(base == e)) continue;
            if (path.empty()) whole = true;
            else inner.push_back(path);
        }
        if (whole) continue;
        if (inner.empty()) {
            kept.push_back(e);
        } else if (auto rest = StructExcept{*this, names, origin}.without(e, inner)) {
            kept.push_back(*rest);
        }
    }
    return kept;
}

std::vector<bound::Expr> Resolver::expand_star(const u::Expr& expr, Names& names) {
    const Origin& origin = expr.origin();
    std::vector<bound::Expr> out;
    if (const auto* regex = expr.get_if<u::RegexStar>()) {
        for (const ScopeColumn& c : names.scope().columns()) {
            if (context_.name_matches(regex->pattern, c.attribute.name, !case_sensitive())) {
                out.push_back(plain_ref(c, origin));
            }
        }
        return out;
    }
    const u::Star& star = *expr.get_if<u::Star>();
    if (star.plan_id) {
        const Node* node = node_with(names.inputs, *star.plan_id);
        if (node == nullptr) {
            throw Error(ErrorClass::CannotResolveDataframeColumn, {{"name", "`*`"}}, origin);
        }
        for (const ScopeColumn& c : node->scope.columns()) {
            if (names.scope().has(c.attribute.id)) out.push_back(plain_ref(c, origin));
        }
        return out;
    }
    if (star.target.empty()) {
        for (const ScopeColumn& c : names.scope().columns()) out.push_back(plain_ref(c, origin));
    } else if (const auto columns = names.scope().qualified_by(star.target, case_sensitive());
               !columns.empty()) {
        for (const ScopeColumn* c : columns) out.push_back(plain_ref(*c, origin));
    } else if (auto base = lookup(star.target, origin, names)) {
        if (!base->type().is(TypeKind::Struct)) {
            throw Error(ErrorClass::LegacyStarExpand,
                        {{"attributes", "List(" + star.target.back() + ")"}}, origin);
        }
        const auto& fields = base->type().fields();
        for (std::size_t i = 0; i < fields.size(); ++i) {
            const bool nullable = base->nullable() || fields[i].nullable;
            out.push_back(bound::Expr(bound::GetField{*base, i, fields[i].type, nullable}, origin));
        }
    } else {
        throw Error(ErrorClass::CannotResolveStarExpand,
                    {{"targetString", quoted(star.target)}, {"columns", sorted_columns(names.scope())}},
                    origin);
    }
    return star.except.empty() ? out : without_excepted(std::move(out), star, origin, names);
}

bound::SortOrder Resolver::bind_order(const u::SortOrder& order, Names& names) {
    return {bind(order.child, names), order.direction, order.nulls};
}

// ---- depth ---------------------------------------------------------------------------------------

Resolver::Depth::Depth(Resolver& r) : r_(r) {
    // Relations count much more than expressions of the same text; both are far below the stack.
    constexpr std::uint32_t kDepthMax = 8 * limits::kPlanDepthMax;
    if (++r_.depth_ > kDepthMax) {
        --r_.depth_;
        throw unsupported("a plan or expression nested this deep");
    }
}

std::string quoted_sql(const bound::Expr& e) { return "\"" + functions::pretty_name(e) + "\""; }

}  // namespace firesteel::analysis
