#include "session/commands/table_rows.h"

#include <algorithm>
#include <set>

#include "common/config_keys.h"
#include "common/error.h"
#include "sql/parser.h"
#include "types/coercion.h"
#include "types/column_metadata.h"
#include "types/type_text.h"
#include "types/value_text.h"

namespace firesteel {
namespace {

namespace u = unresolved;
using catalog::lower;
using catalog::NameParts;
using catalog::Table;

std::string full_text(const Table& table) { return catalog::quoted(table.full_name()); }

std::string listed(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + quote_identifier(name);
    return out;
}

/// Store assignment, inside of structs too.
class Assignment {
  public:
    Assignment(Queries& queries, const Table& table, ColumnsBy by)
        : queries_(queries), table_(table), by_(by), policy_(queries.config().get(keys::kStoreAssignmentPolicy)) {}

    u::Expr value(u::Expr value, const DataType& from, const DataType& to, const NameParts& path) const {
        const DataType& type = type_in_queries(to);
        if (from.is(TypeKind::Struct) && type.is(TypeKind::Struct) && !(from == type)) {
            return structure(value, from, type, path);
        }
        check_parts(from, type, path);
        if (!is_assignable(from, type)) {
            throw Error(ErrorClass::CannotSafelyCastIntoTable,
                        {{"tableName", full_text(table_)}, {"colName", catalog::quoted(path)},
                         {"srcType", quoted_sql_name(from)}, {"targetType", quoted_sql_name(type)}});
        }
        u::Expr out = from == type ? std::move(value) : converted(std::move(value), from, type, path);
        if (!to.is(TypeKind::Char) && !to.is(TypeKind::Varchar)) return out;
        const char* check = to.is(TypeKind::Char) ? "__char_to_store" : "__varchar_to_store";
        return u::call(check, {std::move(out), u::Expr(u::Constant{Literal::integer(to.length())})});
    }

  private:
    /// Of arrays and maps the part that doesn't fit is named.
    void check_parts(const DataType& from, const DataType& to, const NameParts& path) const {
        const auto check = [&](const DataType& a, const DataType& b, const char* part) {
            NameParts inner = path;
            inner.emplace_back(part);
            check_parts(a, b, inner);
            if (is_assignable(a, b)) return;
            throw Error(ErrorClass::CannotSafelyCastIntoTable,
                        {{"tableName", full_text(table_)}, {"colName", catalog::quoted(inner)},
                         {"srcType", quoted_sql_name(a)}, {"targetType", quoted_sql_name(b)}});
        };
        if (from.is(TypeKind::Array) && to.is(TypeKind::Array)) check(from.element(), to.element(), "element");
        if (from.is(TypeKind::Map) && to.is(TypeKind::Map)) {
            check(from.key(), to.key(), "key");
            check(from.value(), to.value(), "value");
        }
    }

    bool is_assignable(const DataType& from, const DataType& to) const {
        if (policy_ == "LEGACY") return true;  // what can't be cast at all is the cast's error
        return policy_ == "STRICT" ? from == to || can_up_cast(from, to) : can_store_assign(from, to);
    }

    /// Numbers that don't fit are told by their column.
    u::Expr converted(u::Expr value, const DataType& from, const DataType& to, const NameParts& path) const {
        if (policy_ == "LEGACY") return u::Expr(u::Cast{std::move(value), to, EvalMode::Legacy});
        const bool is_narrower = from.is_numeric() && (to.is_integral() || to.is(TypeKind::Decimal)) && !can_up_cast(from, to);
        if (!is_narrower) return u::Expr(u::Cast{std::move(value), to, EvalMode::Ansi});
        const u::Expr tried(u::Cast{value, to, EvalMode::Try});
        const u::Expr is_lost = u::call("and", {u::call("isnotnull", {value}), u::call("isnull", {tried})});
        u::Expr error = u::call("__insert_overflow", {text_constant(quoted_sql_name(from)), text_constant(quoted_sql_name(to)),
                                                      text_constant(catalog::quoted(path))});
        return u::call("when", {is_lost, std::move(error), tried});
    }

    u::Expr structure(const u::Expr& value, const DataType& from, const DataType& to, const NameParts& path) const {
        check_fields(from, to, path);
        std::vector<u::Expr> parts;
        for (std::size_t i = 0; i < to.fields().size(); ++i) {
            const StructField& wanted = to.fields()[i];
            NameParts inner = path;
            inner.push_back(wanted.name);
            const StructField& given = by_ == ColumnsBy::Name ? field_named(from, wanted.name, inner) : from.fields()[i];
            u::Expr field(u::Extract{value, text_constant(given.name)});
            parts.push_back(text_constant(wanted.name));
            parts.push_back(this->value(std::move(field), given.type, wanted.type, inner));
        }
        u::Expr made = u::call("named_struct", std::move(parts));
        return u::call("when", {u::call("isnotnull", {value}), std::move(made)});
    }

    const StructField& field_named(const DataType& from, const std::string& name, const NameParts& path) const {
        const StructField* found = find_column(queries_, from.fields(), name);
        if (found != nullptr) return *found;
        throw Error(ErrorClass::CannotFindDataForTable, {{"tableName", full_text(table_)}, {"colName", catalog::quoted(path)}});
    }

