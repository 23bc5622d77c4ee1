#include <array>
#include <string>

#include "connect/decode/decoder.h"
#include "types/type_text.h"

namespace firesteel::connect {

using unresolved::Relation;

std::optional<Relation> Decoder::column_operation(const proto::Relation& message) {
    switch (message.rel_type_case()) {
        case proto::Relation::kProject:
            return project(message.project());
        case proto::Relation::kWithColumns:
            return with_columns(message.with_columns());
        case proto::Relation::kWithColumnsRenamed:
            return renamed(message.with_columns_renamed());
        case proto::Relation::kDrop: {
            Relation child = input(message.drop());
            return made(unresolved::Drop{std::move(child), expressions(message.drop().columns()),
                                         strings(message.drop().column_names())});
        }
        case proto::Relation::kToDf:
            return made(unresolved::ToDataFrame{input(message.to_df()),
                                                strings(message.to_df().column_names())});
        case proto::Relation::kToSchema:
            return to_schema(message.to_schema());
        case proto::Relation::kSubqueryAlias: {
            const auto& alias = message.subquery_alias();
            auto name = strings(alias.qualifier());
            if (alias.alias().empty()) throw invalid_plan("a subquery alias has no name");
            name.push_back(alias.alias());
            return made(unresolved::SubqueryAlias{input(alias), std::move(name), {}});
        }
        case proto::Relation::kUnpivot:
            return unpivot(message.unpivot());
        case proto::Relation::kTranspose: {
            Relation child = input(message.transpose());
            return made(unresolved::Transpose{std::move(child),
                                              expressions(message.transpose().index_columns())});
        }
        case proto::Relation::kParse:
            return parse(message.parse());
        case proto::Relation::kCollectMetrics: {
            const auto& metrics = message.collect_metrics();
            if (metrics.name().empty()) throw invalid_plan("observed metrics have no name");
            Relation child = input(metrics);
            return made(unresolved::CollectMetrics{std::move(child), metrics.name(),
                                                   expressions(metrics.metrics())});
        }
        default:
            return std::nullopt;
    }
}

/// Without an input: one row.
Relation Decoder::project(const proto::Project& message) {
    Relation child =
        message.has_input() ? relation(message.input()) : Relation(unresolved::OneRow{}, origin_);
    return made(unresolved::Project{std::move(child), expressions(message.expressions())});
}

Relation Decoder::with_columns(const proto::WithColumns& message) {
    unresolved::WithColumns node{input(message), {}};
    for (const auto& column : message.aliases()) {
        if (column.name_size() != 1)
            throw invalid_plan("a new column must have a name of one part");
        node.aliases.push_back(alias(column));
    }
    return made(std::move(node));
}

Relation Decoder::renamed(const proto::WithColumnsRenamed& message) {
    unresolved::WithColumnsRenamed node{input(message), {}};
    for (const auto& rename : message.renames()) {
        node.renames.emplace_back(rename.col_name(), rename.new_col_name());
    }
    if (node.renames.empty()) node.renames = options(message.rename_columns_map());
    return made(std::move(node));
}

Relation Decoder::unpivot(const proto::Unpivot& message) {
    unresolved::Unpivot node{input(message)};
    node.ids = expressions(message.ids());
    if (message.has_values()) {
        std::vector<std::vector<unresolved::Expr>> values;
        for (auto& value : expressions(message.values().values()))
            values.push_back({std::move(value)});
        node.values = std::move(values);
    }
    node.variable_name = message.variable_column_name();
    node.value_names = {message.value_column_name()};
    return made(std::move(node));
}

Relation Decoder::to_schema(const proto::ToSchema& message) {
    if (!message.has_schema()) throw invalid_plan("a schema is missing");
    DataType schema = decode_data_type(message.schema());
    if (!schema.is(TypeKind::Struct))
        throw invalid_plan("the schema of a DataFrame must be a struct");
    return made(unresolved::ToSchema{input(message), std::move(schema)});
}

Relation Decoder::parse(const proto::Parse& message) {
    static constexpr auto kFormats = std::to_array<const char*>({"", "csv", "json", "xml"});
    const auto format = static_cast<std::size_t>(message.format());
    if (message.format() <= 0 || format >= kFormats.size()) {
        throw invalid_plan("the format of text to parse is unknown: " +
                           std::to_string(message.format()));
    }
    unresolved::Parse node{input(message), kFormats.at(format), std::nullopt,
                           options(message.options())};
    if (message.has_schema()) {
        node.schema = decode_data_type(message.schema());
        if (!node.schema->is(TypeKind::Struct))
            throw Error(ErrorClass::InvalidSchemaTypeNonStruct, {{"dataType", quoted_sql_name(*node.schema)}}, origin_);
    }
    return made(std::move(node));
}

}  // namespace firesteel::connect
