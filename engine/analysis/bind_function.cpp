// Calls: registry functions, Python UDFs, parameters, IDENTIFIER, struct updates.
#include <algorithm>
#include <map>
#include <span>

#include "analysis/resolver.h"
#include "common/limits.h"
#include "functions/rewrite.h"
#include "functions/tables/tables.h"
#include "plan/bound_traverse.h"
#include "types/type_text.h"

namespace firesteel::analysis {

using catalog::lower;
using catalog::quoted;

functions::CallContext Resolver::call_context(Names& names) {
    functions::CallContext out;
    out.ansi = settings_.ansi;
    out.time_zone = settings_.time_zone;
    out.time_type = settings_.time_type;
    out.allow_precision_loss = settings_.allow_precision_loss;
    out.legacy_size_of_null = settings_.legacy_size_of_null;
    out.next_id = context_.next_id;
    out.constant = [this](const bound::Expr& e) { return constant(e); };
    out.bind_lambda = [this, &names](const u::Lambda& lambda,
                                     std::vector<bound::LambdaParameter> parameters) {
        return bind_lambda(lambda, std::move(parameters), names);
    };
    out.bind_rewrite = [this, &names](std::string_view text,
                                      const std::vector<bound::Expr>& arguments) {
        return bind_rewrite(text, arguments, names);
    };
    return out;
}

bound::Expr Resolver::bind_lambda(const u::Lambda& n,
                                  std::vector<bound::LambdaParameter> parameters, Names& names) {
    names.lambdas.push_back(std::move(parameters));
    struct Pop {
        Names& names;
        ~Pop() { names.lambdas.pop_back(); }
    } pop{names};
    return bind(n.body, names);
}

sql::ParserOptions Resolver::parser_options() const {
    sql::ParserOptions options;
    options.zone = settings_.time_zone;
    options.timestamp_ntz = settings_.timestamp_is_ntz;
    options.ansi = settings_.ansi;
    options.stack_bytes_max = limits::kPlanStackBytes / 4;
    return options;
}

bound::Expr Resolver::bind_rewrite(std::string_view text, const std::vector<bound::Expr>& arguments,
                                   Names&) {
    std::string quoted_text;
    for (const char c : text) {
        if (c == '{') quoted_text += '`';
        quoted_text += c;
        if (c == '}') quoted_text += '`';
    }
    Names names;
    names.rewrite_arguments = &arguments;
    return bind(sql::parse_expression(quoted_text, parser_options()), names);
}

bound::Expr Resolver::call(std::string_view name, std::vector<bound::Expr> arguments) {
    functions::CallParts parts;
    parts.name = std::string(name);
    for (bound::Expr& e : arguments) parts.arguments.push_back({std::move(e), {}});
    Names none;
    auto made = functions::resolve_call(context_.registry, std::move(parts), call_context(none));
    FS_ASSERT(made.has_value());
    return *made;
}

bound::Expr Resolver::cast(bound::Expr expr, const DataType& type, bool implicit) {
    Names none;
    const Origin origin = expr.origin();
    return functions::make_cast(std::move(expr), type, EvalMode::Session, call_context(none),
                                implicit, origin);
}

std::optional<Literal> Resolver::constant(const bound::Expr& expr) const {
    if (const auto known = functions::constant_value(expr)) return known;
    if (!functions::is_foldable(expr) || !context_.run_first_column) return std::nullopt;
    const bound::NamedExpr item{expr, context_.next_id(), "value", {}};
    return context_.run_first_column(bound::Relation(bound::Project{bound::OneRow{}, {item}})).at(0);
}

std::string Resolver::constant_string(const u::Expr& written, const std::string& what) {
    Names none;
    const bound::Expr expr = bind(written, none);
    const auto value = constant(expr);
    const Origin& origin = written.origin();
    if (!value) {
        throw Error(ErrorClass::NotAConstantStringNotConstant,
                    {{"name", what}, {"expr", functions::pretty_name(expr)}}, origin);
    }
    if (!value->type.is_string_like()) {
        throw Error(ErrorClass::NotAConstantStringWrongType,
                    {{"name", what},
                     {"expr", functions::pretty_name(expr)},
                     {"dataType", simple_string(value->type)}},
                    origin);
    }
    if (value->is_null()) {
        throw Error(ErrorClass::NotAConstantStringNull,
                    {{"name", what}, {"expr", functions::pretty_name(expr)}}, origin);
    }
    return value->value.bytes();
}

// ---- registry functions --------------------------------------------------------------------------

namespace {

/// What a column of a star is called: a struct's by its field.
std::string column_name(const bound::Expr& e) {
    const auto* field = e.get_if<bound::GetField>();
    return field != nullptr ? field->child.type().fields()[field->index].name : functions::pretty_name(e);
}

bool is_plain_star(const u::Expr& e) {
    const auto* star = e.get_if<u::Star>();
    return star != nullptr && star->target.empty() && !star->plan_id && star->except.empty();
}

/// The function's own name, or empty when the qualifier isn't one of ours.
std::string unqualified(const NameParts& name) {
    if (name.size() == 1) return name[0];
    const std::string first = lower(name[0]);
    if (name.size() == 2 && (first == "builtin" || first == "session")) return name[1];
    if (name.size() == 3 && first == "system" &&
        (lower(name[1]) == "builtin" || lower(name[1]) == "session")) {
        return name[2];
    }
    return {};
}

/// Whether the DataFrame API and other syntax alone can call it.
bool is_internal(const functions::Registry& registry, std::string_view name) {
    const auto& overloads = registry.find(name);
    return !overloads.empty() && overloads.front().group == functions::kInternalGroup;
}

FunctionKind kind_of(const functions::Registry& registry, std::string_view name) {
    const FunctionRow* row = registry.row(name);
    return row == nullptr ? FunctionKind::Scalar : row->traits.kind;
}

/// A generator inside another expression stands as its first column, so that the whole can be
/// shown in the error that follows.
bound::Expr stand_in(const bound::Expr& generator) {
    const auto& columns = generator_columns(generator);
    return bound::Expr(bound::ColumnRef{AttributeId{}, columns[0].type, columns[0].nullable,
                                        functions::pretty_name(generator)},
                       generator.origin());
}

/// int(x), date(x)…: functions that are casts.
std::optional<DataType> cast_function(const std::string& name) {
    static const std::map<std::string, DataType> kCasts = {
        {"boolean", DataType::boolean()},   {"tinyint", DataType::byte()},
        {"smallint", DataType::short_int()}, {"int", DataType::integer()},
        {"bigint", DataType::long_int()},   {"float", DataType::float32()},
        {"double", DataType::float64()},    {"decimal", DataType::decimal(10, 0)},
        {"date", DataType::date()},         {"timestamp", DataType::timestamp()},
        {"binary", DataType::binary()},     {"string", DataType::string()},
        {"time", DataType::time(6)}};
    const auto at = kCasts.find(name);
    return at == kCasts.end() ? std::nullopt : std::optional(at->second);
}

void check_aggregate_call(const bound::AggregateCall& call, const bound::Expr& whole,
                          bool over_window) {
    for (const bound::Expr& argument : call.arguments) {
        if (!over_window && has_aggregate(argument)) {
            throw Error(ErrorClass::NestedAggregate, {}, whole.origin());
        }
        if (!over_window && has_window(argument)) throw Error(ErrorClass::LegacyWindowInAggregate, {}, whole.origin());
        if (!functions::is_deterministic(argument)) {
            throw Error(ErrorClass::AggregateNondeterministic, {{"sqlExpr", quoted_sql(whole)}},
                        whole.origin());
        }
    }
    if (!call.filter) return;
    const std::string filter = quoted_sql(*call.filter);
    const Origin& origin = call.filter->origin();
    if (!call.filter->type().is(TypeKind::Boolean)) {
        throw Error(ErrorClass::AggregateFilterNotBoolean, {{"filterExpr", filter}}, origin);
    }
    if (has_window(*call.filter)) {
        throw Error(ErrorClass::AggregateFilterWindow,
                    {{"filterExpr", filter}, {"windowExpr", filter}}, origin);
    }
    if (!over_window && has_aggregate(*call.filter)) {
        std::string aggregate;
        bound::any_of(*call.filter, [&](const bound::Expr& e) {
            if (is_aggregate(e)) aggregate = quoted_sql(e);
            return is_aggregate(e);
        });
        throw Error(ErrorClass::AggregateFilterAggregate,
                    {{"filterExpr", filter}, {"aggExpr", aggregate}}, origin);
    }
    if (!functions::is_deterministic(*call.filter)) {
        throw Error(ErrorClass::AggregateFilterNondeterministic, {{"filterExpr", filter}}, origin);
    }
}

/// What operators are called where a star can't stand among their operands; empty for functions.
std::string_view operation_name(std::string_view function) {
    static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
        {"%", "remainder"},    {"*", "multiply"},         {"+", "add"},
        {"-", "subtract"},     {"/", "divide"},           {"<", "lessthan"},
        {"<=", "lessthanorequal"}, {"<=>", "equalnullsafe"}, {"=", "equalto"},
        {">", "greaterthan"},  {">=", "greaterthanorequal"}, {"and", "and"},
        {"not", "not"},        {"or", "or"}};
    for (const auto& [symbol, name] : kNames) {
        if (symbol == function) return name;
    }
    return {};
}

/// struct(… AS name) is made as named_struct, which users don't see.
bound::Expr shown_as_struct(bound::Expr made) {
    const auto* call = made.get_if<bound::Call>();
    if (call == nullptr) return made;
    bound::Call shown = *call;
    shown.name = "struct";
    return bound::Expr(std::move(shown), made.origin());
}

/// Nodes that the operand of CASE x WHEN … may have, counted for each of its branches.
constexpr std::size_t kCaseNodesMax = 1U << 20U;

const void* identity(const u::Expr& e) {
    return e.visit([](const auto& node) -> const void* { return &node; });
}

/// The operand that all conditions of CASE x WHEN … share; null if there is none.
const u::Expr* case_subject(const std::vector<u::Expr>& arguments) {
    const u::Expr* out = nullptr;
    for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
        const auto* comparison = arguments[i].get_if<u::Function>();
        if (comparison == nullptr || comparison->arguments.size() != 2) return nullptr;
        const u::Expr& left = comparison->arguments[0];
        if (out != nullptr && identity(*out) != identity(left)) return nullptr;
        out = &left;
    }
    return arguments.size() > 3 ? out : nullptr;
}

}  // namespace

