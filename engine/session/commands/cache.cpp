#include "common/error.h"
#include "session/commands/commands.h"

namespace firesteel {
namespace {

namespace u = unresolved;

u::Relation named(const catalog::NameParts& name) {
    u::NamedTable table;
    table.name = name;
    return u::Relation(std::move(table));
}

/// OPTIONS('storageLevel' 'DISK_ONLY').
StorageLevel level_of(const u::Options& options) {
    for (const auto& [key, value] : options) {
        if (catalog::lower(key) == "storagelevel") return storage_level_named(value);
    }
    return kDefaultStorage;
}

}  // namespace

StorageLevel storage_level_named(const std::string& name) {
    struct Row {
        const char* name;
        StorageLevel level;
    };
    static constexpr Row kLevels[] = {
        {"disk_only", {true, false, false, false, 1}},
        {"disk_only_2", {true, false, false, false, 2}},
        {"disk_only_3", {true, false, false, false, 3}},
        {"memory_and_disk", {true, true, false, true, 1}},
        {"memory_and_disk_2", {true, true, false, true, 2}},
        {"memory_and_disk_ser", {true, true, false, false, 1}},
        {"memory_and_disk_ser_2", {true, true, false, false, 2}},
        {"memory_only", {false, true, false, true, 1}},
        {"memory_only_2", {false, true, false, true, 2}},
        {"memory_only_ser", {false, true, false, false, 1}},
        {"memory_only_ser_2", {false, true, false, false, 2}},
        {"none", {false, false, false, false, 1}},
        {"off_heap", {true, true, true, false, 1}},
    };
    for (const Row& row : kLevels) {
        if (catalog::lower(name) == row.name) return row.level;
    }
    throw Error(ErrorClass::IllegalArgument, {{"message", "Invalid StorageLevel: " + name}});
}

void run_cache_statement(Queries& queries, const u::CacheStatement& command, const CommandArguments& arguments) {
    PlanCache& cache = queries.session().plan_cache();
    if (command.kind == "CLEAR") return cache.clear();
    if (command.kind == "REFRESH") return cache.refresh();
    if (command.kind == "UNCACHE") {
        if (command.if_exists && !queries.session().catalog().find_view(command.name)) return;
        return queries.unpersist(named(command.name));
    }
    if (command.kind == "REFRESH TABLE") {
        queries.analyze(named(command.name));  // TABLE_OR_VIEW_NOT_FOUND
        return cache.refresh();
    }
    FS_ASSERT(command.kind == "CACHE");
    if (command.query) {
        u::CreateView view{command.name, *command.query};
        run_create_view(queries, view, arguments);
    }
    queries.persist(named(command.name), level_of(command.options));
    if (!command.lazy) queries.rows(queries.analyze(named(command.name)), 1);
}

}  // namespace firesteel
