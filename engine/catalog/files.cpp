#include "catalog/files.h"

#include <fnmatch.h>
#include <glob.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <system_error>

#include "catalog/session_catalog.h"
#include "common/error.h"

namespace firesteel::catalog {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kFilesMax = 1'000'000;
constexpr std::size_t kFolderDepthMax = 64;
constexpr std::string_view kNullPartition = "__HIVE_DEFAULT_PARTITION__";

using Parts = std::vector<std::pair<std::string, std::string>>;  // key, raw value

struct FoundFile {
    std::string path;
    Parts parts;
};

std::string without_scheme(std::string_view path) {
    if (path.starts_with("file://")) return std::string(path.substr(7));
    if (path.starts_with("file:")) return std::string(path.substr(5));
    if (path.find("://") != path.npos) {
        throw unsupported("reading from " + std::string(path.substr(0, path.find("://"))) + "://");
    }
    return std::string(path);
}

[[noreturn]] void not_found(const std::string& path) {
    throw Error(ErrorClass::PathNotFound, {{"path", "file:" + path}});
}

std::vector<std::string> expanded(const std::string& given) {
    std::error_code ignored;
    const std::string path = fs::absolute(without_scheme(given)).lexically_normal().string();
    if (fs::exists(path, ignored)) return {path};
    if (path.find_first_of("*?[{") == path.npos) not_found(path);
    ::glob_t found{};
    const int rc = ::glob(path.c_str(), GLOB_BRACE, nullptr, &found);
    std::vector<std::string> out;
    for (std::size_t i = 0; rc == 0 && i < found.gl_pathc; ++i) out.emplace_back(found.gl_pathv[i]);
    ::globfree(&found);
    if (out.empty()) not_found(path);
    return out;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
            hex_digit(text[i + 2]) >= 0) {
            out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

bool hidden(const std::string& name) {
    const bool underscore = name.starts_with('_') && name.find('=') == name.npos;
    return underscore || name.starts_with('.') || name.ends_with("._COPYING_");
}

class Walk {
  public:
    Walk(const ListingOptions& options, std::vector<FoundFile>& out) : options_(options), out_(out) {}

    void folder(const fs::path& path, const Parts& parts, std::size_t depth) {
        if (depth > kFolderDepthMax) throw unsupported("folders nested this deep: " + path.string());
        std::vector<fs::directory_entry> entries;
        for (const auto& entry : fs::directory_iterator(path)) entries.push_back(entry);
        std::sort(entries.begin(), entries.end());
        for (const auto& entry : entries) {
            const std::string name = entry.path().filename().string();
            if (hidden(name)) continue;
            if (!entry.is_directory()) {
                file(entry.path(), parts);
                continue;
            }
            const auto equals = name.find('=');
            if (options_.recursive || equals == name.npos || equals == 0) {
                // Spark looks into plain folders only with recursiveFileLookup.
                if (options_.recursive) folder(entry.path(), parts, depth + 1);
                continue;
            }
            Parts inner = parts;
            inner.emplace_back(unescaped(name.substr(0, equals)), unescaped(name.substr(equals + 1)));
            folder(entry.path(), inner, depth + 1);
        }
    }

    void file(const fs::path& path, const Parts& parts) {
        if (out_.size() >= kFilesMax) throw unsupported("more than 1000000 files in one scan");
        const std::string name = path.filename().string();
        if (!options_.glob_filter.empty() &&
            ::fnmatch(options_.glob_filter.c_str(), name.c_str(), 0) != 0) {
            return;
        }
        out_.push_back({path.string(), parts});
    }

  private:
    const ListingOptions& options_;
    std::vector<FoundFile>& out_;
};

/// Partition folders between basePath and a given path count too.
Parts parts_below(const fs::path& base, const fs::path& path) {
    Parts out;
    if (base.empty()) return out;
    const fs::path relative = path.lexically_relative(base);
    for (const fs::path& step : relative) {
        const std::string name = step.string();
        const auto equals = name.find('=');
        if (equals != name.npos && equals > 0) {
            out.emplace_back(unescaped(name.substr(0, equals)), unescaped(name.substr(equals + 1)));
        }
    }
    return out;
}

template <typename T>
std::optional<T> number(std::string_view text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return value;
}

std::optional<std::int64_t> date_days(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto year = number<int>(text.substr(0, 4));
    const auto month = number<int>(text.substr(5, 2));
    const auto day = number<int>(text.substr(8, 2));
    if (!year || !month || !day || *month < 1 || *month > 12) return std::nullopt;
    constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (*year % 4 == 0 && *year % 100 != 0) || *year % 400 == 0;
    if (*day < 1 || *day > kDays[*month - 1] + (*month == 2 && leap ? 1 : 0)) return std::nullopt;
    const std::int64_t y = *year - (*month <= 2 ? 1 : 0);
    const std::int64_t era = y / 400;
    const std::int64_t yoe = y - era * 400;
    const std::int64_t doy = (153 * (*month + (*month > 2 ? -3 : 9)) + 2) / 5 + *day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

/// The narrowest of int, bigint, double, date, string that all values of a column have.
DataType inferred(const std::set<std::string>& values) {
    bool ints = true;
    bool longs = true;
    bool doubles = true;
    bool dates = true;
    for (const std::string& value : values) {
        if (value == kNullPartition) continue;
        ints = ints && number<std::int32_t>(value).has_value();
        longs = longs && number<std::int64_t>(value).has_value();
        doubles = doubles && number<double>(value).has_value();
        dates = dates && date_days(value).has_value();
    }
    if (ints) return DataType::integer();
    if (longs) return DataType::long_int();
    if (doubles) return DataType::float64();
    if (dates) return DataType::date();
    return DataType::string();
}

Literal typed(const std::string& raw, const DataType& type) {
    if (raw == kNullPartition) return Literal::null(type);
    if (type.is(TypeKind::Int) || type.is(TypeKind::Long)) {
        return {type, Value(number<std::int64_t>(raw).value_or(0))};
    }
    if (type.is(TypeKind::Double)) return {type, Value(number<double>(raw).value_or(0))};
    if (type.is(TypeKind::Date)) return {type, Value(date_days(raw).value_or(0))};
    return {type, Value(raw)};
}

void add_partitions(const std::vector<FoundFile>& found, const ListingOptions& options,
                    FileListing& listing) {
    std::vector<std::string> keys;
    std::map<std::string, std::set<std::string>> values;
    for (const FoundFile& file : found) {
        for (const auto& [key, value] : file.parts) {
            if (!values.contains(key)) keys.push_back(key);
            values[key].insert(value);
        }
    }
    for (const std::string& key : keys) {
        const DataType type = options.infer_types ? inferred(values[key]) : DataType::string();
        listing.partition_columns.push_back({key, type, true, {}});
    }
    for (const FoundFile& file : found) {
        std::vector<Literal> row;
        for (const StructField& column : listing.partition_columns) {
            const auto part = std::find_if(file.parts.begin(), file.parts.end(),
                                           [&](const auto& p) { return p.first == column.name; });
            row.push_back(part == file.parts.end() ? Literal::null(column.type)
                                                   : typed(part->second, column.type));
        }
        listing.partition_values.push_back(std::move(row));
    }
}

}  // namespace

FileListing list_files(const std::vector<std::string>& paths, const ListingOptions& options) {
    std::vector<FoundFile> found;
    Walk walk(options, found);
    const fs::path base = options.base_path.empty()
                              ? fs::path()
                              : fs::absolute(without_scheme(options.base_path)).lexically_normal();
    for (const std::string& given : paths) {
        for (const std::string& path : expanded(given)) {
            const Parts parts = parts_below(base, path);
            if (fs::is_directory(path)) {
                walk.folder(path, parts, 0);
            } else {
                walk.file(path, parts);
            }
        }
    }
    FileListing listing;
    for (const FoundFile& file : found) listing.files.push_back(file.path);
    add_partitions(found, options, listing);
    return listing;
}

}  // namespace firesteel::catalog
