/// Decimals in 64 bits, where DecimalRanges knows that every step fits: DuckDB's own arithmetic is exact
/// there, and its results have at most 18 digits.

#include "backend/duckdb/lowering/lowering.h"
#include "backend/duckdb/lowering/physical_type.h"
#include "functions/function_row.h"

namespace firesteel::duckdb {
namespace {

constexpr int kNarrowDigits = 18;

DataType narrow_type(const DataType& type) {
    return DataType::decimal(kNarrowDigits, type.is(TypeKind::Decimal) ? type.scale() : 0);
}

}  // namespace

void Lowering::narrow(const bound::Expr& e) {
    ranges_.is_narrow(e) ? narrow_step(e) : expr(e);
}

void Lowering::narrow_step(const bound::Expr& e) {
    const DataType type = narrow_type(e.type());
    if (const auto* constant = e.get_if<bound::Constant>()) {
        const Value& value = constant->literal.value;
        const bool is_number = !value.is_null() && !e.type().is(TypeKind::Decimal);
        literal({type, is_number ? Value(Int128{value.integer()}) : value});
        return;
    }
    if (const auto* column = e.get_if<bound::ColumnRef>(); column != nullptr) {
        const bool is_as_typed = e.type().is(TypeKind::Decimal) && e.type().precision() <= kNarrowDigits;
        if (is_as_typed && !names_.contains(column->id)) return expr(e);
        if (ranges_.carries_narrow(column->id)) {
            out_.column(column->id);
            return;
        }
        out_.text("CAST(");
        expr(e);
        out_.text(" AS ").text(physical_type(type)).text(")");
        return;
    }
    if (const auto* cast = e.get_if<bound::Cast>()) {
        out_.text("CAST(");
        narrow_step(cast->child);
        out_.text(" AS ").text(physical_type(type)).text(")");
        return;
    }
    narrow_call(*e.get_if<bound::Call>());
}

void Lowering::narrow_call(const bound::Call& n) {
    const std::string_view name = n.function->lowering.text;
    if (name == "coalesce") {
        out_.text("coalesce(");
        for (std::size_t i = 0; i < n.arguments.size(); ++i) {
            if (i > 0) out_.text(", ");
            narrow_step(n.arguments[i]);
        }
        out_.text(")");
        return;
    }
    if (name == "case" || name == "if") {
        out_.text("CASE");
        for (std::size_t i = 0; i + 1 < n.arguments.size(); i += 2) {
            out_.text(" WHEN ");
            expr(n.arguments[i]);
            out_.text(" THEN ");
            narrow_step(n.arguments[i + 1]);
        }
        if (n.arguments.size() % 2 == 1) {
            out_.text(" ELSE ");
            narrow_step(n.arguments.back());
        }
        out_.text(" END");
        return;
    }
    out_.text("(");
    narrow_step(n.arguments[0]);
    out_.text(name == "add" ? " + " : name == "subtract" ? " - " : " * ");
    narrow_step(n.arguments[1]);
    out_.text(")");
}

}  // namespace firesteel::duckdb