std::vector<functions::Argument> Resolver::bind_arguments(const std::string& function,
                                                          const std::vector<u::Expr>& arguments,
                                                          Names& names) {
    std::vector<functions::Argument> out;
    out.reserve(arguments.size());
    const bool is_struct = function == "struct";
    const bool aliased = is_struct && std::any_of(arguments.begin(), arguments.end(), [](const auto& a) {
                             return a.template get_if<u::Alias>() != nullptr;
                         });
    const std::string_view operation = operation_name(function);
    const u::Expr* written_subject = function == "when" ? case_subject(arguments) : nullptr;
    bound::MaybeExpr subject;
    if (written_subject != nullptr) {
        subject = bind(*written_subject, names);
        if (!functions::is_within(*subject, kCaseNodesMax / arguments.size())) {
            throw unsupported("a CASE over an operand of this size", written_subject->origin());
        }
    }
    // subject = value, with the subject bound once.
    const auto compared = [&](const u::Expr& condition) {
        functions::CallParts parts;
        parts.name = "=";
        parts.arguments = {{*subject, {}}, {bind(condition.get_if<u::Function>()->arguments[1], names), {}}};
        parts.origin = condition.origin();
        return *functions::resolve_call(context_.registry, std::move(parts), call_context(names));
    };
    const auto add = [&](bound::Expr value, std::string name, const std::string& field) {
        if (is_generator(value)) {
            value = stand_in(value);
            nested_generator_ = true;
        }
        if (aliased) out.push_back({bound::Expr(bound::Constant{Literal::string(field)}), {}});
        out.push_back({std::move(value), std::move(name)});
    };
    for (const u::Expr& argument : arguments) {
        if (argument.get_if<u::Lambda>() != nullptr) {
            out.push_back({argument, {}});
        } else if (const auto* named = argument.get_if<u::NamedArgument>()) {
            if (named->value.get_if<u::Lambda>() != nullptr) {
                out.push_back({named->value, named->name});
            } else {
                add(bind(named->value, names), named->name, named->name);
            }
        } else if (argument.get_if<u::Star>() != nullptr ||
                   argument.get_if<u::RegexStar>() != nullptr) {
            if (!operation.empty()) {
                throw Error(ErrorClass::InvalidUsageOfStar,
                            {{"elem", "'*'"}, {"prettyName", "expression `" + std::string(operation) + "`"}},
                            argument.origin());
            }
            for (bound::Expr& e : expand_star(argument, names)) {
                const std::string name = column_name(e);
                add(std::move(e), {}, name);
            }
        } else {
            const bool is_compared = subject && out.size() % 2 == 0 && out.size() + 1 < arguments.size();
            bound::Expr value = is_compared ? compared(argument) : bind(argument, names);
            const auto* alias = argument.get_if<u::Alias>();
            std::string field = "col" + std::to_string(out.size() / (aliased ? 2 : 1) + 1);
            if (alias != nullptr) {
                field = alias->names[0];
            } else if (const auto* attribute = argument.get_if<u::Attribute>()) {
                field = attribute->parts.back();
            }
            add(std::move(value), {}, field);
        }
    }
    pad_compared(function, out, names);
    return out;
}

