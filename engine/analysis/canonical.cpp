#include "analysis/canonical.h"

#include <functional>
#include <unordered_map>

#include "functions/function_row.h"
#include "plan/bound_traverse.h"
#include "types/type_text.h"
#include "types/value_text.h"

namespace firesteel::analysis {

using namespace bound;  // NOLINT: every node by its name

namespace {

std::string address(const void* p) { return std::to_string(reinterpret_cast<std::uintptr_t>(p)); }

class Writer {
  public:
    void relation(const Relation& r) {
        if (const auto* alias = r.get_if<Alias>()) return relation(alias->child);
        out_ += "(";
        out_ += std::to_string(r.visit([]<typename N>(const N&) { return index_of<N>(RelationNodes{}); }));
        for_each_input(r, [this](const Relation& input) { relation(input); });
        out_ += " ";
        facts(r);
        for_each_expression(r, [this](const Expr& e) { expression(e); });
        for (const Attribute& a : r.output()) {
            out_ += " " + std::to_string(number(a.id)) + ":";
            out_ += to_json(a.type);
        }
        out_ += ")";
    }
    std::string take() { return std::move(out_); }

  private:
    template <typename N, typename... Ns>
    static std::size_t index_of(NodeList<Ns...>) {
        std::size_t at = 0;
        std::size_t found = 0;
        ((std::is_same_v<N, Ns> ? found = at : at, ++at), ...);
        return found;
    }

    std::size_t number(AttributeId id) { return numbers_.try_emplace(id, numbers_.size()).first->second; }
    void text(const std::string& value) { out_ += std::to_string(value.size()) + "'" + value + " "; }
    void num(double value) { out_ += std::to_string(value) + " "; }
    void num(std::int64_t value) { out_ += std::to_string(value) + " "; }
    void num(std::size_t value) { out_ += std::to_string(value) + " "; }
    void flag(bool value) { out_ += value ? "t " : "f "; }
    void orders(const std::vector<SortOrder>& list) {
        for (const SortOrder& o : list) {
            flag(o.direction == SortDirection::Ascending);
            flag(o.nulls == NullOrder::First);
        }
    }
    void python(const std::shared_ptr<const PythonFunction>& f) {
        text(f->command);
        num(std::int64_t{f->eval_type});
        if (!f->deterministic) text(address(f.get()));
    }
    void literal(const Literal& l) {
        text(to_json(l.type));
        text(sql_literal(l, "UTC"));
    }

    /// What a node says besides its inputs, expressions and columns.
    void facts(const Relation& r) {
        r.visit(overloaded{
            [&](const LocalTable& n) {
                for (const auto& stream : n.streams) {
                    num(stream->size());
                    num(std::hash<std::string>{}(*stream));
                }
            },
            [&](const Values& n) { num(n.rows.size()); },
            [&](const Range& n) {
                num(n.start);
                num(n.end);
                num(n.step);
                num(std::int64_t{n.partitions});
            },
            [&](const FileScan& n) { file_facts(n); },
            [&](const StoredScan& n) { text(address(n.rows.get())); },
            [&](const Join& n) {
                num(static_cast<std::int64_t>(n.type));
                flag(n.lateral);
                flag(n.condition.has_value());
            },
            [&](const Aggregate& n) { aggregate_facts(n); },
            [&](const Generate& n) { flag(n.outer); },
            [&](const Sort& n) {
                flag(n.is_global);
                orders(n.orders);
            },
            [&](const Limit& n) { num(n.count); },
            [&](const Offset& n) { num(n.count); },
            [&](const Tail& n) { num(n.count); },
            [&](const SetOperation& n) {
                num(static_cast<std::int64_t>(n.op));
                flag(n.all);
            },
            [&](const Sample& n) { sample_facts(n); },
            [&](const Repartition& n) {
                num(std::int64_t{n.partitions});
                flag(n.shuffle);
                orders(n.ranges);
            },
            [&](const CommonTables& n) {
                for (const CommonTable& t : n.tables) num(table(t.id));
            },
            [&](const CommonTableScan& n) { num(table(n.id)); },
            [&](const RecursiveUnion& n) {
                num(table(n.id));
                flag(n.all);
                num(n.level_limit);
                num(n.row_limit);
            },
            [&](const MapPartitions& n) { python(n.function); },
            [&](const GroupMap& n) { python(n.function); },
            [&](const CoGroupMap& n) { python(n.function); },
            [&](const PythonTable& n) {
                python(n.function);
                flag(n.keep_child);
                for (const std::string& name : n.argument_names) text(name);
                for (const std::size_t field : n.partition_fields) num(field);
            },
            [&](const CollectMetrics& n) {
                text(n.name);
                num(table(n.id));
                relation(n.metrics);
            },
            [&](const Expand& n) { num(n.projections.size()); },
            [](const OneRow&) {}, [](const Project&) {}, [](const Filter&) {}, [](const Window&) {},
            [](const Distinct&) {}, [](const DistinctBy&) {}, [](const Alias&) {}, [](const Zip&) {},
        });
    }

