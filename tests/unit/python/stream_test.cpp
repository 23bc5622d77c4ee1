/// Kinds that are stages of their own, through real workers with pandas.
#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "common/error.h"
#include "python/stream_call.h"
#include "python_fixture.h"

using namespace firesteel;
using namespace firesteel::python;
using namespace firesteel::python::test;

namespace {

/// Collects bigint results; a group's end is -1000.
struct Collector final : StreamReader {
    std::vector<std::int64_t> values;

    void read(const StreamPart& part) override {
        for (std::size_t i = 0; i < part.rows; ++i) {
            const ResultColumn& column =
                part.columns[0].children.empty() ? part.columns[0] : part.columns[0].children[0];
            std::int64_t value = 0;
            std::memcpy(&value, column.values + i * 8, 8);
            values.push_back(value);
        }
        if (part.group_end) values.push_back(-1000);
    }
};

std::vector<BatchPiece> rows_of_views(const std::vector<ColumnView>& views, std::size_t first, std::size_t rows) {
    return {BatchPiece{views, first, rows, nullptr}};
}

ColumnView longs(const std::vector<std::int64_t>& values) {
    return {values.size(), nullptr, values.data(), 0, {}};
}

CallSpec spec_of(EvalType type, const std::string& function, DataType result,
                 const std::string& prelude = "") {
    CallSpec spec = call_spec(pickled(function, "import pandas as pd\n" + prelude),
                              {DataType::long_int()}, std::move(result));
    spec.eval_type = type;
    spec.input_names = {"n"};
    return spec;
}

DataType frame_of_long() { return DataType::structure({{"n", DataType::long_int(), true, ""}}); }

}  // namespace

TEST_CASE("a map over frames streams, partition after partition", "[python][stream]") {
    WorkerPool pool(pool_options());
    StreamCall call(pool, environment(),
                    spec_of(EvalType::MapPandasIter, "f", frame_of_long(),
                            "def f(it):\n    for df in it:\n        yield df[df.n % 2 == 0] * 10\n"),
                    StopToken{});
    const std::vector<std::int64_t> numbers{1, 2, 3, 4};
    const std::vector<ColumnView> views{longs(numbers)};
    for (int partition = 0; partition < 2; ++partition) {
        Collector got;
        call.feed(rows_of_views(views, 0, 3), got);
        call.feed(rows_of_views(views, 3, 1), got);
        call.finish(got);
        REQUIRE(got.values == std::vector<std::int64_t>{20, 40});
    }
    REQUIRE(pool.started_total() == 1);
}

TEST_CASE("more data than the pipes hold flows through", "[python][stream]") {
    WorkerPool pool(pool_options());
    const CallSpec spec = spec_of(EvalType::MapPandasIter, "lambda it: (pd.concat([d, d]) for d in it)", frame_of_long());
    StreamCall call(pool, environment(), spec, StopToken{});
    const std::vector<std::int64_t> numbers(1000000, 7);
    const std::vector<ColumnView> views{longs(numbers)};
    Collector got;
    constexpr std::size_t kRows = 10000;
    for (std::size_t at = 0; at < numbers.size(); at += kRows) call.feed(rows_of_views(views, at, kRows), got);
    call.finish(got);
    REQUIRE(got.values.size() == 2 * numbers.size());
}

