/// Arithmetic, comparison and logic.

#include <algorithm>
#include <array>
#include <map>

#include "backend/duckdb/lowering/custom.h"
#include "backend/duckdb/lowering/fold.h"
#include "backend/duckdb/lowering/sharing.h"
#include "functions/resolve.h"
#include "functions/rewrite.h"
#include "functions/tables/tables.h"

namespace firesteel::duckdb {
namespace {

bool is_floating(const DataType& type) {
    return type.is(TypeKind::Float) || type.is(TypeKind::Double);
}

/// Native for floating point, which can't fail; kernels for the rest.
void arithmetic(Lowering& to, const bound::Call& call, const Origin& origin, std::string_view name,
                std::string_view symbol) {
    if (is_floating(call.type)) {
        to.out().text("(");
        to.expr(call.arguments[0]);
        to.out().text(" ").text(symbol).text(" ");
        to.expr(call.arguments[1]);
        to.out().text(")");
        return;
    }
    const bool is_decimal = carried(call.arguments[0].type()).is(TypeKind::Decimal);
    lower_kernel(to, is_decimal ? "decimal_" + std::string(name) : std::string(name), call, origin);
}

void add(Lowering& to, const bound::Call& call, const Origin& origin) {
    arithmetic(to, call, origin, "add", "+");
}
void subtract(Lowering& to, const bound::Call& call, const Origin& origin) {
    arithmetic(to, call, origin, "subtract", "-");
}
void multiply(Lowering& to, const bound::Call& call, const Origin& origin) {
    arithmetic(to, call, origin, "multiply", "*");
}

/// Kernels that differ for decimals only.
template <const char* kName>
void by_decimal(Lowering& to, const bound::Call& call, const Origin& origin) {
    const bool is_decimal = carried(call.arguments[0].type()).is(TypeKind::Decimal);
    lower_kernel(to, is_decimal ? "decimal_" + std::string(kName) : std::string(kName), call,
                 origin);
}
constexpr char kDivide[] = "divide";
constexpr char kIntegralDivide[] = "integral_divide";
constexpr char kRemainder[] = "remainder";
constexpr char kPmod[] = "pmod";

void negative(Lowering& to, const bound::Call& call, const Origin& origin) {
    if (is_floating(call.type)) return lower_text(to, "-({0})", call);
    if (call.type.is(TypeKind::Decimal)) return lower_kernel(to, "decimal_negative", call, origin);
    if (call.type.is_ansi_interval() || call.type.is(TypeKind::CalendarInterval)) {
        return lower_kernel(to, "interval_negative", call, origin);
    }
    lower_kernel(to, "negative", call, origin);
}

void absolute(Lowering& to, const bound::Call& call, const Origin& origin) {
    if (is_floating(call.type)) return lower_text(to, "abs({0})", call);
    lower_kernel(to, call.type.is(TypeKind::Decimal) ? "decimal_abs" : "abs", call, origin);
}

void compare(Lowering& to, const bound::Call& call, std::string_view symbol) {
    const bool by_order = symbol.starts_with('<') || symbol.starts_with('>');
    const auto side = [&](const bound::Expr& e) { by_order ? to.order_key(e) : to.collation_key(e); };
    to.out().text("(");
    side(call.arguments[0]);
    to.out().text(" ").text(symbol).text(" ");
    side(call.arguments[1]);
    to.out().text(")");
}

/// A whole number of a list, as text that DuckDB reads as the type of what is looked for.
std::optional<std::int64_t> whole_number(const bound::Expr& e) {
    if (!e.type().is(TypeKind::Int) && !e.type().is(TypeKind::Long)) return std::nullopt;
    if (const auto* cast = e.get_if<bound::Cast>()) return whole_number(cast->child);
    const auto* constant = e.get_if<bound::Constant>();
    if (constant == nullptr || constant->literal.is_null()) return std::nullopt;
    const std::int64_t value = constant->literal.value.integer();
    return value == INT64_MIN ? std::nullopt : std::optional(value);
}

/// An element of a list that may be long: numbers and strings without casts, each of which costs DuckDB as much again.
void list_element(Lowering& to, const bound::Expr& e) {
    if (const auto number = whole_number(e)) {
        to.out().number(*number);
        return;
    }
    const auto* constant = e.get_if<bound::Constant>();
    const bool is_text = constant != nullptr && e.type().is(TypeKind::String) && !e.type().is_collated();
    if (is_text && !constant->literal.is_null()) {
        to.out().string(constant->literal.value.bytes());
        return;
    }
    to.collation_key(e);
}

/// a AND b evaluates both sides in DuckDB. Where a later one can raise, the ones before it are
/// asked first: CASE WHEN NOT a THEN FALSE ELSE a AND b END.
class Logical {
  public:
    Logical(Lowering& to, std::vector<bound::Expr> parts, bool is_or)
        : to_(to), parts_(std::move(parts)), is_or_(is_or) {
        for (std::size_t i = 1; i < parts_.size(); ++i) {
            if (can_raise(parts_[i])) guarded_ = i;
        }
    }

