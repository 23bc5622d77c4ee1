#pragma once
/// The decoder's state and its methods by family; only decode/*.cpp includes this. A method takes
/// one protocol message and returns its node. `origin_` is the place that the nearest enclosing
/// message named.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <google/protobuf/map.h>
#include <google/protobuf/repeated_field.h>
#include <spark/connect/base.pb.h>

#include "connect/decode/decode.h"
#include "connect/decode/wire.h"

namespace firesteel::connect {

namespace proto = spark::connect;
using ExpressionProto = proto::Expression;
template <typename T>
using Repeated = google::protobuf::RepeatedPtrField<T>;

class Decoder {
  public:
    Decoder(const DecodeContext& context, std::shared_ptr<const void> owner)
        : context_(context), owner_(std::move(owner)) {}

    unresolved::Relation relation(const proto::Relation& message);
    unresolved::Expr expression(const ExpressionProto& message);
    PlanNode command(const proto::Command& message);

  private:
    // expression.cpp
    unresolved::Expr expression_node(const ExpressionProto& message);
    unresolved::Expr attribute(const ExpressionProto::UnresolvedAttribute& message);
    unresolved::Expr function(const ExpressionProto::UnresolvedFunction& message);
    unresolved::Expr star(const ExpressionProto::UnresolvedStar& message);
    unresolved::Expr regex(const ExpressionProto::UnresolvedRegex& message);
    unresolved::Expr alias(const ExpressionProto::Alias& message);
    unresolved::Expr cast(const ExpressionProto::Cast& message);
    unresolved::Expr lambda(const ExpressionProto::LambdaFunction& message);
    unresolved::Expr lambda_variable(const ExpressionProto::UnresolvedNamedLambdaVariable& message);
    unresolved::Expr window(const ExpressionProto::Window& message);
    unresolved::Expr update_fields(const ExpressionProto::UpdateFields& message);
    unresolved::Expr subquery(const proto::SubqueryExpression& message);
    unresolved::Expr inline_function(const proto::CommonInlineUserDefinedFunction& message);
    unresolved::Expr named_argument(const proto::NamedArgumentExpression& message);
    unresolved::FrameBound frame_bound(
        const ExpressionProto::Window::WindowFrame::FrameBoundary& message,
        unresolved::FrameBound::Kind unbounded);
    unresolved::SortOrder sort_order(const ExpressionProto::SortOrder& message);
    std::vector<unresolved::Expr> expressions(const Repeated<ExpressionProto>& messages);
    std::vector<unresolved::SortOrder> sort_orders(
        const Repeated<ExpressionProto::SortOrder>& messages);
    /// The expression of a field that must be set; `what` names it.
    unresolved::Expr required(bool has, const ExpressionProto& message, const char* what);
    unresolved::MaybeExpr optional(bool has, const ExpressionProto& message);
    std::shared_ptr<const PythonFunction> python_function(
        const proto::CommonInlineUserDefinedFunction& message);
    std::shared_ptr<const PythonFunction> python_function(
        const proto::CommonInlineUserDefinedTableFunction& message);
    Origin origin_of(const proto::Origin& message) const;

    // relation.cpp: dispatch; every other relation_*.cpp holds a family
    unresolved::Relation relation_node(const proto::Relation& message);
    std::optional<unresolved::Relation> leaf(const proto::Relation& message);
    std::optional<unresolved::Relation> row_operation(const proto::Relation& message);
    std::optional<unresolved::Relation> column_operation(const proto::Relation& message);
    std::optional<unresolved::Relation> grouping(const proto::Relation& message);
    std::optional<unresolved::Relation> binary(const proto::Relation& message);
    std::optional<unresolved::Relation> statistic(const proto::Relation& message);
    /// The node with the place and the plan id of the relation that is being decoded.
    template <typename N>
    unresolved::Relation made(N node) const {
        return {std::move(node), origin_, plan_id_};
    }
    /// The input of a relation, which must be set.
    template <typename Message>
    unresolved::Relation input(const Message& message) {
        return required_relation(message.has_input(), message.input(), "input");
    }
    unresolved::Relation required_relation(bool has, const proto::Relation& message,
                                           const char* what);

    // relation_leaf.cpp
    unresolved::Relation read(const proto::Read& message);
    unresolved::Relation range(const proto::Range& message);
    unresolved::Relation local_relation(const proto::LocalRelation& message,
                                        const std::shared_ptr<const void>& owner);
    unresolved::Relation cached_local_relation(const proto::CachedLocalRelation& message);
    unresolved::Relation chunked_local_relation(const proto::ChunkedCachedLocalRelation& message);
    unresolved::Relation table_function(const proto::UnresolvedTableValuedFunction& message);
    unresolved::Relation python_table_function(
        const proto::CommonInlineUserDefinedTableFunction& message);
    std::shared_ptr<const std::string> cached(const std::string& hash) const;

