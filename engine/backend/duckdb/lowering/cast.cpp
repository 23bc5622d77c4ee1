/// Casts. DuckDB's own where its result is Spark's for every value; nested ones element by element;
/// everything else by the kernel "cast".

#include "backend/duckdb/kernels/kernel.h"
#include "backend/duckdb/lowering/constant_cast.h"
#include "backend/duckdb/lowering/lowering.h"
#include "backend/duckdb/lowering/physical_type.h"

namespace firesteel::duckdb {
namespace {

int integral_digits(const DataType& type) {
    switch (type.kind()) {
        case TypeKind::Byte: return 3;
        case TypeKind::Short: return 5;
        case TypeKind::Int: return 10;
        default: return 20;
    }
}

bool widens_decimal(const DataType& from, const DataType& to) {
    return to.scale() >= from.scale() &&
           to.precision() - to.scale() >= from.precision() - from.scale();
}

/// Whether values of one type pass as the other as they are: nothing below its last field or digit is cut off.
bool keeps_value(const DataType& from, const DataType& to) {
    if (from.kind() != to.kind()) return false;
    switch (from.kind()) {
        case TypeKind::DayTimeInterval: return to.day_time_end() >= from.day_time_end();
        case TypeKind::YearMonthInterval: return to.year_month_end() >= from.year_month_end();
        case TypeKind::Time: return to.precision() >= from.precision();
        default: return true;
    }
}

}  // namespace

bool is_native_cast(const DataType& from, const DataType& to) {
    const TypeKind f = from.kind();
    const TypeKind t = to.kind();
    if (f == TypeKind::Null) return true;
    if (to.is_string_like()) return from.is_integral() || f == TypeKind::Boolean;
    if (from.is_integral()) {
        if (to.is_integral()) return f < t;
        if (t == TypeKind::Decimal) {
            return to.precision() - to.scale() >= integral_digits(from);
        }
        return t == TypeKind::Float || t == TypeKind::Double || t == TypeKind::Boolean;
    }
    if (f == TypeKind::Boolean) {
        return to.is_integral() || t == TypeKind::Float || t == TypeKind::Double;
    }
    if (f == TypeKind::Float) return t == TypeKind::Double;
    if (f == TypeKind::Decimal && t == TypeKind::Decimal) return widens_decimal(from, to);
    // Up to 15 digits both the digits and the power of ten are exact doubles: one rounding.
    if (f == TypeKind::Decimal && t == TypeKind::Double) return from.precision() <= 15;
    if (f == TypeKind::Date) return t == TypeKind::TimestampNtz;
    return false;
}

void Lowering::cast(const bound::Cast& n, const Origin& origin) {
    if (n.child.get_if<bound::Constant>() != nullptr) {
        ConstantCasts casts(operation_.time_zone(), operation_.started_micros());
        if (const auto value = casts(bound::Expr(n))) return literal(*value);
    }
    const DataType& from = carried(n.child.type());
    const DataType& to = carried(n.type);
    const bool is_plain = !from.is_nested() || !to.is_nested();
    if (same_carrier(from, to) && is_plain && keeps_value(from, to)) {
        expr(n.child);
        return;
    }
    if (from.is_string_like() && to.is_string_like()) {
        expr(n.child);
        return;
    }
    if (is_plain && is_native_cast(from, to)) {
        out_.text("CAST(");
        expr(n.child);
        out_.text(" AS ").text(physical_type(to)).text(")");
        return;
    }
    if (from.is_string_like() && to.is(TypeKind::Binary)) {
        out_.text("encode(");
        expr(n.child);
        out_.text(")");
        return;
    }
    if (is_plain) {
        KernelSite site;
        site.kernel = find_kernel("cast");
        FS_ASSERT(site.kernel != nullptr);
        site.result = to;
        site.mode = n.mode;
        site.origin = origin;
        site.is_volatile = can_raise(bound::Expr(n));
        kernel_call(std::move(site), {n.child});
        return;
    }
    if (same_carrier(from, to)) {
        expr(n.child);
        return;
    }
    // list_transform over one element gives the value a name.
    const std::string name = out_.fresh();
    out_.text("list_transform([");
    expr(n.child);
    out_.text("], lambda ").text(name).text(": ");
    cast_text(name, from, to, n.mode, origin);
    out_.text(")[1]");
}

void Lowering::cast_text(const std::string& text, const DataType& source, const DataType& type,
                         EvalMode mode, const Origin& origin) {
    const DataType& from = carried(source);
    const DataType& to = carried(type);
    if (same_carrier(from, to) && (keeps_value(from, to) || from.is_string_like())) {
        out_.text(text);
        return;
    }
    if (from.is(TypeKind::Array) && to.is(TypeKind::Array)) {
        const std::string name = out_.fresh();
        out_.text("list_transform(").text(text).text(", lambda ").text(name).text(": ");
        cast_text(name, from.element(), to.element(), mode, origin);
        out_.text(")");
        return;
    }
    if (from.is(TypeKind::Map) && to.is(TypeKind::Map)) {
        const std::string name = out_.fresh();
        out_.text("map(list_transform(map_keys(").text(text).text("), lambda ").text(name);
        out_.text(": ");
        cast_text(name, from.key(), to.key(), mode, origin);
        out_.text("), list_transform(map_values(").text(text).text("), lambda ").text(name);
        out_.text(": ");
        cast_text(name, from.value(), to.value(), mode, origin);
        out_.text("))");
        return;
    }
    if (from.is(TypeKind::Struct) && to.is(TypeKind::Struct)) {
        FS_ASSERT(from.fields().size() == to.fields().size());
        out_.text("CASE WHEN ").text(text).text(" IS NOT NULL THEN struct_pack(");
        for (std::size_t i = 0; i < to.fields().size(); ++i) {
            if (i > 0) out_.text(", ");
            const std::string field = field_name(i);
            out_.text(field).text(" := ");
            cast_text("struct_extract(" + text + ", '" + field + "')", from.fields()[i].type,
                      to.fields()[i].type, mode, origin);
        }
        out_.text(") END");
        return;
    }
    if (is_native_cast(from, to)) {
        out_.text("CAST(").text(text).text(" AS ").text(physical_type(to)).text(")");
        return;
    }
    if (from.is_string_like() && to.is(TypeKind::Binary)) {
        out_.text("encode(").text(text).text(")");
        return;
    }
    KernelSite site;
    site.kernel = find_kernel("cast");
    FS_ASSERT(site.kernel != nullptr);
    site.arguments = {from};
    site.constants = {std::nullopt};
    site.result = to;
    site.mode = mode;
    site.origin = origin;
    site.is_volatile = mode == EvalMode::Ansi || (from.is(TypeKind::Variant) && mode != EvalMode::Try);
    open_kernel(std::move(site));
    out_.text(", ").text(text).text(")");
}

}  // namespace firesteel::duckdb
