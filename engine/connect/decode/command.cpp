#include <array>
#include <string>

#include <google/protobuf/descriptor.h>

#include "connect/decode/decoder.h"
#include "common/own_kinds.h"

namespace firesteel::connect {

using unresolved::Command;

namespace {

Error unsupported_command(const proto::Command& message) {
    const auto* field =
        message.GetDescriptor()->FindFieldByNumber(static_cast<int>(message.command_type_case()));
    FS_ASSERT(field != nullptr);
    return unsupported("the command " + field->name());
}

const char* save_mode(proto::WriteOperation::SaveMode mode) {
    switch (mode) {
        case proto::WriteOperation::SAVE_MODE_UNSPECIFIED:
        case proto::WriteOperation::SAVE_MODE_ERROR_IF_EXISTS:
            return "error";
        case proto::WriteOperation::SAVE_MODE_APPEND:
            return "append";
        case proto::WriteOperation::SAVE_MODE_OVERWRITE:
            return "overwrite";
        case proto::WriteOperation::SAVE_MODE_IGNORE:
            return "ignore";
        default:
            break;
    }
    throw invalid_plan("a write has the unknown mode " + std::to_string(mode));
}

const char* write_mode(proto::WriteOperationV2::Mode mode) {
    switch (mode) {
        case proto::WriteOperationV2::MODE_CREATE:
            return "create";
        case proto::WriteOperationV2::MODE_OVERWRITE:
            return "overwrite";
        case proto::WriteOperationV2::MODE_OVERWRITE_PARTITIONS:
            return "overwrite_partitions";
        case proto::WriteOperationV2::MODE_APPEND:
            return "append";
        case proto::WriteOperationV2::MODE_REPLACE:
            return "replace";
        case proto::WriteOperationV2::MODE_CREATE_OR_REPLACE:
            return "create_or_replace";
        default:
            break;
    }
    throw invalid_plan("a write has the unknown mode " + std::to_string(mode));
}

const char* save_method(proto::WriteOperation::SaveTable::TableSaveMethod method) {
    switch (method) {
        case proto::WriteOperation::SaveTable::TABLE_SAVE_METHOD_SAVE_AS_TABLE:
            return "save_as_table";
        case proto::WriteOperation::SaveTable::TABLE_SAVE_METHOD_INSERT_INTO:
            return "insert_into";
        default:
            break;
    }
    throw invalid_plan("a table is saved by the unknown method " + std::to_string(method));
}

}  // namespace

PlanNode Decoder::command(const proto::Command& message) {
    switch (message.command_type_case()) {
        case proto::Command::kSqlCommand:
            return sql_command(message.sql_command());
        case proto::Command::kCreateDataframeView:
            return create_view(message.create_dataframe_view());
        case proto::Command::kRegisterFunction:
            return register_function(message.register_function());
        case proto::Command::kRegisterTableFunction:
            return register_table_function(message.register_table_function());
        case proto::Command::kRegisterDataSource:
            return register_data_source(message.register_data_source());
        case proto::Command::kWriteOperation:
            return write(message.write_operation());
        case proto::Command::kWriteOperationV2:
            return write_v2(message.write_operation_v2());
        case proto::Command::kCheckpointCommand:
            return checkpoint(message.checkpoint_command());
        case proto::Command::kRemoveCachedRemoteRelationCommand:
            return Command{
                unresolved::RemoveCachedRemote{
                    message.remove_cached_remote_relation_command().relation().relation_id()},
                origin_};
        case proto::Command::kGetResourcesCommand:
            return GetResources{};
        case proto::Command::kMlCommand:
            return ml_command(message.ml_command());
        case proto::Command::COMMAND_TYPE_NOT_SET:
            throw invalid_plan("a command is of no kind that is known");
        default:
            throw unsupported_command(message);
    }
}

Command Decoder::create_view(const proto::CreateDataFrameViewCommand& message) {
    unresolved::CreateView node{
        view_name(message.name()),
        required_relation(message.has_input(), message.input(), "query of a view")};
    node.replace = message.replace();
    node.temporary = true;
    node.global = message.is_global();
    return {std::move(node), origin_};
}

Command Decoder::register_function(const proto::CommonInlineUserDefinedFunction& message) {
    if (message.function_name().empty()) throw invalid_plan("a function to register has no name");
    return {
        unresolved::RegisterPythonFunction{message.function_name(), python_function(message),
                                           false},
        origin_
    };
}

Command Decoder::register_table_function(
    const proto::CommonInlineUserDefinedTableFunction& message) {
    if (message.function_name().empty())
        throw invalid_plan("a table function to register has no name");
    return {
        unresolved::RegisterPythonFunction{message.function_name(), python_function(message), true},
        origin_
    };
}

Command Decoder::register_data_source(const proto::CommonInlineUserDefinedDataSource& message) {
    if (message.name().empty()) throw invalid_plan("a data source to register has no name");
    if (!message.has_python_data_source()) {
        throw invalid_plan("the data source '" + message.name() + "' has no code");
    }
    auto source = std::make_shared<PythonFunction>();
    source->name = message.name();
    source->eval_type = kPlanReadKind;
    source->command = message.python_data_source().command();
    source->python_version = message.python_data_source().python_ver();
    return {
        unresolved::RegisterPythonFunction{message.name(), std::move(source), false},
        origin_
    };
}

Command Decoder::checkpoint(const proto::CheckpointCommand& message) {
    return {
        unresolved::Checkpoint{required_relation(message.has_relation(), message.relation(),
                               "relation of a checkpoint"),
                               message.local(), message.eager()},
        origin_
    };
}

Command Decoder::write(const proto::WriteOperation& message) {
    if (message.with_schema_evolution())
        throw unsupported("writes that evolve the schema", origin_);
    unresolved::Write node{
        required_relation(message.has_input(), message.input(), "rows to write")};
    node.format = message.source();
    node.mode = save_mode(message.mode());
    switch (message.save_type_case()) {
        case proto::WriteOperation::kPath:
            node.path = message.path();
            break;
        case proto::WriteOperation::kTable:
            node.table = identifier(message.table().table_name());
            node.save_method = save_method(message.table().save_method());
            break;
        case proto::WriteOperation::SAVE_TYPE_NOT_SET:
            break;  // the format's own place: options, jdbc, noop
    }
    node.partition_by = strings(message.partitioning_columns());
    node.sort_by = strings(message.sort_column_names());
    node.cluster_by = strings(message.clustering_columns());
    if (message.has_bucket_by()) {
        node.bucket_by = strings(message.bucket_by().bucket_column_names());
        node.buckets = message.bucket_by().num_buckets();
        if (node.buckets <= 0) {
            throw Error(ErrorClass::InvalidBucketCount,
                        {
                            {"bucketingMaxBuckets", "100000"                    },
                            {"numBuckets",          std::to_string(node.buckets)}
            });
        }
    }
    node.options = options(message.options());
    return {std::move(node), origin_};
}

Command Decoder::write_v2(const proto::WriteOperationV2& message) {
    if (message.with_schema_evolution())
        throw unsupported("writes that evolve the schema", origin_);
    unresolved::Write node{
        required_relation(message.has_input(), message.input(), "rows to write")};
    node.is_v2 = true;
    node.table = identifier(message.table_name());
    node.format = message.provider();
    node.mode = write_mode(message.mode());
    node.partition_transforms = expressions(message.partitioning_columns());
    node.options = options(message.options());
    node.table_properties = options(message.table_properties());
    node.cluster_by = strings(message.clustering_columns());
    node.overwrite_condition =
        optional(message.has_overwrite_condition(), message.overwrite_condition());
    if (message.mode() == proto::WriteOperationV2::MODE_OVERWRITE && !node.overwrite_condition) {
        throw invalid_plan("a write that overwrites doesn't say which rows");
    }
    return {std::move(node), origin_};
}

PlanNode Decoder::ml_command(const proto::MlCommand& message) {
    if (message.command_case() == proto::MlCommand::kCleanCache) return CleanMlCache{};
    throw unsupported("machine learning (pyspark.ml)", origin_);
}

}  // namespace firesteel::connect
