#include "backend/files/record_files.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include "common/ascii.h"
#include "common/error.h"
#include "formats/csv_record.h"
#include "formats/json_schema.h"
#include "formats/xml_record.h"
#include "formats/xml_schema.h"
#include "types/xor_shift.h"

namespace firesteel::files {
namespace {

constexpr std::string_view kCharsets = "iso-8859-1, us-ascii, utf-16, utf-16be, utf-16le, utf-32, utf-8";
constexpr std::size_t kRecordsPerCheck = 1000;
/// What reads the options, by format; for errors.
constexpr auto kOptionsOf = std::to_array<std::string_view>({"`CSVOptions`", "`JSONOptionsInRead`", "`XmlOptions`"});

/// Empty: UTF-8.
std::string charset_of(std::string_view format, const Options& options) {
    const auto encoding = options.find("encoding");
    const std::string name = encoding ? *encoding : options.text("charset", "UTF-8");
    const std::string low = ascii_lower(name);
    if (low == "utf-8" || low == "us-ascii") return {};
    const std::string known = ", " + std::string(kCharsets) + ",";
    if (known.find(", " + low + ",") != known.npos) return low;
    throw Error(ErrorClass::InvalidParameterValueCharset,
                {{"parameter", "`charset`"}, {"functionName", std::string(kOptionsOf.at(format == "csv" ? 0 : format == "json" ? 1 : 2))},
                 {"charset", name}, {"charsets", std::string(kCharsets)}});
}

char character(const Options& options, std::string_view name, char fallback) {
    const auto text = options.find(name);
    return !text ? fallback : text->empty() ? '\0' : text->front();
}

TextFormat csv_format(const Options& options) {
    TextFormat out;
    out.unit = options.flag("multiLine", false) ? TextFormat::Unit::CsvRecord : TextFormat::Unit::Line;
    out.skip_header = options.csv_flag("header", false);
    out.drop_blank = true;
    out.quote = character(options, "quote", '"');
    out.escape = character(options, "escape", '\\');
    const char comment = character(options, "comment", '\0');
    if (comment != '\0') out.comment = comment;
    return out;
}

/// The columns of a file whose records don't all fit: one more for those.
DataType with_corrupt_column(const DataType& type, const std::string& name) {
    std::vector<StructField> fields = type.fields();
    if (std::ranges::none_of(fields, [&](const StructField& f) { return f.name == name; })) {
        fields.push_back({name, DataType::string(), true, {}});
        std::ranges::sort(fields, {}, &StructField::name);
    }
    return DataType::structure(std::move(fields));
}

class JsonColumns {
  public:
    JsonColumns(const Options& options, const std::string& zone)
        : inference_(options, zone), mode_(parse_mode(options)), corrupt_(corrupt_record_column(options)) {}

    void add(std::string_view record) {
        DataType type;
        if (!inference_.infer(record, type)) {
            mark_malformed();
            return;
        }
        while (type.is(TypeKind::Array)) type = DataType(type.element());
        if (type.is(TypeKind::Null)) return;
        if (type.is(TypeKind::Struct)) {
            found_ = found_.is(TypeKind::Null) ? type : JsonSchemaInference::merged(found_, type);
        } else {
            has_others_ = true;
        }
    }

    Schema schema() {
        // Values that are no objects count only beside some.
        if (has_others_ && found_.is(TypeKind::Struct)) mark_malformed();
        if (!found_.is(TypeKind::Struct)) return {};
        return inference_.settled(found_).fields();
    }

  private:
    void mark_malformed() {
        if (mode_ == ParseMode::FailFast) {
            throw Error(ErrorClass::MalformedRecordInParsing, {{"badRecord", corrupt_}, {"failFastMode", "FAILFAST"}});
        }
        if (mode_ == ParseMode::DropMalformed) return;
        found_ = with_corrupt_column(found_.is(TypeKind::Struct) ? found_ : DataType::structure({}), corrupt_);
    }

    const JsonSchemaInference inference_;
    const ParseMode mode_;
    const std::string corrupt_;
    DataType found_;
    bool has_others_ = false;
};

/// Which records are read for the schema (samplingRatio): those that Spark's sample has, as long as no file is cut into
/// parts that are read by several tasks.
class RecordSample {
  public:
    RecordSample(const Options& options, const std::vector<std::string>& paths, std::int32_t parallelism)
        : ratio_(options.real("samplingRatio", 1.0)) {
        if (!(ratio_ > 0)) {
            throw Error(ErrorClass::IllegalArgument, {{"message", "The option samplingRatio must be above 0."}});
        }
        if (is_all()) return;
        partitions_ = paths.empty() ? std::vector<std::int64_t>{0} : partitions_of(paths, parallelism);
    }

    bool is_all() const { return ratio_ > kRatioOfAll; }
    void begin(std::size_t file) {
        if (is_all() || (random_ && partitions_[file] == partition_)) return;
        partition_ = partitions_[file];
        random_.emplace(kSeed + partition_);
    }
    bool takes_next() { return is_all() || random_->next_double() < ratio_; }

  private:
    static constexpr double kRatioOfAll = 0.99;
    static constexpr std::int64_t kSeed = 1;

