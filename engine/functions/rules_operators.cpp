// @rules of operators: arithmetic on numbers, dates and intervals, comparisons, logic.
#include <algorithm>

#include "functions/arithmetic_operation.h"
#include "functions/rewrite.h"
#include "functions/rules.h"
#include "types/type_text.h"

namespace firesteel::functions {

using bound::Expr;
using coercion::DecimalOperation;

namespace {

ArithmeticOperation operation_of(const Resolution& r) {
    const std::string_view name = r.row->lowering.text;
    if (name == "add") return ArithmeticOperation::Add;
    if (name == "subtract") return ArithmeticOperation::Subtract;
    if (name == "multiply") return ArithmeticOperation::Multiply;
    if (name == "divide") return ArithmeticOperation::Divide;
    if (name == "remainder") return ArithmeticOperation::Remainder;
    if (name == "pmod") return ArithmeticOperation::Pmod;
    FS_ASSERT(name == "integral_divide");
    return ArithmeticOperation::IntegralDivide;
}

DecimalOperation decimal_operation(ArithmeticOperation op) {
    switch (op) {
        case ArithmeticOperation::Add: return DecimalOperation::Add;
        case ArithmeticOperation::Subtract: return DecimalOperation::Subtract;
        case ArithmeticOperation::Multiply: return DecimalOperation::Multiply;
        case ArithmeticOperation::Divide: return DecimalOperation::Divide;
        case ArithmeticOperation::Remainder:
        case ArithmeticOperation::Pmod: return DecimalOperation::Remainder;
        case ArithmeticOperation::IntegralDivide: return DecimalOperation::IntegralDivide;
    }
    return DecimalOperation::Add;
}

bool is_interval(const DataType& type) {
    return type.is_ansi_interval() || type.is(TypeKind::CalendarInterval);
}

/// What an operator takes once both sides have one type.
struct OperandClass {
    bool (*accepts)(const DataType&);
    std::string_view text;  // as errors show it
    DataType of_nulls;      // what two NULLs become
    bool decimals_may_differ = false;
};

OperandClass operand_class(ArithmeticOperation op) {
    switch (op) {
        case ArithmeticOperation::Add:
        case ArithmeticOperation::Subtract:
            return {[](const DataType& t) { return t.is_numeric() || is_interval(t); },
                    "(\"NUMERIC\" or \"INTERVAL DAY TO SECOND\" or \"INTERVAL YEAR TO MONTH\" or "
                    "\"INTERVAL\")",
                    DataType::float64(), true};
        case ArithmeticOperation::Divide:
            return {[](const DataType& t) { return t.is(TypeKind::Double) || t.is(TypeKind::Decimal); },
                    "(\"DOUBLE\" or \"DECIMAL\")", DataType::float64(), true};
        case ArithmeticOperation::IntegralDivide:
            return {[](const DataType& t) {
                        return t.is(TypeKind::Long) || t.is(TypeKind::Decimal) || t.is_ansi_interval();
                    },
                    "(\"BIGINT\" or \"DECIMAL\" or \"INTERVAL YEAR TO MONTH\" or \"INTERVAL DAY TO "
                    "SECOND\")",
                    DataType::long_int(), true};
        case ArithmeticOperation::Multiply:
        case ArithmeticOperation::Remainder:
        case ArithmeticOperation::Pmod: break;
    }
    return {[](const DataType& t) { return t.is_numeric(); }, "\"NUMERIC\"", DataType::float64(), true};
}

OperandClass booleans() {
    return {[](const DataType& t) { return t.is(TypeKind::Boolean); }, "\"BOOLEAN\"",
            DataType::boolean()};
}

OperandClass integers() {
    return {[](const DataType& t) { return t.is_integral(); }, "\"INTEGRAL\"", DataType::integer()};
}

int decimal_digits(Int128 value) {
    int digits = 1;
    if (value < 0) value = -value;
    while ((value /= 10) != 0) ++digits;
    return digits;
}

/// The decimal for one side of an operation with a decimal; integer literals count their digits.
DataType as_decimal(const Expr& side) {
    const DataType& type = side.type();
    const auto* constant = side.get_if<bound::Constant>();
    if (constant != nullptr && !constant->literal.is_null() && type.is_integral()) {
        return DataType::decimal(decimal_digits(constant->literal.value.integer()), 0);
    }
    return type.is(TypeKind::Decimal) ? type : coercion::decimal_for(type);
}

void decimal_arithmetic(Resolution& r, ArithmeticOperation op) {
    const DataType a = as_decimal(r.arguments[0]);
    const DataType b = as_decimal(r.arguments[1]);
    r.cast(0, a);
    r.cast(1, b);
    r.type = op == ArithmeticOperation::IntegralDivide
                 ? DataType::long_int()
                 : coercion::decimal_result(decimal_operation(op), a, b,
                                            r.context.allow_precision_loss);
    r.nullable = r.any_nullable() || r.mode != EvalMode::Ansi;
}

/// A string takes the other side's type; beside NULL both are strings. Legacy mode: it is a double.
void promote_string(Resolution& r) {
    // try_add('abc', 1) is NULL: with anything but numbers Spark evaluates the whole call as a try.
    const EvalMode mode = r.mode == EvalMode::Try ? EvalMode::Try : EvalMode::Session;
    const auto cast = [&](std::size_t i, const DataType& type) {
        r.arguments[i] = make_cast(r.arguments[i], type, mode, r.context, /*implicit=*/true, r.origin);
    };
    if (!r.context.ansi) {
        for (const std::size_t i : {0U, 1U}) {
            const bool number = r.type_of(i).is_string_like() && !is_interval(r.type_of(1 - i));
            if (number) cast(i, DataType::float64());
        }
        return;
    }
    const bool left = r.type_of(0).is_string_like();
    if (left == r.type_of(1).is_string_like()) return;
    const std::size_t text = left ? 0 : 1;
    const DataType& other = r.type_of(1 - text);
    if (other.is(TypeKind::Null)) return r.cast(1 - text, DataType::string());
    if (const auto type = coercion::comparison_type(r.type_of(0), r.type_of(1), /*ansi=*/true)) {
        cast(0, *type);
        cast(1, *type);
    }
}

/// Numbers beside decimals: integers as decimals, decimals beside floats as doubles.
void promote_decimal(Resolution& r) {
    for (const std::size_t i : {0U, 1U}) {
        if (!r.type_of(i).is(TypeKind::Decimal)) continue;
        const DataType& other = r.type_of(1 - i);
        if (other.is_integral()) r.cast(1 - i, as_decimal(r.arguments[1 - i]));
        if (other.is(TypeKind::Float) || other.is(TypeKind::Double)) r.cast(i, DataType::float64());
    }
}

void promote_divided(Resolution& r, ArithmeticOperation op) {
    const auto number_or_null = [](const DataType& t) { return t.is_numeric() || t.is(TypeKind::Null); };
    const DataType& a = r.type_of(0);
    const DataType& b = r.type_of(1);
    // A decimal is divided as it is, by NULL too.
    if (op == ArithmeticOperation::Divide && !a.is(TypeKind::Decimal) && number_or_null(a) &&
        number_or_null(b)) {
        r.cast(0, DataType::float64());
        r.cast(1, DataType::float64());
    }
    if (op != ArithmeticOperation::IntegralDivide) return;
    for (const std::size_t i : {0U, 1U}) {
        if (r.type_of(i).is_integral()) r.cast(i, DataType::long_int());
    }
}

/// Casts both sides to one type that the operator takes, or raises.
void unify_operands(Resolution& r, const OperandClass& wanted) {
    const DataType a = r.type_of(0);
    const DataType b = r.type_of(1);
    const bool decimals =
        wanted.decimals_may_differ && a.is(TypeKind::Decimal) && b.is(TypeKind::Decimal);
    if (a.is(TypeKind::Null) && b.is(TypeKind::Null)) {
        r.cast(0, wanted.of_nulls);
        r.cast(1, wanted.of_nulls);
        return;
    }
    if (decimals) return;
    if (!a.same_ignoring_nullability(b)) {
        const auto type = coercion::tightest_common_type(a, b, r.context.ansi);
        if (!type || !wanted.accepts(*type)) {
            r.fail(ErrorClass::DatatypeMismatchBinaryOpDiffTypes,
                   {{"left", quoted_sql_name(a)}, {"right", quoted_sql_name(b)}});
        }
        r.cast(0, *type);
        r.cast(1, *type);
    }
    if (!wanted.accepts(r.type_of(0))) {
        r.fail(ErrorClass::DatatypeMismatchBinaryOpWrongType,
               {{"inputType", std::string(wanted.text)},
                {"actualDataType", quoted_sql_name(r.type_of(0))}});
    }
}

void numeric_arithmetic(Resolution& r, ArithmeticOperation op) {
    promote_string(r);
    promote_decimal(r);
    promote_divided(r, op);
    unify_operands(r, operand_class(op));
    const DataType type = r.type_of(0);
    if (type.is(TypeKind::Decimal)) {
        decimal_arithmetic(r, op);
    } else {
        r.type = op == ArithmeticOperation::IntegralDivide ? DataType::long_int() : type;
        r.nullable = r.any_nullable() || r.mode == EvalMode::Try;
    }
    if (op != ArithmeticOperation::Add && op != ArithmeticOperation::Subtract &&
        op != ArithmeticOperation::Multiply) {
        r.nullable = true;
    }
}

std::string_view symbol(ArithmeticOperation op) {
    switch (op) {
        case ArithmeticOperation::Add: return "+";
        case ArithmeticOperation::Subtract: return "-";
        case ArithmeticOperation::Multiply: return "*";
        case ArithmeticOperation::Divide: return "/";
        case ArithmeticOperation::Remainder: return "%";
        case ArithmeticOperation::Pmod: return "pmod";
        case ArithmeticOperation::IntegralDivide: return "div";
    }
    return {};
}

Expr arithmetic(Resolution& r, ArithmeticOperation op) {
    if (auto made = time_arithmetic(r, op)) return std::move(*made);
    numeric_arithmetic(r, op);
    return r.as_call();
}

/// Comparing with a decimal, an integer constant has only its own digits; the cast may overflow as
/// far as its type tells.
bool is_narrowed(const Expr& side, const DataType& other) {
    return other.is(TypeKind::Decimal) && side.type().is_integral() &&
           side.get_if<bound::Constant>() != nullptr;
}

/// Legacy mode compares booleans with numbers as 1 and 0. True when that is the whole comparison.
bool compare_boolean_with_number(Resolution& r) {
    const std::string_view name = r.row->name();
    if (r.context.ansi || (name != "=" && name != "<=>")) return false;
    const bool left = r.type_of(0).is(TypeKind::Boolean);
    const std::size_t flag = left ? 0 : 1;
    if (!r.type_of(flag).is(TypeKind::Boolean) || !r.type_of(1 - flag).is_numeric()) return false;
    const Expr number = r.arguments[1 - flag];
    const auto* constant = number.get_if<bound::Constant>();
    const bool whole = constant != nullptr && !constant->literal.is_null() &&
                       number.type().is_integral();
    const std::int64_t value = whole ? constant->literal.value.integer() : -1;
    if (name == "=" && (value == 0 || value == 1)) {
        Resolution negation = r;
        negation.arguments = {r.arguments[flag]};
        negation.become("not");
        negation.type = DataType::boolean();
        negation.nullable = negation.any_nullable();
        r.result = value == 1 ? r.arguments[flag] : negation.as_call();
        return true;
    }
    r.cast(flag, number.type());
    return false;
}

/// The decimal's whole part: rounded up or down.
Int128 rounded(Int128 unscaled, int scale, bool up) {
    Int128 unit = 1;
    for (int i = 0; i < scale; ++i) unit *= 10;
    const Int128 whole = unscaled / unit;
    const Int128 rest = unscaled % unit;
    if (rest == 0) return whole;
    return up ? whole + (rest > 0 ? 1 : 0) : whole - (rest < 0 ? 1 : 0);
}

/// An integer is ordered against a decimal literal by the literal's whole part, as BIGINT; beyond BIGINT
/// the literal alone decides: id < 1.5 is id < 2. True when that is the whole comparison.
bool order_by_whole_part(Resolution& r) {
    const std::string_view name = r.row->name();
    if (!name.starts_with('<') && !name.starts_with('>')) return false;
    if (name == "<=>") return false;
    const bool literal_left = r.type_of(0).is(TypeKind::Decimal);
    const std::size_t at = literal_left ? 0 : 1;
    const auto* constant = r.arguments[at].get_if<bound::Constant>();
    if (constant == nullptr || !r.type_of(at).is(TypeKind::Decimal) || constant->literal.is_null() ||
        !r.type_of(1 - at).is_integral()) {
        return false;
    }
    // As seen from the integer: below the literal, or above it.
    const bool is_below = name.starts_with('<') != literal_left;
    const bool is_strict = name.size() == 1;
    const Int128 whole = rounded(constant->literal.value.decimal(), r.type_of(at).scale(), is_below == is_strict);
    if (whole > INT64_MAX || whole < INT64_MIN) {
        r.result = Expr(bound::Constant{Literal::boolean((whole > 0) == is_below)}, r.origin);
        return true;
    }
    r.arguments[at] = Expr(bound::Constant{Literal::long_int(static_cast<std::int64_t>(whole))}, r.arguments[at].origin());
    return false;
}

}  // namespace

void rule_arithmetic(Resolution& r) {
    const ArithmeticOperation op = operation_of(r);
    if (!r.name.starts_with("try_")) {
        r.result = arithmetic(r, op);
        return;
    }
    rewrite(r, [&](const std::vector<Expr>& over) {
        Resolution inner = r;
        inner.arguments = over;
        inner.become(symbol(op));
        return arithmetic(inner, op);
    });
    r.nullable = true;
}

void rule_comparison(Resolution& r) {
    if (compare_boolean_with_number(r) || order_by_whole_part(r)) return;
    const DataType a = r.type_of(0);
    const DataType b = r.type_of(1);
    const auto type = coercion::comparison_type(a, b, r.context.ansi);
    if (!type) {
        r.fail(ErrorClass::DatatypeMismatchBinaryOpDiffTypes,
               {{"left", quoted_sql_name(a)}, {"right", quoted_sql_name(b)}});
    }
    if (!type->is(TypeKind::Null) && !coercion::accepts(coercion::TypeClass::Ordered, *type)) {
        r.fail(ErrorClass::DatatypeMismatchInvalidOrderingType,
               {{"functionName", quote_identifier(r.row->name())},
                {"dataType", quoted_sql_name(*type)}});
    }
    const bool narrowed = is_narrowed(r.arguments[0], b) || is_narrowed(r.arguments[1], a);
    r.cast(0, *type);
    r.cast(1, *type);
    r.type = DataType::boolean();
    r.nullable = r.row->nulls != NullRule::Never && (narrowed || r.any_nullable());
}

void rule_logical(Resolution& r) {
    if (r.context.ansi) promote_string(r);
    promote_decimal(r);
    unify_operands(r, booleans());
    r.type = DataType::boolean();
    r.nullable = r.any_nullable();
}

void rule_bitwise(Resolution& r) {
    promote_string(r);
    promote_decimal(r);
    unify_operands(r, integers());
    r.type = r.type_of(0);
    r.nullable = r.any_nullable();
}

/// -x, +x, abs(x): the argument's type; strings become double.
void rule_same_type(Resolution& r) {
    if (r.type_of(0).is_string_like() || r.type_of(0).is(TypeKind::Null)) {
        r.cast(0, DataType::float64());
    }
    const DataType& type = r.type_of(0);
    const bool is_abs = r.row->lowering.text == "abs";
    if (!type.is_numeric() && !type.is_ansi_interval() &&
        (is_abs || !type.is(TypeKind::CalendarInterval))) {
        r.fail_input(0, std::string("(\"NUMERIC\" or \"INTERVAL DAY TO SECOND\" or \"INTERVAL YEAR TO "
                                    "MONTH\"") +
                            (is_abs ? ")" : " or \"INTERVAL\")"));
    }
    r.type = type;
    r.nullable = r.any_nullable();
}

}  // namespace firesteel::functions
