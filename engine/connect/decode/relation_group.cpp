#include <string>

#include "connect/decode/decoder.h"

namespace firesteel::connect {

using unresolved::Expr;
using unresolved::GroupingElement;
using unresolved::Relation;

namespace {

std::vector<std::vector<Expr>> singletons(const std::vector<Expr>& expressions) {
    std::vector<std::vector<Expr>> sets;
    sets.reserve(expressions.size());
    for (const Expr& expression : expressions) sets.push_back({expression});
    return sets;
}

GroupKind group_kind(proto::Aggregate::GroupType type) {
    switch (type) {
        case proto::Aggregate::GROUP_TYPE_GROUPBY:
            return GroupKind::GroupBy;
        case proto::Aggregate::GROUP_TYPE_ROLLUP:
            return GroupKind::Rollup;
        case proto::Aggregate::GROUP_TYPE_CUBE:
            return GroupKind::Cube;
        case proto::Aggregate::GROUP_TYPE_GROUPING_SETS:
            return GroupKind::GroupingSets;
        default:
            break;
    }
    throw invalid_plan("an aggregate has the unknown group type " + std::to_string(type));
}

}  // namespace

std::optional<Relation> Decoder::grouping(const proto::Relation& message) {
    switch (message.rel_type_case()) {
        case proto::Relation::kAggregate:
            return aggregate(message.aggregate());
        case proto::Relation::kMapPartitions:
            return map_partitions(message.map_partitions());
        case proto::Relation::kGroupMap:
            return group_map(message.group_map());
        case proto::Relation::kCoGroupMap:
            return co_group_map(message.co_group_map());
        default:
            return std::nullopt;
    }
}

/// The output is the groupings, then the aggregates.
Relation Decoder::aggregate(const proto::Aggregate& message) {
    if (message.group_type() == proto::Aggregate::GROUP_TYPE_PIVOT) return pivot(message);
    const GroupKind kind = group_kind(message.group_type());
    unresolved::Aggregate node{input(message)};
    node.outputs = expressions(message.grouping_expressions());
    if (kind == GroupKind::GroupBy) {
        for (const Expr& group : node.outputs) node.groups.push_back({kind, {{group}}, {}});
    } else if (kind == GroupKind::GroupingSets) {
        GroupingElement element{kind, {}, {}};
        for (const auto& set : message.grouping_sets())
            element.sets.push_back(expressions(set.grouping_set()));
        node.groups.push_back(std::move(element));
    } else {
        node.groups.push_back({kind, singletons(node.outputs), {}});
    }
    for (const auto& output : message.aggregate_expressions())
        node.outputs.push_back(expression(output));
    node.outputs_include_groups = true;
    return made(std::move(node));
}

Relation Decoder::pivot(const proto::Aggregate& message) {
    if (!message.has_pivot()) throw invalid_plan("a pivot doesn't say its column");
    unresolved::Pivot node{input(message)};
    node.groups = expressions(message.grouping_expressions());
    node.columns.push_back(
        required(message.pivot().has_col(), message.pivot().col(), "column of a pivot"));
    for (const auto& value : message.pivot().values()) {
        node.values.emplace_back(unresolved::Constant{decode_literal(value)}, origin_);
    }
    node.aggregates = expressions(message.aggregate_expressions());
    return made(std::move(node));
}

Relation Decoder::map_partitions(const proto::MapPartitions& message) {
    if (!message.has_func()) throw invalid_plan("a function over partitions is missing");
    Relation child = input(message);
    return made(unresolved::MapPartitions{std::move(child), python_function(message.func()),
                                          expressions(message.func().arguments()),
                                          message.is_barrier()});
}

Relation Decoder::group_map(const proto::GroupMap& message) {
    if (!message.has_func()) throw invalid_plan("a function over groups is missing");
    if (message.has_transform_with_state_info() || message.is_map_groups_with_state()) {
        throw unsupported("functions over groups with state", origin_);
    }
    if (!message.sorting_expressions().empty() || message.has_initial_input()) {
        throw unsupported("functions over sorted groups", origin_);
    }
    Relation child = input(message);
    return made(unresolved::GroupMap{std::move(child), expressions(message.grouping_expressions()),
                                     python_function(message.func()),
                                     expressions(message.func().arguments())});
}

Relation Decoder::co_group_map(const proto::CoGroupMap& message) {
    if (!message.has_func()) throw invalid_plan("a function over groups is missing");
    if (!message.input_sorting_expressions().empty() ||
        !message.other_sorting_expressions().empty()) {
        throw unsupported("functions over sorted groups", origin_);
    }
    if (message.input_grouping_expressions_size() != message.other_grouping_expressions_size()) {
        throw invalid_plan("both sides of a cogroup must have equally many keys");
    }
    Relation left = input(message);
    Relation right =
        required_relation(message.has_other(), message.other(), "other side of a cogroup");
    return made(unresolved::CoGroupMap{
        std::move(left), std::move(right), expressions(message.input_grouping_expressions()),
        expressions(message.other_grouping_expressions()), python_function(message.func())});
}

}  // namespace firesteel::connect
