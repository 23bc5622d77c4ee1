#include "cli/spark_sql_options.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace firesteel::cli {
namespace {

using Pairs = SparkSqlOptions::Pairs;

void add_pair(const std::string& given, Pairs& out) {
    const auto equals = given.find('=');
    out.emplace_back(given.substr(0, equals), equals == given.npos ? "true" : given.substr(equals + 1));
}

struct Row {
    std::string_view name;  // with one dash or two, as Hive's parser takes it
    std::string_view short_name;
    std::string_view metavar;  // empty: a switch
    std::string_view help;
    void (*set)(SparkSqlOptions&, const std::string&);
};

constexpr auto kRows = std::to_array<Row>({
    {"",         "e", "STATEMENTS", "Run them, and end",
     [](SparkSqlOptions& out, const std::string& value) { out.text = value; }                 },
    {"",         "f", "FILE",       "Run the statements of a file, and end",
     [](SparkSqlOptions& out, const std::string& value) { out.file = value; }                 },
    {"",         "i", "FILE",       "Run those of this file first; repeatable",
     [](SparkSqlOptions& out, const std::string& value) { out.init_files.push_back(value); }  },
    {"database", "",  "NAME",       "The database to use",
     [](SparkSqlOptions& out, const std::string& value) { out.database = value; }             },
    {"hiveconf", "",  "KEY=VALUE",  "A setting of the session; repeatable",
     [](SparkSqlOptions& out, const std::string& value) { add_pair(value, out.hive_confs); }  },
    {"hivevar",  "",  "KEY=VALUE",  "What ${KEY} is in statements; repeatable",
     [](SparkSqlOptions& out, const std::string& value) { add_pair(value, out.variables); }   },
    {"define",   "d", "KEY=VALUE",  "The same",
     [](SparkSqlOptions& out, const std::string& value) { add_pair(value, out.variables); }   },
    {"silent",   "S", "",           "Say nothing about the engine",
     [](SparkSqlOptions& out, const std::string& /*value*/) { out.silent = true; }            },
    {"verbose",  "v", "",           "Print each statement before it runs",
     [](SparkSqlOptions& out, const std::string& /*value*/) { out.verbose = true; }           },
    {"help",     "H", "",           "Print this",
     [](SparkSqlOptions& out, const std::string& /*value*/) { out.submit.flags["--help"]; }   },
});

const Row* find_row(std::string_view word) {
    const bool has_two = word.starts_with("--");
    const std::string_view name = word.substr(std::min<std::size_t>(word.size(), has_two ? 2 : 1));
    const auto* found = std::find_if(kRows.begin(), kRows.end(), [&](const Row& row) {
        return !name.empty() && (row.name == name || (!has_two && row.short_name == name));
    });
    return found == kRows.end() ? nullptr : found;
}

}  // namespace

SparkSqlOptions parse_spark_sql(const std::vector<std::string>& words) {
    SparkSqlOptions out;
    std::vector<std::string> others;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto equals = words[i].find('=');
        const bool is_option = words[i].starts_with("-");
        const Row* row = is_option ? find_row(std::string_view(words[i]).substr(0, equals)) : nullptr;
        if (row == nullptr) {
            others.push_back(words[i]);
        } else if (row->metavar.empty()) {
            row->set(out, "");
        } else if (equals != std::string::npos) {
            row->set(out, words[i].substr(equals + 1));
        } else if (++i < words.size()) {
            row->set(out, words[i]);
        } else {
            throw UsageError(words[i - 1] + " needs a value: " + std::string(row->metavar));
        }
    }
    const SubmitOptions hive = std::move(out.submit);
    out.submit = parse_submit(others);
    out.submit.flags.insert(hive.flags.begin(), hive.flags.end());
    if (!out.submit.command.empty())
        throw UsageError("statements come with -e or -f, not as '" + out.submit.command[0] + "'");
    if (out.text && out.file) throw UsageError("-e and -f exclude each other");
    return out;
}

std::string hive_usage() {
    constexpr std::size_t kColumn = 30;
    std::string text;
    for (const Row& row : kRows) {
        std::string left;
        for (const auto& flag : {row.name, row.short_name}) {
            if (flag.empty()) continue;
            left += (left.empty() ? "  " : ", ") + std::string(flag.size() > 1 ? "--" : "-") + std::string(flag);
        }
        if (!row.metavar.empty()) left += " " + std::string(row.metavar);
        left.resize(std::max(kColumn, left.size() + 1), ' ');
        text += left + std::string(row.help) + "\n";
    }
    return text;
}

}  // namespace firesteel::cli
