// Automatic column names and the texts of expressions in errors: Spark's toPrettySQL.
#include <algorithm>
#include <cctype>

#include "functions/resolution.h"
#include "types/type_text.h"
#include "types/value_text.h"

namespace firesteel::functions {

using bound::Expr;

namespace {

std::string joined(const std::vector<Expr>& parts, std::size_t from = 0) {
    std::string out;
    for (std::size_t i = from; i < parts.size(); ++i) {
        if (i > from) out += ", ";
        out += pretty_name(parts[i]);
    }
    return out;
}

std::string joined_with_names(const bound::PythonCall& call) {
    std::string out;
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
        if (i > 0) out += ", ";
        const bool named = i < call.argument_names.size() && !call.argument_names[i].empty();
        if (named) out += call.argument_names[i] + " => ";
        out += pretty_name(call.arguments[i]);
    }
    return out;
}

/// Fills a display template: {0}, {1}, {n*} (all from n on), {name} (as called).
std::string displayed(std::string_view pattern, const std::string& name,
                      const std::vector<Expr>& arguments) {
    std::string out;
    for (std::size_t at = 0; at < pattern.size();) {
        const auto close = pattern[at] == '{' ? pattern.find('}', at) : pattern.npos;
        if (close == pattern.npos) {
            out += pattern[at++];
            continue;
        }
        std::string_view hole = pattern.substr(at + 1, close - at - 1);
        at = close + 1;
        if (hole == "name") {
            out += name;
            continue;
        }
        const bool rest = hole.ends_with('*');
        if (rest) hole.remove_suffix(1);
        const std::size_t index = hole.empty() ? 0 : static_cast<std::size_t>(hole[0] - '0');
        if (rest) {
            out += joined(arguments, index);
        } else if (index < arguments.size()) {
            out += pretty_name(arguments[index]);
        }
    }
    return out;
}

std::string case_when(const std::vector<Expr>& arguments) {
    std::string out = "CASE";
    std::size_t i = 0;
    for (; i + 1 < arguments.size(); i += 2) {
        out += " WHEN " + pretty_name(arguments[i]) + " THEN " + pretty_name(arguments[i + 1]);
    }
    if (i < arguments.size()) out += " ELSE " + pretty_name(arguments[i]);
    return out + " END";
}

/// v:a.b[0], whose last name is its alias.
std::string path_text(const std::vector<Expr>& arguments) {
    const std::string path = pretty_name(arguments[1]);
    std::string_view name = path;
    while (name.ends_with(']') && !name.ends_with("']")) name = name.substr(0, name.rfind('['));
    if (name.ends_with("']")) {
        name.remove_suffix(2);
        name = name.substr(name.rfind("['") + 2);
    } else {
        name = name.substr(std::min(name.rfind('.') + 1, name.size()));
    }
    const std::string call = "variant_get(" + pretty_name(arguments[0]) + ", " + path + ")";
    return name == "$" ? call : call + " AS " + std::string(name);
}

/// struct(value AS field, …), which is made as named_struct: fields that were not named show their values alone.
std::string struct_text(const std::vector<Expr>& arguments) {
    std::string out = "struct(";
    for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
        const std::string field = pretty_name(arguments[i]);
        const std::string value = pretty_name(arguments[i + 1]);
        const auto* taken = arguments[i + 1].get_if<bound::GetField>();
        const bool is_own = taken != nullptr && taken->child.type().fields()[taken->index].name == field;
        const bool is_named = !is_own && field != value && field != "col" + std::to_string(i / 2 + 1);
        out += (i > 0 ? ", " : "") + value + (is_named ? " AS " + field : "");
    }
    return out + ")";
}

/// Several values as Spark makes them one: named_struct('a', a, '1', 1).
std::string row_text(const std::vector<Expr>& values) {
    std::string out;
    for (const Expr& value : values) {
        const std::string text = pretty_name(value);
        out += (out.empty() ? "'" : ", '") + text + "', " + text;
    }
    return "named_struct(" + out + ")";
}

std::string call_text(const FunctionRow& row, const std::string& name,
                      const std::vector<Expr>& arguments, std::string_view prefix) {
    if (row.traits.display == "@case") return case_when(arguments);
    if (row.traits.display == "@path") return path_text(arguments);
    if (row.name() == "named_struct" && name == "struct") return struct_text(arguments);
    if (!row.traits.display.empty()) {
        std::string out = displayed(row.traits.display, name, arguments);
        return prefix.empty() ? out : out.insert(out.find('(') + 1, prefix);
    }
    return name + "(" + std::string(prefix) + joined(arguments) + ")";
}

std::string order_text(const bound::SortOrder& order) {
    return pretty_name(order.child) +
           (order.direction == SortDirection::Ascending ? " ASC" : " DESC") +
           (order.nulls == NullOrder::First ? " NULLS FIRST" : " NULLS LAST");
}

std::string orders_text(const std::vector<bound::SortOrder>& orders) {
    std::string out;
    for (const auto& order : orders) out += (out.empty() ? "" : ", ") + order_text(order);
    return out;
}

