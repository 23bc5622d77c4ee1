/// Expressions. Each comes out as text of exactly its type's carrier.

#include <algorithm>
#include <cctype>
#include <utility>

#include "backend/duckdb/kernels/kernel.h"
#include "backend/duckdb/lowering/collation_key.h"
#include "backend/duckdb/lowering/custom.h"
#include "backend/duckdb/lowering/lowering.h"
#include "backend/duckdb/lowering/physical_type.h"
#include "backend/duckdb/lowering/sharing.h"
#include "common/limits.h"
#include "functions/resolve.h"

namespace firesteel::duckdb {
namespace {

/// DuckDB looks for equal parts of an expression in cubic time of its depth, but only below what is
/// volatile: something volatile at every so many levels keeps it linear.
constexpr std::uint32_t kDepthUncutMax = 48;

std::optional<Literal> constant_of(const bound::Expr& expr) {
    if (const auto* constant = expr.get_if<bound::Constant>()) return constant->literal;
    if (const auto* variable = expr.get_if<bound::VariableRef>()) return variable->value;
    return std::nullopt;
}

bool any_can_raise(const std::vector<bound::Expr>& expressions) {
    for (const bound::Expr& expr : expressions) {
        if (can_raise(expr)) return true;
    }
    return false;
}

/// A cast that every value of its source passes.
bool is_total_cast(const bound::Cast& cast) {
    const DataType& from = carried(cast.child.type());
    // Variants that don't fit raise in legacy mode too.
    if (from.is(TypeKind::Variant)) return cast.mode == EvalMode::Try;
    if (cast.mode != EvalMode::Ansi) return true;
    const DataType& to = carried(cast.type);
    if (same_carrier(from, to) || to.is_string_like() || is_native_cast(from, to)) return true;
    return to.is(TypeKind::Double) && !from.is_string_like();
}

}  // namespace

bool call_can_raise(const bound::Call& call) {
    if (!call.function->traits.raises || call.mode == EvalMode::Try) return false;
    const std::string_view name = call.function->lowering.text;
    if (name != "add" && name != "subtract" && name != "multiply") return true;
    if (call.type.is(TypeKind::Float) || call.type.is(TypeKind::Double)) return false;
    const DataType& a = carried(call.arguments[0].type());
    const DataType& b = carried(call.arguments.back().type());
    if (!a.is(TypeKind::Decimal) || !b.is(TypeKind::Decimal)) return true;
    // Exact results that the result type has room for.
    if (name == "multiply") {
        return a.precision() + b.precision() > kDecimalPrecisionMax ||
               call.type.scale() != a.scale() + b.scale();
    }
    const int scale = std::max(a.scale(), b.scale());
    const int digits = std::max(a.precision() - a.scale(), b.precision() - b.scale()) + scale + 1;
    return call.type.scale() != scale || digits > call.type.precision();
}

bool can_raise(const bound::Expr& expr) {
    return match(
        expr, overloaded{
                  [](const bound::Constant&) { return false; },
                  [](const bound::ColumnRef&) { return false; },
                  [](const bound::Call& n) {
                      if (!n.replacement.empty()) {
                          const bound::Expr& by = n.replacement.front();
                          const bool over_arguments = by.get_if<bound::Lambda>() != nullptr;
                          return can_raise(by) || (over_arguments && any_can_raise(n.arguments));
                      }
                      return call_can_raise(n) || any_can_raise(n.arguments);
                  },
                  [](const bound::Cast& n) { return !is_total_cast(n) || can_raise(n.child); },
                  [](const bound::GetField& n) { return can_raise(n.child); },
                  [](const bound::Lambda& n) { return can_raise(n.body); },
                  [](const bound::AggregateCall&) { return false; },
                  [](const bound::WindowCall&) { return false; },
                  [](const bound::Subquery& n) { return n.kind == SubqueryKind::Scalar; },
                  [](const bound::PythonCall&) { return true; },
                  [](const bound::VariableRef&) { return false; },
              });
}

void Lowering::expr(const bound::Expr& expr) {
    if (++depth_ > 4 * limits::kPlanDepthMax) {
        throw unsupported("an expression nested this deeply", expr.origin());
    }
    operation_.stop().throw_if_stopped();
    const std::uint32_t outer = depth_uncut_++;
    const bool is_cut = outer >= kDepthUncutMax && (expr.get_if<bound::Call>() || expr.get_if<bound::Cast>());
    if (is_cut) {
        depth_uncut_ = 0;
        out_.text("CASE WHEN random() IS NOT NULL THEN ");
    }
    uncut(expr);
    if (is_cut) out_.text(" END");
    depth_uncut_ = outer;
    --depth_;
}

void Lowering::uncut(const bound::Expr& expr) {
    match(expr,
          overloaded{
              [&](const bound::Constant& n) { literal(n.literal); },
              [&](const bound::ColumnRef& n) {
                  const auto named = names_.find(n.id);
                  if (named != names_.end()) {
                      out_.text(named->second);
                  } else if (ranges_.carries_narrow(n.id)) {
                      out_.text("CAST(").column(n.id).text(" AS ").text(physical_type(n.type)).text(")");
                  } else {
                      out_.column(n.id);
                  }
              },
              [&](const bound::Call& n) { call(n, expr.origin()); },
              [&](const bound::Cast& n) { cast(n, expr.origin()); },
              [&](const bound::GetField& n) {
                  out_.text("struct_extract(");
                  this->expr(n.child);
                  out_.text(", '").text(field_name(n.index)).text("')");
              },
              [&](const bound::Lambda& n) {
                  out_.text("lambda ");
                  for (std::size_t i = 0; i < n.parameters.size(); ++i) {
                      if (i > 0) out_.text(", ");
                      out_.column(n.parameters[i].id);
                  }
                  out_.text(": ");
                  this->expr(n.body);
              },
              [&](const bound::AggregateCall& n) { aggregate_call(n, nullptr, expr.origin()); },
              [&](const bound::WindowCall&) { FS_ASSERT(!"a window call outside Window"); },
              [&](const bound::Subquery& n) { subquery(n); },
              [&](const bound::PythonCall& n) { python_call(n, expr.origin()); },
              [&](const bound::VariableRef& n) { literal(n.value); },
          });
}

void flatten_calls(const bound::Expr& expr, const FunctionRow* function,
                   std::vector<bound::Expr>& out) {
    const auto* call = expr.get_if<bound::Call>();
    if (call == nullptr || call->function != function || !call->replacement.empty()) {
        out.push_back(expr);
        return;
    }
    for (const bound::Expr& argument : call->arguments) flatten_calls(argument, function, out);
}

namespace {

/// Three-valued, as SQL has it.
void in_query(Lowering& to, const bound::Subquery& n) {
    to.out().text("((");
    for (std::size_t i = 0; i < n.values.size(); ++i) {
        if (i > 0) to.out().text(", ");
        to.collation_key(n.values[i]);
    }
    to.out().text(") IN (");
    const bound::Attributes& columns = n.query->output();
    if (holds_collation(columns)) {
        to.out().text("SELECT ");
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (i > 0) to.out().text(", ");
            to.collation_key(columns[i].ref());
        }
        to.from(*n.query);
    } else {
        to.query(*n.query);
    }
    to.out().text("))");
}

bool is_null(const bound::Expr& e) {
    const auto constant = functions::constant_value(e);
    return constant && constant->is_null();
}

/// A conjunct that is IN (query) or NOT IN (query), where NULL is as good as FALSE.
void conjunct(Lowering& to, const bound::Expr& e) {
    const auto* call = e.get_if<bound::Call>();
    const bool is_negated = call != nullptr && call->function->lowering.text == "not" && call->replacement.empty();
    const auto* query = (is_negated ? call->arguments[0] : e).get_if<bound::Subquery>();
    if (query == nullptr || query->kind != SubqueryKind::In) return to.expr(e);
    if (is_negated) to.out().text("NOT ");
    in_query(to, *query);
}

}  // namespace

