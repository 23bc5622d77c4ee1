#include "backend/duckdb/lowering/constant_cast.h"

#include "backend/duckdb/lowering/lowering.h"
#include "functions/resolve.h"
#include "types/value_parse.h"

namespace firesteel::duckdb {
namespace {

std::optional<Literal> constant_of(const bound::Expr& expr) {
    if (const auto* constant = expr.get_if<bound::Constant>()) return constant->literal;
    if (const auto* variable = expr.get_if<bound::VariableRef>()) return variable->value;
    return std::nullopt;
}

int bytes_of(const DataType& type) {
    switch (type.kind()) {
        case TypeKind::Byte: return 1;
        case TypeKind::Short: return 2;
        case TypeKind::Int: return 4;
        default: return 8;
    }
}

}  // namespace

/// Null with is_malformed: the text has no such value.
std::optional<Value> ConstantCasts::parsed(std::string_view text, const bound::Cast& cast, bool& is_malformed) {
    const DataType& to = cast.type;
    const auto answer = [&](Parse outcome, auto value) -> std::optional<Value> {
        is_malformed = outcome != Parse::Ok;
        if (is_malformed) return std::nullopt;
        return Value(value);
    };
    std::int64_t integer = 0;
    switch (to.kind()) {
        case TypeKind::Boolean: {
            bool out = false;
            const Parse outcome = parse_boolean(text, out);
            return answer(outcome, out);
        }
        case TypeKind::Byte:
        case TypeKind::Short:
        case TypeKind::Int:
        case TypeKind::Long: {
            const Fractions fractions = cast.mode == EvalMode::Legacy ? Fractions::CutOff : Fractions::Refused;
            const Parse outcome = parse_integer(text, bytes_of(to), fractions, integer);
            return answer(outcome, integer);
        }
        case TypeKind::Float: {
            float out = 0;
            const Parse outcome = parse_float(text, out);
            return answer(outcome, static_cast<double>(out));
        }
        case TypeKind::Double: {
            double out = 0;
            const Parse outcome = parse_double(text, out);
            return answer(outcome, out);
        }
        case TypeKind::Decimal: {
            Int128 out = 0;
            const Parse outcome = parse_decimal(text, to.precision(), to.scale(), out);
            return answer(outcome, out);
        }
        case TypeKind::Date: {
            const Parse outcome = parse_date(text, integer);
            return answer(outcome, integer);
        }
        case TypeKind::Timestamp: {
            if (!zone_) zone_ = TimeZone::named(zone_name_);
            const Parse outcome = parse_timestamp(text, ParseClock{*zone_, now_micros_, zones_}, integer);
            return answer(outcome, integer);
        }
        case TypeKind::TimestampNtz: {
            const Parse outcome = parse_timestamp_ntz(text, Zones::Ignored, zones_, integer);
            return answer(outcome, integer);
        }
        case TypeKind::Time: {
            const Parse outcome = parse_time(text, integer);
            return answer(outcome, integer);
        }
        default: return std::nullopt;
    }
}

std::optional<Literal> ConstantCasts::operator()(const bound::Expr& expr) {
    const auto* cast = expr.get_if<bound::Cast>();
    if (cast == nullptr) return std::nullopt;
    const auto child = constant_of(cast->child);
    const bool is_text = child && child->type.is(TypeKind::String) && !child->is_null();
    if (!is_text || cast->type.is_string_like()) {
        const bool is_total = is_native_cast(cast->child.type(), cast->type);
        return is_total ? functions::constant_value(expr) : std::nullopt;
    }
    bool is_malformed = false;
    if (auto value = parsed(child->value.bytes(), *cast, is_malformed)) return Literal{cast->type, *std::move(value)};
    if (is_malformed && cast->mode != EvalMode::Ansi) return Literal::null(cast->type);
    return std::nullopt;
}

}  // namespace firesteel::duckdb
