#include <catch2/catch.hpp>

#include "session.h"

using firesteel::testing::TestSession;

TEST_CASE("unknown names are reported with what was probably meant", "[analysis][errors]") {
    TestSession s;
    CHECK(s.error("SELECT nam FROM emp") ==
          "UNRESOLVED_COLUMN.WITH_SUGGESTION objectName=`nam` proposal=`name`, `id`, `mgr`, `dept`");
    CHECK(s.error("SELECT lefty.id FROM nest l").starts_with(
        "UNRESOLVED_COLUMN.WITH_SUGGESTION objectName=`lefty`.`id` proposal=`l`."));
    CHECK(s.error("SELECT y") == "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION objectName=`y`");
    CHECK(s.error("SELECT * FROM nosuch") == "TABLE_OR_VIEW_NOT_FOUND relationName=`nosuch`");
    CHECK(s.condition("SELECT nosuch(1)") == "UNRESOLVED_ROUTINE");
    CHECK(s.error("SELECT id FROM emp, nest") ==
          "AMBIGUOUS_REFERENCE name=`id` referenceNames=[`emp`.`id`, `nest`.`id`]");
    CHECK(s.condition("SELECT nope.* FROM emp") == "CANNOT_RESOLVE_STAR_EXPAND");
}

TEST_CASE("aggregates stand where they may", "[analysis][errors]") {
    TestSession s;
    CHECK(s.error("SELECT name, count(*) FROM emp") == "MISSING_GROUP_BY");
    CHECK(s.error("SELECT name, count(*) FROM emp GROUP BY dept") ==
          "MISSING_AGGREGATION expression=\"name\" expressionAnyValue=\"any_value(name)\"");
    CHECK(s.condition("SELECT id FROM emp WHERE count(*) > 1") == "INVALID_WHERE_CONDITION");
    CHECK(s.condition("SELECT sum(max(id)) FROM emp") == "NESTED_AGGREGATE_FUNCTION");
    CHECK(s.condition("SELECT 1 FROM emp GROUP BY sum(id)") == "GROUP_BY_AGGREGATE");
    CHECK(s.condition("SELECT dept, sum(id) FROM emp GROUP BY 2") == "GROUP_BY_POS_AGGREGATE");
    CHECK(s.condition("SELECT dept, grouping(dept) FROM emp GROUP BY dept") ==
          "UNSUPPORTED_GROUPING_EXPRESSION");
}

TEST_CASE("positions, limits and conditions are checked", "[analysis][errors]") {
    TestSession s;
    CHECK(s.error("SELECT id FROM emp ORDER BY 9") == "ORDER_BY_POS_OUT_OF_RANGE index=9 size=1");
    CHECK(s.condition("SELECT id FROM emp LIMIT -1") == "INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE");
    CHECK(s.condition("SELECT id FROM emp LIMIT id") == "INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE");
    CHECK(s.condition("SELECT 1 FROM emp WHERE 5") == "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN");
    CHECK(s.condition("SELECT * FROM emp JOIN nest ON emp.id") == "JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE");
}

TEST_CASE("generators and windows stand where they may", "[analysis][errors]") {
    TestSession s;
    CHECK(s.error("SELECT 1 + explode(array(1, 2))") ==
          "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS expression=\"(1 + explode(array(1, 2)))\"");
    CHECK(s.condition("SELECT id FROM nest WHERE explode(arr) > 1") ==
          "UNSUPPORTED_GENERATOR.OUTSIDE_SELECT");
    CHECK(s.condition("SELECT upper(name) OVER (ORDER BY id) FROM emp") == "UNSUPPORTED_EXPR_FOR_WINDOW");
    CHECK(s.condition("SELECT row_number() FROM emp") == "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE");
}