TEST_CASE("groups are answered group by group, also cogroups", "[python][stream]") {
    WorkerPool pool(pool_options());
    const std::vector<std::int64_t> numbers{1, 2, 3};
    const std::vector<ColumnView> views{longs(numbers)};
    {
        CallSpec spec = spec_of(EvalType::GroupedMapPandas, "lambda df: df[::-1]", frame_of_long());
        StreamCall call(pool, environment(), spec, StopToken{});
        Collector got;
        call.feed(rows_of_views(views, 0, 1), got);
        call.feed(rows_of_views(views, 1, 1), got, Side::Left, Group::Ends);
        call.feed(rows_of_views(views, 2, 1), got, Side::Left, Group::Ends);
        call.finish(got);
        REQUIRE(got.values == std::vector<std::int64_t>{2, 1, -1000, 3, -1000});
    }
    CallSpec spec = spec_of(EvalType::CogroupedMapPandas, "lambda l, r: pd.DataFrame({'n': [len(l) * 10 + len(r)]})", frame_of_long());
    spec.right_inputs = {DataType::long_int()};
    spec.right_names = {"m"};
    spec.right_columns = {0};
    StreamCall call(pool, environment(), spec, StopToken{});
    Collector got;
    call.feed(rows_of_views(views, 0, 2), got);
    call.feed(rows_of_views(views, 0, 3), got, Side::Right, Group::Ends);
    call.feed(rows_of_views(views, 0, 1), got);
    call.feed(rows_of_views(views, 0, 0), got, Side::Right, Group::Ends);
    call.finish(got);
    REQUIRE(got.values == std::vector<std::int64_t>{23, -1000, 10, -1000});
}

TEST_CASE("rows and batches of rows stream too", "[python][stream]") {
    WorkerPool pool(pool_options());
    const std::vector<std::int64_t> numbers{1, 2, 3};
    const std::vector<ColumnView> views{longs(numbers)};
    for (const EvalType type : {EvalType::Batched, EvalType::ArrowBatched, EvalType::ScalarPandas}) {
        StreamCall call(pool, environment(), spec_of(type, "lambda n: n + 1", DataType::long_int()), StopToken{});
        Collector got;
        call.feed(rows_of_views(views, 0, 2), got);
        call.feed(rows_of_views(views, 2, 1), got);
        call.finish(got);
        REQUIRE(got.values == std::vector<std::int64_t>{2, 3, 4});
    }
}

TEST_CASE("batches have the configured rows, also inside a scalar function", "[python][stream]") {
    WorkerPool pool(pool_options());
    CallSpec spec = spec_of(EvalType::ScalarPandas, "lambda s: s * 0 + len(s)", DataType::long_int());
    spec.batch_rows_max = 2;
    const BatchFunction sizes(pool, environment(), spec);
    const std::vector<std::int64_t> numbers{1, 2, 3};
    const std::vector<ColumnView> views{longs(numbers)};
    std::vector<std::int64_t> got;
    sizes.run(views, 3, StopToken{}, [&](const ResultBatch& batch) {
        REQUIRE(batch.first_row == got.size());
        for (std::size_t i = 0; i < batch.rows; ++i) {
            std::int64_t value = 0;
            std::memcpy(&value, batch.columns[0].values + i * 8, 8);
            got.push_back(value);
        }
    });
    REQUIRE(got == std::vector<std::int64_t>{2, 2, 1});
}

TEST_CASE("a failing or abandoned stream ends its worker, and only that", "[python][stream]") {
    WorkerPool pool(pool_options());
    const std::vector<std::int64_t> numbers{1, 2, 3};
    const std::vector<ColumnView> views{longs(numbers)};
    Collector got;
    {
        StreamCall call(pool, environment(), spec_of(EvalType::MapPandasIter, "lambda it: 1 / 0", frame_of_long()), StopToken{});
        try {
            call.feed(rows_of_views(views, 0, 3), got);
            call.finish(got);
            FAIL("it did not raise");
        } catch (const Error& error) {
            REQUIRE(error.id() == ErrorClass::PythonFailure);
            REQUIRE(error.message().find("ZeroDivisionError") != std::string::npos);
        }
    }
    REQUIRE(pool.status().empty());
    {
        StreamCall call(pool, environment(), spec_of(EvalType::MapPandasIter, "lambda it: it", frame_of_long()), StopToken{});
        call.feed(rows_of_views(views, 0, 3), got);
    }
    REQUIRE(pool.status().empty());
    StreamCall call(pool, environment(), spec_of(EvalType::MapPandasIter, "lambda it: it", frame_of_long()), StopToken{});
    Collector all;
    call.feed(rows_of_views(views, 0, 3), all);
    call.finish(all);
    REQUIRE(all.values == numbers);
}
