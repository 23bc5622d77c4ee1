#include "cli/sql_run.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <iterator>

#include "cli/child.h"
#include "cli/environment.h"
#include "cli/statements.h"
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

/// Hive's way with three commands: the names alone, and columns of a width.
enum class Shape { Rows, Names, Description };

Shape shape_of(const std::string& statement, const std::vector<client::DataFrame::Field>& fields) {
    if (fields.size() != 3) return Shape::Rows;
    const auto words = opening_words(statement);
    if (words[0] == "DESC" || words[0] == "DESCRIBE")
        return fields[1].name == "data_type" ? Shape::Description : Shape::Rows;
    const bool lists = words.size() == 2 && words[0] == "SHOW" && (words[1] == "TABLES" || words[1] == "VIEWS");
    return lists ? Shape::Names : Shape::Rows;
}

std::string padded(std::string_view cell) {
    constexpr std::size_t kWidth = 20;
    const auto letters = static_cast<std::size_t>(
        std::count_if(cell.begin(), cell.end(), [](char c) { return (c & 0xc0) != 0x80; }));
    return std::string(cell) + std::string(kWidth - std::min(kWidth, letters), ' ');
}

std::string shaped(Shape shape, const client::RecordBatch& batch, std::int64_t row) {
    if (shape == Shape::Names) return std::string(batch.text(row, 1));
    std::string line;
    for (std::int64_t column = 0; column < batch.columns(); ++column) {
        const auto cell = batch.is_null(row, column) ? "" : batch.text(row, column);
        line += (column == 0 ? "" : "\t") + padded(cell);
    }
    return line;
}

}  // namespace

std::int64_t SqlRun::print_tabs(const std::string& statement, const client::DataFrame& rows,
                                const std::vector<client::DataFrame::Field>& fields) const {
    if (options_.header || session_.conf("spark.sql.cli.print.header") == "true") {
        for (const auto& field : fields) std::cout << (&field == fields.data() ? "" : "\t") << field.name;
        std::cout << "\n";
    }
    std::int64_t count = 0;
    const Shape shape = shape_of(statement, fields);
    if (shape == Shape::Rows) {
        rows.each_as_tabs([&](std::string_view line) {
            std::cout << line << "\n";
            ++count;
        });
        return count;
    }
    auto stream = rows.rows();
    while (const auto batch = stream.next()) {
        for (std::int64_t row = 0; row < batch->rows(); ++row) std::cout << shaped(shape, *batch, row) << "\n";
        count += batch->rows();
    }
    return count;
}

std::optional<std::int64_t> SqlRun::print(const std::string& statement, const client::DataFrame& rows) const {
    const auto fields = rows.schema();
    if (fields.empty()) return std::nullopt;  // a command that has nothing to say
    using Layout = client::DataFrame::Layout;
    std::optional<std::int64_t> count;
    if (options_.format == "csv") {
        print_csv(rows, fields);
    } else if (options_.format == "json") {
        rows.each_as_json([](std::string_view line) { std::cout << line << "\n"; });
    } else if (options_.format == "tabs") {
        count = print_tabs(statement, rows, fields);
    } else {
        const Layout layout = options_.format == "vertical" ? Layout::Vertical : Layout::Table;
        std::cout << rows.show_string(options_.rows_max, options_.truncate, layout) << "\n";
    }
    std::cout << std::flush;
    return count;
}

void SqlRun::run(const std::string& statement) const {
    const auto started = std::chrono::steady_clock::now();
    if (options_.echo) std::cout << statement << "\n";
    const auto count = print(statement, session_.sql(statement));
    if (!options_.timing) return;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    std::cerr << "Time taken: " << std::fixed << std::setprecision(3) << took.count() << " seconds";
    if (count.value_or(0) > 0) std::cerr << ", Fetched " << *count << " row(s)";
    std::cerr << "\n";
}

SqlRun::Next SqlRun::run_all(std::string_view text, int depth) const {
    constexpr int kSourceDepthMax = 32;
    if (depth > kSourceDepthMax) throw UsageError("files source each other without an end");
    for (const auto& statement : split_statements(text)) {
        if (is_end(statement)) return Next::End;
        const std::string file(sourced_file(statement));
        const std::string command(options_.system_commands ? system_command(statement) : "");
        if (!file.empty()) {
            if (run_all(read_statements(file), depth + 1) == Next::End) return Next::End;
        } else if (!command.empty()) {
            Child::start({.arguments = {"/bin/sh", "-c", command}, .environment = Environment::current().entries()})
                .wait();
        } else {
            run(statement);
        }
    }
    return Next::GoOn;
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

client::Session open_session(const ReachedEngine& engine) {
    auto session = client::Session::connect(engine.connection());
    for (const auto& [key, value] : engine.session_confs()) session.set_conf(key, value);
    return session;
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
