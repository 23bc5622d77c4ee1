#include <string>

#include "connect/decode/decoder.h"

namespace firesteel::connect {

using unresolved::Expr;
using unresolved::Relation;

namespace {

Expr constant(std::int32_t value, const Origin& origin) {
    return {unresolved::Constant{Literal::integer(value)}, origin};
}

}  // namespace

std::optional<Relation> Decoder::row_operation(const proto::Relation& message) {
    switch (message.rel_type_case()) {
        case proto::Relation::kFilter: {
            const auto& filter = message.filter();
            Relation child = input(filter);
            return made(unresolved::Filter{
                std::move(child),
                required(filter.has_condition(), filter.condition(), "condition of a filter")});
        }
        case proto::Relation::kSort:
            return sort(message.sort());
        case proto::Relation::kLimit:
            return made(unresolved::Limit{input(message.limit()),
                                          constant(message.limit().limit(), origin_)});
        case proto::Relation::kOffset:
            return made(unresolved::Offset{input(message.offset()),
                                           constant(message.offset().offset(), origin_)});
        case proto::Relation::kTail:
            return made(
                unresolved::Tail{input(message.tail()), constant(message.tail().limit(), origin_)});
        case proto::Relation::kDeduplicate:
            return deduplicate(message.deduplicate());
        case proto::Relation::kSample:
            return sample(message.sample());
        case proto::Relation::kRepartition:
            return repartition(message.repartition());
        case proto::Relation::kRepartitionByExpression:
            return repartition_by(message.repartition_by_expression());
        case proto::Relation::kWithWatermark:
            return watermark(message.with_watermark());
        case proto::Relation::kHint: {
            Relation child = input(message.hint());
            return made(unresolved::Hint{std::move(child), message.hint().name(),
                                         expressions(message.hint().parameters())});
        }
        case proto::Relation::kShowString: {
            const auto& show = message.show_string();
            return made(unresolved::ShowString{input(show), show.num_rows(), show.truncate(),
                                               show.vertical()});
        }
        case proto::Relation::kHtmlString: {
            const auto& html = message.html_string();
            return made(unresolved::HtmlString{input(html), html.num_rows(), html.truncate()});
        }
        default:
            return std::nullopt;
    }
}

Relation Decoder::sort(const proto::Sort& message) {
    if (message.order().empty()) throw invalid_plan("a sort names nothing to sort by");
    unresolved::Sort node{input(message), sort_orders(message.order())};
    node.is_global = !message.has_is_global() || message.is_global();
    return made(std::move(node));
}

Relation Decoder::deduplicate(const proto::Deduplicate& message) {
    const bool all = message.all_columns_as_keys();
    if (all && !message.column_names().empty()) {
        throw invalid_plan("a deduplication is by all columns and by some");
    }
    if (!all && message.column_names().empty()) {
        throw invalid_plan("a deduplication is neither by all columns nor by some");
    }
    return made(unresolved::Deduplicate{input(message), strings(message.column_names()),
                                        message.within_watermark()});
}

Relation Decoder::sample(const proto::Sample& message) {
    // The tolerance and the two ranges are Spark's.
    const double fraction = message.upper_bound() - message.lower_bound();
    constexpr double kTolerance = 1e-6;
    if (!(fraction >= -kTolerance && (message.with_replacement() || fraction <= 1 + kTolerance))) {
        throw Error(ErrorClass::IllegalArgument,
                    {
                        {"message", "a sample's fraction can't be " + std::to_string(fraction)}
        });
    }
    unresolved::Sample node{input(message)};
    node.lower = message.lower_bound();
    node.upper = message.upper_bound();
    node.with_replacement = message.with_replacement();
    if (message.has_seed()) node.seed = message.seed();
    node.deterministic_order = message.deterministic_order();
    return made(std::move(node));
}

Relation Decoder::repartition(const proto::Repartition& message) {
    if (message.num_partitions() <= 0) {
        throw Error(ErrorClass::IllegalArgument,
                    {
                        {"message", "the number of partitions must be positive, not " +
                                        std::to_string(message.num_partitions())}
        });
    }
    return made(
        unresolved::Repartition{input(message), message.num_partitions(), message.shuffle()});
}

Relation Decoder::repartition_by(const proto::RepartitionByExpression& message) {
    unresolved::RepartitionByExpression node{input(message)};
    for (const auto& key : message.partition_exprs()) {
        if (key.expr_type_case() == ExpressionProto::kSortOrder) {
            node.ranges.push_back(sort_order(key.sort_order()));
        } else {
            node.expressions.push_back(expression(key));
        }
    }
    if (!node.ranges.empty() && !node.expressions.empty()) {
        throw invalid_plan("a repartition is by range and by value at once");
    }
    if (message.has_num_partitions()) {
        if (message.num_partitions() <= 0) {
            throw Error(ErrorClass::IllegalArgument,
                        {
                            {"message", "the number of partitions must be positive, not " +
                                            std::to_string(message.num_partitions())}
            });
        }
        node.partitions = message.num_partitions();
    }
    return made(std::move(node));
}

/// Without a stream a watermark changes nothing. Hints that analysis doesn't know keep the rows,
/// and the plan id that df.column refers to.
Relation Decoder::watermark(const proto::WithWatermark& message) {
    unresolved::Attribute column;
    column.parts = attribute_parts(message.event_time());
    return made(unresolved::Hint{
        input(message),
        "watermark",
        {Expr(std::move(column), origin_),
          Expr(unresolved::Constant{Literal::string(message.delay_threshold())}, origin_)}
    });
}

}  // namespace firesteel::connect