    void sample_facts(const Sample& n) {
        num(n.lower);
        num(n.upper);
        flag(n.with_replacement);
        num(n.seed);
        flag(n.deterministic_order);
    }

    std::size_t table(std::uint64_t id) { return tables_.try_emplace(id, tables_.size()).first->second; }

    void file_facts(const FileScan& n) {
        text(n.format);
        for (const std::string& file : n.files) text(file);
        for (const auto& [key, value] : n.options) {
            text(key);
            text(value);
        }
        for (const StructField& f : n.file_columns) text(f.name);
        flag(n.reads_metadata);
    }
    void aggregate_facts(const Aggregate& n) {
        num(n.groups.size());
        if (!n.sets) return;
        for (const auto& set : *n.sets) {
            num(set.size());
            for (const std::size_t i : set) num(i);
        }
    }

    void expression(const Expr& e) {
        out_ += "[";
        out_ += std::to_string(e.visit([]<typename N>(const N&) { return index_of<N>(ExprNodes{}); })) + " ";
        e.visit(overloaded{
            [&](const Constant& n) { literal(n.literal); },
            [&](const ColumnRef& n) { num(number(n.id)); },
            [&](const Call& n) {
                text(std::string(n.function->signature));
                num(static_cast<std::int64_t>(n.mode));
                text(to_json(n.type));
            },
            [&](const Cast& n) {
                text(to_json(n.type));
                num(static_cast<std::int64_t>(n.mode));
            },
            [&](const GetField& n) { num(n.index); },
            [&](const Lambda& n) {
                for (const LambdaParameter& p : n.parameters) num(number(p.id));
            },
            [&](const AggregateCall& n) {
                if (n.python) python(n.python);
                if (n.function != nullptr) text(std::string(n.function->signature));
                flag(n.distinct);
                flag(n.filter.has_value());
                flag(n.ignore_nulls);
                orders(n.order_by);
                num(static_cast<std::int64_t>(n.mode));
            },
            [&](const WindowCall& n) { window(n); },
            [&](const Subquery& n) {
                num(static_cast<std::int64_t>(n.kind));
                relation(*n.query);
            },
            [&](const PythonCall& n) { python(n.function); },
            [&](const VariableRef& n) {
                text(n.name);
                literal(n.value);
            },
        });
        for_each_child(e, [this](const Expr& child) { expression(child); });
        out_ += "]";
    }

    void window(const WindowCall& n) {
        flag(n.ignore_nulls);
        num(n.spec->partition_by.size());
        orders(n.spec->order_by);
        num(static_cast<std::int64_t>(n.spec->frame.kind));
        num(static_cast<std::int64_t>(n.spec->frame.lower.kind));
        num(static_cast<std::int64_t>(n.spec->frame.upper.kind));
    }

    std::string out_;
    std::unordered_map<AttributeId, std::size_t> numbers_;
    std::unordered_map<std::uint64_t, std::size_t> tables_;
};

}  // namespace

std::string canonical_text(const Relation& plan) {
    Writer writer;
    writer.relation(plan);
    return writer.take();
}

}  // namespace firesteel::analysis