    // relation_rows.cpp
    unresolved::Relation sort(const proto::Sort& message);
    unresolved::Relation deduplicate(const proto::Deduplicate& message);
    unresolved::Relation sample(const proto::Sample& message);
    unresolved::Relation repartition(const proto::Repartition& message);
    unresolved::Relation repartition_by(const proto::RepartitionByExpression& message);
    unresolved::Relation watermark(const proto::WithWatermark& message);

    // relation_columns.cpp
    unresolved::Relation project(const proto::Project& message);
    unresolved::Relation with_columns(const proto::WithColumns& message);
    unresolved::Relation renamed(const proto::WithColumnsRenamed& message);
    unresolved::Relation unpivot(const proto::Unpivot& message);
    unresolved::Relation to_schema(const proto::ToSchema& message);
    unresolved::Relation parse(const proto::Parse& message);

    // relation_group.cpp
    unresolved::Relation aggregate(const proto::Aggregate& message);
    unresolved::Relation pivot(const proto::Aggregate& message);
    unresolved::Relation map_partitions(const proto::MapPartitions& message);
    unresolved::Relation group_map(const proto::GroupMap& message);
    unresolved::Relation co_group_map(const proto::CoGroupMap& message);

    // relation_binary.cpp
    unresolved::Relation join(const proto::Join& message);
    unresolved::Relation lateral_join(const proto::LateralJoin& message);
    unresolved::Relation as_of_join(const proto::AsOfJoin& message);
    unresolved::Relation set_operation(const proto::SetOperation& message);
    unresolved::Relation with_relations(const proto::WithRelations& message);

    // relation_statistic.cpp
    unresolved::Relation na_fill(const proto::NAFill& message);
    unresolved::Relation na_replace(const proto::NAReplace& message);
    unresolved::Relation sample_by(const proto::StatSampleBy& message);

    // catalog.cpp
    unresolved::Relation catalog(const proto::Catalog& message);

    // sql.cpp
    unresolved::Relation sql(const proto::SQL& message);
    SqlStatement sql_command(const proto::SqlCommand& message);
    SqlStatement sql_statement(const proto::Relation& message);
    template <typename Message>
    SqlStatement parsed(const std::string& text, const Message& message);
    /// `a.b`, a table's or function's name.
    unresolved::NameParts identifier(const std::string& text) const;
    /// The one part that a temporary view's name has.
    unresolved::NameParts view_name(const std::string& text) const;
    template <typename Message>
    void parameters(const Message& message, SqlStatement& statement);

    // command.cpp
    unresolved::Command create_view(const proto::CreateDataFrameViewCommand& message);
    unresolved::Command write(const proto::WriteOperation& message);
    unresolved::Command write_v2(const proto::WriteOperationV2& message);
    unresolved::Command register_function(const proto::CommonInlineUserDefinedFunction& message);
    unresolved::Command register_data_source(const proto::CommonInlineUserDefinedDataSource& message);
    unresolved::Command register_table_function(
        const proto::CommonInlineUserDefinedTableFunction& message);
    unresolved::Command checkpoint(const proto::CheckpointCommand& message);
    PlanNode ml_command(const proto::MlCommand& message);

    const DecodeContext& context_;
    std::shared_ptr<const void> owner_;
    Origin origin_;
    std::optional<PlanId> plan_id_;
    std::uint32_t relation_depth_ = 0;
    std::uint32_t expression_depth_ = 0;
};

/// Counts a level of nesting while it lives; throws when it is one too many.
class NestingLevel {
  public:
    NestingLevel(std::uint32_t& depth, const char* what);
    ~NestingLevel() { --depth_; }
    NestingLevel(const NestingLevel&) = delete;
    NestingLevel& operator=(const NestingLevel&) = delete;

  private:
    std::uint32_t& depth_;
};

/// A value that returns to what it was.
template <typename T>
class Restored {
  public:
    explicit Restored(T& value) : value_(value), before_(value) {}
    ~Restored() { value_ = std::move(before_); }
    Restored(const Restored&) = delete;
    Restored& operator=(const Restored&) = delete;

  private:
    T& value_;
    T before_;
};

std::vector<std::string> strings(const Repeated<std::string>& messages);
/// Sorted by key, since the wire has no order.
unresolved::Options options(const google::protobuf::Map<std::string, std::string>& messages);
/// Error for what the protocol has and the engine has not.
[[nodiscard]] Error unsupported_relation(const proto::Relation& message, const Origin& origin);

}  // namespace firesteel::connect
