/// What a statement costs before DuckDB sees it: plan_bench VIEWS QUERY… prints, for each file with a query, the
/// milliseconds of parsing, analysis and lowering. VIEWS has "name<tab>query" lines. Not a test.

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "backend/duckdb/instance.h"
#include "backend/duckdb/lowering/fold.h"
#include "backend/duckdb/lowering/lowering.h"
#include "session.h"

using namespace firesteel;

namespace {

constexpr int kRepeats = 21;

std::string read(const std::string& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// The processor's time: other load on the machine does not count.
double thread_ms() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double median_ms(const std::function<void()>& work) {
    std::vector<double> all;
    for (int i = 0; i < kRepeats; ++i) {
        const double begin = thread_ms();
        work();
        all.push_back(thread_ms() - begin);
    }
    std::ranges::nth_element(all, all.begin() + kRepeats / 2);
    return all[kRepeats / 2];
}

/// To evaluate constants is DuckDB's work: here they are all NULL.
std::vector<Literal> nulls(const std::vector<bound::Expr>& constants) {
    return {constants.size(), Literal::null(constants.front().type())};
}

void measure(testing::TestSession& session, duckdb::Instance& instance, const std::string& name, const std::string& sql) {
    const auto parsed = sql::parse_query(sql);
    const bound::Relation plan = session.analyze(parsed);
    const double parse = median_ms([&] { sql::parse_query(sql); });
    const double analyze = median_ms([&] { session.analyze(parsed); });
    const double lower = median_ms([&] {
        duckdb::Operation operation("UTC", {});
        duckdb::Lowering lowering(instance.kernels(), operation);
        duckdb::ConstantCasts casts(operation.time_zone(), operation.started_micros());
        lowering.statement(duckdb::fold_conditions(plan, casts, nulls));
    });
    std::printf("%-12s parse %8.3f analyze %8.3f lower %8.3f total %8.3f ms\n", name.c_str(), parse, analyze, lower,
                parse + analyze + lower);
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) return 2;
    testing::TestSession session;
    std::ifstream views(arguments[1]);
    for (std::string line; std::getline(views, line);) {
        const std::size_t tab = line.find('\t');
        session.view(line.substr(0, tab), line.substr(tab + 1));
    }
    duckdb::Instance instance({.threads = 1});
    measure(session, instance, "select 1", "SELECT 1");
    for (int i = 2; i < count; ++i) {
        const std::string file = arguments[i];
        const std::string name = file.substr(file.rfind('/') + 1);
        measure(session, instance, name, read(file));
    }
}
