#include "session/python_scans.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/config_keys.h"
#include "common/own_kinds.h"
#include "functions/resolve.h"
#include "plan/bound_traverse.h"
#include "session/python_sources.h"
#include "session/queries.h"
#include "session/spark_context.h"

namespace firesteel {
namespace {

using bound::Expr;
using bound::Relation;

/// Names of pyspark.sql.datasource's filters for a function; `flipped` where the column stands on the right.
struct Comparison {
    std::string_view function;
    const char* name;
    const char* flipped;
};
constexpr auto kComparisons = std::to_array<Comparison>({
    {"=", "EqualTo", "EqualTo"},
    {"<=>", "EqualNullSafe", "EqualNullSafe"},
    {">", "GreaterThan", "LessThan"},
    {">=", "GreaterThanOrEqual", "LessThanOrEqual"},
    {"<", "LessThan", "GreaterThan"},
    {"<=", "LessThanOrEqual", "GreaterThanOrEqual"},
    {"startswith", "StringStartsWith", nullptr},
    {"endswith", "StringEndsWith", nullptr},
    {"contains", "StringContains", nullptr},
});

/// What NOT makes of a filter, where it is another one.
constexpr auto kOpposites = std::to_array<std::pair<const char*, const char*>>({
    {"GreaterThan", "LessThanOrEqual"},
    {"GreaterThanOrEqual", "LessThan"},
    {"LessThan", "GreaterThanOrEqual"},
    {"LessThanOrEqual", "GreaterThan"},
    {"IsNull", "IsNotNull"},
    {"IsNotNull", "IsNull"},
});

const bound::MapPartitions* read_in(const Relation& plan) {
    const auto* map = plan.get_if<bound::MapPartitions>();
    return map != nullptr && map->function->eval_type == kPlanReadKind ? map : nullptr;
}

bool holds_read(const Relation& plan) {
    if (read_in(plan) != nullptr) return true;
    bool found = false;
    const auto look = [&](const Relation& part) { found = found || holds_read(part); };
    bound::for_each_input(plan, look);
    bound::for_each_expression(plan, [&](const Expr& e) {
        bound::any_of(e, [&](const Expr& part) {
            if (const auto* subquery = part.get_if<bound::Subquery>()) look(*subquery->query);
            return found;
        });
    });
    return found;
}

const bound::Call* call_of(const Expr& e, std::string_view name) {
    const auto* call = e.get_if<bound::Call>();
    return call != nullptr && call->function->name() == name ? call : nullptr;
}

void add_conjuncts(const Expr& e, std::vector<Expr>& out) {
    const bound::Call* both = call_of(e, "and");
    const bound::Call* range = call_of(e, "between");
    if (range != nullptr && !range->replacement.empty()) return add_conjuncts(range->replacement[0], out);
    if (both == nullptr) {
        out.push_back(e);
        return;
    }
    for (const Expr& part : both->arguments) add_conjuncts(part, out);
}

bool is_value(const Expr& e) {
    if (const auto* cast = e.get_if<bound::Cast>()) return is_value(cast->child);
    const auto* constant = e.get_if<bound::Constant>();
    return constant != nullptr && !constant->literal.is_null();
}

/// The text that a pattern without other wildcards than at its ends stands for, and the filter that says the same.
std::optional<std::pair<const char*, std::string>> simple_pattern(const Expr& e) {
    const auto* constant = e.get_if<bound::Constant>();
    if (constant == nullptr || constant->literal.is_null()) return std::nullopt;
    std::string text = constant->literal.value.bytes();
    const bool begins_open = text.starts_with('%');
    if (begins_open) text.erase(0, 1);
    const bool ends_open = text.ends_with('%');
    if (ends_open) text.pop_back();
    if (text.empty() || text.find_first_of("%_\\") != std::string::npos) return std::nullopt;
    const char* name = begins_open ? (ends_open ? "StringContains" : "StringEndsWith")
                                   : (ends_open ? "StringStartsWith" : "EqualTo");
    return std::pair(name, std::move(text));
}

/// Filters of the columns of one read, or of fields in them.
class Translation {
  public:
    explicit Translation(const bound::Attributes& columns) : columns_(columns) {}

