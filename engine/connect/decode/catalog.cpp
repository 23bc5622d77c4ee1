#include <string>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "connect/decode/decoder.h"

namespace firesteel::connect {

using unresolved::Relation;

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

const char* text_of(bool value) { return value ? "true" : "false"; }

/// Every field by its name; a nested StorageLevel as "storage_level.use_disk".
void collect(const Message& message, const std::string& prefix, unresolved::CatalogQuery& query) {
    const Reflection& reflection = *message.GetReflection();
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
        const FieldDescriptor* field = message.GetDescriptor()->field(i);
        const std::string name = prefix + field->name();
        if (field->is_map()) {
            continue;  // options and properties, by their own types below
        }
        if (field->has_presence() && !reflection.HasField(message, field)) continue;
        switch (field->cpp_type()) {
            case FieldDescriptor::CPPTYPE_STRING:
                query.arguments[name] = reflection.GetString(message, field);
                break;
            case FieldDescriptor::CPPTYPE_BOOL:
                query.arguments[name] = text_of(reflection.GetBool(message, field));
                break;
            case FieldDescriptor::CPPTYPE_INT32:
                query.arguments[name] = std::to_string(reflection.GetInt32(message, field));
                break;
            case FieldDescriptor::CPPTYPE_MESSAGE: {
                const Message& part = reflection.GetMessage(message, field);
                if (const auto* type = dynamic_cast<const proto::DataType*>(&part)) {
                    query.schema = decode_data_type(*type);
                } else {
                    collect(part, name + ".", query);
                }
                break;
            }
            default:
                FS_ASSERT(false && "a catalog message has a field of a new type");
        }
    }
}

void check(const unresolved::CatalogQuery& query) {
    for (const char* name : {"table_name", "view_name", "function_name"}) {
        const auto argument = query.arguments.find(name);
        if (argument != query.arguments.end() && argument->second.empty()) {
            throw invalid_plan("the " + std::string(name) + " of " + query.kind + " is empty");
        }
    }
    if (query.schema && !query.schema->is(TypeKind::Struct)) {
        throw invalid_plan("the schema of a table must be a struct");
    }
}

}  // namespace

Relation Decoder::catalog(const proto::Catalog& message) {
    if (message.cat_type_case() == proto::Catalog::CAT_TYPE_NOT_SET) {
        throw invalid_plan("a catalog request is of no kind that is known");
    }
    const FieldDescriptor* kind =
        message.GetDescriptor()->FindFieldByNumber(static_cast<int>(message.cat_type_case()));
    FS_ASSERT(kind != nullptr);
    unresolved::CatalogQuery query;
    query.kind = kind->name();
    collect(message.GetReflection()->GetMessage(message, kind), {}, query);
    if (message.has_create_table()) query.options = options(message.create_table().options());
    if (message.has_create_external_table())
        query.options = options(message.create_external_table().options());
    if (message.has_create_database())
        query.options = options(message.create_database().properties());
    check(query);
    return made(std::move(query));
}

}  // namespace firesteel::connect
