// Calls of input_file_name() and its like: Project [input_file_name()] over Filter over FileScan
//   ->  Project [name] over Filter over Project [*, name of _metadata] over FileScan
#include "analysis/input_files.h"

#include <array>

#include "plan/bound_traverse.h"

namespace firesteel::analysis {
namespace {

struct InputFunction {
    std::string_view name;
    std::size_t field;  // of `_metadata`
};
constexpr auto kFunctions = std::to_array<InputFunction>(
    {{"input_file_name", 0}, {"input_file_block_start", 3}, {"input_file_block_length", 4}});

const InputFunction* input_function(const bound::Expr& e) {
    for (const InputFunction& f : kFunctions) {
        if (as_call(e, f.name) != nullptr) return &f;
    }
    return nullptr;
}

bool calls_any(const bound::Expr& e) {
    return bound::any_of(e, [](const bound::Expr& x) { return input_function(x) != nullptr; });
}

/// Sources of files that rows come from side by side; those of a union follow each other.
std::size_t sources(const bound::Relation& plan) {
    if (plan.get_if<bound::FileScan>() != nullptr) return 1;
    std::size_t sum = 0;
    bound::for_each_input(plan, [&](const bound::Relation& input) { sum += sources(input); });
    const auto* set = plan.get_if<bound::SetOperation>();
    return set != nullptr && set->op == SetOperator::Union ? std::min<std::size_t>(sum, 1) : sum;
}

/// Rows keep their file: they go on one by one, in the task that read them.
bool passes(const bound::Relation& plan) {
    if (const auto* repartition = plan.get_if<bound::Repartition>()) return !repartition->shuffle;
    const auto* set = plan.get_if<bound::SetOperation>();
    return plan.get_if<bound::Project>() != nullptr || plan.get_if<bound::Filter>() != nullptr ||
           plan.get_if<bound::Alias>() != nullptr || plan.get_if<bound::Generate>() != nullptr ||
           plan.get_if<bound::Expand>() != nullptr || plan.get_if<bound::Sample>() != nullptr ||
           plan.get_if<bound::CollectMetrics>() != nullptr || plan.get_if<bound::CommonTables>() != nullptr ||
           (set != nullptr && set->op == SetOperator::Union && set->all);
}

/// A relation whose rows bring along what the functions say of them.
struct Carried {
    bound::Relation plan;
    std::vector<bound::Expr> values;  // one per function of kFunctions
};

class InputFiles {
  public:
    explicit InputFiles(Resolver& resolver) : resolver_(resolver) {}

    bound::Relation relation(const bound::Relation& plan) {
        bound::RelationRewrite by;
        by.input = [this](const bound::Relation& input) { return relation(input); };
        by.expression = [this](const bound::Expr& e) { return in_subqueries(e); };
        const bound::Relation settled = bound::rewrite(plan, by);
        bool calls = false;
        bound::for_each_expression(settled, [&](const bound::Expr& e) { calls = calls || calls_any(e); });
        return calls ? replaced(settled) : settled;
    }

  private:
    bound::Expr in_subqueries(const bound::Expr& e) {
        return bound::rewrite_top_down(e, [this](const bound::Expr& x) -> bound::MaybeExpr {
            const auto* subquery = x.get_if<bound::Subquery>();
            if (subquery == nullptr) return std::nullopt;
            bound::Subquery out = *subquery;
            out.query = std::make_shared<const bound::Relation>(relation(*subquery->query));
            for (bound::Expr& value : out.values) value = in_subqueries(value);
            return bound::Expr(std::move(out), x.origin());
        });
    }

    bound::Relation replaced(const bound::Relation& plan) {
        check_one_source(plan);
        wanted_ = {};
        bound::for_each_expression(plan, [&](const bound::Expr& e) { note_calls(e); });
        std::vector<bound::Expr> values = nothing();
        std::size_t inputs = 0;
        bound::RelationRewrite by;
        by.input = [&](const bound::Relation& input) {
            Carried made = carried(input);
            if (++inputs > 1 && sources(plan) > 0) throw unsupported("input_file_name() in what has two inputs");
            values = std::move(made.values);
            return made.plan;
        };
        // Inputs first: the expressions need what these carry.
        const bound::Relation below = bound::rewrite(plan, by);
        bound::RelationRewrite calls;
        calls.expression = [&](const bound::Expr& e) { return with_values(e, values); };
        const bound::Relation out = bound::rewrite(below, calls);
        return same_columns(out, plan.output());
    }

    void note_calls(const bound::Expr& e) {
        bound::any_of(e, [&](const bound::Expr& x) {
            if (const InputFunction* f = input_function(x)) wanted_[place_of(f)] = true;
            return false;
        });
    }

    static std::size_t place_of(const InputFunction* f) { return static_cast<std::size_t>(f - kFunctions.data()); }

    static bound::Expr with_values(const bound::Expr& e, const std::vector<bound::Expr>& values) {
        return bound::rewrite_top_down(e, [&](const bound::Expr& x) -> bound::MaybeExpr {
            const InputFunction* f = input_function(x);
            if (f == nullptr) return std::nullopt;
            return values[place_of(f)];
        });
    }

    bound::Relation same_columns(const bound::Relation& plan, const bound::Attributes& wanted) {
        if (plan.output().size() == wanted.size()) return plan;
        std::vector<bound::NamedExpr> items;
        for (const bound::Attribute& a : wanted) items.push_back({a.ref(), a.id, a.name, a.metadata, false});
        return bound::Project{plan, std::move(items)};
    }