    std::optional<SourceFilter> filter_of(const Expr& e) const {
        if (const std::vector<std::string> flag = path_of(e); !flag.empty()) {
            return SourceFilter{"EqualTo", flag, false, {Expr(bound::Constant{Literal::boolean(true)})}};
        }
        if (const bound::Call* inverse = call_of(e, "not")) {
            std::optional<SourceFilter> filter = filter_of(inverse->arguments[0]);
            if (!filter || filter->negated) return std::nullopt;
            for (const auto& [name, opposite] : kOpposites) {
                if (filter->name != name) continue;
                filter->name = opposite;
                return filter;
            }
            filter->negated = true;
            return filter;
        }
        if (const bound::Call* call = call_of(e, "isnull")) return test(*call, "IsNull");
        if (const bound::Call* call = call_of(e, "isnotnull")) return test(*call, "IsNotNull");
        if (const bound::Call* call = call_of(e, "in")) return membership(*call);
        if (const bound::Call* call = call_of(e, "like")) return likeness(*call);
        for (const Comparison& row : kComparisons) {
            if (const bound::Call* call = call_of(e, row.function)) return comparison(*call, row);
        }
        return std::nullopt;
    }

    /// The column or field that a condition holds for only where it is not null.
    const Expr* needs(const Expr& e) const {
        if (!path_of(e).empty()) return &e;
        if (const bound::Call* inverse = call_of(e, "not")) return needs(inverse->arguments[0]);
        const auto* call = e.get_if<bound::Call>();
        const bool passes_null = call == nullptr || call->function->name() == "<=>" || call->arguments.size() != 2;
        if (passes_null) return nullptr;
        return !path_of(call->arguments[0]).empty() ? call->arguments.data() : &call->arguments[1];
    }

    /// Empty: no column of the read, nor a field of one.
    std::vector<std::string> path_of(const Expr& e) const {
        if (const auto* field = e.get_if<bound::GetField>()) {
            std::vector<std::string> path = path_of(field->child);
            if (!path.empty()) path.push_back(field->child.type().fields()[field->index].name);
            return path;
        }
        const auto* ref = e.get_if<bound::ColumnRef>();
        if (ref == nullptr) return {};
        const auto found = std::ranges::find_if(columns_, [&](const auto& a) { return a.id == ref->id; });
        return found == columns_.end() ? std::vector<std::string>{} : std::vector{found->name};
    }

  private:
    std::optional<SourceFilter> test(const bound::Call& call, const char* name) const {
        std::vector<std::string> path = path_of(call.arguments[0]);
        if (path.empty()) return std::nullopt;
        return SourceFilter{name, std::move(path), false, {}};
    }

    std::optional<SourceFilter> comparison(const bound::Call& call, const Comparison& row) const {
        const Expr& left = call.arguments[0];
        const Expr& right = call.arguments[1];
        std::vector<std::string> path = path_of(left);
        if (!path.empty() && is_value(right)) return SourceFilter{row.name, std::move(path), false, {right}};
        path = path_of(right);
        if (path.empty() || row.flipped == nullptr || !is_value(left)) return std::nullopt;
        return SourceFilter{row.flipped, std::move(path), false, {left}};
    }

    std::optional<SourceFilter> membership(const bound::Call& call) const {
        std::vector<std::string> path = path_of(call.arguments[0]);
        const auto values = std::span(call.arguments).subspan(1);
        if (path.empty() || !std::ranges::all_of(values, is_value)) return std::nullopt;
        return SourceFilter{values.size() == 1 ? "EqualTo" : "In", std::move(path), false, {values.begin(), values.end()}};
    }

    std::optional<SourceFilter> likeness(const bound::Call& call) const {
        std::vector<std::string> path = path_of(call.arguments[0]);
        if (path.empty() || call.arguments.size() != 2) return std::nullopt;
        const auto pattern = simple_pattern(call.arguments[1]);
        if (!pattern) return std::nullopt;
        return SourceFilter{pattern->first, std::move(path), false,
                            {Expr(bound::Constant{Literal::string(pattern->second)})}};
    }

