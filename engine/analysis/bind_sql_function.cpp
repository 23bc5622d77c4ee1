// Calls of SQL functions: their bodies over the arguments.
#include <algorithm>
#include <span>

#include "analysis/resolver.h"
#include "functions/rewrite.h"
#include "plan/bound_traverse.h"

namespace firesteel::analysis {

using catalog::quoted;

namespace {

/// Places the arguments of a call of a SQL function at its parameters.
class ArgumentPlaces {
  public:
    ArgumentPlaces(const catalog::UserFunction& function, const Origin& origin)
        : function_(function), origin_(origin), given_(function.sql->parameters.size()) {}

    void add(functions::Argument argument) {
        ++count_;
        if (argument.name.empty()) {
            if (named_) fail(ErrorClass::UnexpectedPositionalArgument, *named_);
            if (next_ >= given_.size()) return;  // reported by check()
            given_[next_++] = std::get<bound::Expr>(std::move(argument.value));
            return;
        }
        const auto& parameters = function_.sql->parameters;
        named_ = argument.name;
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            if (!same_name(parameters[i].name, argument.name, false)) continue;
            if (given_[i]) {
                fail(i < next_ ? ErrorClass::DuplicateParameterBoth : ErrorClass::DuplicateRoutineParameter,
                     parameters[i].name);
            }
            given_[i] = std::get<bound::Expr>(std::move(argument.value));
            return;
        }
        std::string all;
        for (const auto& parameter : parameters) all += (all.empty() ? "" : " ") + quoted(parameter.name);
        throw Error(ErrorClass::UnrecognizedParameterName,
                    {{"routineName", routine()}, {"argumentName", quoted(argument.name)}, {"proposal", all}},
                    origin_);
    }

    /// By parameter; none where the default counts.
    const std::vector<bound::MaybeExpr>& given() const {
        const auto& parameters = function_.sql->parameters;
        if (count_ > parameters.size()) throw wrong_count();
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            if (given_[i] || parameters[i].default_value) continue;
            if (!named_) throw wrong_count();
            throw Error(ErrorClass::RequiredParameterNotFound,
                        {{"routineName", routine()},
                         {"parameterName", quoted(parameters[i].name)},
                         {"index", std::to_string(i)}},
                        origin_);
        }
        return given_;
    }
    bool has_named() const { return named_.has_value(); }

  private:
    std::string routine() const { return quoted(function_.full_name()); }
    [[noreturn]] void fail(ErrorClass condition, const std::string& parameter) const {
        throw Error(condition, {{"routineName", routine()}, {"parameterName", quoted(parameter)}}, origin_);
    }
    Error wrong_count() const {
        return Error(ErrorClass::WrongNumArgsWithoutSuggestion,
                     {{"functionName", routine()},
                      {"expectedNum", std::to_string(function_.sql->parameters.size())},
                      {"actualNum", std::to_string(count_)},
                      {"docroot", "https://spark.apache.org/docs/latest"}},
                     origin_);
    }

    const catalog::UserFunction& function_;
    const Origin& origin_;
    std::vector<bound::MaybeExpr> given_;
    std::size_t count_ = 0;
    std::size_t next_ = 0;
    std::optional<std::string> named_;
};

}  // namespace

/// The parameters' values, cast to their types; `shown` gets what the call's name shows of them.
std::vector<bound::Expr> Resolver::sql_arguments(const catalog::UserFunction& f,
                                                 const std::vector<u::Expr>& arguments,
                                                 const Origin& origin, Names& names,
                                                 std::vector<bound::Expr>* shown) {
    ArgumentPlaces places(f, origin);
    for (functions::Argument& argument : bind_arguments("", arguments, names)) places.add(std::move(argument));
    const std::vector<bound::MaybeExpr>& given = places.given();
    std::vector<bound::Expr> values;
    for (std::size_t i = 0; i < given.size(); ++i) {
        const auto& parameter = f.sql->parameters[i];
        bound::MaybeExpr value = given[i];
        if (!value) {
            Names none;
            value = bind(*parameter.default_value, none);
        }
        values.push_back(cast(*value, parameter.type));
        if (shown != nullptr && (given[i] || places.has_named())) shown->push_back(values.back());
    }
    return values;
}

