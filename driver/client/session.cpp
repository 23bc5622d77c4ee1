#include "client/session.h"

#include "client/errors.h"
#include "client/hive_text.h"
#include "client/rpc.h"

namespace firesteel::client {
namespace {

using Stub = proto::SparkConnectService::Stub;

/// Runs a command to its end and gives the relation that it left, if any.
std::shared_ptr<proto::Relation> run_command(const std::shared_ptr<Rpc>& rpc,
                                             proto::Command command) {
    proto::ExecutePlanRequest request;
    rpc->identify(request);
    *request.mutable_plan()->mutable_command() = std::move(command);
    ResultStream stream(rpc, request);
    while (stream.next()) {
    }
    const proto::Relation* result = stream.command_result();
    return result == nullptr ? nullptr : std::make_shared<proto::Relation>(*result);
}

/// "struct" for kStruct, "timestamp_ntz" for kTimestampNtz: the names of the protocol's own fields.
std::string type_name(const proto::DataType& type) {
    const auto* reflection = type.GetReflection();
    const auto* kind =
        reflection->GetOneofFieldDescriptor(type, type.GetDescriptor()->oneof_decl(0));
    return kind == nullptr ? "" : kind->name();
}

proto::DataType::Struct row_type(Rpc& rpc, const proto::Relation& relation) {
    proto::AnalyzePlanRequest request;
    *request.mutable_schema()->mutable_plan()->mutable_root() = relation;
    const auto response = rpc.call<proto::AnalyzePlanRequest, proto::AnalyzePlanResponse>(
        &Stub::AnalyzePlan, std::move(request));
    return response.schema().schema().struct_();
}

}  // namespace

Session Session::connect(ConnectOptions options) {
    return Session(std::make_shared<Rpc>(std::move(options)));
}

const std::string& Session::id() const { return rpc_->session_id(); }

std::string Session::spark_version() const {
    proto::AnalyzePlanRequest request;
    request.mutable_spark_version();
    const auto response = rpc_->call<proto::AnalyzePlanRequest, proto::AnalyzePlanResponse>(
        &Stub::AnalyzePlan, std::move(request));
    return response.spark_version().version();
}

void Session::set_conf(std::string_view key, std::string_view value) const {
    proto::ConfigRequest request;
    auto* pair = request.mutable_operation()->mutable_set()->add_pairs();
    pair->set_key(std::string(key));
    pair->set_value(std::string(value));
    rpc_->call<proto::ConfigRequest, proto::ConfigResponse>(&Stub::Config, std::move(request));
}

std::string Session::conf(std::string_view key) const {
    proto::ConfigRequest request;
    request.mutable_operation()->mutable_get()->add_keys(std::string(key));
    const auto response =
        rpc_->call<proto::ConfigRequest, proto::ConfigResponse>(&Stub::Config, std::move(request));
    if (response.pairs_size() != 1) throw ProtocolError("Config.Get of one key gave no pair");
    return response.pairs(0).value();
}

DataFrame Session::sql(std::string_view text) const {
    proto::Command command;
    auto* sql = command.mutable_sql_command()->mutable_input()->mutable_sql();
    sql->set_query(std::string(text));
    // Servers before 4.0 know only this field.
    command.mutable_sql_command()->set_sql(std::string(text));
    const auto relation = run_command(rpc_, std::move(command));
    if (relation == nullptr) throw ProtocolError("a SQL command gave no relation");
    return DataFrame(*this, *relation);
}

ResultStream Session::execute(const proto::Relation& relation) const {
    proto::ExecutePlanRequest request;
    rpc_->identify(request);
    *request.mutable_plan()->mutable_root() = relation;
    return ResultStream(rpc_, request);
}

void Session::interrupt_all() const {
    proto::InterruptRequest request;
    request.set_interrupt_type(proto::InterruptRequest::INTERRUPT_TYPE_ALL);
    rpc_->call<proto::InterruptRequest, proto::InterruptResponse>(&Stub::Interrupt,
                                                                  std::move(request));
}

void Session::interrupt_operation(std::string_view operation_id) const {
    proto::InterruptRequest request;
    request.set_interrupt_type(proto::InterruptRequest::INTERRUPT_TYPE_OPERATION_ID);
    request.set_operation_id(std::string(operation_id));
    rpc_->call<proto::InterruptRequest, proto::InterruptResponse>(&Stub::Interrupt,
                                                                  std::move(request));
}

void Session::stop() const {
    rpc_->call<proto::ReleaseSessionRequest, proto::ReleaseSessionResponse>(&Stub::ReleaseSession,
                                                                            {});
}

DataFrame::DataFrame(Session session, const proto::Relation& relation)
    : session_(std::move(session)), relation_(std::make_shared<proto::Relation>(relation)) {}

std::vector<DataFrame::Field> DataFrame::schema() const {
    std::vector<Field> fields;
    const auto type = row_type(*session_.rpc_, *relation_);
    for (const auto& field : type.fields()) {
        fields.push_back({field.name(), type_name(field.data_type()), field.nullable()});
    }
    return fields;
}

std::string DataFrame::show_string(int rows_max, int truncate, Layout layout) const {
    proto::Relation show;
    auto* node = show.mutable_show_string();
    *node->mutable_input() = *relation_;
    node->set_num_rows(rows_max);
    node->set_truncate(truncate);
    node->set_vertical(layout == Layout::Vertical);
    ResultStream stream = session_.execute(show);
    std::string text;
    while (const auto batch = stream.next()) {
        for (std::int64_t row = 0; row < batch->rows(); ++row) text += batch->text(row, 0);
    }
    return text;
}

/// SELECT function(struct(*), map(options…)) FROM this
void DataFrame::each_row_as_text(const char* function,
                                 const std::map<std::string, std::string>& options,
                                 const std::function<void(std::string_view)>& take) const {
    proto::Relation texts;
    *texts.mutable_project()->mutable_input() = *relation_;
    auto* call = texts.mutable_project()->add_expressions()->mutable_unresolved_function();
    call->set_function_name(function);
    auto* row = call->add_arguments()->mutable_unresolved_function();
    row->set_function_name("struct");
    row->add_arguments()->mutable_unresolved_star();
    auto* map = call->add_arguments()->mutable_unresolved_function();
    map->set_function_name("map");
    for (const auto& [key, value] : options) {
        map->add_arguments()->mutable_literal()->set_string(key);
        map->add_arguments()->mutable_literal()->set_string(value);
    }
    ResultStream stream = session_.execute(texts);
    while (const auto batch = stream.next()) {
        for (std::int64_t at = 0; at < batch->rows(); ++at) take(batch->text(at, 0));
    }
}

void DataFrame::each_as_json(const std::function<void(std::string_view)>& take) const {
    each_row_as_text("to_json",
                     {
                         {"ignoreNullFields", "false"}
    },
                     take);
}

void DataFrame::each_as_csv(const std::function<void(std::string_view)>& take) const {
    each_row_as_text("to_csv",
                     {
                         {"escape", "\""}
    },
                     take);  // "" for ", as everybody else reads it
}

/// By place, since names may stand several times.
void DataFrame::each_as_tabs(const std::function<void(std::string_view)>& take) const {
    proto::Relation texts;
    auto* renamed = texts.mutable_project()->mutable_input()->mutable_to_df();
    *renamed->mutable_input() = *relation_;
    const auto type = row_type(*session_.rpc_, *relation_);
    for (const auto& field : type.fields()) {
        const std::string name = "c" + std::to_string(renamed->column_names_size());
        renamed->add_column_names(name);
        texts.mutable_project()->add_expressions()->mutable_expression_string()->set_expression(
            hive_text(field.data_type(), name));
    }
    ResultStream stream = session_.execute(texts);
    std::string line;
    while (const auto batch = stream.next()) {
        for (std::int64_t row = 0; row < batch->rows(); ++row) {
            line.clear();
            for (std::int64_t column = 0; column < batch->columns(); ++column) {
                if (column > 0) line += '\t';
                line += batch->is_null(row, column) ? "NULL" : batch->text(row, column);
            }
            take(line);
        }
    }
}

void DataFrame::create_or_replace_temp_view(std::string_view name) const {
    proto::Command command;
    auto* view = command.mutable_create_dataframe_view();
    *view->mutable_input() = *relation_;
    view->set_name(std::string(name));
    view->set_replace(true);
    run_command(session_.rpc_, std::move(command));
}

}  // namespace firesteel::client
