#include <catch2/catch.hpp>

#include "backend/backend.h"

namespace firesteel {
namespace {

using namespace bound;

Backend& backend() {
    static Backend instance({.threads = 2});
    return instance;
}

AttributeId id(std::uint64_t n) { return {n}; }

std::vector<ValueList> rows_of(const Relation& plan) {
    const auto stream = backend().run(plan, {}, {});
    std::vector<ValueList> all;
    while (true) {
        auto rows = stream->next_rows();
        if (rows.empty()) return all;
        for (auto& row : rows) all.push_back(std::move(row));
    }
}

Value number(std::int64_t v) { return Value(v); }

TEST_CASE("a range is projected, filtered, sorted and cut", "[backend]") {
    const Attribute n{id(1), "id", DataType::long_int(), false, {}};
    const Relation range = Range{0, 10, 1, 2, n};
    const Relation sorted = Sort{range, {{n.ref(), SortDirection::Descending, NullOrder::Last}}};
    const Relation plan = Project{Limit{sorted, 3}, {{n.ref(), id(2), "x", {}}}};
    REQUIRE(rows_of(plan) == std::vector<ValueList>{{number(9)}, {number(8)}, {number(7)}});
}

TEST_CASE("values of every type come back as they went in", "[backend]") {
    const std::vector<Literal> literals = {
        Literal::null(),
        Literal::boolean(true),
        {DataType::byte(), Value(std::int64_t{-128})},
        {DataType::short_int(), Value(std::int64_t{-32768})},
        Literal::integer(INT32_MIN),
        Literal::long_int(INT64_MIN),
        {DataType::float32(), Value(0.5)},
        Literal::float64(-0.1),
        {DataType::decimal(38, 2), Value(Int128{-12345})},
        Literal::string(std::string("a'b\"\0c", 6)),
        {DataType::binary(), Value(std::string("\xFF\0", 2))},
        {DataType::date(), Value(std::int64_t{-719162})},
        {DataType::timestamp(), Value(std::int64_t{-1})},
        {DataType::timestamp_ntz(), Value(std::int64_t{1234567})},
        {DataType::day_time_interval(), Value(std::int64_t{-5})},
        {DataType::year_month_interval(), Value(std::int64_t{-5})},
        {DataType::calendar_interval(), Value(CalendarIntervalValue{1, -2, 3})},
        {DataType::array(DataType::integer()), Value(ValueList{number(1), Value()})},
        {DataType::map(DataType::string(), DataType::integer()),
         Value(MapValue{{{Value(std::string("k")), Value()}}})},
        {DataType::structure({{"a", DataType::integer(), true, {}},
                              {"A", DataType::string(), true, {}}}),
         Value(ValueList{number(1), Value()})},
        {DataType::variant(), Value(VariantValue{"v", "m"})},
    };
    const Attribute n{id(1), "id", DataType::long_int(), false, {}};
    std::vector<NamedExpr> items;
    ValueList expected;
    for (const Literal& literal : literals) {
        items.push_back({Constant{literal}, id(100 + items.size()), "c", {}});
        expected.push_back(literal.value);
    }
    const Relation plan = Project{OneRow{}, items};
    REQUIRE(rows_of(plan) == std::vector<ValueList>{expected});
    // Here the database makes the row: a plan of constants alone does without it.
    REQUIRE(rows_of(Project{Range{0, 1, 1, 1, n}, items}) == std::vector<ValueList>{expected});
    const auto batch = backend().run(plan, {}, {})->next_batch();
    REQUIRE(batch.has_value());
    REQUIRE(batch->rows == 1);
    REQUIRE(arrow_schema(batch->ipc).size() == literals.size());
    const Attributes columns = plan.output();
    const Relation back = LocalTable{{std::make_shared<const std::string>(batch->ipc)}, columns};
    REQUIRE(rows_of(back) == std::vector<ValueList>{expected});
}

TEST_CASE("rows of constants come whole, in order and limited", "[backend]") {
    Values values{{}, {{id(1), "n", DataType::long_int(), false, {}}, {id(2), "s", DataType::string(), true, {}}}};
    std::vector<ValueList> expected;
    for (std::int64_t i = 0; i < 5000; ++i) {  // more than one chunk holds
        const Literal text = i % 3 == 0 ? Literal::null(DataType::string()) : Literal::string(std::string(20, 'x'));
        values.rows.push_back({Constant{Literal::long_int(i)}, Constant{text}});
        expected.push_back({number(i), text.value});
    }
    REQUIRE(rows_of(values) == expected);
    expected.resize(3000);
    REQUIRE(rows_of(Limit{values, 3000}) == expected);
    REQUIRE(rows_of(Limit{values, 0}).empty());
}

}  // namespace
}  // namespace firesteel
