#include <string>

#include "connect/decode/decoder.h"

namespace firesteel::connect {

using unresolved::Relation;

namespace {

/// The bytes of a message that `owner` keeps alive.
std::shared_ptr<const std::string> shared_bytes(const std::shared_ptr<const void>& owner,
                                                const std::string& bytes) {
    return owner == nullptr ? std::make_shared<const std::string>(bytes)
                            : std::shared_ptr<const std::string>(owner, &bytes);
}

}  // namespace

std::optional<Relation> Decoder::leaf(const proto::Relation& message) {
    switch (message.rel_type_case()) {
        case proto::Relation::kRead:
            return read(message.read());
        case proto::Relation::kRange:
            return range(message.range());
        case proto::Relation::kSql:
            return sql(message.sql());
        case proto::Relation::kLocalRelation:
            return local_relation(message.local_relation(), owner_);
        case proto::Relation::kCachedLocalRelation:
            return cached_local_relation(message.cached_local_relation());
        case proto::Relation::kChunkedCachedLocalRelation:
            return chunked_local_relation(message.chunked_cached_local_relation());
        case proto::Relation::kCachedRemoteRelation:
            return made(unresolved::CachedRemote{message.cached_remote_relation().relation_id()});
        case proto::Relation::kUnresolvedTableValuedFunction:
            return table_function(message.unresolved_table_valued_function());
        case proto::Relation::kCommonInlineUserDefinedTableFunction:
            return python_table_function(message.common_inline_user_defined_table_function());
        case proto::Relation::kCatalog:
            return catalog(message.catalog());
        default:
            return std::nullopt;
    }
}

Relation Decoder::read(const proto::Read& message) {
    if (message.read_type_case() == proto::Read::kNamedTable) {
        const auto& table = message.named_table();
        unresolved::NamedTable node;
        node.name = identifier(table.unparsed_identifier());
        node.options = options(table.options());
        node.is_streaming = message.is_streaming();
        return made(std::move(node));
    }
    if (message.read_type_case() != proto::Read::kDataSource) {
        throw invalid_plan("a read is of no kind that is known");
    }
    const auto& source = message.data_source();
    unresolved::DataSource node;
    node.format = source.format();
    node.schema = source.schema();
    node.options = options(source.options());
    node.paths = strings(source.paths());
    node.predicates = strings(source.predicates());
    node.is_streaming = message.is_streaming();
    if (!node.predicates.empty() && node.format != "jdbc") {
        throw invalid_plan("predicates are for the format jdbc, not for '" + node.format + "'");
    }
    return made(std::move(node));
}

Relation Decoder::range(const proto::Range& message) {
    if (message.step() == 0) {
        throw Error(ErrorClass::IllegalArgument,
                    {
                        {"message", "the step of a range can't be 0"}
        });
    }
    unresolved::Range node{message.start(), message.end(), message.step(), std::nullopt};
    if (message.has_num_partitions()) {
        if (message.num_partitions() <= 0) {
            throw Error(
                ErrorClass::IllegalArgument,
                {
                    {"message", "the number of partitions of a range must be positive, not " +
                                    std::to_string(message.num_partitions())}
            });
        }
        node.partitions = message.num_partitions();
    }
    return made(node);
}

Relation Decoder::local_relation(const proto::LocalRelation& message,
                                 const std::shared_ptr<const void>& owner) {
    unresolved::LocalData node;
    if (message.has_data()) node.streams.push_back(shared_bytes(owner, message.data()));
    node.schema = message.schema();
    if (node.streams.empty() && node.schema.empty()) {
        throw invalid_plan("a local relation has neither rows nor a schema");
    }
    return made(std::move(node));
}

std::shared_ptr<const std::string> Decoder::cached(const std::string& hash) const {
    auto bytes = context_.cached_artifact ? context_.cached_artifact(hash) : nullptr;
    if (bytes == nullptr)
        throw invalid_plan("no cached local relation has the hash '" + hash + "'");
    return bytes;
}

Relation Decoder::cached_local_relation(const proto::CachedLocalRelation& message) {
    const auto bytes = cached(message.hash());
    auto parsed = std::make_shared<proto::LocalRelation>();
    parse_message(*bytes, *parsed);
    return local_relation(*parsed, parsed);
}

Relation Decoder::chunked_local_relation(const proto::ChunkedCachedLocalRelation& message) {
    unresolved::LocalData node;
    for (const auto& hash : message.datahashes()) node.streams.push_back(cached(hash));
    if (message.has_schemahash()) node.schema = *cached(message.schemahash());
    if (node.streams.empty() && node.schema.empty()) {
        throw invalid_plan("a local relation has neither rows nor a schema");
    }
    return made(std::move(node));
}

Relation Decoder::table_function(const proto::UnresolvedTableValuedFunction& message) {
    if (message.function_name().empty()) throw invalid_plan("a table function has no name");
    unresolved::TableFunction node;
    node.name = {message.function_name()};
    node.arguments = expressions(message.arguments());
    return made(std::move(node));
}

Relation Decoder::python_table_function(
    const proto::CommonInlineUserDefinedTableFunction& message) {
    auto function = python_function(message);
    return made(
        unresolved::PythonTableFunction{std::move(function), expressions(message.arguments())});
}

}  // namespace firesteel::connect
