#include <catch2/catch.hpp>
#include <string>

#include "sql/parser.h"

namespace firesteel::sql {
namespace {

using unresolved::Relation;

std::string condition(std::string_view text) {
    try {
        parse_statement(text);
        return "ok";
    } catch (const Error& error) {
        std::string out(error.row().condition);
        if (error.id() != ErrorClass::ParseSyntaxError) return out;
        for (const auto& [name, value] : error.parameters()) out += value.empty() ? "" : " " + value;
        return out;
    }
}

TEST_CASE("queries of every form are read", "[sql][query]") {
    const char* queries[] = {
        "select 1",
        "select a, b as c, d e from t where a > 1 group by a, b having count(*) > 1 order by 1 limit 2 offset 3",
        "select /*+ broadcast(t), repartition(3, a) coalesce(2) */ distinct a from t",
        "select * except (a, b.c), t.* from t, u join v on x = y left semi join w using (a, b)",
        "select a from t natural full outer join u cross join v",
        "select a from t left join lateral (select 1) x on true, lateral explode(y) as z(w)",
        "select a from ((select 1) union all (select 2)) x, ((t join u) join v)",
        "select a from t lateral view outer explode(x) y as z lateral view explode(q) as r",
        "select * from values (1, 2), (3, 4) as t(a, b)",
        "select * from range(10) r(x)",
        "select * from f(table(t) partition by a order by b), g(table(select 1) with single partition)",
        "select * from t tablesample (10 percent) repeatable (3) x",
        "select * from t tablesample (bucket 1 out of 4)",
        "select * from t pivot (sum(a) as s, max(c) for (b, d) in ((1, 2) as x, (3, 4)))",
        "select * from t unpivot include nulls ((v, w) for n in ((a, b) as x, (c, d))) as u",
        "select * from t for system_version as of 3",
        "select * from t timestamp as of current_timestamp()",
        "select sum(a) over w, sum(b) over (partition by c order by d rows between 1 preceding and current row) "
        "from t window w as (order by b), x as w",
        "select a from t distribute by b sort by a",
        "select a from t group by grouping sets ((a), (a, b), ()), cube(c, (d, e)), rollup(f)",
        "select a from t group by a, b with rollup",
        "select a from t group by all order by all limit all",
        "with recursive a(n) max recursion level 10 as (select 1 union all select n + 1 from a) select * from a",
        "from t select a where b",
        "from t |> where a > 1 |> extend a + 1 as c |> set a = 1 |> drop a |> as x |> aggregate sum(a) as s group by b"
        " |> left join u on a = b |> order by a |> limit 1 offset 2 |> union all (select 1)",
        "table t",
        "values (1, 2)",
        "((select 1))",
        "select (select 1) + ((select 2) + 1), exists (select 1), (((select 1)))",
        "select 1;",
    };
    for (const char* query : queries) {
        CAPTURE(query);
        REQUIRE(condition(query) == "ok");
    }
}

TEST_CASE("a keyword that doesn't go on is a name", "[sql][query]") {
    for (const char* query : {"select 1 from", "select * from where a = 1", "select from t", "select a, from t",
                              "select 1 order", "select a as from t", "select 1 from t where",
                              "select a from t where group by a", "select x -> from t", "select 1 as",
                              "select 1 as select from values (1) select", "select interval, date from t",
                              "select select.x from (select 1 as x) as select"}) {
        CAPTURE(query);
        REQUIRE(condition(query) == "ok");
    }
}

TEST_CASE("syntax errors name the token", "[sql][error]") {
    REQUIRE(condition("SELEC 1") == "PARSE_SYNTAX_ERROR 'SELEC'");
    REQUIRE(condition("SELECT (1") == "PARSE_SYNTAX_ERROR end of input");
    REQUIRE(condition("SELECT 1)") == "PARSE_SYNTAX_ERROR ')' : extra input ')'");
    REQUIRE(condition("SELECT 'open") == "PARSE_SYNTAX_ERROR '''");
    REQUIRE(condition("SELECT ") == "PARSE_SYNTAX_ERROR end of input");
    REQUIRE(condition("SELECT 1 +") == "PARSE_SYNTAX_ERROR end of input");
    REQUIRE(condition("SELECT a FROM t WHERE a LIKE") == "PARSE_SYNTAX_ERROR 'LIKE' : extra input 'LIKE'");
    REQUIRE(condition("SELECT * FROM (SELECT 1") == "PARSE_SYNTAX_ERROR end of input : missing ')'");
    REQUIRE(condition("SELECT 1 UNION FOO SELECT 2") == "PARSE_SYNTAX_ERROR 'FOO'");
    REQUIRE(condition("select 1; select 2") == "PARSE_SYNTAX_ERROR 'select' : extra input 'select'");
}

TEST_CASE("the text of a syntax error points at its place", "[sql][error]") {
    try {
        parse_statement("selec 1");
        FAIL("must not parse");
    } catch (const Error& error) {
        const std::string& text = error.message();
        REQUIRE(text.substr(0, 22) == "\n[PARSE_SYNTAX_ERROR] ");
        REQUIRE(text.ends_with(" SQLSTATE: 42601 (line 1, pos 0)\n\n== SQL ==\nselec 1\n^^^\n"));
    }
    try {
        parse_statement("select a\nfrom t join\n-- end");
        FAIL("must not parse");
    } catch (const Error& error) {
        REQUIRE(error.message().ends_with("(line 3, pos 6)\n\n== SQL ==\nselect a\nfrom t join\n-- end\n------^^^\n"));
    }
}

TEST_CASE("what users run into has its own condition", "[sql][error]") {
    REQUIRE(condition("select /* open") == "UNCLOSED_BRACKETED_COMMENT");
    REQUIRE(condition("select 1 from t1 natural cross join t2") == "INCOMPATIBLE_JOIN_TYPES");
    REQUIRE(condition("with a as (select 1), a as (select 2) select 1") == "DUPLICATED_CTE_NAMES");
    REQUIRE(condition("select * from values (1, 2) as t(a)") == "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH");
    REQUIRE(condition("select * from t tablesample (200 percent)") == "_LEGACY_ERROR_TEMP_0064");
    REQUIRE(condition("select * from test-table") == "INVALID_IDENTIFIER");
    REQUIRE(condition("select cast(1 as foo)") == "UNSUPPORTED_DATATYPE");
    REQUIRE(condition("select b'x'") == "UNSUPPORTED_TYPED_LITERAL");
    REQUIRE(condition("select x'zz'") == "INVALID_TYPED_LITERAL");
    REQUIRE(condition("from t |> window w as (order by a)") == "UNSUPPORTED_FEATURE.CLAUSE_WITH_PIPE_OPERATORS");
}

TEST_CASE("a syntax error anywhere comes before an error of meaning", "[sql][error]") {
    REQUIRE(condition("select cast(1 as foo") == "PARSE_SYNTAX_ERROR end of input : missing ')'");
    REQUIRE(condition("select 128Y, b'x' from t where (") == "PARSE_SYNTAX_ERROR end of input");
    REQUIRE(condition("select 128Y, b'x' from t") == "INVALID_NUMERIC_LITERAL_RANGE");
    REQUIRE(condition("create table t (a int) as select 1") == "_LEGACY_ERROR_TEMP_0035");
    REQUIRE(condition("select * from range(2,)") == "PARSE_SYNTAX_ERROR ')'");
}

TEST_CASE("nested queries and long chains end in a clear error", "[sql][limits]") {
    std::string nested;
    for (int i = 0; i < 3000; ++i) nested += "select * from (";
    REQUIRE(condition(nested) == "FAILED_TO_PARSE_TOO_COMPLEX");
    std::string chain = "select 1";
    for (int i = 0; i < 3000; ++i) chain += " union all select 1";
    REQUIRE(condition(chain) == "FAILED_TO_PARSE_TOO_COMPLEX");
}

}  // namespace
}  // namespace firesteel::sql
