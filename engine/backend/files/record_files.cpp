#include "backend/files/record_files.h"

#include <algorithm>
#include <array>

#include "common/ascii.h"
#include "common/error.h"
#include "formats/csv_record.h"
#include "formats/json_schema.h"

namespace firesteel::files {
namespace {

constexpr std::string_view kCharsets = "iso-8859-1, us-ascii, utf-16, utf-16be, utf-16le, utf-32, utf-8";
constexpr std::size_t kRecordsPerCheck = 1000;

/// Empty: UTF-8.
std::string charset_of(std::string_view format, const Options& options) {
    const auto encoding = options.find("encoding");
    const std::string name = encoding ? *encoding : options.text("charset", "UTF-8");
    const std::string low = ascii_lower(name);
    if (low == "utf-8" || low == "us-ascii") return {};
    const std::string known = ", " + std::string(kCharsets) + ",";
    if (known.find(", " + low + ",") != known.npos) return low;
    throw Error(ErrorClass::InvalidParameterValueCharset,
                {{"parameter", "`charset`"}, {"functionName", format == "csv" ? "`CSVOptions`" : "`JSONOptionsInRead`"},
                 {"charset", name}, {"charsets", std::string(kCharsets)}});
}

char character(const Options& options, std::string_view name, char fallback) {
    const auto text = options.find(name);
    return !text ? fallback : text->empty() ? '\0' : text->front();
}

TextFormat csv_format(const Options& options) {
    TextFormat out;
    out.unit = options.flag("multiLine", false) ? TextFormat::Unit::CsvRecord : TextFormat::Unit::Line;
    out.skip_header = options.flag("header", false);
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

Schema json_columns(const std::vector<std::string>& paths, const Options& options, const InferenceContext& context) {
    JsonColumns columns(options, context.session_zone);
    const TextFormat format = record_format("json", options);
    std::size_t records = 0;
    for (const std::string& path : paths) {
        RecordReader reader(path, format);
        while (const auto record = reader.next()) {
            if (++records % kRecordsPerCheck == 0) context.stop.throw_if_stopped();
            columns.add(*record);
        }
    }
    return columns.schema();
}

Schema csv_columns(const std::vector<std::string>& paths, const Options& options, const InferenceContext& context) {
    CsvSchemaInference columns(options, context.session_zone, context.case_sensitive);
    const bool has_header = options.flag("header", false);
    TextFormat format = record_format("csv", options);
    format.skip_header = false;
    std::size_t records = 0;
    std::string first;
    for (const std::string& path : paths) {
        RecordReader reader(path, format);
        while (const auto record = reader.next()) {
            if (records == 0) {
                first = *record;
                columns.first(first);
                if (!columns.needs_all()) return columns.schema();
            }
            if (++records % kRecordsPerCheck == 0) context.stop.throw_if_stopped();
            // As Spark's inference: what looks like the first file's header is one.
            if (!has_header || *record != first) columns.add(*record);
        }
    }
    return columns.schema();
}

}  // namespace

TextFormat record_format(std::string_view format, const Options& options) {
    const std::string charset = charset_of(format, options);
    TextFormat out;
    if (format == "csv") {
        out = csv_format(options);
    } else {
        out.unit = options.flag("multiLine", false) ? TextFormat::Unit::WholeFile : TextFormat::Unit::Line;
    }
    out.separator = options.text("lineSep", "");
    out.charset = charset;
    return out;
}

Schema record_schema(std::string_view format, const std::vector<std::string>& paths, const Options& options,
                     const InferenceContext& context) {
    return format == "csv" ? csv_columns(paths, options, context) : json_columns(paths, options, context);
}

}  // namespace firesteel::files
