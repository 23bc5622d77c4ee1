#include <utility>

#include "sql/parser/forms.h"
#include "sql/parser/grammar.h"

namespace firesteel::sql {

using unresolved::FrameBound;
using unresolved::WindowFrame;

/// Behind OVER: a name, or (…).
WindowSpec Grammar::window_spec() {
    WindowSpec spec;
    if (!at(TokenKind::OpenParen)) {
        spec.reference = identifier();
        return spec;
    }
    advance();
    if (at_identifier() && peek(1).kind == TokenKind::CloseParen) {
        spec.reference = identifier();
        advance();
        return spec;
    }
    if (accept("CLUSTER"_kw, "BY"_kw)) {
        spec.partition_by = expressions();
    } else {
        if (accept("PARTITION"_kw, "BY"_kw) || accept("DISTRIBUTE"_kw, "BY"_kw)) {
            spec.partition_by = expressions();
        }
        if (accept("ORDER"_kw, "BY"_kw) || accept("SORT"_kw, "BY"_kw))
            spec.order_by = sort_orders();
    }
    spec.frame = window_frame();
    expect(TokenKind::CloseParen, Missing::Named);
    return spec;
}

std::optional<WindowFrame> Grammar::window_frame() {
    if (!at_any("ROWS"_kw, "RANGE"_kw)) return std::nullopt;
    WindowFrame frame;
    frame.kind = at("ROWS"_kw) ? FrameKind::Rows : FrameKind::Range;
    advance();
    if (at("BETWEEN"_kw) && prefer()) {
        advance();
        frame.lower = frame_bound();
        expect("AND"_kw);
        frame.upper = frame_bound();
    } else {
        frame.lower = frame_bound();
    }
    return frame;
}

FrameBound Grammar::frame_bound() {
    FrameBound bound;
    if (accept("CURRENT"_kw, "ROW"_kw)) return bound;
    if (accept("UNBOUNDED"_kw, "PRECEDING"_kw)) {
        bound.kind = FrameBound::Kind::UnboundedPreceding;
        return bound;
    }
    if (accept("UNBOUNDED"_kw, "FOLLOWING"_kw)) {
        bound.kind = FrameBound::Kind::UnboundedFollowing;
        return bound;
    }
    const Mark from = mark();
    bound.kind = FrameBound::Kind::Offset;
    Expr offset = expression();
    const Origin origin = origin_from(from);
    if (accept("PRECEDING"_kw)) {
        bound.offset = unresolved::call("-", {std::move(offset)}, origin);
    } else if (accept("FOLLOWING"_kw)) {
        bound.offset = std::move(offset);
    } else {
        fail();
    }
    return bound;
}

SortOrder Grammar::sort_order() {
    SortOrder order{expression(), SortDirection::Ascending, NullOrder::First};
    if (accept("DESC"_kw)) {
        order.direction = SortDirection::Descending;
        order.nulls = NullOrder::Last;
    } else {
        accept("ASC"_kw);
    }
    if (accept("NULLS"_kw, "FIRST"_kw)) {
        order.nulls = NullOrder::First;
    } else if (accept("NULLS"_kw, "LAST"_kw)) {
        order.nulls = NullOrder::Last;
    }
    return order;
}

std::vector<SortOrder> Grammar::sort_orders() {
    std::vector<SortOrder> orders;
    do {
        orders.push_back(sort_order());
    } while (accept(TokenKind::Comma));
    return orders;
}

}  // namespace firesteel::sql
