#include <catch2/catch.hpp>

#include "backend/backend.h"
#include "functions/registry.h"
#include "functions/resolve.h"

namespace firesteel {
namespace {

using namespace bound;

Backend& backend() {
    static Backend instance({.threads = 2});
    return instance;
}

const functions::Registry& registry() {
    static const functions::Registry instance;
    return instance;
}

Expr lit(Literal literal) { return Constant{std::move(literal)}; }
Expr num(std::int32_t v) { return lit(Literal::integer(v)); }
Expr str(const char* v) { return lit(Literal::string(v)); }
Expr dec(std::int64_t unscaled, int p, int s) {
    return lit({DataType::decimal(p, s), Value(Int128{unscaled})});
}

functions::CallContext context() {
    functions::CallContext c;
    c.next_id = [next = std::uint64_t{1000}]() mutable { return AttributeId{next++}; };
    return c;
}

Expr call(const char* name, std::vector<Expr> arguments) {
    functions::CallParts parts;
    parts.name = name;
    for (Expr& argument : arguments) parts.arguments.push_back({std::move(argument), {}});
    auto result = functions::resolve_call(registry(), std::move(parts), context());
    REQUIRE(result.has_value());
    return *result;
}

Value value_of(const Expr& expr) {
    const Relation plan = Project{OneRow{}, {{expr, AttributeId{1}, "v", {}}}};
    const auto rows = backend().run(plan, {}, {})->next_rows();
    REQUIRE(rows.size() == 1);
    return rows[0][0];
}

std::string text_of(const Expr& expr) {
    const auto cast = functions::make_cast(expr, DataType::string(), EvalMode::Ansi, context());
    const Value value = value_of(cast);
    return value.is_null() ? "NULL" : value.bytes();
}

std::string condition_of(const Expr& expr) {
    try {
        value_of(expr);
    } catch (const Error& error) {
        return std::string(error.row().condition);
    }
    return "none";
}

Expr cast_to(const Expr& expr, const DataType& type, EvalMode mode = EvalMode::Ansi) {
    return functions::make_cast(expr, type, mode, context());
}

TEST_CASE("arithmetic is Spark's", "[backend]") {
    REQUIRE(text_of(call("+", {num(1), num(2)})) == "3");
    REQUIRE(text_of(call("/", {num(3), num(2)})) == "1.5");
    REQUIRE(text_of(call("/", {dec(100, 3, 1), dec(3, 1, 0)})) == "3.333333");
    REQUIRE(text_of(call("*", {dec(150, 12, 2), dec(200, 13, 2)})) == "3.0000");
    REQUIRE(text_of(call("div", {num(-7), num(2)})) == "-3");
    REQUIRE(text_of(call("%", {num(-7), num(2)})) == "-1");
    REQUIRE(text_of(call("pmod", {num(-7), num(3)})) == "2");
    REQUIRE(condition_of(call("+", {num(INT32_MAX), num(1)})) == "ARITHMETIC_OVERFLOW");
    REQUIRE(condition_of(call("/", {num(1), num(0)})) == "DIVIDE_BY_ZERO");
    REQUIRE(text_of(call("try_add", {num(INT32_MAX), num(1)})) == "NULL");
}

TEST_CASE("casts take what Spark takes", "[backend]") {
    REQUIRE(text_of(cast_to(str(" 12 "), DataType::integer())) == "12");
    REQUIRE(condition_of(cast_to(str("12a"), DataType::integer())) == "CAST_INVALID_INPUT");
    REQUIRE(text_of(cast_to(str("12a"), DataType::integer(), EvalMode::Try)) == "NULL");
    REQUIRE(text_of(cast_to(str("1.5e3"), DataType::float64())) == "1500.0");
    REQUIRE(text_of(cast_to(str("1.555"), DataType::decimal(5, 2))) == "1.56");
    REQUIRE(text_of(cast_to(str("2020-1-2"), DataType::date())) == "2020-01-02");
    REQUIRE(text_of(cast_to(str("2020-01-02 03:04:05.6+01:00"), DataType::timestamp())) ==
            "2020-01-02 02:04:05.6");
    REQUIRE(condition_of(cast_to(num(300), DataType::byte())) == "CAST_OVERFLOW");
    REQUIRE(text_of(cast_to(lit(Literal::float64(1e10)), DataType::string())) == "1.0E10");
}

TEST_CASE("conditions and collections", "[backend]") {
    REQUIRE(text_of(call("if", {call("<", {num(1), num(2)}), str("a"), str("b")})) == "a");
    REQUIRE(text_of(call("coalesce", {lit(Literal::null()), num(3)})) == "3");
    REQUIRE(text_of(call("array_union", {call("array", {num(1), num(2)}),
                                         call("array", {num(2), num(3)})})) == "[1, 2, 3]");
    REQUIRE(text_of(call("map", {num(1), str("a")})) == "{1 -> a}");
    REQUIRE(text_of(call("struct", {num(1), str("x")})) == "{1, x}");
    REQUIRE(text_of(call("element_at", {call("array", {num(5), num(6)}), num(-1)})) == "6");
    REQUIRE(text_of(call("sort_array", {call("array", {num(3), num(1)})})) == "[1, 3]");
    REQUIRE(text_of(call("hash", {num(1)})) == "-559580957");
    REQUIRE(text_of(call("xxhash64", {str("Spark")})) == "-4294468057691064905");
    REQUIRE(text_of(call("round", {dec(25, 2, 1), num(0)})) == "3");
    REQUIRE(text_of(call("bround", {dec(25, 2, 1), num(0)})) == "2");
}

TEST_CASE("a branch that is not taken does not raise", "[backend]") {
    const Expr bad = cast_to(str("x"), DataType::integer());
    REQUIRE(text_of(call("if", {lit(Literal::boolean(false)), bad, num(1)})) == "1");
    const Expr both = call("and", {lit(Literal::boolean(false)), call("=", {bad, num(1)})});
    REQUIRE(text_of(both) == "false");
}

Attribute column(std::uint64_t id, const char* name, DataType type) {
    return {AttributeId{id}, name, std::move(type), true, {}};
}

Relation numbers() {
    return Values{{{num(1), num(10)}, {num(1), lit(Literal::null(DataType::integer()))}, {num(2), num(5)}},
                  {column(10, "k", DataType::integer()), column(11, "v", DataType::integer())}};
}

std::vector<ValueList> rows_of(const Relation& plan) {
    const auto stream = backend().run(plan, {}, {});
    std::vector<ValueList> all;
    while (true) {
        auto rows = stream->next_rows();
        if (rows.empty()) return all;
        for (auto& row : rows) all.push_back(std::move(row));
    }
}

TEST_CASE("rows are grouped and aggregated", "[backend]") {
    const Relation child = numbers();
    const Expr k = child.output()[0].ref();
    const Expr v = child.output()[1].ref();
    const Relation grouped =
        Aggregate{child,
                  {{k, AttributeId{20}, "k", {}}},
                  std::nullopt,
                  std::nullopt,
                  {{call("sum", {v}), AttributeId{21}, "s", {}},
                   {call("count", {v}), AttributeId{22}, "c", {}},
                   {call("avg", {v}), AttributeId{23}, "a", {}},
                   {call("collect_list", {v}), AttributeId{24}, "l", {}},
                   {call("max", {v}), AttributeId{25}, "m", {}},
                   {call("first", {v}), AttributeId{26}, "f", {}}}};
    const Relation plan =
        Sort{grouped, {{grouped.output()[0].ref(), SortDirection::Ascending, NullOrder::First}}};
    const auto n = [](std::int64_t x) { return Value(x); };
    REQUIRE(rows_of(plan) ==
            std::vector<ValueList>{
                {n(1), n(10), n(1), Value(10.0), Value(ValueList{n(10)}), n(10), n(10)},
                {n(2), n(5), n(1), Value(5.0), Value(ValueList{n(5)}), n(5), n(5)}});
}

TEST_CASE("joins and set operations keep their columns apart", "[backend]") {
    const Relation left = numbers();
    const Relation right = Values{{{num(1)}, {num(3)}}, {column(30, "k", DataType::integer())}};
    const Expr on = call("=", {left.output()[0].ref(), right.output()[0].ref()});
    REQUIRE(rows_of(Join{left, right, JoinType::Inner, on, false}).size() == 2);
    REQUIRE(rows_of(Join{left, right, JoinType::LeftOuter, on, false}).size() == 3);
    REQUIRE(rows_of(Join{left, right, JoinType::FullOuter, on, false}).size() == 4);
    REQUIRE(rows_of(Join{left, right, JoinType::LeftSemi, on, false}).size() == 2);
    REQUIRE(rows_of(Join{left, right, JoinType::LeftAnti, on, false}).size() == 1);
    REQUIRE(rows_of(Join{left, right, JoinType::Cross, std::nullopt, false}).size() == 6);
    const Relation keys = Project{left, {{left.output()[0].ref(), AttributeId{40}, "k", {}}}};
    const auto set = [&](SetOperator op, bool all) {
        return rows_of(SetOperation{op, all, {keys, right}, {column(50, "k", DataType::integer())}})
            .size();
    };
    REQUIRE(set(SetOperator::Union, true) == 5);
    REQUIRE(set(SetOperator::Union, false) == 3);
    REQUIRE(set(SetOperator::Intersect, false) == 1);
    REQUIRE(set(SetOperator::Except, true) == 2);
}

TEST_CASE("windows see their frames", "[backend]") {
    const Relation child = numbers();
    auto spec = std::make_shared<WindowSpec>();
    spec->order_by = {{child.output()[0].ref(), SortDirection::Ascending, NullOrder::First}};
    spec->frame = {FrameKind::Rows, {FrameBound::Kind::UnboundedPreceding, std::nullopt},
                   {FrameBound::Kind::CurrentRow, std::nullopt}};
    const Relation plan =
        Window{child,
               {{WindowCall{call("row_number", {}), spec, false}, AttributeId{60}, "n", {}},
                {WindowCall{call("sum", {child.output()[0].ref()}), spec, false}, AttributeId{61},
                 "s", {}}}};
    const auto rows = rows_of(plan);
    REQUIRE(rows.size() == 3);
    REQUIRE(rows[2][2].integer() == 3);
    REQUIRE(rows[2][3].integer() == 4);
}

}  // namespace
}  // namespace firesteel
