#include <charconv>
#include <cmath>

#include "backend/duckdb/kernels/decimal_math.h"
#include "backend/duckdb/lowering/lowering.h"
#include "backend/duckdb/lowering/physical_type.h"

namespace firesteel::duckdb {
namespace {

template <typename T>
std::string number_text(T value) {
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
    char buffer[40];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    return {buffer, end};
}

void nested_values(Lowering& lowering, const std::vector<Literal>& values) {
    lowering.out().text("[");
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) lowering.out().text(", ");
        lowering.literal(values[i]);
    }
    lowering.out().text("]");
}

void struct_literal(Lowering& lowering, const Literal& literal) {
    const auto& fields = literal.type.fields();
    lowering.out().text("struct_pack(");
    if (fields.empty()) lowering.out().text("f0 := CAST(NULL AS BOOLEAN)");
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0) lowering.out().text(", ");
        lowering.out().text(field_name(i)).text(" := ");
        lowering.literal({fields[i].type, literal.value.list()[i]});
    }
    lowering.out().text(")");
}

void nested_literal(Lowering& lowering, const Literal& literal) {
    std::vector<Literal> first;
    std::vector<Literal> second;
    if (literal.type.is(TypeKind::Array)) {
        for (const Value& v : literal.value.list()) first.push_back({literal.type.element(), v});
        nested_values(lowering, first);
        return;
    }
    for (const auto& [key, value] : literal.value.map().entries) {
        first.push_back({literal.type.key(), key});
        second.push_back({literal.type.value(), value});
    }
    lowering.out().text("map(");
    nested_values(lowering, first);
    lowering.out().text(", ");
    nested_values(lowering, second);
    lowering.out().text(")");
}

}  // namespace

/// Always of the type's carrier exactly.
void Lowering::literal(const Literal& literal) {
    const DataType& type = carried(literal.type);
    const Value& value = literal.value;
    const std::string carrier = physical_type(type);
    if (value.is_null()) {
        out_.text("CAST(NULL AS ").text(carrier).text(")");
        return;
    }
    switch (type.kind()) {
        case TypeKind::Null: break;
        case TypeKind::Boolean: out_.text(value.boolean() ? "TRUE" : "FALSE"); return;
        case TypeKind::Date: out_.text("make_date(").number(value.integer()).text(")"); return;
        case TypeKind::Timestamp:
            out_.text("CAST(make_timestamp(").number(value.integer());
            out_.text(") AS TIMESTAMPTZ)");
            return;
        case TypeKind::TimestampNtz:
            out_.text("make_timestamp(").number(value.integer()).text(")");
            return;
        case TypeKind::Binary: out_.blob(value.bytes()); return;
        case TypeKind::Struct: struct_literal(*this, {type, value}); return;
        case TypeKind::Variant:
            out_.text("struct_pack(f0 := ").blob(value.variant().value);
            out_.text(", f1 := ").blob(value.variant().metadata).text(")");
            return;
        case TypeKind::CalendarInterval:
            out_.text("struct_pack(f0 := CAST(").number(value.interval().months);
            out_.text(" AS INTEGER), f1 := CAST(").number(value.interval().days);
            out_.text(" AS INTEGER), f2 := CAST(").number(value.interval().microseconds);
            out_.text(" AS BIGINT))");
            return;
        default: break;
    }
    out_.text("CAST(");
    switch (type.kind()) {
        case TypeKind::Byte:
        case TypeKind::Short:
        case TypeKind::Int:
        case TypeKind::Long:
        case TypeKind::Time:
        case TypeKind::DayTimeInterval:
        case TypeKind::YearMonthInterval: out_.number(value.integer()); break;
        case TypeKind::Float:
            out_.string(number_text(static_cast<float>(value.floating())));
            break;
        case TypeKind::Double: out_.string(number_text(value.floating())); break;
        case TypeKind::Decimal:
            out_.string(decimal_text(value.decimal(), type.scale()));
            break;
        case TypeKind::String:
        case TypeKind::Char:
        case TypeKind::Varchar: out_.string(value.bytes()); break;
        case TypeKind::Array:
        case TypeKind::Map: nested_literal(*this, {type, value}); break;
        default: FS_ASSERT(false);
    }
    out_.text(" AS ").text(carrier).text(")");
}

}  // namespace firesteel::duckdb
