// @rules of string functions.
#include <algorithm>

#include "common/ascii.h"
#include "functions/rewrite.h"
#include "functions/rules.h"
#include "types/number_format.h"
#include "types/type_text.h"

namespace firesteel::functions {

using bound::Expr;

namespace {

/// The constant text of argument `i`; none for NULL. `shown_as`: how the error names the argument.
std::optional<std::string> constant_text(Resolution& r, std::size_t i, std::string_view shown_as) {
    const auto value = r.fold(i);
    if (!value) {
        r.fail(ErrorClass::DatatypeMismatchNonFoldableInput,
               {{"inputName", "`" + std::string(shown_as) + "`"},
                {"inputType", quoted_sql_name(r.type_of(i))},
                {"inputExpr", sql_text(r.arguments[i])}});
    }
    if (value->is_null()) return std::nullopt;
    return value->value.bytes();
}

/// A string with the collation that the arguments agree on.
DataType agreed_string(const Resolution& r) {
    for (const Expr& argument : r.arguments) {
        const DataType type = string_like(argument.type());
        if (type.is_collated()) return type;
    }
    return DataType::string();
}

/// What a column is called in NON_FOLDABLE_INPUT of to_number and to_char.
std::string node_name(const Expr& expr) {
    if (expr.get_if<bound::ColumnRef>() != nullptr) return "attributereference";
    if (const auto* call = expr.get_if<bound::Call>()) return call->name;
    return expr.get_if<bound::Cast>() != nullptr ? "cast" : "expression";
}

/// The format of argument 1; none if it is NULL. Errors of the format point at the call.
std::optional<NumberFormat> number_format(Resolution& r) {
    const auto text = constant_text(r, 1, node_name(r.arguments[1]));
    if (!text) return std::nullopt;
    try {
        return NumberFormat(*text);
    } catch (Error& error) {
        throw error.at(r.origin);
    }
}

}  // namespace

/// text COLLATE name: the string with that collation.
void rule_collate(Resolution& r) {
    if (!r.type_of(1).is_string_like()) {
        throw Error(ErrorClass::UnexpectedInputType, {{"functionName", "`collate`"},
                                                      {"paramIndex", "first"},
                                                      {"requiredType", "\"STRING\""},
                                                      {"inputSql", sql_text(r.arguments[1])},
                                                      {"inputType", quoted_sql_name(r.type_of(1))}})
            .at(r.origin);
    }
    const auto value = r.fold(1);
    if (!value) {
        throw Error(ErrorClass::NonFoldableArgument,
                    {{"funcName", "`collate`"}, {"paramName", "`collationName`"}, {"paramType", "\"STRING\""}},
                    r.origin);
    }
    std::string name = value->is_null() ? std::string("null") : value->value.bytes();
    constexpr std::string_view kPrefix = "system.builtin.";
    if (ascii_lower(name).starts_with(kPrefix)) {
        name.erase(0, kPrefix.size());
        r.arguments[1] = Expr(bound::Constant{Literal::string(name)}, r.arguments[1].origin());
    }
    r.type = DataType::string(collation_named(name));
    r.nullable = r.arguments[0].nullable();
}

/// NULL parts are left out: only the separator decides.
void rule_concat_ws(Resolution& r) {
    r.type = agreed_string(r);
    r.nullable = r.arguments[0].nullable();
}

/// decode(value, search, result, …[, otherwise]): CASE over <=>; without an otherwise a NULL string.
void rule_decode(Resolution& r) {
    rewrite(r, [&](const std::vector<Expr>& over) {
        std::vector<Expr> branches;
        std::size_t i = 1;
        for (; i + 1 < over.size(); i += 2) {
            branches.push_back(r.call("<=>", {over[0], over[i]}));
            branches.push_back(over[i + 1]);
        }
        branches.push_back(i < over.size() ? over[i]
                                           : Expr(bound::Constant{Literal::null(DataType::string())}));
        return r.call("when", std::move(branches));
    });
}

void rule_format_string(Resolution& r) {
    const auto format = r.fold(0);
    if (format && !format->is_null() && format->value.bytes().find("%0$") != std::string::npos) {
        throw Error(ErrorClass::InvalidParameterZeroIndex,
                    {{"parameter", "`strfmt`"}, {"functionName", "`format_string`"}}, r.origin);
    }
    r.type = string_like(r.type_of(0));
    r.nullable = r.arguments[0].nullable();
}

/// text [NOT] LIKE ANY | ALL (pattern, …) over constant patterns.
void rule_like_any_all(Resolution& r) {
    const bool negated = r.row->name().find("not") != std::string_view::npos;
    const bool all = r.row->name().ends_with("all");
    rewrite(r, [&](const std::vector<Expr>& over) {
        bound::MaybeExpr out;
        for (std::size_t i = 1; i < over.size(); ++i) {
            Expr one = r.call("like", {over[0], over[i]});
            if (negated) one = r.call("not", {std::move(one)});
            out = out ? r.call(all ? "and" : "or", {*out, std::move(one)}) : one;
        }
        return *out;
    });
    r.nullable = true;
}

/// lpad and rpad of a binary pad it with zeros.
void rule_pad(Resolution& r) {
    r.arguments.emplace_back(bound::Constant{Literal{DataType::binary(), Value(std::string(1, '\0'))}});
    rewrite(r, [&](const std::vector<Expr>& over) { return r.call(r.name, over); });
    r.type = DataType::binary();
    r.nullable = r.any_nullable();
}

/// locate(part, text, start): a NULL start finds nothing.
void rule_locate(Resolution& r) {
    r.type = DataType::integer();
    r.nullable = r.arguments[0].nullable() || r.arguments[1].nullable();
}

void rule_mask(Resolution& r) {
    for (std::size_t i = 1; i < r.arguments.size(); ++i) {
        const std::string& name = r.signature->parameters[i].name;
        const auto text = constant_text(r, i, name);
        const auto is_start = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
        if (text && std::count_if(text->begin(), text->end(), is_start) != 1) {
            r.fail(ErrorClass::DatatypeMismatchInputSizeNotOne, {{"exprName", name}});
        }
    }
    r.type = string_like(r.type_of(0));
    r.nullable = true;
}

/// contains, startswith, endswith.
void rule_nullable_if_binary(Resolution& r) {
    const bool both = r.type_of(0).is(TypeKind::Binary) && r.type_of(1).is(TypeKind::Binary);
    for (std::size_t i = 0; i < 2 && !both; ++i) {
        if (r.type_of(i).is(TypeKind::Binary)) r.cast(i, string_like(r.type_of(1 - i)));
    }
    r.type = DataType::boolean();
    r.nullable = both || r.any_nullable();
}

/// A string's hexadecimal digits are a string of its collation.
void rule_hex(Resolution& r) {
    r.type = r.type_of(0).is_string_like() ? string_like(r.type_of(0)) : DataType::string();
    r.nullable = r.any_nullable();
}

void rule_regexp_replace(Resolution& r) {
    const Literal position = r.constant(3);
    if (!position.is_null() && position.value.integer() < 1) {
        r.fail(ErrorClass::DatatypeMismatchValueOutOfRange,
               {{"exprName", "position"},
                {"valueRange", "(0, 2147483647]"},
                {"currentValue", std::to_string(position.value.integer())}});
    }
    r.type = agreed_string(r);
    r.nullable = r.any_nullable();
}

void rule_to_binary(Resolution& r) {
    const auto text = constant_text(r, 1, "fmt");
    const std::string format = text ? ascii_lower(*text) : std::string();
    const bool known = format == "hex" || format == "utf-8" || format == "utf8" || format == "base64";
    const bool tolerant = r.row->name().starts_with("try_");
    if (text && !known && !tolerant) {
        r.fail(ErrorClass::DatatypeMismatchInvalidArgValue,
               {{"inputName", "fmt"},
                {"requireType", "case-insensitive \"STRING\""},
                {"validValues", "'hex', 'utf-8', 'utf8', or 'base64'"},
                {"inputValue", "'" + *text + "'"}});
    }
    r.type = DataType::binary();
    r.nullable = tolerant || format != "base64" || r.any_nullable();
}

/// to_char of times is date_format, of binaries base64, hex or decode, of numbers by a number format.
void rule_to_char(Resolution& r) {
    const DataType from = r.type_of(0);
    const std::string called = r.name;
    const auto become = [&](std::string_view function) {
        r.become(function);
        if (called == "to_varchar") r.name = called;
    };
    r.type = DataType::string();
    r.nullable = r.any_nullable();
    if (from.is_datetime()) {
        r.become("date_format");
        if (from.is(TypeKind::Date)) r.cast(0, DataType::timestamp());
        return;
    }
    if (from.is(TypeKind::Binary)) {
        const auto value = r.fold(1);
        if (!value) {
            throw Error(ErrorClass::NonFoldableArgument,
                        {{"funcName", r.quoted_name()}, {"paramName", "`format`"}, {"paramType", "\"STRING\""}},
                        r.origin);
        }
        const std::string format = value->is_null() ? std::string() : ascii_lower(value->value.bytes());
        if (format == "utf-8") {
            become("decode");
            r.nullable = true;
            return;
        }
        if (format != "base64" && format != "hex") {
            throw Error(ErrorClass::InvalidParameterBinaryFormat,
                        {{"functionName", r.quoted_name()},
                         {"parameter", "`format`"},
                         {"invalidFormat", value->is_null() ? "NULL" : "'" + value->value.bytes() + "'"}},
                        r.origin);
        }
        become(format);
        r.arguments.pop_back();
        return;
    }
    const auto type = coercion::implicit_cast(from, coercion::TypeClass::AnyDecimal, r.context.ansi);
    if (!type) r.fail_input(0, "\"DECIMAL\"");
    number_format(r);
    r.cast(0, *type);
    r.nullable = r.any_nullable();
}

/// to_number(text, format): the decimal that the format's digits need.
void rule_to_number(Resolution& r) {
    const auto format = number_format(r);
    if (format && format->precision() > kDecimalPrecisionMax) {
        throw Error(ErrorClass::DecimalPrecisionExceedsMaxPrecision,
                    {{"precision", std::to_string(format->precision())},
                     {"maxPrecision", std::to_string(kDecimalPrecisionMax)}});
    }
    r.type = format ? DataType::decimal(format->precision(), format->scale()) : DataType::decimal(10, 0);
    r.nullable = r.any_nullable() || r.row->name().starts_with("try_");
}

}  // namespace firesteel::functions
