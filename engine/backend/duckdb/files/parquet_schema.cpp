#include "backend/duckdb/files/parquet_schema.h"

#include <array>
#include <optional>
#include <utility>

#include "backend/duckdb/lowering/sql_writer.h"
#include "backend/duckdb/statement.h"
#include "backend/duckdb/value_reader.h"
#include "common/error.h"
#include "types/type_text.h"

namespace firesteel::duckdb {
namespace {

/// One node of the schema tree, as parquet_schema() lists them: parents before children.
struct Element {
    std::string name;
    std::string type;        // physical; empty: a group
    std::string repetition;  // REQUIRED, OPTIONAL, REPEATED
    std::size_t children = 0;
    std::string converted;
    std::string logical;
    int precision = 0;
    int scale = 0;
    int length = 0;
};

std::vector<ValueList> rows_of(Instance& instance, const std::string& sql, std::size_t columns) {
    auto operation = std::make_shared<Operation>("UTC", StopToken(), std::chrono::system_clock::now());
    Statement statement(instance, std::move(operation), sql);
    std::vector<ValueList> rows;
    while (const auto chunk = statement.fetch()) {
        const idx_t size = duckdb_data_chunk_get_size(chunk->get());
        for (idx_t r = 0; r < size; ++r) {
            ValueList row;
            for (std::size_t c = 0; c < columns; ++c) {
                row.push_back(read_value(duckdb_data_chunk_get_vector(chunk->get(), c), DataType::string(), r));
            }
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

std::string text_of(const Value& value) { return value.is_null() ? std::string() : value.bytes(); }
int number_of(const Value& value) { return value.is_null() ? 0 : std::stoi(value.bytes()); }

std::string quoted(const std::string& text) { return SqlWriter().string(text).take(); }

std::optional<Schema> written_by_spark(Instance& instance, const std::string& file) {
    const auto rows = rows_of(instance,
                              "SELECT decode(value) FROM parquet_kv_metadata(" + quoted(file) +
                                  ") WHERE key = encode(" + quoted(kSparkSchemaKey) + ")",
                              1);
    if (rows.empty() || rows[0][0].is_null()) return std::nullopt;
    const DataType type = parse_json_type(rows[0][0].bytes());
    if (!type.is(TypeKind::Struct)) return std::nullopt;
    return type.fields();
}

std::vector<Element> elements_of(Instance& instance, const std::string& file) {
    const auto rows = rows_of(
        instance,
        "SELECT name, type, repetition_type, CAST(num_children AS VARCHAR), converted_type, "
        "CAST(logical_type AS VARCHAR), CAST(\"precision\" AS VARCHAR), CAST(scale AS VARCHAR), "
        "CAST(type_length AS VARCHAR) FROM parquet_schema(" + quoted(file) + ")",
        9);
    std::vector<Element> out;
    for (const ValueList& row : rows) {
        out.push_back({text_of(row[0]), text_of(row[1]), text_of(row[2]),
                       static_cast<std::size_t>(number_of(row[3])), text_of(row[4]), text_of(row[5]),
                       number_of(row[6]), number_of(row[7]), number_of(row[8])});
    }
    return out;
}

/// Walks the elements in order.
class Tree {
  public:
    Tree(std::vector<Element> elements, std::string file) : elements_(std::move(elements)), file_(std::move(file)) {}

    Schema root() {
        Schema out;
        const Element element = take();
        for (std::size_t i = 0; i < element.children; ++i) out.push_back(field());
        return out;
    }

  private:
    [[noreturn]] void refuse(const Element& e) const {
        throw unsupported("the Parquet type of the column " + e.name + " in " + file_ + ": " + e.type + " " + e.logical);
    }

    const Element& take() {
        FS_ASSERT(at_ < elements_.size());
        return elements_[at_++];
    }
    const Element& peek(std::size_t ahead = 0) const {
        FS_ASSERT(at_ + ahead < elements_.size());
        return elements_[at_ + ahead];
    }

    StructField field() {
        const Element element = take();
        DataType type = element.type.empty() ? group(element) : primitive(element);
        if (element.repetition == "REPEATED") {  // a list without an annotation
            return {element.name, DataType::array(std::move(type), false), false, {}};
        }
        return {element.name, std::move(type), element.repetition != "REQUIRED", {}};
    }

    DataType group(const Element& e) {
        if (e.converted == "LIST" || e.logical.starts_with("ListType")) return list(e);
        if (e.converted == "MAP" || e.converted == "MAP_KEY_VALUE" || e.logical.starts_with("MapType")) {
            return map(e);
        }
        return structure(e);
    }
    DataType structure(const Element& e) {
        std::vector<StructField> fields;
        for (std::size_t i = 0; i < e.children; ++i) fields.push_back(field());
        return DataType::structure(std::move(fields));
    }
    /// Three levels, or two where the repeated element is the value itself.
    DataType list(const Element& e) {
        if (e.children != 1) refuse(e);
        const Element& repeated = peek();
        const bool is_value = !repeated.type.empty() || repeated.children > 1 || repeated.name == "array" ||
                              repeated.name == e.name + "_tuple";
        if (is_value) {
            const StructField element = field();
            return DataType::array(element.type.is(TypeKind::Array) ? element.type.element() : element.type, false);
        }
        take();
        const StructField element = field();
        return DataType::array(element.type, element.nullable);
    }
    DataType map(const Element& e) {
        if (e.children != 1 || peek().children != 2) refuse(e);
        take();
        const StructField key = field();
        const StructField value = field();
        return DataType::map(key.type, value.type, value.nullable);
    }

    DataType primitive(const Element& e) const {
        if (e.type == "BOOLEAN") return DataType::boolean();
        if (e.type == "FLOAT") return DataType::float32();
        if (e.type == "DOUBLE") return DataType::float64();
        if (e.type == "INT96") return DataType::timestamp();
        if (e.converted == "DECIMAL" || e.logical.starts_with("DecimalType")) {
            return DataType::decimal(e.precision, e.scale);
        }
        if (e.type == "INT32") return int32(e);
        if (e.type == "INT64") return int64(e);
        if (e.converted == "UTF8" || e.converted == "ENUM" || e.converted == "JSON" ||
            e.logical.starts_with("StringType") || e.logical.starts_with("EnumType") ||
            e.logical.starts_with("JsonType")) {
            return DataType::string();
        }
        if (e.type == "BYTE_ARRAY" || e.type == "FIXED_LEN_BYTE_ARRAY") return DataType::binary();
        refuse(e);
    }
    DataType int32(const Element& e) const {
        static const std::array<std::pair<std::string_view, DataType>, 7> kTypes = {{
            {"", DataType::integer()}, {"DATE", DataType::date()}, {"INT_8", DataType::byte()},
            {"INT_16", DataType::short_int()}, {"INT_32", DataType::integer()},
            {"UINT_8", DataType::short_int()}, {"UINT_16", DataType::integer()},
        }};
        for (const auto& [name, type] : kTypes) {
            if (e.converted == name) return type;
        }
        if (e.converted == "UINT_32") return DataType::long_int();
        refuse(e);
    }
    DataType int64(const Element& e) const {
        if (e.logical.starts_with("TimestampType") || e.converted.starts_with("TIMESTAMP_")) {
            if (e.logical.find("NANOS=NanoSeconds") != e.logical.npos) refuse(e);
            const bool is_local = e.logical.find("isAdjustedToUTC=0") != e.logical.npos;
            return is_local ? DataType::timestamp_ntz() : DataType::timestamp();
        }
        if (e.converted.empty() || e.converted == "INT_64") {
            if (e.logical.empty() || e.logical.starts_with("IntType")) return DataType::long_int();
        }
        if (e.converted == "UINT_64") return DataType::decimal(20, 0);
        refuse(e);
    }

    const std::vector<Element> elements_;
    const std::string file_;
    std::size_t at_ = 0;
};

}  // namespace

Schema parquet_schema(Instance& instance, const std::string& file) {
    if (auto schema = written_by_spark(instance, file)) return std::move(*schema);
    return Tree(elements_of(instance, file), file).root();
}

}  // namespace firesteel::duckdb
