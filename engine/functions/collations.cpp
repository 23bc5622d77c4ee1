// Which collation the strings of a call compare by: Spark's precedence. A COLLATE clause wins over what has a collation
// by its column, that over literals.
#include <algorithm>
#include <map>

#include "functions/resolution.h"
#include "types/type_text.h"

namespace firesteel::functions {

using bound::Expr;

namespace {

enum class Strength : std::uint8_t { Default, Implicit, Explicit };

/// What a string has whose collations can't be told apart; Spark's name for it.
constexpr std::string_view kIndeterminate = "null";

const std::string& collation_name(const DataType& type) {
    static const std::string binary = "UTF8_BINARY";
    return type.is_collated() ? type.collation() : binary;
}

/// Where in a type a string stands: elements of arrays where the array does, fields of structs apart.
using Path = std::string;

template <typename F>
void for_each_string(const DataType& type, const Path& path, const F& fn) {
    if (type.is_string_like()) return fn(path, type);
    if (type.is(TypeKind::Array)) return for_each_string(type.element(), path, fn);
    if (!type.is(TypeKind::Struct)) return;
    for (std::size_t i = 0; i < type.fields().size(); ++i) {
        for_each_string(type.fields()[i].type, path + "." + std::to_string(i), fn);
    }
}

bool has_string(const DataType& type) {
    bool found = false;
    for_each_string(type, {}, [&](const Path&, const DataType&) { found = true; });
    return found;
}

bool has_collation(const DataType& type) {
    bool found = false;
    for_each_string(type, {}, [&](const Path&, const DataType& string) { found = found || string.is_collated(); });
    return found;
}

Strength strength_of(const Expr& expr);

Strength strongest(const std::vector<Expr>& expressions) {
    Strength out = Strength::Default;
    for (const Expr& e : expressions) {
        if (has_string(e.type())) out = std::max(out, strength_of(e));
    }
    return out;
}

Strength strength_of(const Expr& expr) {
    return match(expr, overloaded{
                           [](const bound::Constant&) { return Strength::Default; },
                           [](const bound::ColumnRef&) { return Strength::Implicit; },
                           [](const bound::Call& n) {
                               if (n.function->name() == "collate") return Strength::Explicit;
                               return strongest(n.arguments);
                           },
                           [](const bound::Cast& n) {
                               if (!has_string(n.child.type())) return Strength::Default;
                               return n.implicit ? strength_of(n.child) : Strength::Implicit;
                           },
                           [](const bound::GetField&) { return Strength::Implicit; },
                           [](const bound::Lambda& n) { return strength_of(n.body); },
                           [](const bound::AggregateCall& n) { return strongest(n.arguments); },
                           [](const bound::WindowCall& n) { return strength_of(n.function); },
                           [](const bound::Subquery&) { return Strength::Implicit; },
                           [](const bound::PythonCall&) { return Strength::Implicit; },
                           [](const bound::VariableRef&) { return Strength::Implicit; },
                       });
}

/// The collations met at one path.
struct Candidates {
    Strength strength = Strength::Default;
    std::vector<DataType> types;  // of that strength, each once

    void add(Strength s, const DataType& type) {
        if (s < strength) return;
        if (s > strength) types.clear();
        strength = s;
        const DataType string = DataType::string(collation_name(type));
        if (std::find(types.begin(), types.end(), string) == types.end()) types.push_back(string);
    }
};
using AllCandidates = std::map<Path, Candidates>;
using Winners = std::map<Path, DataType>;

[[noreturn]] void fail_explicit(const Candidates& candidates) {
    std::string types;
    for (const DataType& type : candidates.types) types += (types.empty() ? "" : ", ") + quoted_sql_name(type);
    throw Error(ErrorClass::CollationMismatchExplicit, {{"explicitTypes", types}});
}

/// The type with its strings in the collations of the winners.
DataType collated(const DataType& type, const Path& path, const Winners& winners) {
    if (type.is_string_like()) {
        const auto found = winners.find(path);
        return found == winners.end() ? type : found->second;
    }
    if (type.is(TypeKind::Array)) {
        return DataType::array(collated(type.element(), path, winners), type.contains_null());
    }
    if (!type.is(TypeKind::Struct)) return type;
    std::vector<StructField> fields = type.fields();
    for (std::size_t i = 0; i < fields.size(); ++i) {
        fields[i].type = collated(fields[i].type, path + "." + std::to_string(i), winners);
    }
    return DataType::structure(std::move(fields));
}

Expr cast_to(const Expr& expr, const DataType& type, const CallContext& context) {
    if (expr.type() == type) return expr;
    const auto* constant = expr.get_if<bound::Constant>();
    if (constant != nullptr && type.is_string_like()) {
        return Expr(bound::Constant{Literal{type, constant->literal.value}}, expr.origin());
    }
    return make_cast(expr, type, EvalMode::Session, context, /*implicit=*/true, expr.origin());
}

}  // namespace

DataType string_like(const DataType& type) {
    const DataType& string = type.is(TypeKind::Array) ? type.element() : type;
    return string.is_collated() ? string : DataType::string();
}

bool agree_on_collation(CallParts& parts, CollationUse use, const CallContext& context) {
    if (use == CollationUse::Own) return false;
    bool any = false;
    for (const Argument& argument : parts.arguments) {
        const auto* expr = std::get_if<Expr>(&argument.value);
        any = any || (expr != nullptr && has_collation(expr->type()));
    }
    if (!any) return false;
    AllCandidates all;
    for (const Argument& argument : parts.arguments) {
        const auto* expr = std::get_if<Expr>(&argument.value);
        if (expr == nullptr) continue;
        const Strength strength = strength_of(*expr);
        for_each_string(expr->type(), {},
                        [&](const Path& path, const DataType& type) { all[path].add(strength, type); });
    }
    Winners winners;
    bool is_indeterminate = false;
    for (const auto& [path, candidates] : all) {
        if (candidates.types.size() == 1) {
            winners[path] = candidates.types[0];
            is_indeterminate = is_indeterminate || collation_name(candidates.types[0]) == kIndeterminate;
            continue;
        }
        if (candidates.strength == Strength::Explicit) fail_explicit(candidates);
        // Literals that were collated by other calls give way to each other like columns.
        winners[path] = DataType::string(kIndeterminate);
        is_indeterminate = true;
    }
    const bool fails = is_indeterminate && use == CollationUse::Agreed;
    if (fails) {
        for (auto& [path, type] : winners) type = DataType::string();
    }
    for (Argument& argument : parts.arguments) {
        auto* expr = std::get_if<Expr>(&argument.value);
        if (expr != nullptr) *expr = cast_to(*expr, collated(expr->type(), {}, winners), context);
    }
    return fails;
}

}  // namespace firesteel::functions
