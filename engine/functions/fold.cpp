// Constants known before the plan runs, and determinism.
#include <algorithm>

#include "functions/resolution.h"
#include "types/value_parse.h"
#include "types/value_text.h"

namespace firesteel::functions {

using bound::Expr;

namespace {

std::optional<Literal> negated(const Literal& literal) {
    if (literal.is_null()) return literal;
    switch (literal.type.kind()) {
        case TypeKind::Byte:
        case TypeKind::Short:
        case TypeKind::Int:
        case TypeKind::Long:
        case TypeKind::DayTimeInterval:
        case TypeKind::YearMonthInterval: {
            std::int64_t out = 0;
            if (__builtin_sub_overflow(std::int64_t{0}, literal.value.integer(), &out)) return {};
            return Literal{literal.type, Value(out)};
        }
        case TypeKind::Float:
        case TypeKind::Double:
            return Literal{literal.type, Value(-literal.value.floating())};
        case TypeKind::Decimal:
            return Literal{literal.type, Value(static_cast<Int128>(-literal.value.decimal()))};
        default:
            return {};
    }
}

std::optional<Literal> widened(const Literal& literal, const DataType& to);

std::optional<Literal> widened_elements(const Literal& literal, const DataType& to) {
    ValueList out;
    for (const Value& each : literal.value.list()) {
        auto element = widened({literal.type.element(), each}, to.element());
        if (!element) return {};
        out.push_back(std::move(element->value));
    }
    return Literal{to, Value(std::move(out))};
}

/// The number that a text is, as a cast reads it.
std::optional<Literal> number_of_text(std::string_view text, const DataType& to) {
    if (to.is(TypeKind::Double)) {
        double value = 0;
        return parse_double(text, value) == Parse::Ok ? std::optional(Literal::float64(value)) : std::nullopt;
    }
    if (!to.is(TypeKind::Int) && !to.is(TypeKind::Long)) return {};
    std::int64_t value = 0;
    const int bytes = to.is(TypeKind::Int) ? 4 : 8;
    if (parse_integer(text, bytes, Fractions::Refused, value) != Parse::Ok) return {};
    return Literal{to, Value(value)};
}

/// A fraction as an INT, towards zero; none where it doesn't fit.
std::optional<Literal> cut_off(const Literal& literal) {
    constexpr double kMost = 2147483647;
    double value = 0;
    if (literal.type.is(TypeKind::Double)) {
        value = literal.value.floating();
    } else {
        Int128 whole = literal.value.decimal();
        for (int i = 0; i < literal.type.scale(); ++i) whole /= 10;
        value = static_cast<double>(whole);
    }
    if (!(value >= -kMost && value <= kMost)) return {};
    return Literal::integer(static_cast<std::int32_t>(value));
}

/// Casts of constants to numbers that can't fail, and of values to their texts.
std::optional<Literal> widened(const Literal& literal, const DataType& to) {
    if (literal.is_null()) return Literal::null(to);
    if (literal.type == to) return literal;
    if (literal.type.is(TypeKind::Array) && to.is(TypeKind::Array)) return widened_elements(literal, to);
    if (literal.type.is_string_like() && to.is(TypeKind::String)) return Literal{to, literal.value};
    const bool has_text = literal.type.is_numeric() || literal.type.is(TypeKind::Boolean) || literal.type.is(TypeKind::Date);
    if (has_text && to.is(TypeKind::String)) return Literal{to, Value(cast_text(literal, {}))};
    if (literal.type.is(TypeKind::String)) return number_of_text(literal.value.bytes(), to);
    if (to.is(TypeKind::Int) && (literal.type.is(TypeKind::Double) || literal.type.is(TypeKind::Decimal))) {
        return cut_off(literal);
    }
    if (!literal.type.is_integral()) {
        if (literal.type.is(TypeKind::Decimal) && to.is(TypeKind::Double)) {
            double scale = 1;
            for (int i = 0; i < literal.type.scale(); ++i) scale *= 10;
            return Literal{to, Value(static_cast<double>(literal.value.decimal()) / scale)};
        }
        if (literal.type.is(TypeKind::Decimal) && to.is(TypeKind::Decimal)) {
            const int digits = to.scale() - literal.type.scale();
            if (digits < 0 || to.precision() - literal.type.precision() < digits) return {};
            Int128 scaled = literal.value.decimal();
            for (int i = 0; i < digits; ++i) scaled *= 10;
            return Literal{to, Value(scaled)};
        }
        if (literal.type.is(TypeKind::Float) && to.is(TypeKind::Double)) {
            return Literal{to, literal.value};
        }
        return {};
    }
    const std::int64_t value = literal.value.integer();
    if (to.is(TypeKind::Double) || to.is(TypeKind::Float)) {
        return Literal{to, Value(static_cast<double>(value))};
    }
    if (to.is(TypeKind::Decimal)) {
        Int128 scaled = value;
        for (int i = 0; i < to.scale(); ++i) {
            if (__builtin_mul_overflow(scaled, static_cast<Int128>(10), &scaled)) return {};
        }
        return Literal{to, Value(scaled)};
    }
    const auto fits = [value](std::int64_t max) { return value <= max && value >= -max - 1; };
    const bool safe = to.is(TypeKind::Long) || (to.is(TypeKind::Int) && fits(2147483647)) ||
                      (to.is(TypeKind::Short) && fits(32767)) ||
                      (to.is(TypeKind::Byte) && fits(127));
    if (!safe) return {};
    return Literal{to, literal.value};
}

template <typename Range>
bool all_deterministic(const Range& parts) {
    return std::all_of(parts.begin(), parts.end(), [](const auto& e) { return is_deterministic(e); });
}

}  // namespace

std::optional<Literal> constant_value(const Expr& expr) {
    if (const auto* constant = expr.get_if<bound::Constant>()) return constant->literal;
    if (const auto* variable = expr.get_if<bound::VariableRef>()) return variable->value;
    if (const auto* cast = expr.get_if<bound::Cast>()) {
        const auto child = constant_value(cast->child);
        return child ? widened(*child, cast->type) : std::nullopt;
    }
    if (const auto* call = expr.get_if<bound::Call>()) {
        if (!call->replacement.empty()) return constant_value(call->replacement.front());
        const auto name = call->function->name();
        const bool negative = call->function->lowering.text == "negative";
        if (negative || (name == "+" && call->arguments.size() == 1)) {
            const auto child = constant_value(call->arguments[0]);
            if (!child) return {};
            return negative ? negated(*child) : child;
        }
        if (name == "array" || name == "map" || name == "struct" || name == "named_struct") {
            ValueList values;
            for (const Expr& argument : call->arguments) {
                auto value = constant_value(argument);
                if (!value) return {};
                values.push_back(std::move(value->value));
            }
            if (name == "array" || name == "struct") return Literal{call->type, Value(std::move(values))};
            if (name == "named_struct") {
                ValueList fields;
                for (std::size_t i = 1; i < values.size(); i += 2) fields.push_back(values[i]);
                return Literal{call->type, Value(std::move(fields))};
            }
            MapValue map;
            for (std::size_t i = 0; i + 1 < values.size(); i += 2) {
                map.entries.emplace_back(values[i], values[i + 1]);
            }
            return Literal{call->type, Value(std::move(map))};
        }
    }
    return {};
}

bool is_deterministic(const Expr& expr) {
    return match(
        expr,
        overloaded{
            [](const bound::Constant&) { return true; },
            [](const bound::ColumnRef&) { return true; },
            [](const bound::VariableRef&) { return true; },
            [](const bound::Call& n) {
                return !n.function->traits.nondeterministic && all_deterministic(n.arguments);
            },
            [](const bound::Cast& n) { return is_deterministic(n.child); },
            [](const bound::GetField& n) { return is_deterministic(n.child); },
            [](const bound::Lambda& n) { return is_deterministic(n.body); },
            [](const bound::AggregateCall& n) { return all_deterministic(n.arguments); },
            [](const bound::WindowCall& n) { return is_deterministic(n.function); },
            [](const bound::Subquery& n) { return all_deterministic(n.values); },
            [](const bound::PythonCall& n) {
                return n.function->deterministic && all_deterministic(n.arguments);
            },
        });
}

std::optional<Literal> fold(Expr& expr, const CallContext& context) {
    if (auto known = constant_value(expr)) return known;
    std::optional<Literal> value = context.constant ? context.constant(expr) : std::nullopt;
    if (value) expr = Expr(bound::Constant{*value, context.time_zone, expr}, expr.origin());
    return value;
}

bool is_foldable(const Expr& expr) {
    const auto all_foldable = [](const std::vector<Expr>& parts) { return std::ranges::all_of(parts, is_foldable); };
    return match(expr, overloaded{
                           [](const bound::Constant&) { return true; },
                           [](const bound::ColumnRef&) { return false; },
                           [](const bound::VariableRef&) { return true; },
                           [&](const bound::Call& n) {
                               return !n.function->traits.nondeterministic && all_foldable(n.arguments) &&
                                      all_foldable(n.replacement);
                           },
                           [](const bound::Cast& n) { return is_foldable(n.child); },
                           [](const bound::GetField& n) { return is_foldable(n.child); },
                           [](const bound::Lambda&) { return false; },
                           [](const bound::AggregateCall&) { return false; },
                           [](const bound::WindowCall&) { return false; },
                           [](const bound::Subquery&) { return false; },
                           [](const bound::PythonCall&) { return false; },
                       });
}

}  // namespace firesteel::functions
