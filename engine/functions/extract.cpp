// child[key] and child.field, by the child's type.
#include <algorithm>
#include <cctype>

#include "functions/resolution.h"
#include "types/type_text.h"

namespace firesteel::functions {

using bound::Expr;

namespace {

bool same_name(std::string_view a, std::string_view b, bool case_sensitive) {
    if (case_sensitive) return a == b;
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
               return std::tolower(static_cast<unsigned char>(x)) ==
                      std::tolower(static_cast<unsigned char>(y));
           });
}

std::size_t field_index(const std::vector<StructField>& fields, const std::string& name,
                        bool case_sensitive, const Origin& origin) {
    std::vector<std::size_t> found;
    std::string names;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (same_name(fields[i].name, name, case_sensitive)) found.push_back(i);
        names += (i > 0 ? ", " : "") + quote_identifier(fields[i].name);
    }
    if (found.empty()) {
        throw Error(ErrorClass::FieldNotFound,
                    {{"fieldName", quote_identifier(name)}, {"fields", names}}, origin);
    }
    if (found.size() > 1) {
        throw Error(ErrorClass::AmbiguousReferenceToFields,
                    {{"field", quote_identifier(name)}, {"count", std::to_string(found.size())}},
                    origin);
    }
    return found[0];
}

Expr call_row(const Registry& registry, std::string_view name, std::vector<Expr> arguments,
              const CallContext& context, Origin origin) {
    CallParts parts;
    parts.name = std::string(name);
    for (Expr& argument : arguments) parts.arguments.push_back({std::move(argument), {}});
    parts.origin = std::move(origin);
    auto call = resolve_call(registry, std::move(parts), context);
    FS_ASSERT(call.has_value());
    return *call;
}

}  // namespace

Expr resolve_extract(const Registry& registry, Expr child, Expr key, bool case_sensitive,
                     const CallContext& context, Origin origin) {
    const DataType type = child.type();
    const auto name = constant_value(key);
    const bool by_name = name && !name->is_null() && name->type.is_string_like();
    if (type.is(TypeKind::Struct) && by_name) {
        const auto i = field_index(type.fields(), name->value.bytes(), case_sensitive, origin);
        const StructField& field = type.fields()[i];
        const bool nullable = child.nullable() || field.nullable;
        return Expr(bound::GetField{std::move(child), i, field.type, nullable}, origin);
    }
    if (type.is(TypeKind::Array) && type.element().is(TypeKind::Struct) && by_name) {
        const auto& fields = type.element().fields();
        const auto i = field_index(fields, name->value.bytes(), case_sensitive, origin);
        const StructField& field = fields[i];
        Expr index(bound::Constant{Literal::integer(static_cast<std::int32_t>(i))});
        const FunctionRow* row = registry.row("__array_field");
        FS_ASSERT(row != nullptr);
        return Expr(bound::Call{row,
                                {child, index},
                                DataType::array(field.type, type.contains_null() || field.nullable),
                                child.nullable(),
                                EvalMode::Ansi,
                                field.name},
                    origin);
    }
    if (type.is(TypeKind::Array)) {
        return call_row(registry, "__array_item", {std::move(child), std::move(key)}, context, origin);
    }
    if (type.is(TypeKind::Map)) {
        return call_row(registry, "__map_value", {std::move(child), std::move(key)}, context, origin);
    }
    if (type.is(TypeKind::Struct)) {
        throw Error(ErrorClass::InvalidExtractFieldType, {{"extraction", sql_text(key)}}, origin);
    }
    throw Error(ErrorClass::InvalidExtractBaseFieldType,
                {{"base", sql_text(child)}, {"other", quoted_sql_name(type)}}, origin);
}

}  // namespace firesteel::functions