    static void check_one_source(const bound::Relation& plan) {
        if (sources(plan) < 2) return;
        bound::for_each_expression(plan, [](const bound::Expr& e) {
            bound::any_of(e, [](const bound::Expr& x) {
                if (input_function(x) == nullptr) return false;
                throw Error(ErrorClass::MultiSourcesForExpression, {{"expr", quoted_sql(x)}}, x.origin());
            });
        });
    }

    /// Where no file is known.
    static std::vector<bound::Expr> nothing() {
        return {bound::Constant{Literal::string("")}, bound::Constant{Literal::long_int(-1)},
                bound::Constant{Literal::long_int(-1)}};
    }

    Carried carried(const bound::Relation& plan) {
        if (const auto* scan = plan.get_if<bound::FileScan>()) return of_files(*scan);
        if (sources(plan) == 0) return {plan, nothing()};
        if (plan.get_if<bound::Join>() != nullptr) throw unsupported("input_file_name() above a join");
        if (plan.get_if<bound::Window>() != nullptr) throw unsupported("input_file_name() above a window function");
        if (!passes(plan)) return {plan, nothing()};
        if (const auto* set = plan.get_if<bound::SetOperation>()) return of_union(*set);
        std::vector<bound::Expr> values;
        bound::RelationRewrite by;
        by.input = [&](const bound::Relation& input) {
            Carried made = carried(input);
            values = std::move(made.values);
            return made.plan;
        };
        bound::Relation out = bound::rewrite(plan, by);
        if (const auto* project = out.get_if<bound::Project>()) return of_project(*project, std::move(values));
        if (plan.get_if<bound::Expand>() != nullptr) throw unsupported("input_file_name() above unpivot");
        return {std::move(out), std::move(values)};
    }

    static Carried of_project(const bound::Project& project, std::vector<bound::Expr> values) {
        bound::Project out = project;
        for (const bound::Expr& value : values) {
            const auto* ref = value.get_if<bound::ColumnRef>();
            if (ref != nullptr) out.items.push_back({value, ref->id, ref->name, {}, false});
        }
        return {std::move(out), std::move(values)};
    }

    Carried with_columns(const bound::Relation& plan, const std::vector<bound::Expr>& values) {
        bound::Project out{plan, {}};
        for (const bound::Attribute& a : plan.output()) out.items.push_back({a.ref(), a.id, a.name, a.metadata, false});
        Carried made{plan, {}};
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (!wanted_[i]) {
                made.values.push_back(nothing()[i]);
                continue;
            }
            out.items.push_back({values[i], resolver_.fresh(), std::string(kFunctions[i].name), {}, false});
            made.values.push_back(out.items.back().attribute().ref());
        }
        made.plan = std::move(out);
        return made;
    }

    Carried of_files(const bound::FileScan& scan) {
        bound::FileScan read = scan;
        read.reads_metadata = true;
        const auto field = [&](std::size_t i) {
            const StructField& f = scan.metadata.type.fields()[i];
            return bound::Expr(bound::GetField{scan.metadata.ref(), i, f.type, false});
        };
        // file:/a as Spark's metadata has it, file:///a as this function says it.
        bound::Expr path = resolver_.call("substr", {field(0), bound::Constant{Literal::integer(6)}});
        path = resolver_.call("concat", {bound::Constant{Literal::string("file://")}, std::move(path)});
        Carried made = with_columns(bound::Relation(read), {path, field(3), field(4)});
        if (scan.reads_metadata) return made;
        bound::Project out = *made.plan.get_if<bound::Project>();
        std::erase_if(out.items, [&](const bound::NamedExpr& item) { return item.id == scan.metadata.id; });
        made.plan = std::move(out);
        return made;
    }

    Carried of_union(const bound::SetOperation& set) {
        bound::SetOperation out = set;
        Carried made{bound::OneRow{}, {}};
        for (std::size_t i = 0; i < kFunctions.size(); ++i) {
            made.values.push_back(nothing()[i]);
            if (!wanted_[i]) continue;
            out.columns.push_back({resolver_.fresh(), std::string(kFunctions[i].name), made.values[i].type(), false, {}});
            made.values[i] = out.columns.back().ref();
        }
        for (bound::Relation& input : out.inputs) {
            const bound::Attributes columns = input.output();
            const Carried branch = carried(input);
            bound::Project items{branch.plan, {}};
            for (const bound::Attribute& a : columns) items.items.push_back({a.ref(), a.id, a.name, a.metadata, false});
            for (std::size_t i = 0; i < kFunctions.size(); ++i) {
                if (wanted_[i]) items.items.push_back({branch.values[i], resolver_.fresh(), "file", {}, false});
            }
            input = bound::Relation(std::move(items));
        }
        made.plan = std::move(out);
        return made;
    }

    Resolver& resolver_;
    std::array<bool, kFunctions.size()> wanted_ = {};  // those that the relation at hand calls
};

bool calls_anywhere(const bound::Relation& plan) {
    bool found = false;
    const std::function<void(const bound::Expr&)> look = [&](const bound::Expr& e) {
        found = found || bound::any_of(e, [](const bound::Expr& x) {
            const auto* subquery = x.get_if<bound::Subquery>();
            return input_function(x) != nullptr || (subquery != nullptr && calls_anywhere(*subquery->query));
        });
    };
    bound::for_each_expression(plan, look);
    bound::for_each_input(plan, [&](const bound::Relation& input) { found = found || calls_anywhere(input); });
    return found;
}

}  // namespace

bound::Relation with_input_files(const bound::Relation& plan, Resolver& resolver) {
    return calls_anywhere(plan) ? InputFiles(resolver).relation(plan) : plan;
}

}  // namespace firesteel::analysis