    void write() {
        // These stand both in their guard and among the operands.
        for (std::size_t i = 0; i < guarded_; ++i) {
            if (!parts_[i].nullable()) continue;
            Written one = written(to_, parts_[i]);
            parts_[i] = one.named;
            if (!one.may_repeat) once_.emplace(i, std::move(one));
        }
        if (std::any_of(parts_.begin(), parts_.end(), holds_query)) once_.clear();  // DuckDB's lambdas hold none
        write_from(0);
    }

  private:
    /// The parts from `first` on.
    void write_from(std::size_t first) {
        if (const auto found = once_.find(first); found != once_.end()) {
            const Written value = std::move(found->second);
            once_.erase(found);
            return with_values(to_, {value}, [&] { write_from(first); });
        }
        std::size_t end = first;  // of the parts that need no value of their own
        while (end < guarded_ && !once_.contains(end)) ++end;
        to_.out().text("(");
        if (end > first) guards(first, end);
        bool is_first = true;
        for (std::size_t i = first; i < end; ++i) {
            if (parts_[i].nullable()) operand(parts_[i], is_first);
        }
        if (end < guarded_) {
            to_.out().text(is_first ? "" : word());
            write_from(end);
        } else {
            for (std::size_t i = end; i < parts_.size(); ++i) operand(parts_[i], is_first);
        }
        to_.out().text(end > first ? ") END)" : ")");
    }
    void guards(std::size_t first, std::size_t end) {
        to_.out().text("CASE");
        for (std::size_t i = first; i < end; ++i) {
            to_.out().text(" WHEN (");
            to_.expr(parts_[i]);
            to_.out().text(is_or_ ? ") IS TRUE THEN TRUE" : ") IS FALSE THEN FALSE");
        }
        to_.out().text(" ELSE (");
    }
    void operand(const bound::Expr& part, bool& is_first) {
        if (!is_first) to_.out().text(word());
        is_first = false;
        to_.expr(part);
    }
    std::string_view word() const { return is_or_ ? " OR " : " AND "; }

