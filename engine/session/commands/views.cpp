#include <memory>
#include <utility>

#include "common/error.h"
#include "session/commands/commands.h"

namespace firesteel {
namespace {

namespace u = unresolved;
using catalog::NameParts;

bool is_global_name(const NameParts& name) {
    return name.size() == 2 && catalog::lower(name[0]) == catalog::SessionCatalog::kGlobalDatabase;
}

/// The view's columns: the query's, renamed and commented as the command says.
Schema view_schema(Schema schema, const u::CreateView& command) {
    if (command.columns.empty()) return schema;
    if (command.columns.size() != schema.size()) {
        const auto list = [](const auto& items, auto name) {
            std::string out;
            for (const auto& item : items) out += (out.empty() ? "" : ", ") + catalog::quoted(name(item));
            return out;
        };
        throw Error(command.columns.size() > schema.size() ? ErrorClass::CreateViewNotEnoughDataColumns
                                                           : ErrorClass::CreateViewTooManyDataColumns,
                    {{"viewName", catalog::quoted(command.name)},
                     {"viewColumns", list(command.columns, [](const auto& c) { return c.first; })},
                     {"dataColumns", list(schema, [](const auto& c) { return c.name; })}});
    }
    for (std::size_t i = 0; i < schema.size(); ++i) {
        schema[i].name = command.columns[i].first;
        if (command.columns[i].second) schema[i] = with_comment(schema[i], *command.columns[i].second);
    }
    return schema;
}

}  // namespace

u::Relation with_arguments(u::Relation query, const CommandArguments& arguments) {
    if (!arguments.named.empty() || !arguments.positional.empty()) {
        query = u::Relation(u::WithParameters{query, arguments.named, arguments.positional});
    }
    if (!arguments.references.empty()) {
        query = u::Relation(u::WithReferences{query, arguments.references});
    }
    return query;
}

void run_create_view(Queries& queries, const u::CreateView& command, const CommandArguments& arguments) {
    if (!command.temporary) throw unsupported("permanent views: CREATE TEMPORARY VIEW works");
    const bool global = command.global || is_global_name(command.name);
    if (command.name.size() > 1 && !is_global_name(command.name)) {
        throw Error(ErrorClass::TempViewNameTooManyNameParts, {{"actualName", catalog::quoted(command.name)}});
    }
    auto& names = queries.session().catalog();
    auto& views = global ? names.global_views() : names.temp_views();
    const std::string& name = command.name.back();
    const auto fail_exists = [&] {
        throw Error(ErrorClass::TempTableOrViewAlreadyExists, {{"relationName", catalog::quoted(name)}});
    };
    if (!command.replace && views.find(name)) {
        if (command.if_not_exists) return;
        fail_exists();
    }
    const bound::Relation plan = queries.analyze(with_arguments(command.query, arguments));
    auto view = std::make_shared<catalog::View>(catalog::View{
        name, global, plan, view_schema(analysis::schema_of(plan), command), command.comment,
        command.properties});
    // Text is analysed anew at each use; what refers to DataFrames or parameters can't be.
    if (!command.text.empty() && arguments.empty()) {
        view->body = catalog::ViewText{command.text, queries.settings(), names.current_catalog(),
                                       names.current_database()};
    }
    if (!views.put(std::move(view), command.replace) && !command.if_not_exists) fail_exists();
}

void run_drop_relation(Queries& queries, const u::DropRelation& command) {
    auto& names = queries.session().catalog();
    const bool dropped = is_global_name(command.name) ? names.global_views().erase(command.name[1])
                         : command.name.size() == 1   ? names.temp_views().erase(command.name[0])
                                                      : false;
    if (dropped || command.if_exists) return;
    NameParts full = command.name;
    if (full.size() == 1) full.insert(full.begin(), names.current_database());
    if (full.size() == 2) full.insert(full.begin(), names.current_catalog());
    throw Error(ErrorClass::TableOrViewNotFound, {{"relationName", catalog::quoted(full)}});
}

}  // namespace firesteel
