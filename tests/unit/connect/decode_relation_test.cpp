#include <catch2/catch.hpp>

#include "decode_fixture.h"

namespace firesteel::connect::test {

using namespace unresolved;
using Names = std::vector<std::string>;

namespace {

const std::string kInput = "input { range { end: 3 step: 1 } }";
const std::string kColumn = "{ unresolved_attribute { unparsed_identifier: 'a' } }";

std::string unary(std::string_view name, std::string_view fields) {
    return std::string(name) + " { " + kInput + " " + std::string(fields) + " }";
}

}  // namespace

TEST_CASE("a relation keeps its plan id and place", "[connect][decode]") {
    const Relation limit = relation(
        "common { plan_id: 7 origin { python_origin { fragment: 'limit' call_site: 'f.py:1' } } } "
        "limit { input { "
        "common { plan_id: 3 } range { step: 1 } } limit: 2 }");
    REQUIRE(limit.plan_id() == 7);
    REQUIRE(limit.origin().source->text == "limit");
    REQUIRE(limit.get_if<Limit>()->child.plan_id() == 3);
    REQUIRE_FALSE(relation("range { step: 1 }").plan_id().has_value());
}

TEST_CASE("what is not ascending is descending, what is not nulls first is nulls last",
          "[connect][decode]") {
    const auto order = [](std::string_view fields) {
        const Relation sort =
            relation(unary("sort", "order { child " + kColumn + std::string(fields) + " }"));
        const SortOrder& first = sort.get_if<Sort>()->orders.at(0);
        return std::pair(first.direction, first.nulls);
    };
    using Pair = std::pair<SortDirection, NullOrder>;
    REQUIRE(order("direction: SORT_DIRECTION_ASCENDING null_ordering: SORT_NULLS_FIRST") ==
            Pair{SortDirection::Ascending, NullOrder::First});
    REQUIRE(order("direction: SORT_DIRECTION_ASCENDING") ==
            Pair{SortDirection::Ascending, NullOrder::Last});
    REQUIRE(order("null_ordering: SORT_NULLS_FIRST") ==
            Pair{SortDirection::Descending, NullOrder::First});
    REQUIRE(relation(unary("sort", "is_global: false order { child " + kColumn + " }"))
                .get_if<Sort>()
                ->is_global == false);
    REQUIRE(relation_error(unary("sort", "")) == ErrorClass::InvalidPlanInput);
}

TEST_CASE("a project without input has one row", "[connect][decode]") {
    const Relation project = relation("project {}");
    REQUIRE(project.get_if<Project>()->child.get_if<OneRow>() != nullptr);
    REQUIRE(project.get_if<Project>()->expressions.empty());
}

TEST_CASE("an aggregate answers its groups, then its aggregates", "[connect][decode]") {
    const std::string fields =
        "grouping_expressions " + kColumn +
        "aggregate_expressions { unresolved_function { function_name: 'count' } } ";
    const Relation plain = relation(unary("aggregate", "group_type: GROUP_TYPE_GROUPBY " + fields));
    REQUIRE(plain.get_if<Aggregate>()->outputs.size() == 2);
    REQUIRE(plain.get_if<Aggregate>()->outputs.at(0).get_if<Attribute>() != nullptr);
    REQUIRE(plain.get_if<Aggregate>()->groups.at(0).kind == GroupKind::GroupBy);
    const Relation sets = relation(
        unary("aggregate", "group_type: GROUP_TYPE_GROUPING_SETS grouping_sets { grouping_set " +
                               kColumn + " } grouping_sets {} " + fields));
    REQUIRE(sets.get_if<Aggregate>()->groups.at(0).sets.size() == 2);
    const Relation pivot =
        relation(unary("aggregate", "group_type: GROUP_TYPE_PIVOT pivot { col " + kColumn +
                                        " values { integer: 1 } } " + fields));
    REQUIRE(pivot.get_if<Pivot>()->values.size() == 1);
    REQUIRE(relation_error(unary("aggregate", fields)) == ErrorClass::InvalidPlanInput);
    REQUIRE(relation_error(unary("aggregate", "group_type: GROUP_TYPE_PIVOT")) ==
            ErrorClass::InvalidPlanInput);
}

TEST_CASE("local rows share the plan's bytes", "[connect][decode]") {
    auto plan = std::make_shared<spark::connect::Plan>(from_text<spark::connect::Plan>(
        "root { local_relation { data: 'rows' schema: 'a int' } }"));
    const std::string* sent = &plan->root().local_relation().data();
    const auto local = std::get<Relation>(decode_plan(*plan, plan, {}));
    plan.reset();
    REQUIRE(local.get_if<LocalData>()->streams.at(0).get() == sent);
    REQUIRE(*local.get_if<LocalData>()->streams.at(0) == "rows");
    REQUIRE(local.get_if<LocalData>()->schema == "a int");
    REQUIRE(relation_error("local_relation {}") == ErrorClass::InvalidPlanInput);
}

TEST_CASE("cached local rows come from the session's artifacts", "[connect][decode]") {
    Session session;
    session.artifacts["whole"] =
        from_text<spark::connect::LocalRelation>("data: 'rows' schema: 'a int'")
            .SerializeAsString();
    session.artifacts["one"] = "rows";
    session.artifacts["two"] = "more";
    session.artifacts["schema"] = "{}";
    session.artifacts["damaged"] = "\xff";
    const Relation whole = relation("cached_local_relation { hash: 'whole' }", session);
    REQUIRE(*whole.get_if<LocalData>()->streams.at(0) == "rows");
    const Relation chunks = relation(
        "chunked_cached_local_relation { dataHashes: 'one' dataHashes: 'two' schemaHash: 'schema' "
        "}",
        session);
    REQUIRE(chunks.get_if<LocalData>()->streams.size() == 2);
    REQUIRE(chunks.get_if<LocalData>()->schema == "{}");
    REQUIRE(relation_error("cached_local_relation { hash: 'none' }") ==
            ErrorClass::InvalidPlanInput);
    REQUIRE(error_of([&] {
                relation("cached_local_relation { hash: 'damaged' }", session);
            }).id() == ErrorClass::ConnectInvalidPlanCannotParse);
}

TEST_CASE("joins and set operations check what they are told", "[connect][decode]") {
    const std::string sides = "left { range { step: 1 } } right { range { step: 1 } } ";
    REQUIRE(relation("join {" + sides + "}").get_if<Join>()->type == JoinType::Inner);
    REQUIRE(relation("join {" + sides + "join_type: JOIN_TYPE_LEFT_ANTI using_columns: 'a' }")
                .get_if<Join>()
                ->using_columns == Names{"a"});
    REQUIRE(relation_error("join {" + sides + "using_columns: 'a' join_condition " + kColumn +
                           "}") == ErrorClass::InvalidPlanInput);
    REQUIRE(relation_error("join {" + sides + "join_type: 12 }") == ErrorClass::InvalidPlanInput);
    REQUIRE(relation_error("join { left { range { step: 1 } } }") == ErrorClass::InvalidPlanInput);
    REQUIRE(relation("lateral_join {" + sides + "}").get_if<Join>()->lateral);
    REQUIRE(relation_error("lateral_join {" + sides + "join_type: JOIN_TYPE_FULL_OUTER }") ==
            ErrorClass::InvalidLateralJoinType);
    const std::string inputs =
        "left_input { range { step: 1 } } right_input { range { step: 1 } } ";
    const Relation united = relation("set_op {" + inputs + "set_op_type: SET_OP_TYPE_UNION }");
    REQUIRE_FALSE(united.get_if<SetOperation>()->all);
    REQUIRE(relation_error("set_op {" + inputs + "}") == ErrorClass::InvalidPlanInput);
    REQUIRE(
        relation_error("set_op {" + inputs + "set_op_type: SET_OP_TYPE_EXCEPT by_name: true }") ==
        ErrorClass::InvalidPlanInput);
}

TEST_CASE("catalog requests become queries by name", "[connect][decode]") {
    const auto query = [](std::string_view text) {
        return *relation("catalog { " + std::string(text) + " }").get_if<CatalogQuery>();
    };
    REQUIRE(query("list_tables {}").kind == "list_tables");
    REQUIRE(query("list_tables {}").arguments.empty());
    REQUIRE(query("list_tables { db_name: 'd' pattern: 'a*' }").arguments ==
            std::map<std::string, std::string>{
                {"db_name", "d" },
                {"pattern", "a*"}
    });
    REQUIRE(query("drop_table { table_name: 't' if_exists: true }").arguments ==
            std::map<std::string, std::string>{
                {"table_name", "t"    },
                {"if_exists",  "true" },
                {"purge",      "false"}
    });
    REQUIRE(query("cache_table { table_name: 't' storage_level { use_disk: true } }")
                .arguments.at("storage_level.use_disk") == "true");
    const CatalogQuery create = query(
        "create_table { table_name: 't' source: 'csv' schema { struct { fields { name: 'a' "
        "data_type { long {} } "
        "} } } options { key: 'k' value: 'v' } }");
    REQUIRE(create.schema->fields().at(0).name == "a");
    REQUIRE(create.options == Options{
                                  {"k", "v"}
    });
    REQUIRE(relation_error("catalog {}") == ErrorClass::InvalidPlanInput);
    REQUIRE(relation_error("catalog { get_table {} }") == ErrorClass::InvalidPlanInput);
    REQUIRE(relation_error("catalog { create_table { table_name: 't' schema { long {} } } }") ==
            ErrorClass::InvalidPlanInput);
}

TEST_CASE("relations with wrong fields are refused", "[connect][decode]") {
    for (const std::string& text :
         {std::string(),
          std::string("filter {}"),
          std::string("limit { limit: 1 }"),
          unary("filter", ""),
          unary("deduplicate", ""),
          unary("deduplicate", "all_columns_as_keys: true column_names: 'a'"),
          unary("to_schema", ""),
          unary("to_schema", "schema { long {} }"),
          unary("subquery_alias", ""),
          unary("parse", ""),
          unary("parse", "format: 9"),
          unary("fill_na", ""),
          unary("fill_na", "values { integer: 1 } values { integer: 2 }"),
          unary("fill_na", "values { date: 1 }"),
          unary("replace", "replacements {}"),
          unary("with_columns", "aliases { expr " + kColumn + " name: 'a' name: 'b' }"),
          unary("collect_metrics", ""),
          unary("map_partitions", ""),
          unary("sample_by", ""),
          std::string("unresolved_table_valued_function {}"),
          std::string("read {}"),
          std::string("unknown {}")}) {
        CAPTURE(text);
        REQUIRE(relation_error(text) == ErrorClass::InvalidPlanInput);
    }
    REQUIRE(relation_error("range { end: 1 }") == ErrorClass::IllegalArgument);
    REQUIRE(relation_error("range { end: 1 step: 1 num_partitions: 0 }") ==
            ErrorClass::IllegalArgument);
    REQUIRE(relation_error(unary("repartition", "")) == ErrorClass::IllegalArgument);
}

TEST_CASE("relations that the engine has not are named", "[connect][decode]") {
    const auto message = [](const std::string& text) {
        return error_of([&] { relation(text); }).message();
    };
    REQUIRE_THAT(message("ml_relation {}"), Catch::Contains("ml_relation"));
    REQUIRE_THAT(message("relation_changes { unparsed_identifier: 't' }"),
                 Catch::Contains("relation_changes"));
    REQUIRE_THAT(message("nearest_by_join {}"), Catch::Contains("nearest_by_join"));
    REQUIRE_THAT(message("extension {}"), Catch::Contains("extension"));
    REQUIRE(relation_error("ml_relation {}") == ErrorClass::UnsupportedFeature);
}

TEST_CASE("statistics go by the protocol's names", "[connect][decode]") {
    REQUIRE(relation(unary("corr", "col1: 'a' col2: 'b'")).get_if<Statistic>()->method ==
            "pearson");
    REQUIRE(relation(unary("freq_items", "cols: 'a'")).get_if<Statistic>()->number == Approx(0.01));
    const Relation quantile =
        relation(unary("approx_quantile", "cols: 'a' probabilities: 0.5 relative_error: 0.1"));
    REQUIRE(quantile.get_if<Statistic>()->kind == "approx_quantile");
    REQUIRE(quantile.get_if<Statistic>()->probabilities == std::vector<double>{0.5});
    const Relation by = relation(
        unary("sample_by",
              "col " + kColumn + " fractions { stratum { string: 'x' } fraction: 0.5 } seed: 4"));
    REQUIRE(by.get_if<SampleBy>()->seed == 4);
    REQUIRE(relation_error(
                unary("sample_by",
                      "col " + kColumn + " fractions { stratum { string: 'x' } fraction: 2 }")) ==
            ErrorClass::IllegalArgument);
}

}  // namespace firesteel::connect::test
