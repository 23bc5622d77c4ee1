#include "backend/duckdb/files/csv_columns.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "backend/duckdb/value_reader.h"
#include "formats/java_text.h"

namespace firesteel::duckdb {
namespace {

using Target = CsvColumns::Target;

void mark(const Target& target, idx_t row, bool is_valid) {
    constexpr idx_t kBits = 64;
    const std::uint64_t bit = std::uint64_t{1} << (row % kBits);
    std::uint64_t& word = target.valid[row / kBits];
    word = is_valid ? word | bit : word & ~bit;
}

template <typename T>
void put(const Target& target, idx_t row, T value) {
    static_cast<T*>(target.data)[row] = value;
    mark(target, row, true);
}

void put_text(const Target& target, idx_t row, std::string_view text) {
    duckdb_unsafe_vector_assign_string_element_len(target.vector, row, text.data(), text.size());
    mark(target, row, true);
}

/// Digits, a point and an exponent, as nearly all numbers are written.
template <typename T>
bool plain_real(std::string_view text, T& out) {
    const char* begin = text.data();
    const char* const end = begin + text.size();
    const char first = text.empty() ? 'x' : *begin == '-' && text.size() > 1 ? begin[1] : *begin;
    if (first != '.' && (first < '0' || first > '9')) return false;
    const auto [at, error] = std::from_chars(begin, end, out);
    return error == std::errc() && at == end;
}

}  // namespace

CsvColumns::CsvColumns(const CsvRecordParser& parser, const Schema& columns, const std::string& corrupt_column)
    : parser_(parser),
      columns_(columns),
      corrupt_(static_cast<std::size_t>(std::ranges::find(columns_, corrupt_column, &StructField::name) - columns_.begin())),
      is_quick_(CsvViews::takes(parser.dialect())),
      views_(parser.dialect()) {}

void CsvColumns::aim(const std::vector<duckdb_vector>& vectors, Scratch& scratch) {
    scratch.targets.clear();
    for (duckdb_vector vector : vectors) {
        duckdb_vector_ensure_validity_writable(vector);
        scratch.targets.push_back({vector, duckdb_vector_get_data(vector), duckdb_vector_get_validity(vector)});
    }
}

bool CsvColumns::put(std::string_view record, idx_t row, Scratch& scratch) const {
    scratch.fields.clear();
    bool is_well = true;
    if (!is_quick_ || !views_.split(record, scratch.fields)) {
        const CsvDialect& dialect = parser_.dialect();
        scratch.fields.clear();
        scratch.slow.clear();
        is_well = split_csv(record, dialect, scratch.slow);
        for (const auto& field : scratch.slow) scratch.fields.push_back({field ? *field : dialect.null_text, false});
    } else {
        for (CsvView& field : scratch.fields) field.text = text_of(field);
    }
    const CsvPositions& positions = parser_.positions();
    std::size_t next = 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (i == corrupt_) continue;
        const std::size_t at = positions.at[next++];
        if (at >= scratch.fields.size()) {
            mark(scratch.targets[i], row, false);
        } else if (!put_field(i, scratch.fields[at].text, row, scratch)) {
            mark(scratch.targets[i], row, false);
            is_well = false;
        }
    }
    if (positions.fields && *positions.fields != scratch.fields.size()) is_well = false;
    if (corrupt_ < columns_.size()) {
        is_well ? mark(scratch.targets[corrupt_], row, false) : put_text(scratch.targets[corrupt_], row, record);
    }
    return is_well;
}

/// What split_csv makes of it.
std::string_view CsvColumns::text_of(const CsvView& field) const {
    if (!field.text.empty()) return field.text;
    return field.is_quoted ? parser_.dialect().empty_text : parser_.dialect().null_text;
}

bool CsvColumns::put_field(std::size_t column, std::string_view text, idx_t row, Scratch& scratch) const {
    if (text == parser_.dialect().null_text) {
        mark(scratch.targets[column], row, false);
        return true;
    }
    return put_value(columns_[column].type, text, row, scratch.targets[column], scratch);
}

bool CsvColumns::put_parsed(const DataType& type, std::string_view text, idx_t row, const Target& target,
                            Scratch& scratch) const {
    Value value;
    scratch.text = text;
    if (!parser_.value(type, scratch.text, value)) return false;
    mark(target, row, true);
    write_value(target.vector, type, row, value);
    return true;
}

template <typename T>
bool CsvColumns::put_integer(std::string_view text, idx_t row, const Target& target) const {
    std::int64_t number = 0;
    if (!java::parse_long(text, number)) return false;
    if (number < std::numeric_limits<T>::min() || number > std::numeric_limits<T>::max()) return false;
    duckdb::put(target, row, static_cast<T>(number));
    return true;
}

bool CsvColumns::put_real(const DataType& type, std::string_view text, idx_t row, const Target& target,
                          Scratch& scratch) const {
    const bool is_plain = !parser_.is_special_real(text);
    if (type.is(TypeKind::Float)) {
        float number = 0;
        if (is_plain && plain_real(text, number)) return duckdb::put(target, row, number), true;
    } else {
        double number = 0;
        if (is_plain && plain_real(text, number)) return duckdb::put(target, row, number), true;
    }
    return put_parsed(type, text, row, target, scratch);
}

bool CsvColumns::put_value(const DataType& type, std::string_view text, idx_t row, const Target& target,
                           Scratch& scratch) const {
    std::int64_t number = 0;
    switch (type.kind()) {
        case TypeKind::Byte: return put_integer<std::int8_t>(text, row, target);
        case TypeKind::Short: return put_integer<std::int16_t>(text, row, target);
        case TypeKind::Int: return put_integer<std::int32_t>(text, row, target);
        case TypeKind::Long: return put_integer<std::int64_t>(text, row, target);
        case TypeKind::Float:
        case TypeKind::Double: return put_real(type, text, row, target, scratch);
        case TypeKind::String: put_text(target, row, text); return true;
        case TypeKind::Date:
            if (!parser_.times().date(text, number)) return false;
            if (number != static_cast<std::int32_t>(number)) break;
            duckdb::put(target, row, static_cast<std::int32_t>(number));
            return true;
        case TypeKind::Timestamp:
            if (!parser_.times().timestamp(text, number)) return false;
            duckdb::put(target, row, number);
            return true;
        default: break;
    }
    return put_parsed(type, text, row, target, scratch);
}

}  // namespace firesteel::duckdb