void Lowering::condition(const bound::Expr& e) {
    const std::vector<bound::Expr> parts = conjuncts(e);
    if (parts.size() == 1) return conjunct(*this, e);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        out_.text(i > 0 ? " AND (" : "(");
        conjunct(*this, parts[i]);
        out_.text(")");
    }
}

void Lowering::collation_key(const bound::Expr& e) {
    if (!holds_collation(e.type())) return expr(e);
    KernelSite site;
    site.kernel = find_kernel("collation_key");
    site.result = collation_key_type(carried(e.type()));
    site.origin = e.origin();
    kernel_call(std::move(site), {e});
}

void Lowering::order_key(const bound::Expr& e) {
    const DataType type = collation_key_type(carried(e.type()));
    if (!type.is(TypeKind::Array) && !type.is(TypeKind::Struct)) return collation_key(e);
    KernelSite site;
    site.kernel = find_kernel("order_key");
    site.arguments = {type};
    site.result = DataType::binary();
    site.origin = e.origin();
    open_kernel(std::move(site));
    out_.text(", ");
    collation_key(e);
    out_.text(")");
}

std::vector<bound::Expr> conjuncts(const bound::Expr& condition) {
    const auto* call = condition.get_if<bound::Call>();
    if (call == nullptr || call->function->lowering.text != "and") return {condition};
    std::vector<bound::Expr> parts;
    flatten_calls(condition, call->function, parts);
    return parts;
}

