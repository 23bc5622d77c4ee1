#include <catch2/catch.hpp>

#include "decode_fixture.h"

namespace firesteel::connect::test {

using unresolved::NameParts;

TEST_CASE("column names are cut at dots outside of back-quotes", "[connect][decode]") {
    REQUIRE(attribute_parts("a") == NameParts{"a"});
    REQUIRE(attribute_parts("a.b") == NameParts{"a", "b"});
    REQUIRE(attribute_parts("`a.b`.c") == NameParts{"a.b", "c"});
    REQUIRE(attribute_parts("`a``b`") == NameParts{"a`b"});
    REQUIRE(attribute_parts("a b") == NameParts{"a b"});
    REQUIRE(attribute_parts("") == NameParts{""});
    for (const char* name : {"a.", ".a", "a..b", "`a", "a`b`", "`a`b"}) {
        REQUIRE(error_of([&] { attribute_parts(name); }).id() ==
                ErrorClass::InvalidAttributeNameSyntax);
    }
}

TEST_CASE("function names are the registry's", "[connect][decode]") {
    const auto name = [](std::string_view sent) {
        const auto call =
            expression("unresolved_function { function_name: '" + std::string(sent) + "' }");
        return call.get_if<unresolved::Function>()->name;
    };
    REQUIRE(name("==") == NameParts{"="});
    REQUIRE(name("<=>") == NameParts{"<=>"});
    REQUIRE(name("isNotNull") == NameParts{"isnotnull"});
    REQUIRE(name("concat_ws") == NameParts{"concat_ws"});
    const auto different = expression(
        "unresolved_function { function_name: '!=' arguments { literal { integer: 1 } } arguments "
        "{ literal "
        "{ integer: 2 } } }");
    const auto* negation = different.get_if<unresolved::Function>();
    REQUIRE(negation->name == NameParts{"not"});
    REQUIRE(negation->arguments.at(0).get_if<unresolved::Function>()->arguments.size() == 2);
    REQUIRE(expression_error("unresolved_function {}") == ErrorClass::InvalidPlanInput);
}

TEST_CASE("an expression knows the call that made it", "[connect][decode]") {
    const auto origin = [](std::string_view name, int line) {
        return "common { origin { python_origin { fragment: '" + std::string(name) +
               "' call_site: 'x.py:" + std::to_string(line) + "' } } } ";
    };
    const auto sum =
        expression(origin("__add__", 3) +
                   "unresolved_function { function_name: '+' arguments { literal { integer: 1 } } "
                   "arguments { " +
                   origin("col", 2) + " unresolved_attribute { unparsed_identifier: 'a' } } }");
    REQUIRE(sum.origin().source->text == "__add__");
    REQUIRE(sum.origin().source->call_site == "x.py:3");
    REQUIRE(sum.origin().source->kind == SourceText::Kind::DataFrameCall);
    const auto& arguments = sum.get_if<unresolved::Function>()->arguments;
    REQUIRE(arguments.at(0).origin().source->text == "__add__");  // the nearest that says
    REQUIRE(arguments.at(1).origin().source->text == "col");
}

TEST_CASE("columns and stars keep the plan they belong to", "[connect][decode]") {
    const auto column = expression(
        "unresolved_attribute { unparsed_identifier: 's.f' plan_id: 4 is_metadata_column: true }");
    REQUIRE(*column.get_if<unresolved::Attribute>() == unresolved::Attribute{
                                                           {"s", "f"},
                                                           4, true
    });
    REQUIRE(expression("unresolved_star { plan_id: 9 }").get_if<unresolved::Star>()->plan_id == 9);
    REQUIRE(expression("unresolved_star { unparsed_target: 't.*' }")
                .get_if<unresolved::Star>()
                ->target == NameParts{"t"});
    REQUIRE(expression_error("unresolved_star { unparsed_target: 't' }") ==
            ErrorClass::InvalidPlanInput);
    REQUIRE(expression_error("unresolved_star { unparsed_target: 't.*' plan_id: 1 }") ==
            ErrorClass::InvalidPlanInput);
    REQUIRE(expression("unresolved_regex { col_name: '`a|b`' plan_id: 1 }")
                .get_if<unresolved::RegexStar>() != nullptr);
    REQUIRE(expression("unresolved_regex { col_name: 'a' }").get_if<unresolved::Attribute>() !=
            nullptr);
}

TEST_CASE("casts say their type as a message or as text", "[connect][decode]") {
    const auto cast = expression(
        "cast { expr { literal { string: '1' } } type { integer {} } eval_mode: EVAL_MODE_TRY }");
    REQUIRE(cast.get_if<unresolved::Cast>()->type == DataType::integer());
    REQUIRE(cast.get_if<unresolved::Cast>()->mode == EvalMode::Try);
    REQUIRE(expression("cast { expr { literal { string: '1' } } type_str: 'array<int>' }")
                .get_if<unresolved::Cast>()
                ->type == DataType::array(DataType::integer()));
    REQUIRE(expression_error("cast { expr { literal { string: '1' } } }") ==
            ErrorClass::InvalidPlanInput);
    REQUIRE(expression_error("cast { type { integer {} } }") == ErrorClass::InvalidPlanInput);
    REQUIRE(expression_error(
                "cast { expr { literal { string: '1' } } type { integer {} } eval_mode: 9 }") ==
            ErrorClass::InvalidPlanInput);
}

TEST_CASE("window frames say both ends", "[connect][decode]") {
    const auto frame = [](std::string_view text) {
        return "window { window_function { unresolved_function { function_name: 'sum' } } "
               "order_spec { child { "
               "unresolved_attribute { unparsed_identifier: 'a' } } direction: "
               "SORT_DIRECTION_DESCENDING } "
               "frame_spec { " +
               std::string(text) + " } }";
    };
    const auto window =
        expression(frame("frame_type: FRAME_TYPE_ROW lower { unbounded: true } upper { value { "
                         "literal { integer: 1 } } }"));
    const auto& spec = *window.get_if<unresolved::Window>()->spec;
    REQUIRE(spec.frame->kind == FrameKind::Rows);
    REQUIRE(spec.frame->lower.kind == unresolved::FrameBound::Kind::UnboundedPreceding);
    REQUIRE(spec.frame->upper.kind == unresolved::FrameBound::Kind::Offset);
    REQUIRE(spec.order_by.at(0).direction == SortDirection::Descending);
    REQUIRE(spec.order_by.at(0).nulls == NullOrder::Last);
    REQUIRE(expression_error(frame("frame_type: FRAME_TYPE_ROW lower { unbounded: true }")) ==
            ErrorClass::InvalidPlanInput);
    REQUIRE(expression_error(frame("lower { unbounded: true } upper { unbounded: true }")) ==
            ErrorClass::InvalidPlanInput);
    REQUIRE(
        expression_error(frame("frame_type: FRAME_TYPE_ROW lower { current_row: false } upper { "
                               "unbounded: true }")) == ErrorClass::InvalidPlanInput);
}

TEST_CASE("lambdas name one to three parameters", "[connect][decode]") {
    const auto lambda = expression(
        "lambda_function { function { unresolved_named_lambda_variable { name_parts: 'x_1' } } "
        "arguments { "
        "name_parts: 'x_1' } }");
    REQUIRE(lambda.get_if<unresolved::Lambda>()->parameters == std::vector<std::string>{"x_1"});
    REQUIRE(lambda.get_if<unresolved::Lambda>()->body.get_if<unresolved::Attribute>()->parts ==
            NameParts{"x_1"});
    REQUIRE(expression_error("lambda_function { function { literal { integer: 1 } } }") ==
            ErrorClass::InvalidPlanInput);
    REQUIRE(expression_error("lambda_function { arguments { name_parts: 'x' } }") ==
            ErrorClass::InvalidPlanInput);
}

TEST_CASE("Python functions arrive whole or not at all", "[connect][decode]") {
    const auto udf = [](std::string_view text) {
        return "common_inline_user_defined_function { function_name: 'f' deterministic: true "
               "arguments { literal "
               "{ integer: 1 } } " +
               std::string(text) + " }";
    };
    const auto call =
        expression(udf("python_udf { output_type { unparsed { data_type_string: 'int' } } "
                       "eval_type: 100 command: 'code' "
                       "python_ver: '3.11' }"));
    const auto* node = call.get_if<unresolved::PythonUdf>();
    REQUIRE(node->function->name == "f");
    REQUIRE(node->function->output_type == DataType::integer());
    REQUIRE(node->function->command == "code");
    REQUIRE(node->arguments.size() == 1);
    REQUIRE(expression_error(udf("")) == ErrorClass::InvalidPlanInput);
    REQUIRE(
        expression_error(udf("python_udf { eval_type: 100 command: 'c' python_ver: '3.11' }")) ==
        ErrorClass::InvalidPlanInput);
    REQUIRE(expression_error(
                udf("python_udf { output_type { long {} } eval_type: 205 command: 'c' python_ver: "
                    "'3.11' }")) == ErrorClass::InvalidPlanInput);
    REQUIRE(expression_error(
                udf("python_udf { output_type { long {} } eval_type: 7 command: 'c' python_ver: "
                    "'3.11' }")) == ErrorClass::InvalidPlanInput);
    REQUIRE(expression_error(udf("java_udf { class_name: 'a.B' }")) ==
            ErrorClass::UnsupportedFeature);
}

TEST_CASE("expressions may be SQL text", "[connect][decode]") {
    REQUIRE(expression("expression_string { expression: 'a + 1 AS b' }")
                .get_if<unresolved::Alias>()
                ->names == std::vector<std::string>{"b"});
    REQUIRE(expression("expression_string { expression: '*' }").get_if<unresolved::Star>() !=
            nullptr);
    REQUIRE(expression_error("expression_string { expression: 'a +' }") ==
            ErrorClass::ParseSyntaxError);
    REQUIRE(expression("call_function { function_name: 'a.`b c`' }")
                .get_if<unresolved::Function>()
                ->name == NameParts{"a", "b c"});
}

TEST_CASE("misplaced and unknown expressions are refused", "[connect][decode]") {
    REQUIRE(expression_error("") == ErrorClass::InvalidPlanInput);
    REQUIRE(expression_error("sort_order { child { literal { integer: 1 } } }") ==
            ErrorClass::InvalidPlanInput);
    REQUIRE(expression_error("merge_action { action_type: ACTION_TYPE_DELETE }") ==
            ErrorClass::InvalidPlanInput);
    REQUIRE(expression_error("extension {}") == ErrorClass::UnsupportedFeature);
    REQUIRE(expression_error("typed_aggregate_expression {}") == ErrorClass::UnsupportedFeature);
    REQUIRE(expression_error("subquery_expression { plan_id: 1 }") == ErrorClass::InvalidPlanInput);
    REQUIRE(expression_error("alias { expr { literal { integer: 1 } } }") ==
            ErrorClass::InvalidPlanInput);
    REQUIRE(expression_error(
                "alias { expr { literal { integer: 1 } } name: 'a' name: 'b' metadata: '{}' }") ==
            ErrorClass::InvalidPlanInput);
}

}  // namespace firesteel::connect::test
