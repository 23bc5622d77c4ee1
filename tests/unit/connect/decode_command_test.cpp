#include <catch2/catch.hpp>

#include "decode_fixture.h"

namespace firesteel::connect::test {
namespace {

PlanNode command(std::string_view text) {
    return decode_message(from_text<spark::connect::Plan>("command {" + std::string(text) + "}"));
}

template <typename Node>
Node node(std::string_view text) {
    return std::get<Node>(std::get<unresolved::Command>(command(text)).node);
}

ErrorClass command_error(std::string_view text) {
    return error_of([&] { command(text); }).id();
}

const std::string kInput = "input { range { step: 1 } } ";

}  // namespace

TEST_CASE("views know their name and scope", "[connect][decode]") {
    const auto view = node<unresolved::CreateView>("create_dataframe_view {" + kInput +
                                                   "name: '`a b`' is_global: true replace: true }");
    REQUIRE(view.name == unresolved::NameParts{"a b"});
    REQUIRE(view.global);
    REQUIRE(view.replace);
    REQUIRE(view.temporary);
    REQUIRE(
        node<unresolved::CreateView>("create_dataframe_view {" + kInput + "name: 'a.b' }").name ==
        unresolved::NameParts{"b"});
    for (const char* name : {"a.b.c", "a b", "a-b", ""}) {
        REQUIRE(command_error("create_dataframe_view {" + kInput + "name: '" + name + "' }") ==
                ErrorClass::InvalidViewName);
    }
    REQUIRE(command_error("create_dataframe_view { name: 'a' }") == ErrorClass::InvalidPlanInput);
}

TEST_CASE("writes are read with their modes", "[connect][decode]") {
    REQUIRE(node<unresolved::Write>("write_operation {" + kInput + "path: 'p' }").mode == "error");
    const auto table =
        node<unresolved::Write>("write_operation {" + kInput +
                                "mode: SAVE_MODE_IGNORE table { table_name: 'd.t' save_method: "
                                "TABLE_SAVE_METHOD_INSERT_INTO } }");
    REQUIRE(table.mode == "ignore");
    REQUIRE(table.table == unresolved::NameParts{"d", "t"});
    REQUIRE(table.save_method == "insert_into");
    REQUIRE(command_error("write_operation {" + kInput + "mode: 77 }") ==
            ErrorClass::InvalidPlanInput);
    REQUIRE(command_error("write_operation {" + kInput + "table { table_name: 't' } }") ==
            ErrorClass::InvalidPlanInput);
    REQUIRE(command_error("write_operation {" + kInput + "bucket_by {} }") ==
            ErrorClass::InvalidBucketCount);
    REQUIRE(command_error("write_operation_v2 {" + kInput + "table_name: 't' }") ==
            ErrorClass::InvalidPlanInput);
    REQUIRE(
        command_error("write_operation_v2 {" + kInput + "table_name: 't' mode: MODE_OVERWRITE }") ==
        ErrorClass::InvalidPlanInput);
}

TEST_CASE("a SQL query is a relation with its parameters", "[connect][decode]") {
    const auto statement = [](std::string_view text) {
        return std::get<SqlStatement>(command("sql_command {" + std::string(text) + "}"));
    };
    const auto query = statement(
        "input { common { plan_id: 5 } sql { query: 'SELECT :a' named_arguments { key: 'a' value { "
        "literal { "
        "integer: 1 } } } } }");
    const auto* parameters = query.statement.query()->get_if<unresolved::WithParameters>();
    REQUIRE(query.statement.query()->plan_id() == 5);
    REQUIRE(parameters->named.at(0).first == "a");
    REQUIRE(query.named.empty());
    const auto older = statement("sql: 'SELECT ?' pos_args { integer: 1 }");
    REQUIRE(older.statement.query()->get_if<unresolved::WithParameters>()->positional.size() == 1);

    const auto view =
        statement("sql: 'CREATE TEMPORARY VIEW v AS SELECT ?' pos_args { integer: 1 }");
    REQUIRE(view.statement.query() == nullptr);
    REQUIRE(view.positional.size() == 1);

    const auto framed = statement(
        "input { with_relations { root { sql { query: 'SELECT * FROM df' } } references { "
        "subquery_alias { alias: "
        "'df' input { range { step: 1 } } } } } }");
    REQUIRE(framed.statement.query()->get_if<unresolved::WithReferences>()->references.size() == 1);
    REQUIRE(command_error("sql_command { input { range { step: 1 } } }") ==
            ErrorClass::InvalidPlanInput);
    REQUIRE(command_error("sql_command { sql: 'SELEC 1' }") == ErrorClass::ParseSyntaxError);
}

TEST_CASE("Python functions are registered under a name", "[connect][decode]") {
    const auto registered = node<unresolved::RegisterPythonFunction>(
        "register_function { function_name: 'f' python_udf { output_type { long {} } eval_type: "
        "100 command: 'c' "
        "python_ver: '3.11' } }");
    REQUIRE(registered.name == "f");
    REQUIRE_FALSE(registered.is_table_function);
    const auto table = node<unresolved::RegisterPythonFunction>(
        "register_table_function { function_name: 'f' python_udtf { eval_type: 300 command: 'c' "
        "python_ver: '3.11' } }");
    REQUIRE(table.is_table_function);
    REQUIRE_FALSE(table.function->output_type.has_value());
    REQUIRE(
        command_error("register_function { function_name: 'f' java_udf { class_name: 'a.B' } }") ==
        ErrorClass::UnsupportedFeature);
}

TEST_CASE("what the engine has not is refused by name", "[connect][decode]") {
    REQUIRE(command_error("") == ErrorClass::InvalidPlanInput);
    const auto error = error_of([] { command("write_stream_operation_start {}"); });
    REQUIRE(error.id() == ErrorClass::UnsupportedFeature);
    REQUIRE_THAT(error.message(), Catch::Contains("write_stream_operation_start"));
    REQUIRE(command_error("ml_command { fit {} }") == ErrorClass::UnsupportedFeature);
    REQUIRE(std::holds_alternative<CleanMlCache>(command("ml_command { clean_cache {} }")));
    REQUIRE(std::holds_alternative<GetResources>(command("get_resources_command {}")));
    REQUIRE(error_of([] { decode_message({}); }).id() == ErrorClass::UnsupportedOperation);
}

}  // namespace firesteel::connect::test
