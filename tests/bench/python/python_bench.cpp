/// Rows per second of plain Python functions through the worker pool, as a backend's threads call
/// them: python_bench [rows] [frame rows]. Not a test.

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "common/error.h"
#include "python/batch_function.h"
#include "python_fixture.h"

using namespace firesteel;
using namespace firesteel::python;

namespace {

constexpr int kRepeats = 3;

struct Data {
    std::vector<std::int64_t> a;
    std::vector<std::int64_t> b;
    std::vector<StringSlot> s;
};

Data make_data(std::size_t rows) {
    Data data;
    data.a.resize(rows);
    data.b.resize(rows);
    data.s.resize(rows);
    static std::vector<std::string> texts;
    texts.resize(rows);
    for (std::size_t i = 0; i < rows; ++i) {
        data.a[i] = static_cast<std::int64_t>(i * 7);
        data.b[i] = static_cast<std::int64_t>(i ^ 12345);
        texts[i] = "abcdefgh" + std::to_string(i % 1000000);
        data.s[i].size = static_cast<std::uint32_t>(texts[i].size());
        const char* pointer = texts[i].data();
        if (texts[i].size() <= StringSlot::kInlinedBytesMax) {
            std::memcpy(data.s[i].inlined, pointer, texts[i].size());
        } else {
            std::memcpy(data.s[i].inlined + 4, &pointer, sizeof pointer);
        }
    }
    return data;
}

using Views = std::function<std::vector<ColumnView>(std::size_t, std::size_t)>;

double seconds_of(const BatchFunction& function, std::size_t rows, std::size_t frame, unsigned threads,
                  const Views& views) {
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::thread> running;
    for (unsigned t = 0; t < threads; ++t) {
        running.emplace_back([&, t] {
            std::vector<std::int64_t> results(frame);
            for (std::size_t first = t * frame; first < rows; first += threads * frame) {
                const std::size_t count = std::min(frame, rows - first);
                function.run(views(first, count), count, StopToken{}, [&](const ResultBatch& batch) {
                    const ResultColumn& column = batch.columns[0];
                    if (column.offsets == nullptr) {
                        std::memcpy(results.data(), column.values, batch.rows * 8);
                    } else {
                        std::int64_t total = 0;
                        for (std::size_t i = 0; i < batch.rows; ++i) {
                            total += static_cast<std::int64_t>(column.text(i).size());
                        }
                        results[0] = total;
                    }
                });
            }
        });
    }
    for (std::thread& thread : running) thread.join();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// CPU nanoseconds that the workers and this process have used: they tell more than the clock where
/// others use the machine.
struct CpuTime {
    double workers = 0;
    double engine = 0;
};

CpuTime cpu_time(const WorkerPool& pool) {
    CpuTime time;
    for (const WorkerStatus& worker : pool.status()) {
        std::ifstream file("/proc/" + std::to_string(worker.pid) + "/schedstat");
        double nanos = 0;
        file >> nanos;
        time.workers += nanos;
    }
    std::timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    time.engine = static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
    return time;
}

void report(const char* name, const WorkerPool& pool, const BatchFunction& function,
            std::size_t rows, std::size_t frame, const Views& views) {
    for (const unsigned threads : {1U, 2U}) {
        seconds_of(function, std::min<std::size_t>(rows, 100000), frame, threads, views);
        double best = 1e9;
        const CpuTime before = cpu_time(pool);
        for (int i = 0; i < kRepeats; ++i) {
            best = std::min(best, seconds_of(function, rows, frame, threads, views));
        }
        const CpuTime after = cpu_time(pool);
        const double calls = static_cast<double>(rows) * kRepeats;
        std::printf("%-10s %u threads  %5.2f M rows/s  cpu/row: worker %.0f ns, engine %.0f ns\n",
                    name, threads, static_cast<double>(rows) / best / 1e6,
                    (after.workers - before.workers) / calls, (after.engine - before.engine) / calls);
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::size_t rows = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 5000000;
    const std::size_t frame = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 2048;
    const std::string interpreter = argc > 3 ? argv[3] : test::default_interpreter();
    try {
        PoolOptions options = test::pool_options();
        options.nice = 5;
        options.fallback_path = test::pyspark_path();
        WorkerPool pool(options);
        const Data data = make_data(rows);
        const auto environment = test::environment(interpreter);
        const auto start = std::chrono::steady_clock::now();
        const BatchFunction add(pool, environment,
                                test::call_spec(test::pickled("lambda a, b: a + b"),
                                                {DataType::long_int(), DataType::long_int()},
                                                DataType::long_int()));
        const BatchFunction upper(pool, environment,
                                  test::call_spec(test::pickled("lambda s: s.upper()"),
                                                  {DataType::string()}, DataType::string()));
        report("add_int", pool, add, rows, frame, [&](std::size_t first, std::size_t count) {
            return std::vector<ColumnView>{{count, nullptr, data.a.data() + first, 0, {}},
                                           {count, nullptr, data.b.data() + first, 0, {}}};
        });
        report("upper_str", pool, upper, rows, frame, [&](std::size_t first, std::size_t count) {
            return std::vector<ColumnView>{{count, nullptr, data.s.data() + first, 0, {}}};
        });
        const auto of_kind = [&](EvalType type, const char* source) {
            CallSpec spec = test::call_spec(test::pickled(source),
                                            {DataType::long_int(), DataType::long_int()},
                                            DataType::long_int());
            spec.eval_type = type;
            return BatchFunction(pool, environment, std::move(spec));
        };
        const Views longs = [&](std::size_t first, std::size_t count) {
            return std::vector<ColumnView>{{count, nullptr, data.a.data() + first, 0, {}},
                                           {count, nullptr, data.b.data() + first, 0, {}}};
        };
        report("arrow udf", pool, of_kind(EvalType::ArrowBatched, "lambda a, b: a + b"), rows, frame,
               longs);
        report("pandas", pool, of_kind(EvalType::ScalarPandas, "lambda a, b: a + b"), rows, frame,
               longs);
        report("pandas 10k", pool, of_kind(EvalType::ScalarPandas, "lambda a, b: a + b"), rows, 10000,
               longs);
        std::vector<std::int64_t> one{1};
        const ColumnView view{1, nullptr, one.data(), 0, {}};
        const std::array<ColumnView, 2> views{view, view};
        const auto trip = std::chrono::steady_clock::now();
        for (int i = 0; i < 1000; ++i) add.run(views, 1, StopToken{}, [](const ResultBatch&) {});
        std::printf("one row     %.1f us a trip\n",
                    std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - trip).count());
        std::printf("workers started %llu, whole run %.1f s\n",
                    static_cast<unsigned long long>(pool.started_total()),
                    std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    } catch (const Error& error) {
        std::fprintf(stderr, "%s\n", error.message().c_str());
        return 1;
    }
    return 0;
}
