#include <string>

#include "connect/decode/decoder.h"

namespace firesteel::connect {

using unresolved::Relation;

namespace {

JoinType join_type(proto::Join::JoinType type) {
    switch (type) {
        case proto::Join::JOIN_TYPE_UNSPECIFIED:
        case proto::Join::JOIN_TYPE_INNER:
            return JoinType::Inner;
        case proto::Join::JOIN_TYPE_FULL_OUTER:
            return JoinType::FullOuter;
        case proto::Join::JOIN_TYPE_LEFT_OUTER:
            return JoinType::LeftOuter;
        case proto::Join::JOIN_TYPE_RIGHT_OUTER:
            return JoinType::RightOuter;
        case proto::Join::JOIN_TYPE_LEFT_ANTI:
            return JoinType::LeftAnti;
        case proto::Join::JOIN_TYPE_LEFT_SEMI:
            return JoinType::LeftSemi;
        case proto::Join::JOIN_TYPE_CROSS:
            return JoinType::Cross;
        default:
            break;
    }
    throw invalid_plan("a join has the unknown type " + std::to_string(type));
}

SetOperator set_operator(proto::SetOperation::SetOpType type) {
    switch (type) {
        case proto::SetOperation::SET_OP_TYPE_INTERSECT:
            return SetOperator::Intersect;
        case proto::SetOperation::SET_OP_TYPE_UNION:
            return SetOperator::Union;
        case proto::SetOperation::SET_OP_TYPE_EXCEPT:
            return SetOperator::Except;
        default:
            break;
    }
    throw invalid_plan("a set operation has the unknown type " + std::to_string(type));
}

}  // namespace

std::optional<Relation> Decoder::binary(const proto::Relation& message) {
    switch (message.rel_type_case()) {
        case proto::Relation::kJoin:
            return join(message.join());
        case proto::Relation::kLateralJoin:
            return lateral_join(message.lateral_join());
        case proto::Relation::kAsOfJoin:
            return as_of_join(message.as_of_join());
        case proto::Relation::kSetOp:
            return set_operation(message.set_op());
        case proto::Relation::kWithRelations:
            return with_relations(message.with_relations());
        default:
            return std::nullopt;
    }
}

Relation Decoder::join(const proto::Join& message) {
    if (message.has_join_condition() && !message.using_columns().empty()) {
        throw invalid_plan("a join has both a condition and columns to join by");
    }
    if (message.has_join_data_type()) throw unsupported("typed joins of the JVM", origin_);
    unresolved::Join node{
        required_relation(message.has_left(), message.left(), "left side of a join"),
        required_relation(message.has_right(), message.right(), "right side of a join")};
    node.type = join_type(message.join_type());
    node.condition = optional(message.has_join_condition(), message.join_condition());
    node.using_columns = strings(message.using_columns());
    return made(std::move(node));
}

Relation Decoder::lateral_join(const proto::LateralJoin& message) {
    unresolved::Join node{
        required_relation(message.has_left(), message.left(), "left side of a join"),
        required_relation(message.has_right(), message.right(), "right side of a join")};
    node.type = join_type(message.join_type());
    if (node.type != JoinType::Inner && node.type != JoinType::LeftOuter &&
        node.type != JoinType::Cross) {
        throw Error(ErrorClass::InvalidLateralJoinType,
                    {
                        {"joinType", proto::Join::JoinType_Name(message.join_type())}
        });
    }
    node.condition = optional(message.has_join_condition(), message.join_condition());
    node.lateral = true;
    return made(std::move(node));
}

Relation Decoder::as_of_join(const proto::AsOfJoin& message) {
    unresolved::AsOfJoin node{
        required_relation(message.has_left(), message.left(), "left side of a join"),
        required_relation(message.has_right(), message.right(), "right side of a join"),
        required(message.has_left_as_of(), message.left_as_of(), "left order column of a join"),
        required(message.has_right_as_of(), message.right_as_of(), "right order column of a join"),
    };
    node.condition = optional(message.has_join_expr(), message.join_expr());
    node.using_columns = strings(message.using_columns());
    node.join_type = message.join_type();
    node.tolerance = optional(message.has_tolerance(), message.tolerance());
    node.allow_exact_matches = message.allow_exact_matches();
    node.direction = message.direction();
    return made(std::move(node));
}

Relation Decoder::set_operation(const proto::SetOperation& message) {
    unresolved::SetOperation node{
        required_relation(message.has_left_input(), message.left_input(),
                          "left side of a set operation"),
        required_relation(message.has_right_input(), message.right_input(),
                          "right side of a set operation")};
    node.op = set_operator(message.set_op_type());
    node.all = message.is_all();
    node.by_name = message.by_name();
    node.allow_missing_columns = message.allow_missing_columns();
    if (node.op != SetOperator::Union && node.by_name) {
        throw invalid_plan("only a union can go by name");
    }
    if (node.allow_missing_columns && !node.by_name) {
        throw invalid_plan("columns can be missing only in a union by name");
    }
    return made(std::move(node));
}

Relation Decoder::with_relations(const proto::WithRelations& message) {
    Relation root = required_relation(message.has_root(), message.root(), "root");
    std::vector<Relation> references;
    for (const auto& reference : message.references()) references.push_back(relation(reference));
    return made(unresolved::WithReferences{std::move(root), std::move(references)});
}

}  // namespace firesteel::connect
