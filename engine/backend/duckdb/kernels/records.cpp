/// Records as text to values of a schema and back: from_json, to_json and their like.

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/kernels/values.h"
#include "backend/duckdb/value_reader.h"
#include "formats/csv_record.h"
#include "formats/json_generate.h"
#include "formats/json_record.h"
#include "formats/record_text.h"
#include "formats/xml_generate.h"
#include "formats/xml_record.h"

namespace firesteel::duckdb {
namespace {

Options options_of(const KernelSite& site, std::size_t argument) {
    const Literal* options = site.constant(argument);
    return options == nullptr ? Options() : Options::of(*options);
}

/// The text of FAILFAST's error: the row that was to become.
[[noreturn]] void fail_fast(const DataType& type, const Value& value) {
    std::string row;
    if (type.is(TypeKind::Struct)) {
        append_internal(row, type, value);
    } else {
        row += '[';
        append_internal(row, type, value);
        row += ']';
    }
    throw Error(ErrorClass::MalformedRecordInParsing, {{"badRecord", row}, {"failFastMode", "FAILFAST"}});
}

bool is_blank(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) <= ' '; });
}

/// A body that reads one record a row. `skip_blank`: blank texts are NULL.
template <typename Parser>
KernelBody read_records(Parser parser, const KernelSite& site, bool skip_blank) {
    const auto shared = std::make_shared<const Parser>(std::move(parser));
    return [shared, skip_blank, mode = parse_mode(options_of(site, 2))](KernelCall& call) {
        const DataType& type = call.site().result;
        const Reader<std::string_view> texts(call.argument(0), call.site().argument(0));
        const Validity validity(call.argument(0));
        for (idx_t row = 0; row < call.rows(); ++row) {
            if (!validity.valid(row) || (skip_blank && is_blank(texts[row]))) {
                write_value(call.result(), type, row, Value());
                continue;
            }
            const ParsedRecord record = shared->parse(texts[row]);
            if (record.malformed && mode == ParseMode::FailFast) fail_fast(type, record.value);
            write_value(call.result(), type, row, record.value);
        }
    };
}

template <typename Generator>
KernelBody write_records(Generator generator) {
    const auto shared = std::make_shared<const Generator>(std::move(generator));
    return [shared](KernelCall& call) {
        const DataType& type = call.site().argument(0);
        Writer<std::string_view> writer(call.result(), call.site().result);
        std::uint64_t* mask = nullptr;
        std::string text;
        for (idx_t row = 0; row < call.rows(); ++row) {
            const Value value = read_value(call.argument(0), type, row);
            if (value.is_null()) {
                detail::set_null(call.result(), mask, row);
                continue;
            }
            text.clear();
            shared->append(text, value);
            // Only CSV can be empty, which Spark's writer says is nothing.
            if (text.empty()) {
                detail::set_null(call.result(), mask, row);
            } else {
                writer.set(row, text);
            }
        }
    };
}

KernelBody bind_from_json(const KernelSite& site) {
    return read_records(JsonRecordParser(site.result, options_of(site, 2), site.zone, site.now_micros), site,
                        true);
}

KernelBody bind_from_csv(const KernelSite& site) {
    return read_records(CsvRecordParser(site.result, options_of(site, 2), site.zone, site.now_micros), site,
                        false);
}

KernelBody bind_to_csv(const KernelSite& site) {
    return write_records(CsvGenerator(site.argument(0), options_of(site, 1), site.zone));
}

KernelBody bind_to_json(const KernelSite& site) {
    return write_records(JsonGenerator(site.argument(0), options_of(site, 1), site.zone));
}

KernelBody bind_from_xml(const KernelSite& site) {
    return read_records(XmlRecordParser(site.result, options_of(site, 2), site.zone, site.now_micros), site,
                        false);
}

KernelBody bind_to_xml(const KernelSite& site) {
    return write_records(XmlGenerator(site.argument(0), options_of(site, 1), site.zone));
}

KernelBody bind_xml_row(const KernelSite& site) {
    return write_records(XmlGenerator(site.argument(0), options_of(site, 1), site.zone, 1));
}

enum class NullText : std::uint8_t { NoRow, Malformed };

/// A body that gives the rows that a record holds: none, one, or more. `rows_of` appends them to a vector.
template <typename RowsOf>
KernelBody parse_rows(RowsOf rows_of, NullText of_null, const KernelSite& site) {
    return [rows_of, of_null, mode = parse_mode(options_of(site, 2))](KernelCall& call) {
        const DataType& type = call.site().result;
        const Reader<std::string_view> texts(call.argument(0), call.site().argument(0));
        const Validity validity(call.argument(0));
        for (idx_t row = 0; row < call.rows(); ++row) {
            std::vector<ParsedRecord> records;
            if (validity.valid(row)) {
                rows_of(texts[row], records);
            } else if (of_null == NullText::Malformed) {
                records.push_back({Value(ValueList(type.element().fields().size())), true});
            }
            ValueList list;
            for (ParsedRecord& record : records) {
                if (record.malformed && mode == ParseMode::DropMalformed) continue;
                if (record.malformed && mode == ParseMode::FailFast) fail_fast(type.element(), record.value);
                list.push_back(std::move(record.value));
            }
            write_value(call.result(), type, row, Value(std::move(list)));
        }
    };
}

KernelBody bind_csv_rows(const KernelSite& site) {
    const auto parser = std::make_shared<const CsvRecordParser>(site.result.element(), options_of(site, 2), site.zone,
                                                                site.now_micros);
    return parse_rows(
        [parser](std::string_view text, auto& out) {
            if (parser->is_record(text)) out.push_back(parser->parse(text));
        },
        NullText::NoRow, site);
}

KernelBody bind_json_rows(const KernelSite& site) {
    const auto parser = std::make_shared<const JsonRecordParser>(site.result.element(), options_of(site, 2), site.zone,
                                                                 site.now_micros);
    return parse_rows(
        [parser](std::string_view text, auto& out) {
            for (ParsedRecord& record : parser->parse_rows(text)) out.push_back(std::move(record));
        },
        NullText::Malformed, site);
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"csv_rows", bind_csv_rows},
    {"from_csv", bind_from_csv},
    {"from_json", bind_from_json},
    {"from_xml", bind_from_xml},
    {"json_rows", bind_json_rows},
    {"to_csv", bind_to_csv},
    {"to_json", bind_to_json},
    {"to_xml", bind_to_xml},
    {"xml_row", bind_xml_row},
});

}  // namespace

KernelTable record_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
