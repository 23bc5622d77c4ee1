// read.csv(df), read.json(df): texts of a column become rows.
#include <utility>

#include "analysis/resolver.h"
#include "types/type_text.h"

namespace firesteel::analysis {
namespace {

bound::Expr text_constant(std::string text) { return bound::Constant{Literal::string(std::move(text))}; }

bool has_header(const u::Options& options) {
    bool out = false;
    for (const auto& [name, value] : options) {
        if (catalog::lower(name) == "header") out = catalog::lower(value) == "true";
    }
    return out;
}

}  // namespace

Resolver::Made Resolver::resolve(const u::Parse& n, const u::Relation& whole) {
    const Origin& origin = whole.origin();
    if (n.format == "xml") throw unsupported("XML texts of a column as a relation", origin);
    const NodePtr child = relation(n.child);
    const bound::Attributes& given = child->plan.output();
    if (given.size() != 1) {
        throw Error(ErrorClass::UnsupportedDeserializerFields,
                    {{"ordinal", "1"}, {"schema", quoted_sql_name(DataType::structure(schema_of(child->plan)))}}, origin);
    }
    bound::NamedExpr text{cast(given[0].ref(), DataType::string()), fresh(), "value", {}};
    const bound::Expr value = text.attribute().ref();
    bound::Relation plan = bound::Project{child->plan, {std::move(text)}};
    TextRecords records;
    if (n.schema) records.schema = n.schema->fields();
    const bool skips_header = n.format == "csv" && has_header(n.options);
    if (!n.schema || skips_header) {
        FS_ASSERT(context_.text_records != nullptr);
        TextRecords read = context_.text_records(plan, n.format, n.options, !n.schema);
        if (!n.schema) records.schema = std::move(read.schema);
        records.first = std::move(read.first);
    }
    if (skips_header && records.first) {
        plan = bound::Filter{std::move(plan), call("not", {call("=", {value, text_constant(*records.first)})})};
    }
    if (records.schema.empty()) {  // no text had a column
        plan = bound::Filter{std::move(plan), call("isnotnull", {value})};
        plan = bound::Project{std::move(plan), {}};
        if (n.format == "csv") plan = bound::Limit{std::move(plan), 0};
        return make(plan, scope_of(plan), {child}, Reach::Stops);
    }
    const DataType row = DataType::structure(std::move(records.schema)).with_all_nullable();
    std::vector<bound::Expr> arguments{value, text_constant(to_json(row.fields()))};
    std::vector<bound::Expr> options;
    for (const auto& [name, option] : n.options) {
        options.push_back(text_constant(catalog::lower(name)));
        options.push_back(text_constant(option));
    }
    if (!options.empty()) arguments.push_back(call("map", std::move(options)));
    bound::Expr rows = call(n.format == "csv" ? "__csv_rows" : "__json_rows", std::move(arguments));
    bound::Attributes columns;
    for (const StructField& f : row.fields()) columns.push_back({fresh(), f.name, f.type, true, f.metadata});
    std::vector<bound::NamedExpr> items;
    for (const bound::Attribute& c : columns) items.push_back({c.ref(), c.id, c.name, c.metadata});
    plan = bound::Generate{std::move(plan), call("inline", {std::move(rows)}), false, std::move(columns)};
    plan = bound::Project{std::move(plan), std::move(items)};
    return make(plan, scope_of(plan), {child}, Reach::Stops);
}

}  // namespace firesteel::analysis