    const bound::Attributes& columns_;
};

/// A condition, and how the source may know it.
struct Condition {
    Expr whole;
    std::optional<SourceFilter> filter;
};

class Planner {
  public:
    explicit Planner(Queries& queries)
        : queries_(queries), pushes_(queries.config().get(keys::kPythonFilterPushdown)) {}

    Relation planned(const Relation& plan) {
        std::vector<const bound::Filter*> filters;
        const Relation* below = &plan;
        while (const auto* filter = below->get_if<bound::Filter>()) {
            filters.insert(filters.begin(), filter);
            below = &filter->child;
        }
        if (const bound::MapPartitions* read = read_in(*below)) return planned(*read, filters);
        bound::RelationRewrite by;
        by.input = [&](const Relation& input) { return planned(input); };
        by.expression = [&](const Expr& e) { return planned(e); };
        return bound::rewrite(plan, by);
    }

  private:
    Expr planned(const Expr& expr) {
        return bound::rewrite_top_down(expr, [&](const Expr& e) -> bound::MaybeExpr {
            const auto* subquery = e.get_if<bound::Subquery>();
            if (subquery == nullptr || !holds_read(*subquery->query)) return std::nullopt;
            bound::Subquery changed = *subquery;
            changed.query = std::make_shared<const Relation>(planned(*subquery->query));
            return Expr(std::move(changed), e.origin());
        });
    }

    Relation planned(const bound::MapPartitions& read, const std::vector<const bound::Filter*>& filters) {
        std::vector<Condition> conditions = conditions_of(read, filters);
        std::vector<SourceFilter> offered;
        for (const Condition& c : conditions) {
            if (c.filter) offered.push_back(*c.filter);
        }
        const PlannedRead planned = plan_python_read(queries_, *read.function, pushes_, offered);
        bound::Values partitions;
        const AttributeId id = queries_.session().context().next_attribute_id();
        partitions.columns = {{id, "partition", DataType::string(), false, {}}};
        for (const std::string& partition : planned.partitions) {
            partitions.rows.push_back({Expr(bound::Constant{Literal::string(partition)})});
        }
        Relation out = bound::MapPartitions{Relation(std::move(partitions)), planned.reader, read.columns};
        std::size_t place = 0;
        for (Condition& c : conditions) {
            const bool done = c.filter && planned.pushed[place++];
            if (!done) out = bound::Filter{std::move(out), std::move(c.whole)};
        }
        return out;
    }

    std::vector<Condition> conditions_of(const bound::MapPartitions& read,
                                         const std::vector<const bound::Filter*>& filters) {
        std::vector<Expr> conjuncts;
        for (const bound::Filter* filter : filters) add_conjuncts(filter->condition, conjuncts);
        const Translation translation(read.columns);
        std::vector<Condition> given;
        for (Expr& e : conjuncts) {
            std::optional<SourceFilter> filter;
            if (pushes_ && functions::is_deterministic(e)) filter = translation.filter_of(e);
            given.push_back({std::move(e), std::move(filter)});
        }
        std::vector<Condition> out;
        for (const Condition& c : given) {
            const Expr* needed = c.filter ? translation.needs(c.whole) : nullptr;
            if (needed == nullptr || !needed->nullable()) continue;
            const SourceFilter test{"IsNotNull", translation.path_of(*needed), false, {}};
            const auto is_known = [&](const Condition& o) { return o.filter && o.filter->same_test(test); };
            if (std::ranges::any_of(out, is_known) || std::ranges::any_of(given, is_known)) continue;
            out.push_back({is_not_null(*needed), test});
        }
        std::ranges::move(given, std::back_inserter(out));
        return out;
    }

    Expr is_not_null(const Expr& value) {
        bound::Call call;
        call.function = queries_.session().context().registry().row("isnotnull");
        call.name = "isnotnull";
        call.arguments = {value};
        call.type = DataType::boolean();
        call.nullable = false;
        return Expr(std::move(call));
    }

    Queries& queries_;
    const bool pushes_;
};

}  // namespace

bound::Relation with_planned_reads(Queries& queries, const bound::Relation& plan) {
    return holds_read(plan) ? Planner(queries).planned(plan) : plan;
}

}  // namespace firesteel
