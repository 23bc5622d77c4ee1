#include "session/python_sources.h"

#include <algorithm>
#include <limits>

#include "common/own_kinds.h"
#include "plan/unresolved_command.h"
#include "session/queries.h"
#include "session/spark_context.h"
#include "types/base64.h"
#include "types/json_tree.h"
#include "types/type_text.h"

namespace firesteel {
namespace {

namespace u = unresolved;
using Options = std::vector<std::pair<std::string, std::string>>;

bound::Expr text(std::string value) { return bound::Expr(bound::Constant{Literal::string(std::move(value))}); }

std::string options_json(const Options& options) {
    json::Tree out;
    out.kind = json::Tree::Kind::Array;
    for (const auto& [key, value] : options) {
        json::Tree pair;
        pair.kind = json::Tree::Kind::Array;
        pair.items = {{json::Tree::Kind::String, key, {}, {}}, {json::Tree::Kind::String, value, {}, {}}};
        out.items.push_back(std::move(pair));
    }
    return json::print(out);
}

std::shared_ptr<PythonFunction> as_kind(const PythonFunction& source, std::int32_t kind) {
    auto out = std::make_shared<PythonFunction>(source);
    out->eval_type = kind;
    return out;
}

/// What a method of the source's answers, as JSON; what it raises is a failure of the `action`.
json::Tree ask(Queries& queries, std::shared_ptr<const PythonFunction> function, std::vector<bound::Expr> arguments,
               const std::string& action) {
    const std::string name = function->name;
    try {
        bound::PythonCall call{std::move(function), std::move(arguments), {}, DataType::string()};
        return json::parse(queries.python_text(std::move(call), {}));
    } catch (const Error& error) {
        if (error.id() != ErrorClass::PythonFailure) throw;
        throw Error(ErrorClass::PythonDataSource, {{"action", action}, {"type", name}, {"msg", error.message()}});
    }
}

const json::Tree& member(const json::Tree& answer, const char* name) {
    const json::Tree* found = answer.find(name);
    if (found == nullptr) internal_error("a worker's answer lacks a member", __FILE__, __LINE__);
    return *found;
}

/// The number of values tells which of the call's further arguments belong to a filter.
std::string filters_json(const std::vector<SourceFilter>& filters) {
    json::Tree out;
    out.kind = json::Tree::Kind::Array;
    for (const SourceFilter& filter : filters) {
        json::Tree one;
        one.kind = json::Tree::Kind::Object;
        json::Tree path;
        path.kind = json::Tree::Kind::Array;
        for (const std::string& part : filter.path) path.items.push_back({json::Tree::Kind::String, part, {}, {}});
        one.members = {{"name", {json::Tree::Kind::String, filter.name, {}, {}}},
                       {"path", std::move(path)},
                       {"negated", {filter.negated ? json::Tree::Kind::True : json::Tree::Kind::False, {}, {}, {}}},
                       {"values", {json::Tree::Kind::Number, std::to_string(filter.values.size()), {}, {}}}};
        out.items.push_back(std::move(one));
    }
    return json::print(out);
}

std::string pickled(const json::Tree& answer, const char* member) {
    const json::Tree* encoded = answer.find(member);
    std::string bytes;
    if (encoded == nullptr || !decode_base64(encoded->text, bytes)) {
        internal_error("a worker's answer is damaged", __FILE__, __LINE__);
    }
    return bytes;
}

Schema schema_of_answer(const json::Tree& answer) {
    if (const json::Tree* ddl = answer.find("ddl")) return parse_table_schema(ddl->text);
    const json::Tree* schema = answer.find("schema");
    if (schema == nullptr) internal_error("a worker's answer has no schema", __FILE__, __LINE__);
    return parse_json_type(json::print(*schema)).fields();
}

bool has_option(const Options& options, const char* name) {
    return std::ranges::any_of(options, [&](const auto& o) { return catalog::lower(o.first) == name; });
}

Options with_paths(Options options, const std::vector<std::string>& paths) {
    if (paths.size() == 1 && !has_option(options, "path")) options.emplace_back("path", paths[0]);
    if (paths.size() > 1) {
        json::Tree list;
        list.kind = json::Tree::Kind::Array;
        for (const std::string& path : paths) list.items.push_back({json::Tree::Kind::String, path, {}, {}});
        options.emplace_back("paths", json::print(list));
    }
    return options;
}

}  // namespace

void PythonSources::put(const std::string& name, std::shared_ptr<const PythonFunction> source) {
    const std::lock_guard lock(mutex_);
    sources_[catalog::lower(name)] = std::move(source);
}

std::shared_ptr<const PythonFunction> PythonSources::find(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = sources_.find(catalog::lower(name));
    return found == sources_.end() ? nullptr : found->second;
}

void PythonSources::copy_from(const PythonSources& other) {
    const std::scoped_lock lock(mutex_, other.mutex_);
    sources_ = other.sources_;
}

std::optional<analysis::PythonRead> make_python_read(Queries& queries, const std::string& format,
                                                     const Options& options, const std::vector<std::string>& paths,
                                                     const std::optional<Schema>& schema) {
    const auto source = queries.session().python_sources().find(format);
    if (source == nullptr) return std::nullopt;
    const std::string wanted = schema ? to_json(DataType::structure(*schema)) : std::string();
    const json::Tree made = ask(queries, as_kind(*source, kPlanReadKind),
                                {text(format), text(options_json(with_paths(options, paths))), text(wanted)}, "create");
    analysis::PythonRead out;
    out.schema = schema ? *schema : schema_of_answer(made);
    auto instance = as_kind(*source, kPlanReadKind);
    instance->command = pickled(made, "instance");
    instance->output_type = DataType::structure(out.schema);
    out.source = std::move(instance);
    return out;
}

PlannedRead plan_python_read(Queries& queries, const PythonFunction& source, bool pushes,
                             const std::vector<SourceFilter>& filters) {
    std::vector<bound::Expr> arguments = {text(to_json(*source.output_type)),
                                          text(pushes ? filters_json(filters) : std::string())};
    for (const SourceFilter& filter : filters) {
        arguments.insert(arguments.end(), filter.values.begin(), filter.values.end());
    }
    const json::Tree answer = ask(queries, std::make_shared<const PythonFunction>(source), std::move(arguments), "plan");
    PlannedRead out;
    auto reader = as_kind(source, kReadPartitionsKind);
    reader->command = pickled(answer, "reader");
    out.reader = std::move(reader);
    for (const json::Tree& partition : member(answer, "partitions").items) out.partitions.push_back(partition.text);
    for (const json::Tree& pushed : member(answer, "pushed").items) {
        out.pushed.push_back(pushed.kind == json::Tree::Kind::True);
    }
    if (out.pushed.size() != filters.size()) internal_error("a worker's answer is damaged", __FILE__, __LINE__);
    return out;
}

void write_python_source(Queries& queries, const u::Write& command, const PythonFunction& source) {
    if (command.mode != "append" && command.mode != "overwrite") {
        throw Error(ErrorClass::UnsupportedDataSourceSaveMode,
                    {{"source", command.format},
                     {"createMode", command.mode == "ignore" ? "\"Ignore\"" : "\"ErrorIfExists\""}});
    }
    if (!command.partition_by.empty() || command.buckets > 0) {
        throw unsupported("partitions and buckets of a Python data source");
    }
    Options options = command.options;
    if (!command.path.empty()) options.emplace_back("path", command.path);
    const bound::Relation rows = queries.analyze(command.child);
    const bool overwrites = command.mode == "overwrite";
    const json::Tree answer = ask(queries, as_kind(source, kPlanWriteKind),
                                  {text(command.format), text(options_json(options)),
                                   text(to_json(DataType::structure(rows.schema()))), text(overwrites ? "true" : "false")},
                                  "create");
    auto writer = as_kind(source, kWritePartitionKind);
    writer->command = pickled(answer, "writer");
    writer->output_type = DataType::structure({{"message", DataType::string(), true, {}}});
    const bound::Attribute message{queries.session().context().next_attribute_id(), "message", DataType::string(), true, {}};
    const bound::Relation written = bound::MapPartitions{rows, writer, {message}};
    auto end = as_kind(*writer, kEndWriteKind);
    const auto finish = [&](const char* how, const std::vector<ValueList>& messages) {
        std::string list;
        for (const ValueList& row : messages) list += (list.empty() ? "" : " ") + row[0].bytes();
        ask(queries, end, {text(how), text(list)}, how);
    };
    try {
        finish("commit", queries.rows(written, std::numeric_limits<std::size_t>::max()).rows);
    } catch (const Error&) {
        finish("abort", {});
        throw;
    }
}

}  // namespace firesteel