    Lowering& to_;
    std::vector<bound::Expr> parts_;
    bool is_or_;
    std::map<std::size_t, Written> once_;  // parts that are computed once, by their place
    std::size_t guarded_ = 0;              // how many parts stand before the last that can raise
};

void logical(Lowering& to, const bound::Call& call, bool is_or) {
    std::vector<bound::Expr> parts;
    for (const bound::Expr& argument : call.arguments) {
        flatten_calls(argument, call.function, parts);
    }
    Logical(to, std::move(parts), is_or).write();
}

const FunctionRow* predicate(std::string_view name) { return &functions::row_of(functions::kPredicateFunctions, name); }

/// Whether IN (query) is a part of what AND, OR and NOT make.
bool holds_in_query(const bound::Expr& e) {
    if (const auto* query = e.get_if<bound::Subquery>()) return query->kind == SubqueryKind::In;
    const auto* call = e.get_if<bound::Call>();
    if (call == nullptr || !call->replacement.empty()) return false;
    const std::string_view name = call->function->lowering.text;
    const bool is_logic = name == "and" || name == "or" || name == "not";
    return is_logic && std::ranges::any_of(call->arguments, holds_in_query);
}

/// NOT of an expression with IN (query), carried down to it: De Morgan.
bound::Expr negated(const bound::Expr& e) {
    const auto* call = e.get_if<bound::Call>();
    const bool is_logic = call != nullptr && holds_in_query(e);
    if (is_logic && call->function->lowering.text == "not") return call->arguments[0];
    bound::Call out;
    out.type = DataType::boolean();
    out.nullable = e.nullable();
    if (!is_logic) {
        out.function = predicate("not");
        out.arguments = {e};
        return out;
    }
    out.function = predicate(call->function->lowering.text == "and" ? "or" : "and");
    for (const bound::Expr& part : call->arguments) out.arguments.push_back(negated(part));
    return out;
}

/// Spark makes a join of IN (query) whose rows match or don't: what is unknown matches for NOT IN alone, and
/// NOT gets there through AND and OR.
void negation(Lowering& to, const bound::Call& call, const Origin&) {
    const bound::Expr& argument = call.arguments[0];
    const auto* query = argument.get_if<bound::Subquery>();
    if (query != nullptr && query->kind == SubqueryKind::In) return to.existence(*query, /*negated=*/true);
    if (holds_in_query(argument)) return to.expr(negated(argument));
    to.out().text("(NOT ");
    to.expr(argument);
    to.out().text(")");
}

/// How many elements stand before the last that is asked only if none of them is equal: one that can
/// raise and is no constant, which would fail the query in any case.
std::size_t guarded_elements(const bound::Call& call) {
    const bool all_constant = functions::is_foldable(call.arguments[0]);
    std::size_t guarded = 0;
    for (std::size_t i = 2; i < call.arguments.size(); ++i) {
        const bound::Expr& element = call.arguments[i];
        if (can_raise(element) && (all_constant || !functions::is_foldable(element))) guarded = i - 1;
    }
    return guarded;
}

void plain_in_list(Lowering& to, const bound::Call& call) {
    to.out().text("(");
    to.collation_key(call.arguments[0]);
    to.out().text(" IN (");
    for (std::size_t i = 1; i < call.arguments.size(); ++i) {
        if (i > 1) to.out().text(", ");
        list_element(to, call.arguments[i]);
    }
    to.out().text("))");
}

bound::Expr equal(const bound::Expr& a, const bound::Expr& b) {
    static const FunctionRow* const row = predicate("=");
    return bound::Call{row, {a, b}, DataType::boolean(), a.nullable() || b.nullable(), EvalMode::Ansi, "="};
}

/// value IN (…) as value = first OR … OR value IN (rest), so that what can raise is asked in its turn.
void guarded_in_list(Lowering& to, const bound::Call& call, std::size_t guarded) {
    sharing(to, call.arguments, {0}, [&](const std::vector<bound::Expr>& over) {
        std::vector<bound::Expr> parts;
        for (std::size_t i = 1; i <= guarded; ++i) parts.push_back(equal(over[0], over[i]));
        bound::Call rest = call;
        rest.arguments = {over[0]};
        rest.arguments.insert(rest.arguments.end(), over.begin() + static_cast<std::ptrdiff_t>(guarded) + 1, over.end());
        parts.emplace_back(std::move(rest));
        Logical(to, std::move(parts), /*is_or=*/true).write();
    });
}

void in_list(Lowering& to, const bound::Call& call, const Origin&) {
    if (call.arguments.size() == 1) {
        to.out().text("FALSE");
        return;
    }
    const std::size_t guarded = guarded_elements(call);
    guarded > 0 ? guarded_in_list(to, call, guarded) : plain_in_list(to, call);
}

bool has_byte(std::string_view text, char byte) { return text.find(byte) != std::string_view::npos; }

/// Native LIKE for a constant pattern without escapes, which DuckDB turns into prefix and substring
/// searches; the kernel for everything else.
void like(Lowering& to, const bound::Call& call, const Origin& origin) {
    const auto* pattern = call.arguments[1].get_if<bound::Constant>();
    const bool is_plain = pattern != nullptr && !pattern->literal.is_null() &&
                          !has_byte(pattern->literal.value.bytes(), '\\') &&
                          !call.arguments[0].type().is_collated();
    const auto* escape = call.arguments.size() > 2 ? call.arguments[2].get_if<bound::Constant>()
                                                   : nullptr;
    const bool default_escape =
        call.arguments.size() < 3 || (escape != nullptr && !escape->literal.is_null() &&
                                      escape->literal.value.bytes() == "\\");
    if (!is_plain || !default_escape) return lower_kernel(to, "like", call, origin);
    to.out().text("(");
    to.expr(call.arguments[0]);
    to.out().text(" LIKE ");
    to.expr(call.arguments[1]);
    to.out().text(")");
}

template <const char* kNative, const char* kKernel>
void search(Lowering& to, const bound::Call& call, const Origin& origin) {
    const DataType& type = call.arguments[0].type();
    if (!type.is_string_like() || type.is_collated()) return lower_kernel(to, kKernel, call, origin);
    to.out().text(kNative).text("(");
    to.list(call.arguments);
    to.out().text(")");
}
constexpr char kContains[] = "contains";
constexpr char kStartsWith[] = "starts_with";
constexpr char kStartsWithKernel[] = "startswith";
constexpr char kEndsWith[] = "ends_with";
constexpr char kEndsWithKernel[] = "endswith";

template <const char* kSymbol>
void comparison(Lowering& to, const bound::Call& call, const Origin&) {
    compare(to, call, kSymbol);
}
constexpr char kEqual[] = "=";
constexpr char kGreater[] = ">";
constexpr char kGreaterEqual[] = ">=";
constexpr char kLess[] = "<";
constexpr char kLessEqual[] = "<=";
constexpr char kSame[] = "IS NOT DISTINCT FROM";

constexpr auto kRows = std::to_array<CustomRow>({
    {"abs", absolute},
    {"add", add},
    {"and", [](Lowering& to, const bound::Call& call,
               const Origin&) { logical(to, call, /*is_or=*/false); }},
    {"contains", search<kContains, kContains>},
    {"divide", by_decimal<kDivide>},
    {"endswith", search<kEndsWith, kEndsWithKernel>},
    {"in", in_list},
    {"integral_divide", by_decimal<kIntegralDivide>},
    {"like", like},
    {"multiply", multiply},
    {"negative", negative},
    {"not", negation},
    {"or", [](Lowering& to, const bound::Call& call,
              const Origin&) { logical(to, call, /*is_or=*/true); }},
    {"pmod", by_decimal<kPmod>},
    {"remainder", by_decimal<kRemainder>},
    {"startswith", search<kStartsWith, kStartsWithKernel>},
    {"subtract", subtract},
    {"<", comparison<kLess>},
    {"<=", comparison<kLessEqual>},
    {"<=>", comparison<kSame>},
    {"=", comparison<kEqual>},
    {">", comparison<kGreater>},
    {">=", comparison<kGreaterEqual>},
});

}  // namespace

CustomTable operator_lowerings() { return kRows; }

}  // namespace firesteel::duckdb
