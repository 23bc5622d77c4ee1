#include "catalog/files.h"

#include <fnmatch.h>
#include <glob.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <system_error>

#include "catalog/session_catalog.h"
#include "catalog/staged_folder.h"
#include "common/error.h"
#include "types/time_zone.h"
#include "types/type_text.h"
#include "types/value_parse.h"

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

}  // namespace

fs::path local_path(std::string_view path) {
    fs::path out = fs::absolute(without_scheme(path)).lexically_normal();
    return out.has_filename() ? out : out.parent_path();
}

namespace {

[[noreturn]] void not_found(const std::string& path) {
    throw Error(ErrorClass::PathNotFound, {{"path", "file:" + path}});
}

std::vector<std::string> expanded(const std::string& given) {
    std::error_code ignored;
    const std::string path = local_path(given).string();
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

/// How a folder's value is read: what each type accepts there.
class PartitionValues {
  public:
    explicit PartitionValues(const std::string& zone) : zone_(TimeZone::find(zone)) {}

    /// The narrowest type that all values have; text where there is none.
    DataType inferred(const std::set<std::string>& values) {
        std::optional<DataType> out;
        for (const std::string& value : values) {
            if (value == kNullPartition) continue;
            const DataType type = type_of(value);
            out = out ? wider(*out, type) : type;
        }
        return out.value_or(DataType::string());
    }

    Literal typed(const std::string& raw, const DataType& type, const std::string& column) {
        if (raw == kNullPartition) return Literal::null(type);
        std::int64_t number = 0;
        switch (type.kind()) {
            case TypeKind::Byte:
            case TypeKind::Short:
            case TypeKind::Int:
            case TypeKind::Long:
                if (parse_integer(raw, width(type), Fractions::Refused, number) == Parse::Ok) {
                    return {type, Value(number)};
                }
                break;
            case TypeKind::Date:
                if (parse_date(raw, number) == Parse::Ok) return {type, Value(number)};
                break;
            case TypeKind::Timestamp:
                if (timestamp(raw, number)) return {type, Value(number)};
                break;
            case TypeKind::TimestampNtz:
                if (parse_timestamp_ntz(raw, Zones::Ignored, zones_, number) == Parse::Ok) return {type, Value(number)};
                break;
            case TypeKind::Boolean:
                if (bool value = false; parse_boolean(raw, value) == Parse::Ok) return {type, Value(value)};
                break;
            case TypeKind::Float:
            case TypeKind::Double:
                if (double value = 0; parse_double(raw, value) == Parse::Ok) return {type, Value(value)};
                break;
            case TypeKind::Decimal: {
                Int128 value = 0;
                if (parse_decimal(raw, type.precision(), type.scale(), value) == Parse::Ok) return {type, Value(value)};
                break;
            }
            default:
                if (type.is_string_like()) return {type, Value(raw)};
                throw unsupported("partition columns of this type: " + column);
        }
        throw Error(ErrorClass::InvalidPartitionValue,
                    {{"value", "'" + raw + "'"}, {"dataType", quoted_sql_name(type)}, {"columnName", quote_identifier(column)}});
    }

  private:
    static int width(const DataType& type) {
        switch (type.kind()) {
            case TypeKind::Byte: return 1;
            case TypeKind::Short: return 2;
            case TypeKind::Int: return 4;
            default: return 8;
        }
    }

    bool timestamp(const std::string& raw, std::int64_t& micros) {
        return zone_ != nullptr && parse_timestamp(raw, ParseClock{*zone_, 0, zones_}, micros) == Parse::Ok;
    }

    DataType type_of(const std::string& value) {
        std::int64_t number = 0;
        const bool is_plain = value.find_first_not_of("+-0123456789") == value.npos;
        if (is_plain && parse_integer(value, 4, Fractions::Refused, number) == Parse::Ok) return DataType::integer();
        if (is_plain && parse_integer(value, 8, Fractions::Refused, number) == Parse::Ok) return DataType::long_int();
        Int128 wide = 0;
        if (is_plain && parse_decimal(value, kDecimalPrecisionMax, 0, wide) == Parse::Ok) {
            const auto digits = std::ranges::count_if(value, [](char c) { return c >= '0' && c <= '9'; });
            return DataType::decimal(static_cast<int>(digits), 0);
        }
        const char last = value.empty() ? ' ' : value.back();
        double floating = 0;
        if (last != 'd' && last != 'D' && last != 'f' && last != 'F' && parse_double(value, floating) == Parse::Ok) {
            return DataType::float64();
        }
        const bool has_time = value.size() > 10 && value.find(':') != value.npos && value.find('-', 1) != value.npos;
        if (has_time && timestamp(value, number)) return DataType::timestamp();
        if (value.size() == 10 && value[4] == '-' && parse_date(value, number) == Parse::Ok) return DataType::date();
        return DataType::string();
    }

    /// Numbers widen to bigger ones, dates to timestamps, everything else to text.
    static DataType wider(const DataType& a, const DataType& b) {
        if (a == b) return a;
        const auto rank = [](const DataType& t) {
            switch (t.kind()) {
                case TypeKind::Int: return 1;
                case TypeKind::Long: return 2;
                case TypeKind::Decimal: return 3;
                case TypeKind::Double: return 4;
                default: return 0;
            }
        };
        if (rank(a) > 0 && rank(b) > 0) {
            if (rank(a) == rank(b)) return DataType::decimal(std::max(a.precision(), b.precision()), 0);
            return rank(a) > rank(b) ? a : b;
        }
        const auto is_moment = [](const DataType& t) { return t.is(TypeKind::Date) || t.is(TypeKind::Timestamp); };
        return is_moment(a) && is_moment(b) ? DataType::timestamp() : DataType::string();
    }

    const std::shared_ptr<const TimeZone> zone_;
    TimeZoneCache zones_;
};

std::string joined_keys(const Parts& parts) {
    std::string out;
    for (const auto& [key, value] : parts) out += (out.empty() ? "" : ", ") + key;
    return out;
}

/// The folders of all files must have the same keys in the same order.
void check_keys(const std::vector<FoundFile>& found) {
    std::map<std::string, std::string> lists;  // keys -> one of the paths
    for (const FoundFile& file : found) {
        if (!file.parts.empty()) lists.emplace(joined_keys(file.parts), fs::path(file.path).parent_path().string());
    }
    if (lists.size() <= 1) return;
    std::string names;
    std::string paths;
    for (const auto& [keys, path] : lists) {
        names += "\n\tPartition column name list: " + keys;
        paths += "\n\tfile:" + path;
    }
    throw Error(ErrorClass::ConflictingPartitionNames, {{"distinctPartColLists", names}, {"suspiciousPaths", paths}});
}

void add_partitions(const std::vector<FoundFile>& found, const ListingOptions& options,
                    FileListing& listing) {
    check_keys(found);
    PartitionValues reader(options.time_zone);
    std::vector<std::string> keys;
    std::map<std::string, std::set<std::string>> values;
    for (const FoundFile& file : found) {
        for (const auto& [key, value] : file.parts) {
            if (!values.contains(key)) keys.push_back(key);
            values[key].insert(value);
        }
    }
    for (const std::string& key : keys) {
        const auto wanted = std::ranges::find_if(options.wanted, [&](const StructField& f) {
            return options.case_sensitive ? f.name == key : lower(f.name) == lower(key);
        });
        const bool is_known = wanted != options.wanted.end();
        const DataType type = is_known              ? wanted->type
                              : options.infer_types ? reader.inferred(values[key])
                                                    : DataType::string();
        listing.partition_columns.push_back({is_known ? wanted->name : key, type, true, {}});
    }
    for (const FoundFile& file : found) {
        std::vector<Literal> row;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            const StructField& column = listing.partition_columns[i];
            const auto part = std::ranges::find(file.parts, keys[i], [](const auto& p) { return p.first; });
            row.push_back(part == file.parts.end() ? Literal::null(column.type)
                                                   : reader.typed(part->second, column.type, column.name));
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
                              : local_path(options.base_path);
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