std::optional<std::string> Lowering::exchange_name(AttributeId id, std::optional<std::string> text) {
    const auto found = names_.find(id);
    std::optional<std::string> before;
    if (found != names_.end()) before = std::move(found->second);
    if (text) {
        names_[id] = *std::move(text);
    } else {
        names_.erase(id);
    }
    return before;
}

void Lowering::list(const std::vector<bound::Expr>& expressions) {
    for (std::size_t i = 0; i < expressions.size(); ++i) {
        if (i > 0) out_.text(", ");
        expr(expressions[i]);
    }
}

void Lowering::key(const bound::Expr& e) {
    const DataType& type = e.type();
    const bool floating = type.is(TypeKind::Float) || type.is(TypeKind::Double);
    if (floating) out_.text("(");
    collation_key(e);
    if (floating) out_.text(" + CAST(0 AS ").text(physical_type(type)).text("))");
}

void Lowering::open_kernel(KernelSite site) {
    site.zone = operation_.time_zone();
    site.now_micros = operation_.started_micros();
    const std::string name = kernels_.function_for(site);
    const std::size_t id = operation_.add_site(std::move(site));
    out_.identifier(name).text("(").number(static_cast<std::int64_t>(id));
}

void Lowering::kernel_call(KernelSite site, const std::vector<bound::Expr>& arguments) {
    for (const bound::Expr& argument : arguments) {
        site.arguments.push_back(carried(argument.type()));
        site.constants.push_back(constant_of(argument));
    }
    open_kernel(std::move(site));
    for (const bound::Expr& argument : arguments) {
        out_.text(", ");
        expr(argument);
    }
    out_.text(")");
}

namespace {

struct Place {
    std::size_t index = 0;
    char as = 0;  // 'k', 'n', 'o' or none
    bool all = false;
};

/// What stands between the braces: "0", "k0", "1*".
Place place_of(std::string_view text) {
    Place out;
    out.all = text.ends_with('*');
    if (out.all) text.remove_suffix(1);
    if (text.starts_with('k') || text.starts_with('n') || text.starts_with('o')) {
        out.as = text.front();
        text.remove_prefix(1);
    }
    for (const char c : text) {
        FS_ASSERT(std::isdigit(static_cast<unsigned char>(c)));
        out.index = out.index * 10 + static_cast<std::size_t>(c - '0');
    }
    return out;
}

/// Calls `text` and `place` for what stands outside of and between braces.
template <typename Text, typename OnPlace>
void for_each_part(std::string_view sql, const Text& text, const OnPlace& place) {
    for (std::size_t at = 0; at < sql.size();) {
        const std::size_t open = sql.find('{', at);
        text(sql.substr(at, open - at));
        if (open == std::string_view::npos) return;
        const std::size_t close = sql.find('}', open);
        FS_ASSERT(close != std::string_view::npos);
        place(place_of(sql.substr(open + 1, close - open - 1)));
        at = close + 1;
    }
}

/// The arguments that a template names more than once.
std::vector<std::size_t> repeated_places(std::string_view sql, std::size_t arguments) {
    std::vector<std::size_t> uses(arguments, 0);
    for_each_part(sql, [](std::string_view) {}, [&](const Place& p) {
        for (std::size_t i = p.index; i < (p.all ? arguments : p.index + 1); ++i) ++uses.at(i);
    });
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < arguments; ++i) {
        if (uses[i] > 1) out.push_back(i);
    }
    return out;
}

}  // namespace

