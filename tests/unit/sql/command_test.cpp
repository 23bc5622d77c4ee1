#include <catch2/catch.hpp>
#include <string>

#include "plan/unresolved_script.h"
#include "sql/parser.h"

namespace firesteel::sql {
namespace {

using namespace unresolved;

std::string condition(std::string_view text) {
    try {
        parse_statement(text);
        return "ok";
    } catch (const Error& error) {
        return std::string(error.row().condition);
    }
}

template <typename N>
N parsed(std::string_view text) {
    const Statement statement = parse_statement(text);
    REQUIRE(statement.command() != nullptr);
    const N* node = std::get_if<N>(&statement.command()->node);
    REQUIRE(node != nullptr);
    return *node;
}

TEST_CASE("SET takes any text as value", "[sql][command]") {
    REQUIRE(parsed<SetConfig>("SET a.b.c = d e f;").value == "d e f");
    REQUIRE(parsed<SetConfig>("set spark.x='y'").value == "'y'");
    REQUIRE(parsed<SetConfig>("SET `a b` = `c d`").key == "a b");
    REQUIRE(parsed<SetConfig>("SET a=").value == "");
    REQUIRE(parsed<SetConfig>("SET a").key == "a");
    REQUIRE(parsed<SetConfig>("SET VAR").key == "VAR");
    REQUIRE_FALSE(parsed<SetConfig>("SET").key.has_value());
    REQUIRE(parsed<SetConfig>("SET -v").verbose);
    REQUIRE(parsed<SetTimeZone>("SET TIME ZONE 'UTC'").zone == "UTC");
    REQUIRE(parsed<SetTimeZone>("SET TIME ZONE INTERVAL 1 HOUR").interval.has_value());
    REQUIRE(condition("SET a b") == "INVALID_SET_SYNTAX");
    REQUIRE(condition("RESET a b") == "INVALID_RESET_COMMAND_FORMAT");
    REQUIRE(condition("SET TIME ZONE foo") == "_LEGACY_ERROR_TEMP_0045");
}

TEST_CASE("session variables", "[sql][command]") {
    REQUIRE(parsed<DeclareVariable>("DECLARE OR REPLACE VARIABLE a, b INT DEFAULT 1 + 1").value_text == "1 + 1");
    REQUIRE(parsed<DeclareVariable>("DECLARE v = 1").names == std::vector<NameParts>{{"v"}});
    REQUIRE(parsed<SetVariable>("SET VAR a = 1, b = DEFAULT").values.size() == 2);
    REQUIRE(parsed<SetVariable>("SET VARIABLE (a, b) = (SELECT 1, 2)").query.has_value());
    REQUIRE(parsed<DropVariable>("DROP TEMPORARY VARIABLE IF EXISTS a").if_exists);
    REQUIRE(parsed<ExecuteImmediate>("EXECUTE IMMEDIATE v INTO x, y USING (1, 2 AS b)").arguments[1].first == "b");
    REQUIRE(condition("DECLARE v") == "INVALID_SQL_SYNTAX.VARIABLE_TYPE_OR_DEFAULT_REQUIRED");
}

TEST_CASE("views and functions keep their text", "[sql][command]") {
    const auto view = parsed<CreateView>("CREATE OR REPLACE TEMP VIEW v (a COMMENT 'x', b) AS SELECT 1, 2 ;");
    REQUIRE(view.text == "SELECT 1, 2");
    REQUIRE((view.replace && view.temporary && !view.global && view.columns.size() == 2));
    const auto function = parsed<CreateFunction>(
        "CREATE TEMPORARY FUNCTION f(a INT, b STRING DEFAULT 'x') RETURNS INT NOT DETERMINISTIC RETURN a + 1");
    REQUIRE(function.body_text == "a + 1");
    REQUIRE(function.deterministic == false);
    REQUIRE(function.parameters[1].default_text == "'x'");
    REQUIRE(parsed<CreateFunction>("CREATE FUNCTION f() RETURNS TABLE(a INT) RETURN SELECT 1").query.has_value());
    REQUIRE(condition("CREATE TEMP VIEW a.b AS SELECT 1") == "TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS");
    REQUIRE(condition("CREATE TEMP FUNCTION a.b() RETURNS INT RETURN 1") ==
            "INVALID_SQL_SYNTAX.CREATE_TEMP_FUNC_WITH_DATABASE");
}

TEST_CASE("SHOW, DESCRIBE, USE, EXPLAIN, CACHE", "[sql][command]") {
    REQUIRE(parsed<Show>("SHOW TABLES IN a.b LIKE 'x*'").pattern == "x*");
    REQUIRE(parsed<Show>("SHOW SYSTEM FUNCTIONS LIKE 'a*'").scope == "SYSTEM");
    REQUIRE(parsed<Show>("SHOW COLUMNS FROM t FROM d").in_namespace == NameParts{"d"});
    REQUIRE(parsed<Describe>("DESC FORMATTED t a.b").column == NameParts{"a", "b"});
    REQUIRE(parsed<Describe>("DESC SELECT 1").kind == "QUERY");
    REQUIRE(parsed<Describe>("DESC FUNCTION EXTENDED +").target == NameParts{"+"});
    REQUIRE(parsed<Use>("USE SCHEMA a").name == NameParts{"a"});
    REQUIRE(parsed<Explain>("EXPLAIN FORMATTED SELECT 1").mode == ExplainMode::Formatted);
    REQUIRE(parsed<CacheStatement>("CACHE LAZY TABLE t OPTIONS('a' 'b') AS SELECT 1").lazy);
    REQUIRE(condition("SHOW FOO FUNCTIONS") == "INVALID_SQL_SYNTAX.SHOW_FUNCTIONS_INVALID_SCOPE");
    REQUIRE(condition("SHOW FOO") == "PARSE_SYNTAX_ERROR");
    REQUIRE(condition("EXPLAIN SELEC 1") == "PARSE_SYNTAX_ERROR");
}

TEST_CASE("what databases hold is made, changed and written by commands", "[sql][command]") {
    const auto table = parsed<CreateTable>(
        "CREATE TABLE a.t (a INT NOT NULL, b STRING DEFAULT 'x') USING parquet PARTITIONED BY (k DATE)");
    REQUIRE(table.name == NameParts{"a", "t"});
    REQUIRE(table.columns.size() == 3);
    REQUIRE(table.partition_by == std::vector<std::string>{"k"});
    REQUIRE(table.columns[1].metadata == R"({"CURRENT_DEFAULT":"'x'"})");
    const auto insert = parsed<InsertInto>("INSERT OVERWRITE t PARTITION (k = 1, l) (a, b) VALUES (1, 2)");
    REQUIRE(insert.overwrite);
    REQUIRE(insert.partition.size() == 2);
    REQUIRE_FALSE(insert.partition[1].second);
    REQUIRE(insert.columns == std::vector<std::string>{"a", "b"});
    REQUIRE(parsed<InsertInto>("INSERT INTO TABLE t BY NAME SELECT 1 AS a").by_name);
    REQUIRE(parsed<AlterViewQuery>("ALTER VIEW v AS SELECT 1").text == "SELECT 1");
    using Change = AlterRelation::Change;
    REQUIRE(parsed<AlterRelation>("ALTER TABLE t RENAME TO u").change == Change::Rename);
    REQUIRE(parsed<AlterRelation>("ALTER TABLE t ADD COLUMNS (a INT)").columns.size() == 1);
    REQUIRE(parsed<AlterRelation>("ALTER TABLE t ADD IF NOT EXISTS PARTITION (k = 1)").if_exists);
    REQUIRE(parsed<AlterRelation>("ALTER TABLE t PARTITION (k = 1) RENAME TO PARTITION (k = 2)").partitions.size() == 2);
    REQUIRE(parsed<CreateDatabase>("CREATE DATABASE d COMMENT 'c' LOCATION '/x' WITH DBPROPERTIES ('a'='b')").location == "/x");
    REQUIRE(parsed<DropDatabase>("DROP SCHEMA IF EXISTS d CASCADE").cascade);
    REQUIRE(condition("CREATE TEMP VIEW v WITH SCHEMA BINDING AS SELECT 1") ==
            "UNSUPPORTED_FEATURE.TEMPORARY_VIEW_WITH_SCHEMA_BINDING_MODE");
}

TEST_CASE("what isn't there yet is named, what is wrong stays an error", "[sql][command]") {
    REQUIRE(parsed<UnsupportedStatement>("CREATE INDEX i ON t (a)").feature == "CREATE INDEX");
    for (const char* text : {"CREATE TABLE", "CREATE TABLE t (a)", "ALTER TABLE t", "DELETE t", "DROP", "USE",
                             "MERGE INTO t USING s", "TRUNCATE t", "CREATE FUNCTION f", "DESCRIBE", "CACHE"}) {
        CAPTURE(text);
        REQUIRE(condition(text) == "PARSE_SYNTAX_ERROR");
    }
    REQUIRE(condition("GRANT x") == "INVALID_STATEMENT_OR_CLAUSE");
    REQUIRE(condition("") == "PARSE_EMPTY_STATEMENT");
}

TEST_CASE("scripts", "[sql][script]") {
    const auto run = parsed<RunScript>(
        "BEGIN DECLARE x INT = 0; lbl: LOOP SET x = x + 1; IF x = 3 THEN LEAVE lbl; END IF; END LOOP lbl; "
        "CASE x WHEN 3 THEN SELECT 'three'; ELSE SELECT 'other'; END CASE; FOR r AS SELECT 1 DO SELECT r.a; END FOR; END");
    const ScriptBody& body = *run.script->body.body;
    REQUIRE(body.size() == 4);
    REQUIRE(std::get<LoopStatement>(body[1].node).label == "lbl");
    REQUIRE(std::get<CaseStatement>(body[2].node).otherwise != nullptr);
    REQUIRE(std::get<ForStatement>(body[3].node).query_text == "SELECT 1");
    REQUIRE(condition("BEGIN END") == "ok");
    REQUIRE(condition("BEGIN SELECT 1 END") == "PARSE_SYNTAX_ERROR");
    REQUIRE(condition("l: BEGIN SELECT 1; END l") == "PARSE_SYNTAX_ERROR");
    REQUIRE(condition("BEGIN SELECT 1; DECLARE x INT; END") == "INVALID_VARIABLE_DECLARATION.ONLY_AT_BEGINNING");
    REQUIRE(condition("BEGIN LEAVE x; END") == "INVALID_LABEL_USAGE.DOES_NOT_EXIST");
    REQUIRE(condition("BEGIN l: BEGIN END m; END") == "LABELS_MISMATCH");
    REQUIRE(condition("BEGIN l: BEGIN ITERATE l; END; END") == "INVALID_LABEL_USAGE.ITERATE_IN_COMPOUND");
    REQUIRE(condition("BEGIN DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN END; END") ==
            "UNSUPPORTED_FEATURE.CONTINUE_EXCEPTION_HANDLER");
    REQUIRE(condition("BEGIN DECLARE EXIT HANDLER FOR SQLSTATE '22' SELECT 1; END") == "INVALID_SQLSTATE");
}

TEST_CASE("dates and timestamps are read in the session's zone", "[sql][literal]") {
    ParserOptions options;
    options.zone = "America/Los_Angeles";
    const auto micros = [&](std::string_view text) {
        return parse_expression(text, options).get_if<Constant>()->literal.value.integer();
    };
    REQUIRE(micros("DATE '1970-01-02'") == 1);
    REQUIRE(micros("DATE '1970-1-2 anything'") == 1);
    REQUIRE(micros("TIMESTAMP '1970-01-01 00:00:00'") == 8 * 3'600'000'000LL);
    REQUIRE(micros("TIMESTAMP '1970-01-01 00:00:00.1234567+01:00'") == -3'600'000'000LL + 123'456);
    REQUIRE(micros("TIMESTAMP_NTZ '1970-01-01T00:00:01'") == 1'000'000);
    REQUIRE(micros("TIMESTAMP 'epoch'") == 0);
    REQUIRE(micros("TIME '01:02:03.5'") == 3'723'500'000'000LL);
    REQUIRE(micros("TIME '12:00:00 PM'") == 43'200'000'000'000LL);
    for (const char* text : {"DATE '2024-02-30'", "DATE 'x'", "TIMESTAMP '2024-13-01 00:00:00'", "TIME '25:00'",
                             "TIMESTAMP '2020-01-01 10:00 America/New_York'", "DATE '20-1-1'"}) {
        CAPTURE(text);
        REQUIRE(condition("SELECT " + std::string(text)) == "INVALID_TYPED_LITERAL");
    }
}

}  // namespace
}  // namespace firesteel::sql
