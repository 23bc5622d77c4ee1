#include "cli/sql_run.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <iterator>

#include "cli/submit_options.h"

namespace firesteel::cli {
namespace {

std::string csv_cell(const std::string& text) {
    if (text.find_first_of(",\"\n\r") == text.npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
}

void print_csv(const client::DataFrame& rows, const std::vector<client::DataFrame::Field>& fields) {
    std::string header;
    for (const auto& field : fields)
        header += (&field == fields.data() ? "" : ",") + csv_cell(field.name);
    std::cout << header << "\n";
    rows.each_as_csv([](std::string_view line) { std::cout << line << "\n"; });
}

}  // namespace

void SqlRun::print(const client::DataFrame& rows) const {
    const auto fields = rows.schema();
    if (fields.empty()) return;  // a command that has nothing to say
    using Layout = client::DataFrame::Layout;
    if (options_.format == "csv") {
        print_csv(rows, fields);
    } else if (options_.format == "json") {
        rows.each_as_json([](std::string_view line) { std::cout << line << "\n"; });
    } else {
        const Layout layout = options_.format == "vertical" ? Layout::Vertical : Layout::Table;
        std::cout << rows.show_string(options_.rows_max, options_.truncate, layout) << "\n";
    }
    std::cout << std::flush;
}

void SqlRun::run(const std::string& statement) const {
    const auto started = std::chrono::steady_clock::now();
    print(session_.sql(statement));
    if (!options_.timing) return;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    std::cerr << "Time taken: " << std::fixed << std::setprecision(3) << took.count() << " s\n";
}

std::vector<std::string> SqlRun::texts(const std::string& statement, int column) const {
    std::vector<std::string> out;
    auto stream = session_.sql(statement).rows();
    while (const auto batch = stream.next()) {
        for (std::int64_t row = 0; row < batch->rows(); ++row)
            out.emplace_back(batch->text(row, column));
    }
    return out;
}

std::string read_statements(const std::string& file) {
    std::ifstream in;
    if (file != "-") in.open(file);
    std::istream& stream = file == "-" ? std::cin : in;
    std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    if (file != "-" && (!in || std::filesystem::is_directory(file))) {
        throw UsageError("the file " + file + " can't be read");
    }
    return text;
}

}  // namespace firesteel::cli
