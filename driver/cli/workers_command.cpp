#include "cli/workers_command.h"

#include <iostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "cli/json_text.h"
#include "cli/reach_engine.h"
#include "client/engine_service.h"
#include "client/errors.h"

namespace firesteel::cli {
namespace {

constexpr std::size_t kOutputLinesShown = 5;

double rows_per_second(const client::FunctionFacts& f) {
    return f.busy_us == 0 ? 0 : static_cast<double>(f.rows) * 1e6 / static_cast<double>(f.busy_us);
}

void print_json(const client::EngineWorkers& all) {
    std::cout << "{\"started\":" << all.started << ",\"workers\":[";
    const char* separator = "";
    for (const client::WorkerFacts& w : all.workers) {
        std::cout << separator << "{\"pid\":" << w.pid << ",\"python\":" << json_quoted(w.python)
                  << ",\"session\":" << json_quoted(w.session) << ",\"busy\":" << (w.busy ? "true" : "false")
                  << ",\"residentBytes\":" << w.resident_bytes << ",\"output\":" << json_quoted(w.output) << "}";
        separator = ",";
    }
    std::cout << "],\"functions\":[";
    separator = "";
    for (const client::FunctionFacts& f : all.functions) {
        std::cout << separator << "{\"name\":" << json_quoted(f.name) << ",\"calls\":" << f.calls
                  << ",\"rows\":" << f.rows << ",\"busyMicros\":" << f.busy_us << ",\"rowsPerSecond\":"
                  << static_cast<std::int64_t>(rows_per_second(f)) << "}";
        separator = ",";
    }
    std::cout << "]}\n";
}

void print_output(const std::string& output) {
    std::istringstream in(output);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    const std::size_t first = lines.size() > kOutputLinesShown ? lines.size() - kOutputLinesShown : 0;
    for (std::size_t i = first; i < lines.size(); ++i) std::cout << "    " << lines[i] << "\n";
}

void print_text(const client::EngineWorkers& all) {
    std::cout << all.workers.size() << " workers, " << all.started << " started so far\n";
    for (const client::WorkerFacts& w : all.workers) {
        std::cout << "  " << w.pid << (w.busy ? "  busy  " : "  idle  ") << (w.resident_bytes >> 20) << " MiB  "
                  << w.python << (w.session.empty() ? "" : "  session " + w.session) << "\n";
        print_output(w.output);
    }
    if (!all.functions.empty()) std::cout << "functions\n";
    for (const client::FunctionFacts& f : all.functions) {
        std::cout << "  " << f.name << "  " << f.rows << " rows  " << f.busy_us / 1000 << " ms  "
                  << static_cast<std::int64_t>(rows_per_second(f)) << " rows/s  " << f.calls << " calls\n";
    }
}

}  // namespace

int run_workers(const WorkersOptions& options) {
    const auto connection = find_engine("");
    if (!connection) return report_no_engine();
    try {
        const client::EngineService service(*connection);
        if (options.restart) service.restart_workers();
        if (options.warm > 0) service.warm_workers(options.warm, options.python);
        const client::EngineWorkers workers = service.workers();
        options.json ? print_json(workers) : print_text(workers);
    } catch (const client::ClientError& error) {
        std::cerr << "the engine does not answer: " << error.what() << "\n";
        return 1;
    }
    return 0;
}

}  // namespace firesteel::cli