Names Resolver::parameter_names(const catalog::UserFunction& f,
                                const std::vector<bound::Expr>& values, const Origin& origin) {
    Names body;
    body.first = [this, &f, &values, origin](const NameParts& name,
                                             const Origin&) -> bound::MaybeExpr {
        const bool qualified = name.size() > 1 && same_name(name[0], f.name, false);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const std::string& parameter = f.sql->parameters[i].name;
            if (!same_name(name[qualified ? 1 : 0], parameter, case_sensitive())) continue;
            Names none;
            return field_path(values[i], name, qualified ? 2 : 1, origin, none);
        }
        return std::nullopt;
    };
    return body;
}

/// What holds while a SQL function's body is bound.
Resolver::FunctionBody::FunctionBody(Resolver& resolver, const catalog::UserFunction& f, const Origin& origin)
    : resolver_(resolver),
      as_made_(resolver.settings_, f.settings),
      database_(resolver.current_database_, f.current_database),
      permanent_(resolver.in_permanent_, f.is_permanent()),
      hide_tables_(resolver.hidden_tables_, resolver.tables_.size()) {
    constexpr std::size_t kNestingMax = 64;
    if (resolver.open_functions_.size() >= kNestingMax) {
        throw unsupported("SQL functions that call each other this deep", origin);
    }
    resolver.open_functions_.push_back(f.name);
}

namespace {

bool runs_apart(const bound::Expr& e) {
    return is_aggregate(e) || is_window(e) || e.get_if<bound::Subquery>() != nullptr ||
           e.get_if<bound::PythonCall>() != nullptr;
}

}  // namespace

bound::Expr Resolver::bind_sql_function(const catalog::UserFunction& f,
                                        const std::vector<u::Expr>& arguments, const Origin& origin,
                                        Names& names) {
    if (!f.sql->class_name.empty()) {
        throw Error(ErrorClass::CannotLoadFunctionClass,
                    {{"functionName", quoted(f.full_name())}, {"className", f.sql->class_name}}, origin);
    }
    FS_ASSERT(f.sql->body.has_value());
    std::vector<bound::Expr> shown;
    const std::vector<bound::Expr> values = sql_arguments(f, arguments, origin, names, &shown);
    const FunctionBody open(*this, f, origin);
    const Scoped<std::size_t> hide_frames(visible_frames_, frames_.size());
    const auto bind_body = [&](const std::vector<bound::Expr>& over) {
        Names body = parameter_names(f, over, origin);
        bound::Expr made = bind(*f.sql->body, body);
        return f.sql->returns ? cast(std::move(made), *f.sql->returns) : made;
    };
    bound::Expr out = functions::rewritten(values, call_context(names), bind_body);
    if (const auto* lambda = out.get_if<bound::Lambda>()) {
        // What runs apart can't name a lambda's parameters; defaults are no arguments.
        const auto defaults = std::span(values).subspan(shown.size());
        if (bound::any_of(out, runs_apart) || !std::ranges::all_of(defaults, functions::is_repeatable)) {
            if (!std::ranges::all_of(values, functions::is_deterministic)) {
                throw unsupported("an argument of this SQL function that is not deterministic", origin);
            }
            out = bind_body(values);
        } else {
            out = functions::with_unused_first(*lambda, shown.size(), fresh());
        }
    }
    std::string name;
    for (const std::string& part : f.full_name()) name += (name.empty() ? "" : ".") + part;
    // The name as an argument keeps calls of different functions apart.
    shown.insert(shown.begin(), bound::Constant{Literal::string(name)});
    bound::Call call{context_.registry.row("__sql_function"), std::move(shown), out.type(), out.nullable(),
                     EvalMode::Ansi, std::move(name), {}};
    call.replacement.push_back(std::move(out));
    return bound::Expr(std::move(call), origin);
}

}  // namespace firesteel::analysis
