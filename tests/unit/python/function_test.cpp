#include <catch2/catch.hpp>

#include <array>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "common/error.h"
#include "python_fixture.h"

using namespace firesteel;
using namespace firesteel::python;
using namespace firesteel::python::test;

namespace {

ColumnView longs(const std::vector<std::int64_t>& values) {
    return {values.size(), nullptr, values.data(), 0, {}};
}

/// Runs a function of one bigint and returns its bigint results; nulls are -1.
std::vector<std::int64_t> run_longs(const BatchFunction& function,
                                    const std::vector<std::int64_t>& values,
                                    const StopToken& stop = {}) {
    std::vector<std::int64_t> results;
    const std::array<ColumnView, 1> views{longs(values)};
    function.run(views, values.size(), stop, [&](const ResultBatch& batch) {
        REQUIRE(batch.first_row == results.size());
        for (std::size_t i = 0; i < batch.rows; ++i) {
            std::int64_t value = -1;
            if (batch.columns[0].valid(i)) {
                std::memcpy(&value, batch.columns[0].values + i * 8, 8);
            }
            results.push_back(value);
        }
    });
    return results;
}

std::vector<std::string> run_texts(const BatchFunction& function,
                                   const std::vector<std::int64_t>& values) {
    std::vector<std::string> results;
    const std::array<ColumnView, 1> views{longs(values)};
    function.run(views, values.size(), StopToken{}, [&](const ResultBatch& batch) {
        for (std::size_t i = 0; i < batch.rows; ++i) {
            results.emplace_back(batch.columns[0].valid(i) ? batch.columns[0].text(i) : "NULL");
        }
    });
    return results;
}

CallSpec of_long(const std::string& function, DataType result, const std::string& prelude = "") {
    return call_spec(pickled(function, prelude), {DataType::long_int()}, std::move(result));
}

std::string failure_of(const BatchFunction& function, const std::vector<std::int64_t>& values = {1}) {
    try {
        run_longs(function, values);
    } catch (const Error& error) {
        return error.message();
    }
    return "";
}

}  // namespace

TEST_CASE("a function is called once per row, in order", "[python][function]") {
    WorkerPool pool(pool_options());
    const BatchFunction add(pool, environment(), of_long("lambda a: a + 1", DataType::long_int()));
    REQUIRE(run_longs(add, {1, 2, 3}) == std::vector<std::int64_t>{2, 3, 4});
    REQUIRE(run_longs(add, {}).empty());
    // One worker for all of it.
    REQUIRE(run_longs(add, {41}) == std::vector<std::int64_t>{42});
    REQUIRE(pool.started_total() == 1);
}

TEST_CASE("a function without arguments is called for every row", "[python][function]") {
    WorkerPool pool(pool_options());
    const BatchFunction counter(pool, environment(),
                                call_spec(pickled("lambda: next(numbers)", "import itertools\nnumbers = itertools.count()"),
                                          {}, DataType::long_int()));
    std::vector<std::int64_t> got(3);
    counter.run(std::span<const ColumnView>{}, 3, StopToken{}, [&](const ResultBatch& batch) {
        REQUIRE(batch.rows == 3);
        std::memcpy(got.data(), batch.columns[0].values, 24);
    });
    REQUIRE(got == std::vector<std::int64_t>{0, 1, 2});
}

