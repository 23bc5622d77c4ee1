#include "session/commands/partitions.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <system_error>

#include "backend/file_output.h"
#include "common/error.h"
#include "common/file_errors.h"
#include "session/commands/table_rows.h"
#include "types/type_text.h"

namespace firesteel {
namespace {

namespace fs = std::filesystem;
namespace u = unresolved;
using catalog::Table;

constexpr std::string_view kNullFolder = "__HIVE_DEFAULT_PARTITION__";

/// The value by way of its text, as Spark takes it.
void settle_value(Queries& queries, const u::Expr& written, const StructField& column, PartitionPart& part) {
    const auto as = [&](const Literal& value, const DataType& type) {
        return queries.evaluate(u::Expr(u::Cast{u::Expr(u::Constant{value}), type, EvalMode::Ansi}));
    };
    const DataType& type = type_in_queries(column.type);
    const Literal text = queries.evaluate(u::Expr(u::Cast{written, DataType::string(), EvalMode::Ansi}));
    part.text = text.is_null() ? "null" : text.value.bytes();
    part.value = as(text, type);
    const Literal shown = as(*part.value, DataType::string());
    const bool is_named = !shown.is_null() && !shown.value.bytes().empty();
    part.folder = partition_folder(part.column, is_named ? shown.value.bytes() : std::string(kNullFolder));
}

bool is_complete(const Table& table, const std::vector<PartitionPart>& parts) {
    return parts.size() == table.partition_by.size() &&
           std::ranges::all_of(parts, [](const PartitionPart& p) { return p.value.has_value(); });
}

std::string path_of(const std::vector<PartitionPart>& parts) {
    std::string out;
    for (const PartitionPart& part : parts) out += (out.empty() ? "" : "/") + part.folder;
    return out;
}

std::string shown(const std::vector<PartitionPart>& parts) {
    std::string out;
    for (const PartitionPart& p : parts) out += (out.empty() ? "" : ", ") + quote_identifier(p.column) + " = " + p.text;
    return "PARTITION (" + out + ")";
}

[[noreturn]] void refuse(ErrorClass error, const Table& table, const std::vector<PartitionPart>& parts) {
    throw Error(error, {{"partitionList", shown(parts)},
                        {"tableName", catalog::quoted(catalog::NameParts{table.database, table.name})}});
}

void check_complete(const Table& table, const std::vector<PartitionPart>& parts) {
    if (is_complete(table, parts)) return;
    std::vector<std::string> keys;
    for (const PartitionPart& p : parts) keys.push_back(p.column);
    throw Error(ErrorClass::LegacyPartitionSpecKeys,
                {{"specKeys", joined(keys)}, {"partitionColumnNames", joined(table.partition_by)},
                 {"tableName", catalog::quoted(table.full_name())}});
}

bool is_there(const Table& table, const std::vector<PartitionPart>& parts) {
    return is_complete(table, parts) && fs::exists(fs::path(table.location) / path_of(parts));
}

void check_file(const std::error_code& error, const fs::path& path) {
    if (error) throw write_failed(path.string(), error);
}

/// With the folders above that are empty then.
void remove_partition(const Table& table, const std::string& path) {
    std::error_code error;
    fs::path place = fs::path(table.location) / path;
    fs::remove_all(place, error);
    check_file(error, place);
    for (place = place.parent_path(); place != fs::path(table.location) && fs::is_empty(place, error) && !error;
         place = place.parent_path()) {
        fs::remove(place, error);
    }
}

void add_partition(const Table& table, const std::vector<PartitionPart>& parts, bool if_not_exists) {
    check_complete(table, parts);
    const fs::path place = fs::path(table.location) / path_of(parts);
    if (fs::exists(place) && !if_not_exists) refuse(ErrorClass::PartitionsAlreadyExist, table, parts);
    std::error_code error;
    fs::create_directories(place, error);
    check_file(error, place);
}

void rename_partition(const Table& table, const std::vector<PartitionPart>& from, const std::vector<PartitionPart>& to) {
    check_complete(table, from);
    check_complete(table, to);
    if (!is_there(table, from)) refuse(ErrorClass::PartitionsNotFound, table, from);
    if (is_there(table, to)) refuse(ErrorClass::PartitionsAlreadyExist, table, to);
    const fs::path place = fs::path(table.location) / path_of(to);
    std::error_code error;
    fs::create_directories(place.parent_path(), error);
    fs::rename(fs::path(table.location) / path_of(from), place, error);
    check_file(error, place);
    remove_partition(table, path_of(from));
}

}  // namespace

std::vector<PartitionPart> partition_parts(Queries& queries, const Table& table, const u::PartitionSpec& spec) {
    std::vector<PartitionPart> found;
    for (const auto& [name, value] : spec) {
        const StructField* column = find_column(queries, table.columns, name);
        const bool is_key = column != nullptr && std::ranges::find(table.partition_by, column->name) != table.partition_by.end();
        if (!is_key) {
            throw Error(ErrorClass::PartitionsNotFound,
                        {{"partitionList", quote_identifier(name)}, {"tableName", catalog::quoted(table.full_name())}});
        }
        PartitionPart part{column->name, std::nullopt, "", ""};
        if (value) settle_value(queries, *value, *column, part);
        found.push_back(std::move(part));
    }
    std::vector<PartitionPart> out;
    for (const std::string& key : table.partition_by) {
        const auto at = std::ranges::find(found, key, &PartitionPart::column);
        if (at != found.end()) out.push_back(std::move(*at));
    }
    return out;
}

std::vector<std::string> partition_folders(const Table& table, const std::vector<PartitionPart>& parts) {
    std::vector<std::string> out;
    const std::function<void(const fs::path&, const std::string&, std::size_t)> walk =
        [&](const fs::path& folder, const std::string& path, std::size_t level) {
            if (level == table.partition_by.size()) {
                out.push_back(path);
                return;
            }
            const auto wanted = std::ranges::find(parts, table.partition_by[level], &PartitionPart::column);
            for (const auto& entry : fs::directory_iterator(folder)) {
                const std::string name = entry.path().filename().string();
                if (!entry.is_directory() || name.find('=') == name.npos || name.starts_with('.')) continue;
                if (wanted != parts.end() && wanted->value && name != wanted->folder) continue;
                walk(entry.path(), path.empty() ? name : path + "/" + name, level + 1);
            }
        };
    if (!table.partition_by.empty() && fs::exists(table.location)) walk(table.location, "", 0);
    std::ranges::sort(out);
    return out;
}

void alter_partitions(Queries& queries, const u::AlterRelation& command, const Table& table) {
    using Change = u::AlterRelation::Change;
    std::vector<std::vector<PartitionPart>> specs;
    for (const u::PartitionSpec& spec : command.partitions) specs.push_back(partition_parts(queries, table, spec));
    if (command.change == Change::RenamePartition) {
        rename_partition(table, specs.at(0), specs.at(1));
    } else if (command.change == Change::AddPartitions) {
        for (const auto& parts : specs) add_partition(table, parts, command.if_exists);
    } else {
        for (const auto& parts : specs) {
            const bool found = is_there(table, parts);
            if (!found && !command.if_exists) refuse(ErrorClass::PartitionsNotFound, table, parts);
            if (found) remove_partition(table, path_of(parts));
        }
    }
    queries.session().plan_cache().refresh();
}

void truncate_partitions(Queries& queries, const Table& table, const u::PartitionSpec& spec) {
    const auto parts = partition_parts(queries, table, spec);
    const auto folders = partition_folders(table, parts);
    if (folders.empty()) refuse(ErrorClass::PartitionsNotFound, table, parts);
    for (const std::string& folder : folders) {
        std::error_code error;
        const fs::path place = fs::path(table.location) / folder;
        fs::remove_all(place, error);
        check_file(error, place);
        fs::create_directories(place, error);
        check_file(error, place);
    }
    queries.session().plan_cache().refresh();
}

}  // namespace firesteel
