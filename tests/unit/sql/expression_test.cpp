#include <catch2/catch.hpp>
#include <string>

#include "plan/match.h"
#include "sql/parser.h"

namespace firesteel::sql {
namespace {

using namespace unresolved;

std::string show(const Expr& expr);

std::string joined(const std::vector<Expr>& items) {
    std::string out;
    for (const Expr& item : items) out += " " + show(item);
    return out;
}

std::string name_of(const NameParts& parts) {
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : ".") + part;
    return out;
}

std::string show_constant(const Literal& literal) {
    if (literal.is_null()) return "NULL";
    switch (literal.type.kind()) {
        case TypeKind::Boolean: return literal.value.boolean() ? "true" : "false";
        case TypeKind::String: return "'" + literal.value.bytes() + "'";
        case TypeKind::Decimal:
            return std::to_string(static_cast<long long>(literal.value.decimal())) + ":" +
                   std::to_string(literal.type.precision()) + "," + std::to_string(literal.type.scale());
        case TypeKind::Int: case TypeKind::DayTimeInterval: case TypeKind::YearMonthInterval:
            return std::to_string(literal.value.integer());
        case TypeKind::Long: return std::to_string(literal.value.integer()) + "L";
        default: return "?";
    }
}

/// (function argument argument)
std::string show(const Expr& expr) {
    if (const auto* n = expr.get_if<Constant>()) return show_constant(n->literal);
    if (const auto* n = expr.get_if<Attribute>()) return name_of(n->parts);
    if (const auto* n = expr.get_if<Function>()) return "(" + name_of(n->name) + joined(n->arguments) + ")";
    if (const auto* n = expr.get_if<Alias>()) return show(n->child) + " AS " + name_of(n->names);
    if (const auto* n = expr.get_if<Extract>()) return "(get " + show(n->child) + " " + show(n->key) + ")";
    if (const auto* n = expr.get_if<Cast>()) return "(cast " + show(n->child) + ")";
    if (const auto* n = expr.get_if<Lambda>()) return "(" + name_of(n->parameters) + " -> " + show(n->body) + ")";
    if (const auto* n = expr.get_if<Star>()) return name_of(n->target) + "*";
    if (const auto* n = expr.get_if<NamedArgument>()) return n->name + "=>" + show(n->value);
    if (const auto* n = expr.get_if<Parameter>()) return n->name.empty() ? "?" + std::to_string(n->position) : ":" + n->name;
    if (const auto* n = expr.get_if<Subquery>()) return "(query" + joined(n->values) + ")";
    if (const auto* n = expr.get_if<Window>()) return "(over " + show(n->function) + ")";
    return "?";
}

std::string parsed(std::string_view text) { return show(parse_expression(text)); }
std::string condition(std::string_view text) {
    try {
        return parsed(text);
    } catch (const Error& error) {
        return std::string(error.row().condition);
    }
}

TEST_CASE("operators bind as Spark's do", "[sql][expression]") {
    REQUIRE(parsed("a + b * c - d") == "(- (+ a (* b c)) d)");
    REQUIRE(parsed("a || b + c") == "(+ (|| a b) c)");
    REQUIRE(parsed("a | b ^ c & d") == "(| a (^ b (& c d)))");
    REQUIRE(parsed("1 << 2 + 3") == "(<< 1 (+ 2 3))");
    REQUIRE(parsed("a = b = c") == "(= (= a b) c)");
    REQUIRE(parsed("not a = b and c or d") == "(or (and (not (= a b)) c) d)");
    REQUIRE(parsed("a <> b") == "(not (= a b))");
    REQUIRE(parsed("-a.b[0]") == "(- (get a.b 0))");
    REQUIRE(parsed("- 1") == "-1");
    REQUIRE(parsed("a - 1") == "(- a 1)");
    REQUIRE(parsed("-1::string") == "(cast -1)");
    REQUIRE(parsed("a div b % c") == "(% (div a b) c)");
    REQUIRE(parsed("~ + - a") == "(~ (positive (- a)))");
}

TEST_CASE("long chains of AND and OR are split in the middle", "[sql][expression]") {
    REQUIRE(parsed("a and b and c") == "(and (and a b) c)");
    REQUIRE(parsed("a or b or c or d") == "(or (or a b) (or c d))");
}

TEST_CASE("predicates", "[sql][expression]") {
    REQUIRE(parsed("a between 1 and 2 and b") == "(and (between a 1 2) b)");
    REQUIRE(parsed("a not in (1, 2)") == "(not (in a 1 2))");
    REQUIRE(parsed("a in (select 1)") == "(query a)");
    REQUIRE(parsed("(a, b) in (select 1, 2)") == "(query a b)");
    REQUIRE(parsed("a like b escape '/'") == "(like a b '/')");
    REQUIRE(parsed("a not like all ('x', 'y')") == "(__not_like_all a 'x' 'y')");
    REQUIRE(parsed("a like some (b, c)") == "(or (like a b) (like a c))");
    REQUIRE(parsed("a is not null") == "(isnotnull a)");
    REQUIRE(parsed("a is not true") == "(not (<=> a true))");
    REQUIRE(parsed("a is distinct from b") == "(not (<=> a b))");
    REQUIRE(condition("a is null is null") == "PARSE_SYNTAX_ERROR");
    REQUIRE(condition("'a' like 'a' escape 'ab'") == "INVALID_ESC");
}

TEST_CASE("numbers have the narrowest type that Spark gives them", "[sql][literal]") {
    REQUIRE(parsed("12345678901") == "12345678901L");
    REQUIRE(parsed("-2147483648") == "-2147483648");
    REQUIRE(parsed("9223372036854775807") == "9223372036854775807L");
    REQUIRE(parsed("1.50") == "150:3,2");
    REQUIRE(parsed("0.05") == "5:2,2");
    REQUIRE(parsed("1.") == "1:1,0");
    REQUIRE(parsed("1e3BD") == "1000:4,0");
    REQUIRE(condition("128Y") == "INVALID_NUMERIC_LITERAL_RANGE");
    REQUIRE(condition("1e400") == "INVALID_NUMERIC_LITERAL_RANGE");
    REQUIRE(condition("3.4028235E38F") == "INVALID_NUMERIC_LITERAL_RANGE");
    REQUIRE(condition("1234567890123456789012345678901234567.89") ==
            "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION");
}

TEST_CASE("intervals are counted in months or microseconds", "[sql][literal]") {
    REQUIRE(parsed("interval 1 day 2 hours") == "93600000000");
    REQUIRE(parsed("interval '1-2' year to month") == "14");
    REQUIRE(parsed("interval -'1 02:03:04.5' day to second") == "-93784500000");
    REQUIRE(parsed("interval '- 1 day'") == "-86400000000");
    REQUIRE(parsed("interval 1.5 seconds") == "1500000");
    REQUIRE(parsed("interval") == "interval");
    REQUIRE(parsed("interval day") == "interval AS day");
    REQUIRE(condition("interval 1 year 1 day") == "_LEGACY_ERROR_TEMP_0029");
    REQUIRE(condition("interval '1 dy'") == "INVALID_TYPED_LITERAL");
    REQUIRE(condition("interval 1.5 hour") == "INVALID_INTERVAL_FORMAT.INVALID_FRACTION");
    REQUIRE(condition("interval '25:61' hour to minute") == "_LEGACY_ERROR_TEMP_0063");
}

TEST_CASE("calls with words inside become ordinary calls", "[sql][expression]") {
    REQUIRE(parsed("position(a in b)") == "(locate a b 1)");
    REQUIRE(parsed("substring(a from 1 for 2)") == "(substring a 1 2)");
    REQUIRE(parsed("substr(a, 1)") == "(substr a 1)");
    REQUIRE(parsed("trim(leading 'x' from a)") == "(ltrim 'x' a)");
    REQUIRE(parsed("trim(both from a)") == "(trim a)");
    REQUIRE(parsed("overlay(a placing b from 1)") == "(overlay a b 1)");
    REQUIRE(parsed("extract(year from a)") == "(extract 'year' a)");
    REQUIRE(parsed("dateadd(DAY, 1, a)") == "(__timestampadd 'DAY' 1 a)");
    REQUIRE(parsed("date_add(day, 1)") == "(date_add day 1)");
    REQUIRE(parsed("count(*)") == "(count 1)");
    REQUIRE(parsed("case a when 1 then 2 else 3 end") == "(when (= a 1) 2 3)");
    REQUIRE(parsed("struct(a as b, 1)") == "(struct a AS b 1)");
    REQUIRE(parsed("(a.b, 1)") == "(named_struct 'b' a.b 'col2' 1)");
    REQUIRE(parsed("transform(a, x -> x + 1)") == "(transform a (x -> (+ x 1)))");
    REQUIRE(parsed("f(a => 1, (x, y) -> y)") == "(f a=>1 (x.y -> y))");
    REQUIRE(parsed("a:b.c[0]") == "(__semi_structured_extract a '$.b.c[0]') AS c");
}

TEST_CASE("any keyword can be a name", "[sql][expression]") {
    REQUIRE(parsed("case") == "case");
    REQUIRE(parsed("exists(a, x -> x)") == "(exists a (x -> x))");
    REQUIRE(parsed("date + timestamp") == "(+ date timestamp)");
    REQUIRE(parsed("select.from") == "select.from");
    REQUIRE(parsed("a as as") == "a AS as");
}

TEST_CASE("an expression knows where it was written", "[sql][origin]") {
    const Expr expr = parse_expression("1 + (a / b)");
    const auto* sum = expr.get_if<Function>();
    REQUIRE(expr.origin().start == 0);
    REQUIRE(expr.origin().stop == 10);
    REQUIRE(sum->arguments[1].origin().start == 5);
    REQUIRE(sum->arguments[1].origin().stop == 9);
}

TEST_CASE("nesting has a limit, width has none", "[sql][limits]") {
    const auto repeated = [](std::string_view part, int n) {
        std::string out;
        for (int i = 0; i < n; ++i) out += part;
        return out;
    };
    REQUIRE(condition(repeated("(", 5000) + "1" + repeated(")", 5000)) == "FAILED_TO_PARSE_TOO_COMPLEX");
    REQUIRE(condition(repeated("- ", 5000) + "a") == "FAILED_TO_PARSE_TOO_COMPLEX");
    REQUIRE(condition("1" + repeated("+1", 100'000)) == "FAILED_TO_PARSE_TOO_COMPLEX");
    REQUIRE_NOTHROW(parse_expression(repeated("(", 300) + "1" + repeated(")", 300)));
    REQUIRE_NOTHROW(parse_expression("1" + repeated("+1", 1000)));
    REQUIRE_NOTHROW(parse_expression("a" + repeated(" or a", 20'000)));
    REQUIRE_NOTHROW(parse_expression("a in (1" + repeated(", 1+2", 20'000) + ")"));
}

}  // namespace
}  // namespace firesteel::sql