    /// Small files share a task.
    static std::vector<std::int64_t> partitions_of(const std::vector<std::string>& paths, std::int32_t parallelism) {
        constexpr std::uintmax_t kOpenBytes = std::uintmax_t{4} << 20U;
        constexpr std::uintmax_t kBytesMax = std::uintmax_t{128} << 20U;
        std::vector<std::uintmax_t> sizes;
        std::uintmax_t all = 0;
        for (const std::string& path : paths) {
            std::error_code ignored;
            const std::uintmax_t size = std::filesystem::file_size(path, ignored);
            sizes.push_back(ignored ? 0 : size);
            all += sizes.back() + kOpenBytes;
        }
        const std::uintmax_t share = all / static_cast<std::uintmax_t>(std::max(parallelism, 1));
        const std::uintmax_t bytes_max = std::min(kBytesMax, std::max(kOpenBytes, share));
        std::vector<std::int64_t> out;
        std::int64_t partition = 0;
        std::uintmax_t bytes = 0;
        for (const std::uintmax_t size : sizes) {
            if (bytes > 0 && bytes + size > bytes_max) {
                ++partition;
                bytes = 0;
            }
            bytes += size + kOpenBytes;
            out.push_back(partition);
        }
        return out;
    }

    const double ratio_;
    std::vector<std::int64_t> partitions_;
    std::int64_t partition_ = 0;
    std::optional<XorShift> random_;
};

/// Texts one after the other, each with the number of its file.
class Texts {
  public:
    virtual ~Texts() = default;
    virtual std::optional<std::string_view> next(std::size_t& file) = 0;
};

class FileTexts final : public Texts {
  public:
    FileTexts(const std::vector<std::string>& paths, TextFormat format) : paths_(paths), format_(std::move(format)) {}
    std::optional<std::string_view> next(std::size_t& file) override {
        for (; file_ < paths_.size(); ++file_, reader_.reset()) {
            if (!reader_) reader_.emplace(paths_[file_], format_);
            file = file_;
            if (auto record = reader_->next()) return record;
        }
        return std::nullopt;
    }

  private:
    const std::vector<std::string>& paths_;
    const TextFormat format_;
    std::size_t file_ = 0;
    std::optional<RecordReader> reader_;
};

class GivenTexts final : public Texts {
  public:
    explicit GivenTexts(const NextText& next) : next_(next) {}
    std::optional<std::string_view> next(std::size_t& file) override {
        file = 0;
        return next_();
    }

  private:
    const NextText& next_;
};

Schema json_columns(Texts& texts, RecordSample& sample, const Options& options, const InferenceContext& context) {
    JsonColumns columns(options, context.session_zone);
    std::size_t records = 0;
    std::size_t file = 0;
    while (const auto record = texts.next(file)) {
        if (++records % kRecordsPerCheck == 0) context.stop.throw_if_stopped();
        sample.begin(file);
        if (sample.takes_next()) columns.add(*record);
    }
    return columns.schema();
}

Schema csv_columns(Texts& texts, RecordSample& sample, const Options& options, const InferenceContext& context) {
    CsvSchemaInference columns(options, context.session_zone, context.case_sensitive);
    const bool has_header = options.csv_flag("header", false);
    const TextFormat format = record_format("csv", options);
    std::size_t records = 0;
    std::size_t file = 0;
    std::optional<std::string> first;
    while (const auto record = texts.next(file)) {
        if (++records % kRecordsPerCheck == 0) context.stop.throw_if_stopped();
        // Spark draws for lines that are no records too.
        sample.begin(file);
        const bool is_taken = sample.takes_next();
        if (!is_record(*record, format)) continue;
        if (!first) {
            first = *record;
            columns.first(*first);
            if (!columns.needs_all()) return columns.schema();
        }
        // As Spark's inference: what looks like the first file's header is one.
        if (is_taken && (!has_header || *record != *first)) columns.add(*record);
    }
    return columns.schema();
}

Schema xml_columns(Texts& texts, const Options& options, const InferenceContext& context) {
    XmlSchemaInference columns(options, context.session_zone);
    const XmlRows rows(options);
    std::size_t file = 0;
    while (const auto text = texts.next(file)) {
        context.stop.throw_if_stopped();
        columns.add(*text, rows);
    }
    return columns.schema();
}

Schema columns_of(std::string_view format, Texts& texts, const std::vector<std::string>& paths, const Options& options,
                  const InferenceContext& context) {
    RecordSample sample(options, paths, context.parallelism);
    const bool is_by_file = format == "xml" || options.flag("multiLine", false);
    if (is_by_file && !sample.is_all()) throw unsupported("samplingRatio of files that are read as a whole");
    if (format == "csv") return csv_columns(texts, sample, options, context);
    if (format == "json") return json_columns(texts, sample, options, context);
    return xml_columns(texts, options, context);
}

}  // namespace

TextFormat record_format(std::string_view format, const Options& options) {
    TextFormat out;
    if (format == "csv") {
        out = csv_format(options);
    } else if (format == "xml" || options.flag("multiLine", false)) {
        out.unit = TextFormat::Unit::WholeFile;
    }
    out.separator = options.text("lineSep", "");
    out.charset = charset_of(format, options);
    return out;
}

Schema record_schema(std::string_view format, const std::vector<std::string>& paths, const Options& options,
                     const InferenceContext& context) {
    TextFormat raw = record_format(format, options);
    raw.skip_header = false;
    raw.drop_blank = false;
    raw.comment.reset();
    FileTexts texts(paths, raw);
    return columns_of(format, texts, paths, options, context);
}

Schema text_schema(std::string_view format, const NextText& next, const Options& options, const InferenceContext& context) {
    GivenTexts texts(next);
    return columns_of(format, texts, {}, options, context);
}

}  // namespace firesteel::files
