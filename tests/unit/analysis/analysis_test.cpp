#include <catch2/catch.hpp>

#include "session.h"

using firesteel::testing::TestSession;

TEST_CASE("select lists are named and typed as Spark does", "[analysis]") {
    TestSession s;
    CHECK(s.schema("SELECT id, name FROM emp") == "id INT NOT NULL,name STRING NOT NULL");
    CHECK(s.names("SELECT ID, emp.Name FROM emp") == "ID, Name");
    CHECK(s.names("SELECT st.p, arr[0], id + 1, CAST(id AS STRING) FROM nest") ==
          "p, arr[0], (id + 1), id");
    CHECK(s.names("SELECT count(*), sum(id) FROM emp") == "count(1), sum(id)");
    CHECK(s.names("SELECT st.* FROM nest") == "p, q");
    CHECK(s.names("SELECT * EXCEPT (name, mgr) FROM emp") == "id, dept");
    CHECK(s.schema("SELECT 1 AS a, a + 1 AS b, b * 2 AS c") ==
          "a INT NOT NULL,b INT NOT NULL,c INT NOT NULL");
}

TEST_CASE("joins give their sides' columns, keys once with USING", "[analysis]") {
    TestSession s;
    CHECK(s.names("SELECT * FROM emp a JOIN nest b USING (id)") ==
          "id, name, dept, mgr, arr, mp, st");
    CHECK(s.names("SELECT b.id, a.id FROM emp a FULL JOIN nest b USING (id)") == "id, id");
    CHECK(s.schema("SELECT a.id, b.id FROM emp a LEFT JOIN nest b ON a.id = b.id") ==
          "id INT NOT NULL,id INT");
    CHECK(s.names("SELECT * FROM emp LEFT SEMI JOIN nest ON emp.id = nest.id") ==
          "id, name, dept, mgr");
}

TEST_CASE("grouped queries see groups and aggregates only", "[analysis]") {
    TestSession s;
    CHECK(s.schema("SELECT dept, count(*) AS n FROM emp GROUP BY dept HAVING count(*) > 1 "
                   "ORDER BY max(id)") == "dept STRING,n BIGINT NOT NULL");
    CHECK(s.names("SELECT id % 2 AS parity, count(*) FROM emp GROUP BY parity ORDER BY 1") ==
          "parity, count(1)");
    CHECK(s.schema("SELECT dept, mgr, sum(id), grouping_id() FROM emp GROUP BY CUBE (dept, mgr)") ==
          "dept STRING,mgr INT,`sum(id)` BIGINT,`grouping_id()` BIGINT NOT NULL");
    CHECK(s.names("SELECT dept, sum(id) FROM emp GROUP BY ALL") == "dept, sum(id)");
}

TEST_CASE("ORDER BY reaches columns that the select list dropped", "[analysis]") {
    TestSession s;
    CHECK(s.names("SELECT name FROM emp ORDER BY id") == "name");
    CHECK(s.condition("SELECT DISTINCT dept FROM emp ORDER BY name") ==
          "UNRESOLVED_COLUMN.WITH_SUGGESTION");
}

TEST_CASE("set operations widen by position", "[analysis]") {
    TestSession s;
    CHECK(s.schema("SELECT 1 AS a UNION ALL SELECT 2L") == "a BIGINT NOT NULL");
    CHECK(s.schema("SELECT 1 AS a UNION ALL SELECT NULL") == "a INT");
    CHECK(s.condition("SELECT 1, 2 UNION SELECT 1") == "NUM_COLUMNS_MISMATCH");
}

TEST_CASE("subqueries see the columns around them", "[analysis]") {
    TestSession s;
    CHECK(s.names("SELECT id FROM emp e WHERE EXISTS (SELECT 1 FROM nest n WHERE n.id = e.id)") == "id");
    CHECK(s.schema("SELECT (SELECT max(n.id) FROM nest n WHERE n.id = e.id) AS m FROM emp e") == "m INT");
    CHECK(s.names("SELECT e.id, x FROM emp e, LATERAL (SELECT e.id + 1 AS x)") == "id, x");
}

TEST_CASE("WITH tables, recursive ones too", "[analysis]") {
    TestSession s;
    CHECK(s.schema("WITH t(a) AS (SELECT 1) SELECT a, x.a FROM t x") ==
          "a INT NOT NULL,a INT NOT NULL");
    CHECK(s.schema("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5) "
                   "SELECT n FROM c") == "n INT");
    CHECK(s.condition("WITH a AS (SELECT 1), a AS (SELECT 2) SELECT * FROM a") ==
          "DUPLICATED_CTE_NAMES");
}

TEST_CASE("generators become columns", "[analysis]") {
    TestSession s;
    CHECK(s.names("SELECT id, explode(arr) FROM nest") == "id, col");
    CHECK(s.names("SELECT posexplode(arr) AS (p, e) FROM nest") == "p, e");
    CHECK(s.names("SELECT id, k, v FROM nest LATERAL VIEW explode(mp) t AS k, v") == "id, k, v");
    CHECK(s.names("SELECT * FROM range(3)") == "id");
}

TEST_CASE("deep and wide plans are analysed in bounded time", "[analysis]") {
    TestSession s;
    std::string deep = "1";
    for (int i = 0; i < 200; ++i) deep = "(" + deep + " + 1)";
    CHECK(s.schema("SELECT " + deep + " AS x") == "x INT NOT NULL");
    std::string in = "SELECT id IN (0";
    for (int i = 1; i < 20000; ++i) in += "," + std::to_string(i);
    CHECK(s.names(in + ") AS x FROM emp") == "x");
}