std::string Resolver::search_path() const {
    return "[`system`.`builtin`, `system`.`session`, " + quoted(current_catalog_) + "." +
           quoted(current_database_) + "]";
}

/// version(): the release whose behaviour is ours, and its revision.
constexpr std::string_view kSparkRelease = "4.1.1 c0690c763bafabd08e7079d1137fa0a769a05bae";

/// What a function without arguments says of the session.
std::optional<Literal> Resolver::session_value(const std::string& function) const {
    if (function == "current_catalog") return Literal::string(current_catalog_);
    if (function == "current_database" || function == "current_schema") {
        return Literal::string(current_database_);
    }
    if (function == "current_user" || function == "user" || function == "session_user") {
        return Literal::string(settings_.user);
    }
    if (function == "version") return Literal::string(std::string(kSparkRelease));
    if (function == "current_timezone") return Literal::string(settings_.time_zone);
    return std::nullopt;
}

/// A user's function: a temporary one, or, where no built-in one has the name, a permanent one.
catalog::FunctionPtr Resolver::find_function(const NameParts& name) {
    const std::string own = unqualified(name);
    if (!own.empty() && !in_permanent_) {
        if (catalog::FunctionPtr f = context_.catalog.find_function(own)) {
            note_temporary("FUNCTION", name);
            return f;
        }
    }
    const bool is_built_in = !own.empty() && context_.registry.row(own) != nullptr;
    if (is_built_in && !is_internal(context_.registry, own)) return nullptr;
    const auto place = catalog::object_name(name, current_database_);
    return place ? context_.catalog.metastore().find_function(*place) : nullptr;
}