void Lowering::sql_template(std::string_view text, const std::vector<bound::Expr>& arguments) {
    const auto write = [&](const std::vector<bound::Expr>& over) {
        const auto plain = [&](std::string_view part) { out_.text(part); };
        for_each_part(text, plain, [&](const Place& p) {
            if (p.all) {
                for (std::size_t i = p.index; i < over.size(); ++i) {
                    if (i > p.index) out_.text(", ");
                    expr(over[i]);
                }
                return;
            }
            const bound::Expr& argument = over.at(p.index);
            switch (p.as) {
                case 'k': return key(argument);
                case 'o': return order_key(argument);
                case 'n': return narrow(argument);
                default: return expr(argument);
            }
        });
    };
    const std::vector<std::size_t> repeated = repeated_places(text, arguments.size());
    repeated.empty() ? write(arguments) : sharing(*this, arguments, repeated, write);
}

void Lowering::call(const bound::Call& n, const Origin& origin) {
    if (!n.replacement.empty()) {
        const bound::Expr& by = n.replacement.front();
        const auto* over_arguments = by.get_if<bound::Lambda>();
        over_arguments != nullptr ? applied(*this, *over_arguments, n.arguments) : expr(by);
        return;
    }
    const firesteel::Lowering& how = n.function->lowering;
    switch (how.kind) {
        case firesteel::Lowering::Kind::Sql: {
            const bool is_condition = n.type.is(TypeKind::Boolean);
            out_.text(is_condition ? "(" : "CAST(");
            sql_template(how.text, n.arguments);
            if (!is_condition) out_.text(" AS ").text(physical_type(n.type));
            out_.text(")");
            return;
        }
        case firesteel::Lowering::Kind::Kernel: lower_kernel(*this, how.text, n, origin); return;
        case firesteel::Lowering::Kind::Custom: {
            if (const CustomLowering custom = find_custom(how.text)) {
                custom(*this, n, origin);
            } else {
                lower_kernel(*this, how.text, n, origin);
            }
            return;
        }
        case firesteel::Lowering::Kind::Rewrite:
        case firesteel::Lowering::Kind::Unsupported: break;
    }
    throw unsupported("the function " + std::string(n.function->name()) + ": " +
                          std::string(how.text),
                      origin);
}

void Lowering::python_call(const bound::PythonCall& n, const Origin& origin) {
    if (!python_.function) throw unsupported("Python functions in this place", origin);
    KernelSite site;
    site.kernel = find_kernel("python");
    site.result = carried(n.type);
    site.origin = origin;
    site.is_volatile = true;
    site.batch = python_.function(n);
    site.stop = operation_.working();
    kernel_call(std::move(site), n.arguments);
}

void Lowering::existence(const bound::Subquery& n, bool negated) {
    const bool looks_for_null = n.values.size() == 1 && is_null(n.values[0]);
    if (!looks_for_null) out_.text("coalesce(");
    if (negated) out_.text("(NOT ");
    in_query(*this, n);
    if (negated) out_.text(")");
    if (!looks_for_null) out_.text(", FALSE)");
}

void Lowering::subquery(const bound::Subquery& n) {
    switch (n.kind) {
        case SubqueryKind::Scalar:
            operation_.expect_scalar_subquery();
            out_.text("(");
            query(*n.query);
            out_.text(")");
            return;
        case SubqueryKind::Exists:
            out_.text("EXISTS (");
            query(*n.query);
            out_.text(")");
            return;
        case SubqueryKind::In: existence(n, /*negated=*/false); return;
        case SubqueryKind::TableArgument: break;
    }
    throw unsupported("a table as an argument");
}

}  // namespace firesteel::duckdb
