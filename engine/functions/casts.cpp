#include "functions/resolution.h"
#include "types/type_text.h"

namespace firesteel::functions {

using bound::Expr;

namespace {

coercion::CastMode cast_mode(EvalMode mode) {
    switch (mode) {
        case EvalMode::Try: return coercion::CastMode::Try;
        case EvalMode::Legacy: return coercion::CastMode::Legacy;
        case EvalMode::Ansi:
        case EvalMode::Session: return coercion::CastMode::Ansi;
    }
    return coercion::CastMode::Ansi;
}

[[noreturn]] void fail_cast(const bound::Cast& cast, Origin origin) {
    const DataType& from = cast.child.type();
    ErrorParameters parameters = {{"sqlExpr", sql_text(Expr(cast))},
                                  {"srcType", quoted_sql_name(from)},
                                  {"targetType", quoted_sql_name(cast.type)}};
    if (cast.mode == EvalMode::Ansi || cast.mode == EvalMode::Try) {
        const char* instead = from.is_numeric() && cast.type.is(TypeKind::Date)
                                  ? "`DATE_FROM_UNIX_DATE`"
                              : from.is(TypeKind::Date) && cast.type.is_numeric() ? "`UNIX_DATE`"
                                                                                  : nullptr;
        if (instead != nullptr) {
            parameters.emplace_back("functionNames", instead);
            throw Error(ErrorClass::DatatypeMismatchCastWithFuncSuggestion, std::move(parameters),
                        std::move(origin));
        }
        if (cast.mode == EvalMode::Ansi &&
            coercion::can_cast(from, cast.type, coercion::CastMode::Legacy)) {
            parameters.emplace_back("config", "\"spark.sql.ansi.enabled\"");
            parameters.emplace_back("configVal", "'false'");
            throw Error(ErrorClass::DatatypeMismatchCastWithConfSuggestion, std::move(parameters),
                        std::move(origin));
        }
    }
    throw Error(ErrorClass::DatatypeMismatchCastWithoutSuggestion, std::move(parameters),
                std::move(origin));
}

/// Casts to char and varchar give strings, as everywhere outside of a table's columns.
DataType without_lengths(const DataType& type) {
    switch (type.kind()) {
        case TypeKind::Char:
        case TypeKind::Varchar: return DataType::string();
        case TypeKind::Array:
            return DataType::array(without_lengths(type.element()), type.contains_null());
        case TypeKind::Map:
            return DataType::map(without_lengths(type.key()), without_lengths(type.value()),
                                 type.value_contains_null());
        case TypeKind::Struct: {
            std::vector<StructField> fields = type.fields();
            for (StructField& field : fields) field.type = without_lengths(field.type);
            return DataType::structure(std::move(fields));
        }
        default: return type;
    }
}

}  // namespace

Expr make_cast(Expr child, const DataType& wanted, EvalMode mode, const CallContext& context,
               bool implicit, Origin origin) {
    const DataType& from = child.type();
    const DataType type = implicit ? wanted : without_lengths(wanted);
    if (implicit && (from == type || from.same_ignoring_nullability(type))) return child;
    if (implicit && is_null_constant(child)) return Expr(bound::Constant{Literal::null(type)}, origin);
    bound::Cast cast{std::move(child), type, mode, true, implicit};
    if (mode == EvalMode::Session) cast.mode = context.ansi ? EvalMode::Ansi : EvalMode::Legacy;
    if (!coercion::can_cast(cast.child.type(), type, cast_mode(cast.mode))) {
        fail_cast(cast, std::move(origin));
    }
    cast.nullable = cast.child.nullable() || cast.mode == EvalMode::Try ||
                    force_nullable(cast.child.type(), type);
    return Expr(std::move(cast), std::move(origin));
}

}  // namespace firesteel::functions