namespace {

constexpr std::int32_t kPythonAggregates[] = {202, 217, 252, 254};

bool is_aggregate(const PythonFunction& f) {
    return std::find(std::begin(kPythonAggregates), std::end(kPythonAggregates), f.eval_type) !=
           std::end(kPythonAggregates);
}

/// Functions of iterators see their arguments as one.
bool takes_named_arguments(const PythonFunction& f) {
    constexpr std::int32_t kIterators[] = {204, 217, 251, 254};
    return std::ranges::find(kIterators, f.eval_type) == std::end(kIterators);
}

/// The clauses of built-in aggregates, which no user's function takes.
void refuse_clauses(const std::string& name, const u::Function& n, const Origin& origin) {
    const auto refuse = [&](std::string_view syntax) {
        throw Error(ErrorClass::InvalidSqlSyntaxFunctionWithUnsupportedSyntax,
                    {{"prettyName", name}, {"syntax", std::string(syntax)}}, origin);
    };
    if (n.distinct) refuse("DISTINCT");
    if (!n.within_group.empty()) refuse("WITHIN GROUP (ORDER BY ...)");
    if (n.filter) refuse("FILTER CLAUSE");
    if (n.ignore_nulls) refuse("IGNORE NULLS");
}

/// What a SQL function's call can't have: the clauses of aggregates, and OVER.
void check_sql_call(const catalog::UserFunction& f, const u::Function& n, const Origin& origin, bool over_window) {
    const std::string name = quoted(NameParts{f.full_name().back()});
    refuse_clauses(name, n, origin);
    if (!over_window) return;
    throw Error(ErrorClass::UnsupportedSqlUdfUsage, {{"functionName", name}, {"nodeName", "Window"}}, origin);
}

/// count(t.*) is refused; count(*) counts rows.
void check_count(const std::vector<u::Expr>& arguments, const Origin& origin) {
    for (const u::Expr& argument : arguments) {
        const auto* star = argument.get_if<u::Star>();
        if (star == nullptr || star->target.empty()) continue;
        std::string target;
        for (const std::string& part : star->target) target += (target.empty() ? "" : ".") + part;
        throw Error(ErrorClass::LegacyCountOfStar, {{"targetString", target}}, origin);
    }
}

/// A call without arguments whose value is known.
bound::Expr answered(const bound::Expr& expr, const Literal& value) {
    const auto* call = expr.get_if<bound::Call>();
    if (call == nullptr || !call->arguments.empty()) return expr;
    bound::Call out = *call;
    out.replacement = {bound::Expr(bound::Constant{value}, expr.origin())};
    return bound::Expr(std::move(out), expr.origin());
}

}  // namespace

