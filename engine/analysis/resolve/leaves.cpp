// Relations without inputs: rows, ranges, inline tables, local data, tables and files by name.
#include <algorithm>
#include <map>

#include "analysis/files.h"
#include "analysis/resolver.h"
#include "plan/bound_traverse.h"
#include "types/coercion.h"
#include "types/column_metadata.h"
#include "types/type_text.h"

namespace firesteel::analysis {

using catalog::lower;
using catalog::quoted;

namespace {

bool has_python(const bound::Expr& e) {
    return bound::any_of(e, [](const bound::Expr& part) { return part.get_if<bound::PythonCall>() != nullptr; });
}


Scope unqualified_scope(const bound::Relation& plan) { return scope_of(plan); }

bool is_json(std::string_view text) {
    const auto at = text.find_first_not_of(" \t\r\n");
    return at != text.npos && (text[at] == '{' || text[at] == '"');
}

}  // namespace

Schema schema_from_text(const std::string& text) {
    const DataType type = is_json(text) ? parse_json_type(text) : parse_ddl(text);
    if (type.is(TypeKind::Struct)) return type.fields();
    return {{"value", type, true, {}}};
}

Resolver::Made Resolver::resolve(const u::OneRow&, const u::Relation&) {
    return make(bound::OneRow{}, Scope(), {}, Reach::Stops);
}

Resolver::Made Resolver::resolve(const u::Range& n, const u::Relation& whole) {
    if (n.step == 0) {
        throw unsupported("a range with step 0", whole.origin());
    }
    bound::Range out;
    out.start = n.start;
    out.end = n.end;
    out.step = n.step;
    out.partitions = n.partitions.value_or(settings_.parallelism);
    out.column = {fresh(), "id", DataType::long_int(), false, {}};
    bound::Relation plan(std::move(out));
    return make(plan, unqualified_scope(plan), {}, Reach::Stops);
}

Resolver::Made Resolver::resolve(const u::LocalData& n, const u::Relation& whole) {
    Schema schema;
    if (!n.schema.empty()) {
        schema = schema_from_text(n.schema);
    } else if (!n.streams.empty() && context_.arrow_schema) {
        schema = context_.arrow_schema(*n.streams[0]);
    } else {
        throw unsupported("a local relation with neither data nor schema", whole.origin());
    }
    bound::LocalTable table;
    table.streams = n.streams;
    for (const StructField& f : schema) {
        table.columns.push_back({fresh(), f.name, f.type, f.nullable, f.metadata});
    }
    bound::Relation plan(std::move(table));
    return make(plan, unqualified_scope(plan), {}, Reach::Stops);
}

namespace {

/// Spark evaluates a table of literals while it parses.
bool is_literal(const u::Expr& expr) {
    const auto* cast = expr.get_if<u::Cast>();
    return cast != nullptr ? is_literal(cast->child) : expr.get_if<u::Constant>() != nullptr;
}

/// Strings become no numbers here, nor numbers strings.
std::optional<DataType> inline_type(const std::vector<DataType>& types, const functions::CallContext& context) {
    if (std::ranges::all_of(types, &DataType::is_string_like)) return functions::common_type(types, context);
    return wider_common_type_without_strings(types, {.ansi = context.ansi ? Ansi::On : Ansi::Off});
}

}  // namespace

Resolver::Made Resolver::resolve(const u::InlineTable& n, const u::Relation& whole) {
    Names names;
    std::vector<std::vector<bound::Expr>> rows;
    const std::size_t width = n.rows.empty() ? 0 : n.rows[0].size();
    for (std::size_t r = 0; r < n.rows.size(); ++r) {
        if (n.rows[r].size() != width) {
            throw Error(ErrorClass::InvalidInlineTableNumColumnsMismatch,
                        {{"expectedNumCols", std::to_string(width)},
                         {"actualNumCols", std::to_string(n.rows[r].size())},
                         {"rowIndex", std::to_string(r)}},
                        whole.origin());
        }
        std::vector<bound::Expr> row;
        for (const u::Expr& e : n.rows[r]) {
            bound::Expr value = bind(e, names);
            if (has_aggregate(value) || has_window(value) || has_generator(value) ||
                !functions::is_deterministic(value) || has_python(value)) {
                throw Error(ErrorClass::InlineTableExpression, {{"expr", quoted_sql(value)}},
                            e.origin());
            }
            row.push_back(std::move(value));
        }
        rows.push_back(std::move(row));
    }
    bound::Values out;
    for (std::size_t c = 0; c < width; ++c) {
        std::vector<DataType> types;
        bool nullable = false;
        bool same = true;
        for (const auto& row : rows) {
            same = same && (types.empty() || row[c].type() == types[0]);
            if (!same || types.empty()) types.push_back(row[c].type());
            nullable = nullable || row[c].nullable();
        }
        const auto type = same ? std::optional(types[0]) : inline_type(types, call_context(names));
        const std::string name = "col" + std::to_string(c + 1);
        if (!type) {
            const bool at_parse = std::ranges::all_of(
                n.rows, [](const auto& row) { return std::ranges::all_of(row, is_literal); });
            throw Error(at_parse ? ErrorClass::InlineTableLiteralTypes : ErrorClass::InlineTableTypes,
                        {{"colName", quoted(c < n.aliases.size() ? n.aliases[c] : name)}}, whole.origin());
        }
        for (auto& row : rows) {
            if (!(row[c].type() == *type)) row[c] = cast(row[c], *type);
        }
        out.columns.push_back({fresh(), name, *type, nullable, {}});
    }
    out.rows = std::move(rows);
    bound::Relation plan(std::move(out));
    return make(plan, unqualified_scope(plan), {}, Reach::Stops);
}

Resolver::Made Resolver::resolve(const u::CachedRemote& n, const u::Relation& whole) {
    const bound::Relation* cached =
        context_.cached_relation ? context_.cached_relation(n.relation_id) : nullptr;
    if (cached == nullptr) {
        throw unsupported("the cached relation " + n.relation_id + ", which is not there",
                          whole.origin());
    }
    bound::Relation plan = bound::with_fresh_ids(*cached, context_.next_id);
    return make(plan, unqualified_scope(plan), {}, Reach::Stops);
}

Resolver::Made Resolver::resolve(const u::CatalogQuery& n, const u::Relation& whole) {
    // What createTable() answers: the request ran before.
    if (n.makes_table()) {
        return table_by_name(sql::parse_identifier(n.arguments.at("table_name"), parser_options()), {}, whole.origin());
    }
    throw unsupported("a catalog query inside another plan", whole.origin());
}

// ---- tables by name ------------------------------------------------------------------------------

namespace {

Error table_not_found(const NameParts& name, const Origin& origin) {
    return Error(ErrorClass::TableOrViewNotFound, {{"relationName", quoted(name)}}, origin);
}

}  // namespace

Resolver::Made Resolver::resolve(const u::NamedTable& n, const u::Relation& whole) {
    if (n.is_streaming) throw unsupported("streaming tables", whole.origin());
    if (n.as_of_version || n.as_of_timestamp) throw unsupported("time travel", whole.origin());
    return table_by_name(n.name, n.options, whole.origin());
}

Resolver::Made Resolver::resolve(const u::IdentifierTable& n, const u::Relation& whole) {
    const std::string text = constant_string(n.text, "IDENTIFIER");
    return table_by_name(sql::parse_identifier(text, parser_options()), {}, whole.origin());
}

Resolver::Made Resolver::table_by_name(const NameParts& name, const u::Options& options,
                                       const Origin& origin) {
    if (CommonTableEntry* entry = find_common_table(name)) return common_table(*entry, origin);
    // DataFrames handed to spark.sql(query, df=df).
    for (std::size_t i = references_.size(); name.size() == 1 && i-- > 0;) {
        for (const u::Relation& r : references_[i]->references) {
            const auto* alias = r.get_if<u::SubqueryAlias>();
            if (alias == nullptr || alias->alias.empty()) continue;
            if (same_name(alias->alias.back(), name[0], case_sensitive())) {
                const NodePtr node = relation(r);
                return make(node->plan, node->scope, {node}, Reach::Stops);
            }
        }
    }
    if (const catalog::ViewPtr found = in_permanent_ ? nullptr : context_.catalog.find_view(name)) {
        note_temporary("VIEW", name);
        return view(*found, name, origin);
    }
    if (const auto place = catalog::object_name(name, current_database_)) {
        if (const catalog::TablePtr table = context_.catalog.metastore().find_table(*place)) {
            return table->is_view() ? view(*table->view, name, origin) : stored_table(*table, origin);
        }
    }
    if (name.size() == 2 && is_file_format(name[0])) {
        return file_source(name[0], {name[1]}, options, std::nullopt, origin);
    }
    const bool other_catalog = name.size() > 2 && lower(name[0]) != catalog::kSessionCatalog;
    if (other_catalog || name.size() > 3) {
        throw Error(ErrorClass::RequiresSinglePartNamespace,
                    {{"sessionCatalog", std::string(catalog::kSessionCatalog)},
                     {"namespace", quoted(NameParts(name.begin(), name.end() - 1))}},
                    origin);
    }
    throw table_not_found(name, origin);
}

void Resolver::note_temporary(const char* kind, NameParts name) {
    if (context_.references != nullptr && open_views_.empty() && open_functions_.empty()) {
        context_.references->temporary.push_back({kind, std::move(name)});
    }
}

Resolver::Made Resolver::view(const catalog::View& view, const NameParts& name,
                              const Origin& origin) {
    NameParts qualifier = view.qualifier;
    if (view.global) qualifier.push_back(std::string(catalog::SessionCatalog::kGlobalDatabase));
    qualifier.push_back(lower(view.is_permanent() ? view.name : name.back()));
    if (const auto* plan = std::get_if<bound::Relation>(&view.body)) {
        bound::Relation copy = bound::with_fresh_ids(*plan, context_.next_id);
        return make(copy, scope_with_qualifier(copy, qualifier), {}, Reach::Stops);
    }
    const auto& text = std::get<catalog::ViewText>(view.body);
    if (std::find(open_views_.begin(), open_views_.end(), qualifier) != open_views_.end()) {
        throw Error(ErrorClass::RecursiveView,
                    {{"viewIdent", quoted(name)}, {"newPath", quoted(name)}}, origin);
    }
    open_views_.push_back(qualifier);
    struct Pop {
        std::vector<NameParts>& list;
        ~Pop() { list.pop_back(); }
    } pop{open_views_};
    if (context_.references != nullptr && view.is_permanent()) {
        context_.references->view_paths.push_back(open_views_);
    }
    const Scoped<bool> permanent(in_permanent_, view.is_permanent());
    const Scoped<catalog::Settings> as_made(settings_, text.settings);
    const Scoped<std::string> catalog_name(current_catalog_, text.current_catalog);
    const Scoped<std::string> database(current_database_, text.current_database);
    const Scoped<std::size_t> hide_tables(hidden_tables_, tables_.size());
    const Scoped<std::size_t> hide_frames(visible_frames_, frames_.size());
    const Scoped<const Parameters*> no_parameters(parameters_, nullptr);
    const Scoped<const WindowDefinitions*> no_windows(windows_, nullptr);
    const Scoped<std::vector<const u::WithReferences*>> no_references(references_, {});
    sql::ParserOptions options = parser_options();
    options.object_type = "VIEW";
    options.object_name = quoted(view.name);
    const NodePtr body = relation(sql::parse_query(text.sql, options));
    Made out = view_columns(view, body, origin);
    out->scope = scope_with_qualifier(out->plan, qualifier);
    return out;
}

/// What a view reads now, in the type that its column had: bound views, as temporary ones are, lose nothing.
bound::Expr Resolver::view_column(const Scope& scope, const bound::Attribute& source, const catalog::View& view,
                                  const DataType& type, const Origin& origin) {
    const auto& text = std::get<catalog::ViewText>(view.body);
    const bool is_bound = !view.is_permanent() || text.mode == catalog::ViewSchemaMode::Binding;
    if (is_bound && !can_up_cast(source.type, type)) {
        std::string name = source.name;
        for (const ScopeColumn& c : scope.columns()) {
            if (c.attribute.id != source.id || c.qualifier == nullptr) continue;
            for (auto part = c.qualifier->rbegin(); part != c.qualifier->rend(); ++part) name = *part + "." + name;
        }
        throw Error(ErrorClass::CannotUpCastDatatype,
                    {{"expression", name},
                     {"sourceType", quoted_sql_name(source.type)},
                     {"targetType", quoted_sql_name(type)},
                     {"details", "Make the view anew, or cast the column in what it reads."}},
                    origin);
    }
    return cast(source.ref(), type);
}

/// The view's columns are those it was made with: same names, types and comments, found by the names
/// that its query had for them.
Resolver::Made Resolver::view_columns(const catalog::View& view, const NodePtr& body,
                                      const Origin& origin) {
    const auto& text = std::get<catalog::ViewText>(view.body);
    const bound::Attributes& output = body->plan.output();
    const bool follows = text.mode == catalog::ViewSchemaMode::Evolution && !text.has_column_list;
    std::vector<bound::NamedExpr> items;
    std::map<std::string, std::size_t> used;
    for (std::size_t i = 0; !follows && i < view.schema.size(); ++i) {
        const StructField& field = view.schema[i];
        const std::string& wanted = text.query_columns[i];
        std::vector<const bound::Attribute*> same;
        for (const bound::Attribute& a : output) {
            if (same_name(a.name, wanted, case_sensitive())) same.push_back(&a);
        }
        std::size_t expected = 0;
        for (const std::string& other : text.query_columns) {
            expected += same_name(other, wanted, case_sensitive()) ? 1 : 0;
        }
        if (same.size() != expected) {
            std::string found;
            for (const bound::Attribute* a : same) found += (found.empty() ? "" : ", ") + quoted(a->name);
            NameParts full = view.qualifier;
            full.push_back(view.name);
            std::string plain;
            for (const std::string& part : full) plain += (plain.empty() ? "" : ".") + part;
            throw Error(ErrorClass::IncompatibleViewSchemaChange,
                        {{"viewName", quoted(full)},
                         {"colName", wanted},
                         {"expectedNum", std::to_string(expected)},
                         {"actualCols", "[" + found + "]"},
                         {"suggestion", "CREATE OR REPLACE VIEW " + plain + " AS " + text.sql}},
                        origin);
        }
        const bound::Attribute& source = *same[used[lower(wanted)]++];
        bound::Expr column = source.ref();
        const bool keeps_type = text.mode == catalog::ViewSchemaMode::TypeEvolution ||
                                source.type.same_ignoring_nullability(field.type);
        if (!keeps_type) column = view_column(body->scope, source, view, field.type, origin);
        items.push_back({column, fresh(), field.name, field.metadata, false});
    }
    for (std::size_t i = 0; follows && i < output.size(); ++i) {
        items.push_back({output[i].ref(), fresh(), output[i].name, output[i].metadata, false});
    }
    bound::Relation plan = bound::Alias{bound::Project{body->plan, std::move(items)}, view.name};
    return make(plan, scope_of(plan), {}, Reach::Stops);
}

namespace {

/// CHAR and VARCHAR columns are strings whose metadata tells what they are.
Schema columns_in_queries(Schema columns) {
    for (StructField& f : columns) {
        if (!f.type.is(TypeKind::Char) && !f.type.is(TypeKind::Varchar)) continue;
        const std::string mark = std::string("\"") + std::string(kCharType) + "\":\"" + catalog_string(f.type) + "\"";
        f.metadata = f.metadata.size() > 2 ? "{" + mark + "," + f.metadata.substr(1) : "{" + mark + "}";
        f.type = DataType::string();
    }
    return columns;
}

}  // namespace

Resolver::Made Resolver::stored_table(const catalog::Table& table, const Origin& origin) {
    if (!is_there(table.location)) {  // a table whose folder is gone is empty
        bound::Relation none = bound::Values{{}, columns_of(columns_in_queries(table.columns))};
        return make(none, scope_with_qualifier(none, table.full_name()), {}, Reach::Stops);
    }
    const NodePtr files = file_source(table.provider, {table.location}, table.options, columns_in_queries(table.columns), origin);
    const NameParts name = table.full_name();
    const bound::Relation plan = with_padded_chars(files->plan, table.columns);
    return make(plan, scope_with_qualifier(plan, name, metadata_of(files->scope, name)), {}, Reach::Stops);
}

/// Files may have been written by others: what a CHAR column lacks in length is blanks.
bound::Relation Resolver::with_padded_chars(const bound::Relation& plan, const Schema& columns) {
    bound::Project out{plan, {}};
    bool is_padded = false;
    for (const bound::Attribute& a : plan.output()) {
        const auto column = std::ranges::find(columns, a.name, &StructField::name);
        bound::NamedExpr item{a.ref(), a.id, a.name, a.metadata, false};
        if (column != columns.end() && column->type.is(TypeKind::Char)) {
            item.expr = padded(a.ref(), column->type.length());
            item.id = fresh();
            is_padded = true;
        }
        out.items.push_back(std::move(item));
    }
    return is_padded ? bound::Relation(std::move(out)) : plan;
}

}  // namespace firesteel::analysis