    void check_fields(const DataType& from, const DataType& to, const NameParts& path) const {
        std::vector<std::string> extra;
        std::vector<std::string> missing;
        if (by_ == ColumnsBy::Position) {
            for (std::size_t i = to.fields().size(); i < from.fields().size(); ++i) extra.push_back(from.fields()[i].name);
            for (std::size_t i = from.fields().size(); i < to.fields().size(); ++i) missing.push_back(to.fields()[i].name);
        } else {
            for (const StructField& f : to.fields()) {
                NameParts inner = path;
                inner.push_back(f.name);
                field_named(from, f.name, inner);
            }
            for (const StructField& f : from.fields()) {
                if (find_column(queries_, to.fields(), f.name) == nullptr) extra.push_back(f.name);
            }
        }
        const std::string name = catalog::quoted(path);
        if (!extra.empty()) {
            throw Error(ErrorClass::ExtraFieldsForTable,
                        {{"tableName", full_text(table_)}, {"colName", name}, {"extraFields", listed(extra)}});
        }
        if (!missing.empty()) {
            throw Error(ErrorClass::MissingFieldsForTable,
                        {{"tableName", full_text(table_)}, {"colName", name}, {"missingFields", listed(missing)}});
        }
    }

    Queries& queries_;
    const Table& table_;
    const ColumnsBy by_;
    const std::string policy_;
};

[[noreturn]] void refuse_number(ErrorClass error, const Table& table, const Schema& columns, const Schema& data) {
    throw Error(error, {{"tableName", full_text(table)}, {"tableColumns", quoted_columns(columns)},
                        {"dataColumns", quoted_columns(data)}});
}

/// Per column of the table the data's it takes; none: its default.
std::vector<std::optional<std::size_t>> sources_by_name(Queries& queries, const Schema& data, const Table& table,
                                                        const Schema& columns) {
    std::vector<std::optional<std::size_t>> out;
    std::set<std::size_t> taken;
    for (const StructField& wanted : columns) {
        std::vector<std::size_t> found;
        for (std::size_t i = 0; i < data.size(); ++i) {
            if (same_name(queries, data[i].name, wanted.name)) found.push_back(i);
        }
        if (found.size() > 1) {
            throw Error(ErrorClass::AmbiguousColumnForTable,
                        {{"tableName", full_text(table)}, {"colName", quote_identifier(wanted.name)}});
        }
        taken.insert(found.begin(), found.end());
        out.push_back(found.empty() ? std::nullopt : std::optional(found[0]));
    }
    Schema extra;
    for (std::size_t i = 0; i < data.size(); ++i) {
        if (!taken.contains(i)) extra.push_back(data[i]);
    }
    if (extra.empty()) return out;
    throw Error(ErrorClass::ExtraColumnsForTable,
                {{"tableName", full_text(table)}, {"extraColumns", quoted_columns(extra)}});
}

/// The value as the column's.
Literal checked_default(Queries& queries, const u::Expr& value, const StructField& column, const ErrorParameters& told) {
    const DataType& type = type_in_queries(column.type);
    Literal given;
    try {
        given = queries.evaluate(value);
    } catch (const Error& error) {
        const bool is_unknown = error.id() == ErrorClass::UnresolvedColumnWithSuggestion ||
                                error.id() == ErrorClass::UnresolvedColumnWithoutSuggestion;
        if (is_unknown) throw Error(ErrorClass::InvalidDefaultValueUnresolved, told);
        throw;
    }
    if (given.type == type) return given;
    const bool is_atomic = !given.type.is_nested() && !type.is_nested();
    const bool fits = can_up_cast(given.type, type) || (given.type.is_integral() && type.is_integral());
    if (is_atomic && (fits || given.type.is(TypeKind::Null))) {
        const u::Expr constant(u::Constant{given});
        const Literal cast = queries.evaluate(u::Expr(u::Cast{constant, type, EvalMode::Try}));
        if (!cast.is_null() || given.is_null()) return cast;
    }
    ErrorParameters all = told;
    all.emplace_back("expectedType", quoted_sql_name(type));
    all.emplace_back("actualType", quoted_sql_name(given.type));
    throw Error(ErrorClass::InvalidDefaultValueType, std::move(all));
}

bool is_default(const u::Expr& e) {
    const auto* attribute = e.get_if<u::Attribute>();
    return attribute != nullptr && attribute->parts.size() == 1 && !attribute->plan_id && lower(attribute->parts[0]) == "default";
}

bool any_default(const std::vector<u::Expr>& list) { return std::ranges::any_of(list, is_default); }

/// Anywhere else than alone.
void refuse_inside(const u::Expr& e) {
    const auto* call = e.get_if<u::Function>();
    if (call != nullptr && any_default(call->arguments)) throw Error(ErrorClass::DefaultPlacement, {}, e.origin());
}

std::vector<u::Expr> filled(Queries& queries, std::vector<u::Expr> list, const Schema& columns) {
    for (std::size_t i = 0; i < list.size() && i < columns.size(); ++i) {
        if (is_default(list[i])) list[i] = default_value(queries, columns[i]);
    }
    return list;
}

}  // namespace

const DataType& type_in_queries(const DataType& type) {
    static const DataType kText = DataType::string();
    return type.is(TypeKind::Char) || type.is(TypeKind::Varchar) ? kText : type;
}

std::string quoted_columns(const Schema& columns) {
    std::vector<std::string> names;
    for (const StructField& f : columns) names.push_back(f.name);
    return listed(names);
}

const StructField* find_column(const Queries& queries, const Schema& columns, const std::string& name) {
    const auto at = std::ranges::find_if(columns, [&](const StructField& f) { return same_name(queries, f.name, name); });
    return at == columns.end() ? nullptr : &*at;
}

u::Expr stored_value(Queries& queries, const DataType& from, u::Expr value, const DataType& to, const NameParts& path,
                     const Table& table) {
    return Assignment(queries, table, ColumnsBy::Position).value(std::move(value), from, to, path);
}

u::Expr default_value(Queries& queries, const StructField& column) {
    const DataType& type = type_in_queries(column.type);
    const auto text = metadata_text(column.metadata, kCurrentDefault);
    if (!text) return u::Expr(u::Constant{Literal::null(type)});
    u::Expr value = sql::parse_expression(*text, queries.parser_options());
    return u::Expr(u::Constant{queries.evaluate(u::Expr(u::Cast{std::move(value), type, EvalMode::Ansi}))});
}

void settle_defaults(Queries& queries, Schema& columns, const char* statement, const std::string& format) {
    for (StructField& f : columns) {
        const auto text = metadata_text(f.metadata, kCurrentDefault);
        if (!text) continue;
        if (format == "json" || format == "xml") throw unsupported("DEFAULT values of the columns of a table of " + format);
        const u::Expr value = sql::parse_expression(*text, queries.parser_options());
        const ErrorParameters told{{"statement", statement}, {"colName", quote_identifier(f.name)}, {"defaultValue", *text}};
        if (value.get_if<u::Subquery>() != nullptr) throw Error(ErrorClass::InvalidDefaultValueSubquery, told);
        f = with_metadata(std::move(f), kExistsDefault, sql_literal(checked_default(queries, value, f, told), queries.settings().time_zone));
    }
}

u::Relation with_defaults(Queries& queries, const u::Relation& query, const Schema& columns) {
    if (const auto* table = query.get_if<u::InlineTable>()) {
        for (const auto& row : table->rows) std::ranges::for_each(row, refuse_inside);
        if (std::ranges::none_of(table->rows, any_default)) return query;
        u::InlineTable out = *table;
        for (auto& row : out.rows) row = filled(queries, std::move(row), columns);
        return u::Relation(std::move(out));
    }
    const auto in_child = [&](auto node) {
        node.child = with_defaults(queries, node.child, columns);
        return u::Relation(std::move(node));
    };
    if (const auto* alias = query.get_if<u::SubqueryAlias>()) return in_child(*alias);
    if (const auto* parameters = query.get_if<u::WithParameters>()) return in_child(*parameters);
    if (const auto* references = query.get_if<u::WithReferences>()) return in_child(*references);
    const auto* project = query.get_if<u::Project>();
    if (project == nullptr) return query;
    u::Project out = *project;
    if (any_default(project->expressions)) {
        out.expressions = filled(queries, std::move(out.expressions), columns);
    } else {
        out.child = with_defaults(queries, project->child, columns);
    }
    return u::Relation(std::move(out));
}

u::Relation table_rows(Queries& queries, const u::Relation& rows, const Table& table, const Schema& columns, ColumnsBy by) {
    const Schema data = queries.schema(rows);
    if (data.size() > columns.size()) refuse_number(ErrorClass::InsertTooManyDataColumns, table, columns, data);
    if (by == ColumnsBy::Position && data.size() < columns.size()) {
        refuse_number(ErrorClass::InsertNotEnoughDataColumns, table, columns, data);
    }
    std::vector<std::optional<std::size_t>> sources;
    for (std::size_t i = 0; by == ColumnsBy::Position && i < data.size(); ++i) sources.emplace_back(i);
    if (by == ColumnsBy::Name) sources = sources_by_name(queries, data, table, columns);
    std::vector<std::string> places;  // names that are unique
    for (std::size_t i = 0; i < data.size(); ++i) places.push_back("column" + std::to_string(i));
    const Assignment assignment(queries, table, by);
    u::Project out{u::Relation(u::ToDataFrame{rows, places}), {}, false};
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::optional<std::size_t> source = sources[i];
        u::Expr value = source ? column(places[*source]) : default_value(queries, columns[i]);
        const DataType& from = source ? data[*source].type : type_in_queries(columns[i].type);
        value = assignment.value(std::move(value), from, columns[i].type, {columns[i].name});
        out.expressions.emplace_back(u::Alias{std::move(value), {columns[i].name}, ""});
    }
    return u::Relation(std::move(out));
}

}  // namespace firesteel