bound::Expr Resolver::bind_function(const u::Function& n, const Origin& origin, Names& names,
                                    bool over_window) {
    const std::string name = unqualified(n.name);
    const auto unknown = [&]() -> Error {
        return Error(ErrorClass::UnresolvedRoutine,
                     {{"routineName", quoted(n.name)}, {"searchPath", search_path()}}, origin);
    };
    if (const catalog::FunctionPtr f = find_function(n.name)) {
        const bool is_table = f->is_table_function || (f->sql && f->sql->is_table);
        if (is_table) {
            throw Error(ErrorClass::NotScalarFunction, {{"functionName", quoted(f->full_name())}}, origin);
        }
        if (f->python) {
            refuse_clauses(is_aggregate(*f->python) ? "`pythonudaf`" : "`pythonudf`", n, origin);
            return bind_python(*f->python, n.arguments, origin, names);
        }
        check_sql_call(*f, n, origin, over_window);
        return bind_sql_function(*f, n.arguments, origin, names);
    }
    if (name.empty()) throw unknown();
    const std::string key = lower(name);
    if (context_.registry.find(name).empty() && !cast_function(key)) throw unknown();
    const FunctionKind kind = kind_of(context_.registry, name);
    const bool aggregate = kind == FunctionKind::Aggregate;
    functions::CallParts parts;
    parts.name = name;
    parts.distinct = n.distinct;
    parts.ignore_nulls = n.ignore_nulls;
    parts.origin = origin;
    {
        const Scoped<NameLookup> inside(
            names.first, aggregate && !over_window && names.in_aggregate ? names.in_aggregate
                                                                         : names.first);
        if (key == "count" && n.arguments.size() == 1 && is_plain_star(n.arguments[0]) &&
            !n.distinct) {
            parts.arguments.push_back({bound::Expr(bound::Constant{Literal::integer(1)}, origin), {}});
        } else {
            parts.arguments = bind_arguments(key, n.arguments, names);
            const bool renamed = key == "struct" && std::any_of(
                n.arguments.begin(), n.arguments.end(),
                [](const u::Expr& a) { return a.get_if<u::Alias>() != nullptr; });
            if (renamed) parts.name = "named_struct";
            if (key == "count" && !n.distinct) check_count(n.arguments, origin);
        }
        if (n.filter) parts.filter = bind(*n.filter, names);
        for (const u::SortOrder& order : n.within_group) {
            parts.within_group.push_back(bind_order(order, names));
        }
    }
    if (const auto type = cast_function(key); type && parts.arguments.size() == 1) {
        if (const auto* value = std::get_if<bound::Expr>(&parts.arguments[0].value)) {
            // Named as its argument, not as a cast that was written.
            return functions::make_cast(*value, *type, EvalMode::Session, call_context(names),
                                        /*implicit=*/true, origin);
        }
    }
    std::optional<bound::Expr> made =
        functions::resolve_call(context_.registry, std::move(parts), call_context(names));
    if (!made) throw unknown();
    if (key == "struct") made = shown_as_struct(std::move(*made));
    if (const auto* call = made->get_if<bound::AggregateCall>()) {
        check_aggregate_call(*call, *made, over_window);
    }
    if (const auto value = session_value(key)) made = answered(*made, *value);
    if (kind == FunctionKind::Window && !over_window) {
        throw Error(ErrorClass::WindowWithoutOver,
                    {{"funcName", functions::sql_text(*made)}}, origin);
    }
    return *made;
}

