// LATERAL VIEW and table-valued functions: generators, range, SQL and Python table functions.
#include <algorithm>

#include "analysis/resolver.h"
#include "plan/bound_traverse.h"
#include "types/type_text.h"

namespace firesteel::analysis {

using catalog::lower;
using catalog::quoted;

Resolver::Made Resolver::generate(const NodePtr& child, bound::Expr generator, bool outer,
                                  const std::vector<std::string>& names, Qualifier qualifier,
                                  const Origin& origin) {
    const auto& fields = generator_columns(generator);
    if (!names.empty() && names.size() != fields.size()) {
        std::string list;
        for (const std::string& name : names) list += (list.empty() ? "" : ",") + name;
        throw Error(ErrorClass::UdtfAliasNumber,
                    {{"aliasesSize", std::to_string(fields.size())}, {"aliasesNames", list}}, origin);
    }
    bound::Attributes columns;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        columns.push_back({fresh(), names.empty() ? fields[i].name : names[i], fields[i].type,
                           fields[i].nullable, {}});
    }
    const bool outer_form = generator.get_if<bound::Call>()->name.ends_with("_outer");
    bound::Relation input = widened_for(child, {generator});
    const std::size_t width = columns.size();
    bound::Relation plan =
        bound::Generate{std::move(input), std::move(generator), outer || outer_form, std::move(columns)};
    std::vector<ScopeColumn> scope = child->scope.columns();
    const auto& output = plan.output();
    for (std::size_t i = output.size() - width; i < output.size(); ++i) {
        scope.push_back({output[i], qualifier});
    }
    return make(plan, Scope(std::move(scope), child->scope.hidden()), {child}, Reach::Through);
}

Resolver::Made Resolver::resolve(const u::LateralView& n, const u::Relation& whole) {
    const NodePtr child = relation(n.child);
    Names names;
    names.inputs = {child};
    nested_generator_ = false;
    bound::Expr generator = bind(n.generator, names);
    if (nested_generator_) {
        nested_generator_ = false;
        throw Error(ErrorClass::GeneratorNested, {{"expression", quoted_sql(generator)}}, whole.origin());
    }
    if (!is_generator(generator)) {
        const std::string text = functions::pretty_name(generator);
        const std::string name = text.substr(0, text.find('('));
        throw Error(ErrorClass::GeneratorNotGenerator,
                    {{"functionName", quoted(name)}, {"classCanonicalName", name}}, whole.origin());
    }
    Qualifier qualifier;
    if (!n.table.empty()) qualifier = std::make_shared<const NameParts>(NameParts{n.table});
    return generate(child, std::move(generator), n.outer, n.columns, std::move(qualifier), whole.origin());
}

// ---- FROM function(…) ----------------------------------------------------------------------------

