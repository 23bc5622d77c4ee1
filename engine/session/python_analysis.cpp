#include "session/python_analysis.h"

#include <memory>
#include <string>
#include <utility>

#include "common/own_kinds.h"
#include "session/queries.h"
#include "types/json_tree.h"
#include "types/type_text.h"

namespace firesteel {
namespace {

const json::Tree& member(const json::Tree& object, const char* name) {
    const json::Tree* found = object.find(name);
    if (found == nullptr) internal_error("a worker's answer lacks a member", __FILE__, __LINE__);
    return *found;
}

std::optional<bool> maybe_bool(const json::Tree& tree) {
    if (!tree.is_bool()) return std::nullopt;
    return tree.kind == json::Tree::Kind::True;
}

analysis::TableFunctionAnalysis analysis_of(const json::Tree& tree) {
    analysis::TableFunctionAnalysis out;
    out.schema = parse_json_type(json::print(member(tree, "schema"))).fields();
    out.with_single_partition = *maybe_bool(member(tree, "withSinglePartition"));
    for (const json::Tree& column : member(tree, "partitionBy").items) out.partition_by.push_back(column.text);
    for (const json::Tree& column : member(tree, "orderBy").items) {
        out.order_by.push_back({member(column, "name").text, *maybe_bool(member(column, "ascending")),
                                maybe_bool(member(column, "overrideNullsFirst"))});
    }
    for (const json::Tree& column : member(tree, "select").items) {
        out.select.push_back({member(column, "name").text, member(column, "alias").text});
    }
    out.pickled = member(tree, "pickled").text;
    return out;
}

const char* kind_of(const analysis::TableFunctionArgument& argument) {
    if (argument.is_table) return "table";
    return argument.constant ? "constant" : "expression";
}

}  // namespace

analysis::TableFunctionAnalysis analyze_table_function(
    Queries& queries, const PythonFunction& function,
    const std::vector<analysis::TableFunctionArgument>& arguments) {
    auto analyze = std::make_shared<PythonFunction>(function);
    analyze->eval_type = kAnalyzeTableKind;
    bound::PythonCall call{analyze, {}, {}, DataType::string()};
    std::vector<std::pair<std::string, std::string>> conf;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const analysis::TableFunctionArgument& argument = arguments[i];
        conf.emplace_back("argument." + std::to_string(i), kind_of(argument));
        call.arguments.emplace_back(
            bound::Constant{argument.constant ? *argument.constant : Literal::null(argument.type)});
        call.argument_names.push_back(argument.name);
    }
    try {
        return analysis_of(json::parse(queries.python_text(std::move(call), conf)));
    } catch (const Error& error) {
        const bool is_functions = error.id() == ErrorClass::PythonFailure ||
                                  error.id() == ErrorClass::NoCondition;
        if (!is_functions) throw;
        throw Error(ErrorClass::TableFunctionAnalyze, {{"msg", error.message()}});
    }
}

}  // namespace firesteel