// ---- functions that users made -------------------------------------------------------------------

void Resolver::check_named_arguments(const std::string& routine, const std::vector<std::string>& names,
                                     const Origin& origin) const {
    for (std::size_t i = 1; i < names.size(); ++i) {
        const auto before = std::span(names).first(i);
        const bool is_again = !names[i].empty() && std::ranges::any_of(before, [&](const std::string& name) {
            return same_name(name, names[i], case_sensitive());
        });
        if (is_again) {
            throw Error(ErrorClass::DuplicateRoutineParameter,
                        {{"routineName", quoted(routine)}, {"parameterName", quoted(names[i])}}, origin);
        }
        if (names[i].empty() && !names[i - 1].empty()) {
            throw Error(ErrorClass::UnexpectedPositionalArgument,
                        {{"routineName", quoted(routine)}, {"parameterName", quoted(names[i - 1])}}, origin);
        }
    }
}

bound::Expr Resolver::bind_python(const PythonFunction& f, const std::vector<u::Expr>& arguments,
                                  const Origin& origin, Names& names) {
    const auto function = std::make_shared<const PythonFunction>(f);
    std::vector<bound::Expr> values;
    std::vector<std::string> keywords;
    for (functions::Argument& a : bind_arguments("", arguments, names)) {
        values.push_back(std::get<bound::Expr>(std::move(a.value)));
        keywords.push_back(std::move(a.name));
    }
    if (!f.output_type) throw unsupported("a Python UDF without a return type", origin);
    const bool has_names = std::ranges::any_of(keywords, [](const std::string& name) { return !name.empty(); });
    if (has_names && !takes_named_arguments(f)) {
        throw Error(ErrorClass::NamedParametersNotSupported, {{"functionName", quoted(f.name)}}, origin);
    }
    check_named_arguments(f.name, keywords, origin);
    if (!is_aggregate(f)) {
        bound::PythonCall call{function, std::move(values), std::move(keywords), *f.output_type};
        bound::Expr whole(std::move(call), origin);
        if (!names.lambdas.empty()) {
            throw Error(ErrorClass::LambdaWithPythonUdf, {{"funcName", quoted_sql(whole)}}, origin);
        }
        return whole;
    }
    if (std::ranges::any_of(values, has_aggregate)) throw Error(ErrorClass::NestedAggregate, {}, origin);
    bound::AggregateCall call;
    call.python = function;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (keywords[i].empty()) {
            call.arguments.push_back(std::move(values[i]));
            continue;
        }
        bound::Call named;
        named.function = context_.registry.row("__named_argument");
        named.type = values[i].type();
        named.nullable = values[i].nullable();
        named.name = keywords[i];
        named.arguments = {std::move(values[i])};
        call.arguments.emplace_back(std::move(named), origin);
    }
    call.type = *f.output_type;
    call.nullable = true;
    call.name = f.name;
    bound::Expr whole(std::move(call), origin);
    return whole;
}

// ---- markers and other single nodes --------------------------------------------------------------