Resolver::Made Resolver::range_function(const u::TableFunction& n, const Origin& origin) {
    static constexpr const char* kNames[] = {"start", "end", "step", "numPartitions"};
    if (n.arguments.empty() || n.arguments.size() > 4) {
        throw Error(ErrorClass::WrongNumArgsWithoutSuggestion,
                    {{"functionName", "`range`"},
                     {"expectedNum", "[1, 2, 3, 4]"},
                     {"actualNum", std::to_string(n.arguments.size())},
                     {"docroot", "https://spark.apache.org/docs/latest"}},
                    origin);
    }
    std::int64_t values[4] = {0, 0, 1, settings_.parallelism};
    const std::size_t shift = n.arguments.size() == 1 ? 1 : 0;
    Names names;
    for (std::size_t i = 0; i < n.arguments.size(); ++i) {
        const std::size_t place = i + shift;
        const bound::Expr given = bind(n.arguments[i], names);
        const DataType type = place == 3 ? DataType::integer() : DataType::long_int();
        const auto literal = constant(given);
        if (!literal) {
            throw Error(ErrorClass::NonFoldableArgument,
                        {{"funcName", "`range`"},
                         {"paramName", quoted(std::string_view(kNames[place]))},
                         {"paramType", quoted_sql_name(type)}},
                        origin);
        }
        const auto value = constant(cast(bound::Expr(bound::Constant{*literal}), type));
        if (!value) {
            const std::string text = literal->type.is_string_like() ? literal->value.bytes() : "";
            throw Error(ErrorClass::CastInvalidInput,
                        {{"expression", "'" + text + "'"},
                         {"sourceType", quoted_sql_name(literal->type)},
                         {"targetType", quoted_sql_name(type)},
                         {"ansiConfig", "\"spark.sql.ansi.enabled\""}},
                        origin);
        }
        if (value->is_null()) {
            throw Error(ErrorClass::DatatypeMismatchUnexpectedNull,
                        {{"exprName", kNames[place]}, {"sqlExpr", quoted_sql(given)}}, origin);
        }
        values[place] = value->value.integer();
    }
    if (values[2] == 0) throw Error(ErrorClass::FailedFunctionCall, {{"funcName", "`range`"}}, origin);
    bound::Range out;
    out.start = values[0];
    out.end = values[1];
    out.step = values[2];
    out.partitions = static_cast<std::int32_t>(values[3]);
    out.column = {fresh(), "id", DataType::long_int(), false, {}};
    bound::Relation plan(std::move(out));
    return make(plan, scope_of(plan), {}, Reach::Stops);
}

Resolver::Made Resolver::resolve(const u::TableFunction& n, const u::Relation& whole) {
    const Origin& origin = whole.origin();
    const std::string name = lower(n.name.back());
    if (const catalog::FunctionPtr f = find_function(n.name)) {
        const bool table = f->is_table_function || (f->sql && f->sql->is_table);
        if (table && f->sql) return sql_table_function(*f, n, origin);
        if (table && f->python) {
            return python_table(*f->python, n.arguments, origin);
        }
    }
    if (name == "range") return range_function(n, origin);
    const FunctionRow* row = context_.registry.row(name);
    if (row == nullptr || row->traits.kind != FunctionKind::Generator) {
        throw Error(ErrorClass::UnresolvableTableFunction, {{"name", quoted(n.name)}}, origin);
    }
    u::Function call;
    call.name = n.name;
    call.arguments = n.arguments;
    Names names;
    const NodePtr one = make(bound::OneRow{}, Scope(), {}, Reach::Stops);
    bound::Expr generator = bind_function(call, origin, names, false);
    return generate(one, std::move(generator), false, {}, nullptr, origin);
}

Resolver::Made Resolver::sql_table_function(const catalog::UserFunction& f,
                                            const u::TableFunction& n, const Origin& origin) {
    FS_ASSERT(f.sql->query.has_value());
    Names names;
    const std::vector<bound::Expr> values = sql_arguments(f, n.arguments, origin, names);
    Names body = parameter_names(f, values, origin);
    const FunctionBody open(*this, f, origin);
    const Scoped<std::size_t> hide_frames(visible_frames_, frames_.size());
    const NodePtr query = subquery(*f.sql->query, body, nullptr);
    const bound::Attributes& output = query->plan.output();
    std::vector<bound::NamedExpr> items;
    const auto& returns = f.sql->returns_table;
    for (std::size_t i = 0; i < output.size(); ++i) {
        if (!returns || returns->empty()) {
            items.push_back({output[i].ref(), fresh(), output[i].name, output[i].metadata, false});
        } else {
            if (returns->size() != output.size()) {
                throw unsupported("a SQL table function whose query has other columns", origin);
            }
            items.push_back({cast(output[i].ref(), (*returns)[i].type), fresh(), (*returns)[i].name, {}, false});
        }
    }
    bound::Relation plan = bound::Project{query->plan, std::move(items)};
    return make(plan, scope_with_qualifier(plan, f.full_name()), {query}, Reach::Stops);
}

}  // namespace firesteel::analysis