std::string bound_text(const bound::FrameBound& bound) {
    switch (bound.kind) {
        case bound::FrameBound::Kind::UnboundedPreceding: return "UNBOUNDED PRECEDING";
        case bound::FrameBound::Kind::CurrentRow: return "CURRENT ROW";
        case bound::FrameBound::Kind::UnboundedFollowing: return "UNBOUNDED FOLLOWING";
        case bound::FrameBound::Kind::Offset: break;
    }
    const auto* cast = bound.offset->get_if<bound::Cast>();
    const Expr& value = cast != nullptr && cast->implicit ? cast->child : *bound.offset;
    const auto* folded = value.get_if<bound::Constant>();
    const Expr& offset = folded != nullptr && folded->written ? *folded->written : value;
    const auto* call = offset.get_if<bound::Call>();
    if (call != nullptr && call->function->lowering.text == "negative") {
        return pretty_name(call->arguments[0]) + " PRECEDING";
    }
    return pretty_name(offset) + " FOLLOWING";
}

std::string window_text(const bound::WindowCall& window) {
    std::string spec;
    if (!window.spec->partition_by.empty()) {
        spec += "PARTITION BY " + joined(window.spec->partition_by) + " ";
    }
    if (!window.spec->order_by.empty()) {
        spec += "ORDER BY " + orders_text(window.spec->order_by) + " ";
    }
    const auto& frame = window.spec->frame;
    spec += frame.kind == FrameKind::Rows ? "ROWS" : "RANGE";
    spec += " BETWEEN " + bound_text(frame.lower) + " AND " + bound_text(frame.upper);
    // Only nth_value says so.
    const auto* call = window.function.get_if<bound::Call>();
    const bool shows_nulls = window.ignore_nulls && call != nullptr && call->function->name() == "nth_value";
    return pretty_name(window.function) + (shows_nulls ? " ignore nulls" : "") + " OVER (" +
           spec + ")";
}

std::string aggregate_text(const bound::AggregateCall& call) {
    std::string out = call.function == nullptr
                          ? call.name + "(" + joined(call.arguments) + ")"
                          : call_text(*call.function, call.name, call.arguments,
                                      call.distinct ? "DISTINCT " : "");
    if (!call.order_by.empty()) {
        if (call.name == "string_agg") out.replace(0, call.name.size(), "listagg");  // as Spark
        out += " WITHIN GROUP (ORDER BY " + orders_text(call.order_by) + ")";
    }
    if (call.filter) out += " FILTER (WHERE " + pretty_name(*call.filter) + ")";
    return out;
}

std::string cast_text_of(const bound::Cast& cast) {
    // Implicit casts are not shown, nor are casts to nested types.
    if (cast.implicit || cast.type.is_nested()) return pretty_name(cast.child);
    return (cast.mode == EvalMode::Try ? "TRY_CAST(" : "CAST(") + pretty_name(cast.child) + " AS " +
           sql_name(cast.type) + ")";
}

std::string field_text(const bound::GetField& get) {
    const DataType& type = get.child.type();
    return pretty_name(get.child) + "." +
           (type.is(TypeKind::Struct) ? type.fields()[get.index].name : std::to_string(get.index));
}

bool is_lambda_variable(const bound::ColumnRef& column) {
    return column.name.starts_with(kLambdaVariableMark);
}

}  // namespace

std::string pretty_name(const Expr& expr) {
    return match(
        expr,
        overloaded{
            [](const bound::Constant& n) {
                if (n.written) return pretty_name(*n.written);
                return pretty_literal(n.literal, n.zone.empty() ? "UTC" : n.zone);
            },
            [](const bound::ColumnRef& n) {
                return is_lambda_variable(n) ? std::string("namedlambdavariable()") : n.name;
            },
            [](const bound::Call& n) { return call_text(*n.function, n.name, n.arguments, ""); },
            [](const bound::Cast& n) { return cast_text_of(n); },
            [](const bound::GetField& n) { return field_text(n); },
            [](const bound::Lambda& n) {
                std::string out = "lambdafunction(" + pretty_name(n.body);
                for (std::size_t i = 0; i < n.parameters.size(); ++i) {
                    out += ", namedlambdavariable()";
                }
                return out + ")";
            },
            [](const bound::AggregateCall& n) { return aggregate_text(n); },
            [](const bound::WindowCall& n) { return window_text(n); },
            [](const bound::Subquery& n) -> std::string {
                switch (n.kind) {
                    case SubqueryKind::Scalar: return "scalarsubquery(" + joined(n.outer_references) + ")";
                    case SubqueryKind::Exists: return "exists(" + joined(n.outer_references) + ")";
                    case SubqueryKind::In:
                        return "(" + (n.values.size() == 1 ? pretty_name(n.values[0])
                                                           : row_text(n.values)) +
                               " IN (listquery(" + joined(n.outer_references) + ")))";
                    case SubqueryKind::TableArgument: return "table-argument()";
                }
                return {};
            },
            [](const bound::PythonCall& n) {
                return n.function->name + "(" + joined_with_names(n) + ")";
            },
            [](const bound::VariableRef& n) {
                return "variablereference(" + n.name + "=" + sql_literal(n.value, "UTC") + ")";
            },
        });
}

std::string sql_text(const Expr& expr) { return "\"" + pretty_name(expr) + "\""; }

}  // namespace firesteel::functions