bound::Expr Resolver::bind_parameter(const u::Parameter& n, const Origin& origin) {
    const bool named = !n.name.empty();
    (named ? seen_named_parameter_ : seen_positional_parameter_) = true;
    if (seen_named_parameter_ && seen_positional_parameter_ && parameters_ != nullptr) {
        throw Error(ErrorClass::MixedParameters, {}, origin);
    }
    if (parameters_ != nullptr && named) {
        for (const auto& [name, value] : parameters_->named) {
            if (name == n.name) return value;
        }
    }
    if (parameters_ != nullptr && !named) {
        const auto i = static_cast<std::size_t>(n.position);
        if (i < parameters_->positional.size()) return parameters_->positional[i];
    }
    const std::string shown = named ? n.name : "_" + std::to_string(origin.start);
    throw Error(ErrorClass::UnboundParameter, {{"name", shown}}, origin);
}

u::Expr Resolver::identified(const u::Expr& written) {
    const auto* clause = written.get_if<u::IdentifierClause>();
    if (clause == nullptr) return written;
    NameParts parts = sql::parse_identifier(constant_string(clause->text, "IDENTIFIER"), parser_options());
    if (!clause->is_call) return {u::Attribute{std::move(parts), {}, false}, written.origin()};
    u::Function call;
    call.name = std::move(parts);
    call.arguments = clause->arguments;
    return {std::move(call), written.origin()};
}

namespace {

NameParts first_and_rest(const std::string& path, std::string& rest) {
    const auto dot = path.find('.');
    rest = dot == path.npos ? std::string() : path.substr(dot + 1);
    return {path.substr(0, dot)};
}

}  // namespace

bound::Expr Resolver::bind_update(const u::UpdateField& n, const Origin& origin, Names& names) {
    std::vector<bound::Expr> arguments = {bind(n.child, names)};
    if (n.value) arguments.push_back(bind(*n.value, names));
    bound::MaybeExpr value;
    const std::function<bound::Expr(const bound::Expr&, const std::string&)> update =
        [&](const bound::Expr& child, const std::string& path) -> bound::Expr {
        if (!child.type().is(TypeKind::Struct)) {
            throw unsupported("withField or dropFields on a value that is no struct", origin);
        }
        std::string rest;
        const std::string field = first_and_rest(path, rest)[0];
        const auto& fields = child.type().fields();
        std::vector<bound::Expr> parts;
        bool found = false;
        const auto add = [&](const std::string& name, bound::Expr e) {
            parts.push_back(bound::Constant{Literal::string(name)});
            parts.push_back(std::move(e));
        };
        for (std::size_t i = 0; i < fields.size(); ++i) {
            const bound::Expr old(bound::GetField{child, i, fields[i].type,
                                                  child.nullable() || fields[i].nullable},
                                  origin);
            if (!same_name(fields[i].name, field, case_sensitive())) {
                add(fields[i].name, old);
                continue;
            }
            found = true;
            if (!rest.empty()) add(fields[i].name, update(old, rest));
            else if (value) add(field, *value);
        }
        if (!found && value && rest.empty()) add(field, *value);
        if (!found && !rest.empty()) {
            std::string known;
            for (const StructField& f : fields) known += (known.empty() ? "" : ", ") + quoted(f.name);
            throw Error(ErrorClass::FieldNotFound, {{"fieldName", quoted(field)}, {"fields", known}},
                        origin);
        }
        if (parts.empty()) throw unsupported("dropping all fields of a struct", origin);
        bound::Expr made = call("named_struct", std::move(parts));
        if (!child.nullable()) return made;
        bound::Expr null = bound::Constant{Literal::null(made.type())};
        return call("if", {call("isnull", {child}), std::move(null), std::move(made)});
    };
    bound::Expr out = functions::rewritten(arguments, call_context(names), [&](const std::vector<bound::Expr>& over) {
        if (over.size() > 1) value = over[1];
        return update(over[0], n.field);
    });
    const auto* lambda = out.get_if<bound::Lambda>();
    if (lambda == nullptr) return out;
    out = functions::with_unused_first(*lambda, arguments.size(), fresh());
    // The field as an argument keeps updates of different fields apart.
    arguments.insert(arguments.begin(), bound::Constant{Literal::string(n.field)});
    bound::Call made{context_.registry.row("__update_field"), std::move(arguments), out.type(), out.nullable(),
                     EvalMode::Ansi, "update_fields", {}};
    made.replacement.push_back(std::move(out));
    return bound::Expr(std::move(made), origin);
}

}  // namespace firesteel::analysis