TEST_CASE("several functions share a trip; chains and keywords are called as written",
          "[python][function]") {
    WorkerPool pool(pool_options());
    CallSpec spec = of_long("lambda a: a * 10", DataType::long_int());
    spec.inputs.push_back(DataType::string());
    FunctionSpec chained = spec.functions[0];
    chained.commands = {pickled("lambda a: [a, a + 1]"), pickled("sum")};
    FunctionSpec named = spec.functions[0];
    named.commands = {pickled("lambda first, second: '%s/%s' % (first, second)")};
    named.arguments = {{1, "second"}, {0, "first"}};
    named.result = DataType::string();
    spec.functions.push_back(chained);
    spec.functions.push_back(named);
    const BatchFunction all(pool, environment(), spec);
    const std::vector<std::int64_t> numbers{5, 6};
    std::array<StringSlot, 2> texts{};
    texts[0].size = texts[1].size = 1;
    texts[0].inlined[0] = 'x';
    texts[1].inlined[0] = 'y';
    const std::array<ColumnView, 2> views{longs(numbers), ColumnView{2, nullptr, texts.data(), 0, {}}};
    std::vector<std::int64_t> tens(2);
    std::vector<std::int64_t> sums(2);
    std::vector<std::string> named_results;
    all.run(views, 2, StopToken{}, [&](const ResultBatch& batch) {
        std::memcpy(tens.data(), batch.columns[0].values, 16);
        std::memcpy(sums.data(), batch.columns[1].values, 16);
        for (std::size_t i = 0; i < 2; ++i) named_results.emplace_back(batch.columns[2].text(i));
    });
    REQUIRE(tens == std::vector<std::int64_t>{50, 60});
    REQUIRE(sums == std::vector<std::int64_t>{11, 13});
    REQUIRE(named_results == std::vector<std::string>{"5/x", "6/y"});
}

TEST_CASE("an exception arrives with its traceback and leaves the worker usable",
          "[python][function]") {
    WorkerPool pool(pool_options());
    const std::string prelude = "def boom(x):\n    raise ValueError('boom')\n";
    const BatchFunction raises(pool, environment(), of_long("boom", DataType::long_int(), prelude));
    try {
        run_longs(raises, {1});
        FAIL("it did not raise");
    } catch (const Error& error) {
        REQUIRE(error.id() == ErrorClass::PythonFailure);
        const std::string text = error.message();
        REQUIRE(text.rfind("Traceback (most recent call last):\n", 0) == 0);
        REQUIRE(text.substr(text.size() - 17) == "ValueError: boom\n");
        REQUIRE(text.find("in boom") != std::string::npos);
    }
    const BatchFunction fine(pool, environment(), of_long("lambda a: a", DataType::long_int()));
    REQUIRE(run_longs(fine, {7}) == std::vector<std::int64_t>{7});
    REQUIRE(pool.started_total() == 1);
}

TEST_CASE("failures that are no exception of the user's code", "[python][function]") {
    WorkerPool pool(pool_options());
    const auto message = [&](CallSpec spec) {
        return failure_of(BatchFunction(pool, environment(), std::move(spec)));
    };
    CallSpec other_version = of_long("lambda a: a", DataType::long_int());
    other_version.python_version = "3.4";
    REQUIRE(message(other_version).find("PYTHON_VERSION_MISMATCH") != std::string::npos);

    CallSpec garbage = call_spec("no pickle", {DataType::long_int()}, DataType::long_int());
    REQUIRE(message(garbage).find("UnpicklingError") != std::string::npos);

    const DataType pair = DataType::structure({{"a", DataType::long_int(), true, ""}, {"b", DataType::long_int(), true, ""}});
    const BatchFunction short_struct(pool, environment(), of_long("lambda a: (a,)", pair));
    try {
        run_longs(short_struct, {1});
        FAIL("it did not raise");
    } catch (const Error& error) {
        REQUIRE(error.row().condition == "STRUCT_ARRAY_LENGTH_MISMATCH");
        REQUIRE(error.parameters() == ErrorParameters{{"expected", "2"}, {"actual", "1"}});
    }
    const BatchFunction large(pool, environment(), of_long("lambda a: __import__('decimal').Decimal('12345.678')", DataType::decimal(5, 2)));
    try {
        run_longs(large, {1});
        FAIL("it did not raise");
    } catch (const Error& error) {
        REQUIRE(error.row().condition == "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION");
        REQUIRE(error.parameters()[0].second == "12345.68");
    }
    REQUIRE(message(of_long("lambda a: object", DataType::long_int())).find("PickleException") != std::string::npos);
    REQUIRE(message(of_long("lambda a: next(iter(()))", DataType::long_int())).find("STOP_ITERATION_OCCURRED") != std::string::npos);
}

