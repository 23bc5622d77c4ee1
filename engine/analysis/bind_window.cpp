// function OVER (…): specs, named windows, frames and their checks.
#include "analysis/resolver.h"
#include "plan/bound_traverse.h"
#include "types/type_text.h"

namespace firesteel::analysis {
namespace {

using Kind = bound::FrameBound::Kind;
using UKind = u::FrameBound::Kind;

bound::FrameBound plain(Kind kind) { return {kind, {}}; }

bound::WindowFrame frame(FrameKind kind, Kind lower, Kind upper) {
    return {kind, plain(lower), plain(upper)};
}

/// The frame a function insists on, if it does.
std::optional<bound::WindowFrame> required_frame(std::string_view name) {
    constexpr std::string_view kRows[] = {"row_number", "rank",  "dense_rank",
                                          "percent_rank", "ntile"};
    for (const std::string_view each : kRows) {
        if (name == each) return frame(FrameKind::Rows, Kind::UnboundedPreceding, Kind::CurrentRow);
    }
    if (name == "cume_dist") {
        return frame(FrameKind::Range, Kind::UnboundedPreceding, Kind::CurrentRow);
    }
    return std::nullopt;
}

std::string shown_bound(const bound::FrameBound& b) {
    switch (b.kind) {
        case Kind::UnboundedPreceding:
            return "unboundedpreceding$()";
        case Kind::UnboundedFollowing:
            return "unboundedfollowing$()";
        case Kind::CurrentRow:
            return "currentrow$()";
        case Kind::Offset: {
            const auto value = functions::constant_value(*b.offset);
            const bool whole = value && !value->is_null() && value->type.is_integral();
            return whole ? std::to_string(value->value.integer()) : functions::pretty_name(*b.offset);
        }
    }
    return {};
}

std::string shown_frame(const bound::WindowFrame& f) {
    return std::string("specifiedwindowframe(") +
           (f.kind == FrameKind::Rows ? "RowFrame, " : "RangeFrame, ") + shown_bound(f.lower) + ", " +
           shown_bound(f.upper) + ")";
}

std::string sql_bound(const bound::FrameBound& b) {
    switch (b.kind) {
        case Kind::UnboundedPreceding:
            return "UNBOUNDED PRECEDING";
        case Kind::UnboundedFollowing:
            return "UNBOUNDED FOLLOWING";
        case Kind::CurrentRow:
            return "CURRENT ROW";
        case Kind::Offset: {
            const std::string text = functions::pretty_name(*b.offset);
            for (const std::string_view lead : {"(- ", "negative("}) {
                if (!text.starts_with(lead) || !text.ends_with(')')) continue;
                return text.substr(lead.size(), text.size() - lead.size() - 1) + " PRECEDING";
            }
            return text + " FOLLOWING";
        }
    }
    return {};
}

std::string sql_frame(const bound::WindowFrame& f) {
    return std::string(f.kind == FrameKind::Rows ? "ROWS" : "RANGE") + " BETWEEN " +
           sql_bound(f.lower) + " AND " + sql_bound(f.upper);
}

std::string sql_orders(const bound::WindowSpec& spec, std::string_view separator) {
    std::string out;
    for (const bound::SortOrder& o : spec.order_by) {
        if (!out.empty()) out += separator;
        out += functions::pretty_name(o.child);
        out += o.direction == SortDirection::Ascending ? " ASC" : " DESC";
        out += o.nulls == NullOrder::First ? " NULLS FIRST" : " NULLS LAST";
    }
    return out;
}

std::string sql_spec(const bound::WindowSpec& spec, const bound::WindowFrame& f) {
    std::string out = "(";
    std::string parts;
    for (const bound::Expr& e : spec.partition_by) {
        parts += (parts.empty() ? "" : ", ") + functions::pretty_name(e);
    }
    if (!parts.empty()) out += "PARTITION BY " + parts + " ";
    if (!spec.order_by.empty()) out += "ORDER BY " + sql_orders(spec, ", ") + " ";
    return "\"" + out + sql_frame(f) + ")\"";
}

/// The type a RANGE offset must have for an order key, or none if the pair doesn't go together.
std::optional<DataType> range_offset_type(const DataType& key, const DataType& offset) {
    const TypeKind k = key.kind();
    if (k == TypeKind::Date) {
        if (offset.is_integral()) return DataType::integer();
        if (offset.is_ansi_interval() || offset.is(TypeKind::CalendarInterval)) return offset;
        return std::nullopt;
    }
    if (k == TypeKind::Timestamp || k == TypeKind::TimestampNtz) {
        if (offset.is_ansi_interval() || offset.is(TypeKind::CalendarInterval)) return offset;
        return std::nullopt;
    }
    if (key.is_ansi_interval()) {
        return offset.is(k) ? std::optional(offset) : std::nullopt;
    }
    if (key.is_numeric() && (offset.is_numeric() || offset.is(TypeKind::Null))) return key;
    return std::nullopt;
}

}  // namespace

std::shared_ptr<const u::WindowSpec> Resolver::full_spec(const u::WindowSpec& spec,
                                                         const Origin& origin) {
    if (spec.reference.empty()) return std::make_shared<const u::WindowSpec>(spec);
    const u::WindowSpec* base = nullptr;
    if (windows_ != nullptr) {
        for (const auto& [name, definition] : *windows_) {
            if (same_name(name, spec.reference, case_sensitive())) base = definition.get();
        }
    }
    if (base == nullptr) {
        throw Error(ErrorClass::UnresolvedWindowReference,
                    {{"windowName", spec.reference}, {"docroot", "https://spark.apache.org/docs/latest"}},
                    origin);
    }
    u::WindowSpec out = *full_spec(*base, origin);
    if (!spec.partition_by.empty()) out.partition_by = spec.partition_by;
    if (!spec.order_by.empty()) out.order_by = spec.order_by;
    if (spec.frame) out.frame = spec.frame;
    return std::make_shared<const u::WindowSpec>(std::move(out));
}

namespace {

/// Made of constants alone, whether or not its value is known here.
bool is_foldable(const bound::Expr& expr) {
    return functions::is_deterministic(expr) && !bound::any_of(expr, [](const bound::Expr& e) {
        return e.get_if<bound::ColumnRef>() != nullptr || e.get_if<bound::Subquery>() != nullptr || is_aggregate(e);
    });
}

/// Aggregates that order the rows themselves: no window may.
bool orders_rows(const bound::AggregateCall& call) {
    const std::string_view name = call.function == nullptr ? std::string_view() : call.function->name();
    return name == "median" || name.starts_with("__percentile_") || (name == "listagg" && !call.order_by.empty());
}

}  // namespace

/// The type a bound's offset must have; casts it there.
void Resolver::cast_bound(bound::FrameBound& b, const char* location, const bound::WindowFrame& frame,
                          const bound::WindowSpec& spec, const Origin& origin) {
    const std::string sql = "\"" + sql_frame(frame) + "\"";
    if (!b.offset) return;
    if (!is_foldable(*b.offset)) {
        throw Error(ErrorClass::FrameNotFoldable,
                    {{"sqlExpr", sql}, {"location", location}, {"expression", quoted_sql(*b.offset)}},
                    origin);
    }
    Names none;
    const DataType type = b.offset->type();
    if (frame.kind == FrameKind::Rows) {
        if (!type.is(TypeKind::Int) && !type.is(TypeKind::Short) && !type.is(TypeKind::Byte)) {
            throw Error(ErrorClass::FrameUnacceptedType,
                        {{"sqlExpr", sql},
                         {"location", location},
                         {"exprType", quoted_sql_name(type)},
                         {"expectedType", "\"INT\""}},
                        origin);
        }
        if (!functions::fold(*b.offset, call_context(none))) throw unsupported("this expression as the bound of a window frame", origin);
        b.offset = cast(*b.offset, DataType::integer());
        return;
    }
    if (spec.order_by.size() != 1) return;
    const DataType key = spec.order_by[0].child.type();
    const auto wanted = range_offset_type(key, type);
    if (!wanted) {
        throw Error(ErrorClass::RangeFrameInvalidType,
                    {{"sqlExpr", sql_spec(spec, frame)},
                     {"orderSpecType", quoted_sql_name(key)},
                     {"valueBoundaryType", quoted_sql_name(type)}},
                    origin);
    }
    if (!functions::fold(*b.offset, call_context(none))) throw unsupported("this expression as the bound of a window frame", origin);
    b.offset = cast(*b.offset, *wanted);
}

bound::WindowFrame Resolver::bind_frame(const u::WindowFrame& written, const bound::WindowSpec& spec,
                                        const Origin& origin, Names& names) {
    bound::WindowFrame out;
    out.kind = written.kind;
    const auto bind_bound = [&](const u::FrameBound& b) -> bound::FrameBound {
        switch (b.kind) {
            case UKind::UnboundedPreceding:
                return plain(Kind::UnboundedPreceding);
            case UKind::UnboundedFollowing:
                return plain(Kind::UnboundedFollowing);
            case UKind::CurrentRow:
                return plain(Kind::CurrentRow);
            case UKind::Offset:
                return {Kind::Offset, bind(*b.offset, names)};
        }
        return plain(Kind::CurrentRow);
    };
    out.lower = bind_bound(written.lower);
    out.upper = bind_bound(written.upper);
    const std::string sql = "\"" + sql_frame(out) + "\"";
    const bool has_offset = out.lower.offset || out.upper.offset;
    if (out.lower.offset && out.upper.offset &&
        !out.lower.offset->type().same_ignoring_nullability(out.upper.offset->type()) &&
        !(out.lower.offset->type().is_numeric() && out.upper.offset->type().is_numeric())) {
        throw Error(ErrorClass::FrameDiffTypes,
                    {{"sqlExpr", sql},
                     {"lower", quoted_sql(*out.lower.offset)},
                     {"upper", quoted_sql(*out.upper.offset)},
                     {"lowerType", quoted_sql_name(out.lower.offset->type())},
                     {"upperType", quoted_sql_name(out.upper.offset->type())}},
                    origin);
    }
    if (out.kind == FrameKind::Range && spec.order_by.empty() && 
        (has_offset || out.lower.kind == Kind::CurrentRow || out.upper.kind == Kind::CurrentRow)) {
        throw Error(ErrorClass::RangeFrameWithoutOrder, {{"sqlExpr", sql_spec(spec, out)}}, origin);
    }
    if (out.kind == FrameKind::Range && has_offset && spec.order_by.size() > 1) {
        throw Error(ErrorClass::RangeFrameMultiOrder,
                    {{"sqlExpr", sql_spec(spec, out)}, {"orderSpec", sql_orders(spec, ",")}}, origin);
    }
    cast_bound(out.lower, "lower", out, spec, origin);
    cast_bound(out.upper, "upper", out, spec, origin);
    if (out.lower.kind == Kind::UnboundedFollowing || out.upper.kind == Kind::UnboundedPreceding) {
        throw Error(ErrorClass::FrameInvalidBound,
                    {{"sqlExpr", sql}, {"lower", sql_bound(out.lower)}, {"upper", sql_bound(out.upper)}},
                    origin);
    }
    if (out.kind == FrameKind::Rows && out.lower.offset && out.upper.offset) {
        const auto low = constant(*out.lower.offset);
        const auto high = constant(*out.upper.offset);
        if (low && high && !low->is_null() && !high->is_null() &&
            low->value.integer() > high->value.integer()) {
            throw Error(ErrorClass::FrameWrongComparison,
                        {{"sqlExpr", sql}, {"comparison", "less than or equal"}}, origin);
        }
    }
    return out;
}

bound::Expr Resolver::bind_window(const u::Window& n, const Origin& origin, Names& names) {
    const auto written = full_spec(*n.spec, origin);
    const Origin& at = n.function.origin();
    const auto* call_written = n.function.get_if<u::Function>();
    bound::Expr function = call_written != nullptr ? bind_function(*call_written, at, names, true)
                                                   : bind(n.function, names);
    const auto* call = function.get_if<bound::Call>();
    const auto* aggregate = function.get_if<bound::AggregateCall>();
    const bool is_window_function =
        call != nullptr && call->function != nullptr &&
        call->function->traits.kind == FunctionKind::Window;
    if (aggregate == nullptr && !is_window_function) {
        throw Error(ErrorClass::UnsupportedExprForWindow, {{"sqlExpr", quoted_sql(function)}}, at);
    }
    bound::WindowSpec spec;
    for (const u::Expr& e : written->partition_by) spec.partition_by.push_back(bind(e, names));
    for (const u::SortOrder& o : written->order_by) spec.order_by.push_back(bind_order(o, names));
    const std::string_view name = is_window_function ? call->function->name() : std::string_view();
    if (aggregate != nullptr && aggregate->filter) {
        throw Error(ErrorClass::LegacyFilterWindow, {}, origin);
    }
    std::optional<bound::WindowFrame> required = required_frame(name);
    if (name == "lag" || name == "lead") {
        bound::Expr offset = call->arguments.size() > 1 ? call->arguments[1]
                                                        : bound::Expr(bound::Constant{Literal::integer(1)});
        const auto value = constant(offset);
        if (!value) throw Error(ErrorClass::LegacyOffsetNotFoldable, {{"prettyName", std::string(name)}}, origin);
        if (!value->is_null() && value->type.is_integral()) {
            const auto steps = static_cast<std::int32_t>(value->value.integer());
            bound::Constant distance{Literal::integer(name == "lag" ? -steps : steps)};
            if (name == "lead" && offset.get_if<bound::Constant>() == nullptr) distance.written = offset;
            offset = std::move(distance);
        }
        required = bound::WindowFrame{FrameKind::Rows, {Kind::Offset, offset}, {Kind::Offset, offset}};
    }
    if (is_window_function && spec.order_by.empty() && name != "nth_value") {
        throw Error(ErrorClass::LegacyWindowNeedsOrder, {{"wf", functions::pretty_name(function)}}, origin);
    }
    if (written->frame) {
        spec.frame = bind_frame(*written->frame, spec, origin, names);
        if (required && !(spec.frame == *required)) {
            throw Error(ErrorClass::LegacyFrame,
                        {{"wf", shown_frame(spec.frame)}, {"required", shown_frame(*required)}}, origin);
        }
    } else if (required) {
        spec.frame = *required;
    } else if (spec.order_by.empty()) {
        spec.frame = frame(FrameKind::Rows, Kind::UnboundedPreceding, Kind::UnboundedFollowing);
    } else {
        spec.frame = frame(FrameKind::Range, Kind::UnboundedPreceding, Kind::CurrentRow);
    }
    if (aggregate != nullptr && orders_rows(*aggregate) &&
        (!spec.order_by.empty() ||
         !(spec.frame == frame(FrameKind::Rows, Kind::UnboundedPreceding, Kind::UnboundedFollowing)))) {
        throw Error(ErrorClass::WindowSpecForAggregate, {{"aggFunc", quoted_sql(function)}}, origin);
    }
    bound::WindowCall out{function, std::make_shared<const bound::WindowSpec>(std::move(spec)), false};
    if (call_written != nullptr && call_written->ignore_nulls) {
        out.ignore_nulls = *call_written->ignore_nulls;
    }
    if (aggregate != nullptr && aggregate->distinct) {
        throw Error(ErrorClass::DistinctWindow,
                    {{"windowExpr", quoted_sql(bound::Expr(std::move(out)))}}, origin);
    }
    return bound::Expr(std::move(out), origin);
}

}  // namespace firesteel::analysis