TEST_CASE("results larger than a frame come in several", "[python][function]") {
    WorkerPool pool(pool_options());
    const BatchFunction large(pool, environment(), of_long("lambda a: 'x' * 1000000", DataType::string()));
    const std::vector<std::string> results = run_texts(large, std::vector<std::int64_t>(200, 1));
    REQUIRE(results.size() == 200);
    REQUIRE(results.back().size() == 1000000);
}

TEST_CASE("threads run at once, each with a worker of its own", "[python][function]") {
    WorkerPool pool(pool_options());
    const BatchFunction pids(pool, environment(), of_long("lambda a: __import__('os').getpid() + a * 0", DataType::long_int()));
    std::vector<std::set<std::int64_t>> seen(4);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < seen.size(); ++t) {
        threads.emplace_back([&, t] {
            const std::vector<std::int64_t> zeros(100, 0);
            const std::array<ColumnView, 1> views{longs(zeros)};
            for (int i = 0; i < 20; ++i) {
                pids.run(views, 100, StopToken{}, [&](const ResultBatch& batch) {
                    for (std::size_t row = 0; row < batch.rows; ++row) {
                        std::int64_t pid = 0;
                        std::memcpy(&pid, batch.columns[0].values + row * 8, 8);
                        seen[t].insert(pid);
                    }
                });
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    REQUIRE(pool.started_total() <= 4);
    for (const auto& of_thread : seen) REQUIRE_FALSE(of_thread.empty());
}

TEST_CASE("what a function keeps lives as long as its query", "[python][function]") {
    WorkerPool pool(pool_options());
    const std::string prelude = "class C:\n    n = 0\n    def __call__(self, a):\n        self.n += 1\n        return self.n\n";
    {
        const BatchFunction counts(pool, environment(), of_long("C()", DataType::long_int(), prelude));
        REQUIRE(run_longs(counts, {0, 0}) == std::vector<std::int64_t>{1, 2});
        REQUIRE(run_longs(counts, {0}) == std::vector<std::int64_t>{3});
    }
    const BatchFunction again(pool, environment(), of_long("C()", DataType::long_int(), prelude));
    REQUIRE(run_longs(again, {0}) == std::vector<std::int64_t>{1});
    REQUIRE(pool.started_total() == 1);
}

TEST_CASE("a plain function's worker imports neither pandas nor pyarrow nor all of pyspark",
          "[python][function]") {
    WorkerPool pool(pool_options());
    const BatchFunction modules(
        pool, environment(),
        of_long("lambda a: ' '.join(m for m in ('pandas', 'pyarrow', 'numpy', 'grpc', 'pyspark.sql.functions') "
                "if m in __import__('sys').modules)", DataType::string()));
    REQUIRE(run_texts(modules, {1}) == std::vector<std::string>{""});
    const BatchFunction whole(pool, environment(),
                              of_long("lambda a: __import__('pyspark').sql.Row(x=a).asDict()['x']", DataType::long_int()));
    REQUIRE(run_longs(whole, {3}) == std::vector<std::int64_t>{3});
}

TEST_CASE("a worker's environment: directory, paths, variables, zone", "[python][function]") {
    WorkerPool pool(pool_options());
    WorkerEnvironment made;
    made.interpreter = default_interpreter();
    made.session_directory = "/usr";
    made.extra_paths = {"/opt/a.zip"};
    made.variables = {{"FS_X", "y"}, {"TZ", "<+0530>-05:30"}};
    const auto special = std::make_shared<const WorkerEnvironment>(made);
    const BatchFunction told(
        pool, special,
        of_long("lambda a: ' '.join([os.getcwd(), *sys.path[:2], os.environ['FS_X'], "
                "str(datetime.datetime.fromtimestamp(0))])",
                DataType::string(), "import os, sys, datetime"));
    REQUIRE(run_texts(told, {1}) ==
            std::vector<std::string>{"/usr /usr /opt/a.zip y 1970-01-01 05:30:00"});
}
