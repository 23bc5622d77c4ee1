#include "backend/duckdb/lowering/sql_writer.h"

namespace firesteel::duckdb {

SqlWriter& SqlWriter::identifier(std::string_view name) {
    sql_ += '"';
    for (const char c : name) {
        if (c == '"') sql_ += '"';
        sql_ += c;
    }
    sql_ += '"';
    return *this;
}

SqlWriter& SqlWriter::string(std::string_view value) {
    if (value.find('\0') != std::string_view::npos) {
        sql_ += "decode(";
        blob(value);
        sql_ += ')';
        return *this;
    }
    sql_ += '\'';
    for (const char c : value) {
        if (c == '\'') sql_ += '\'';
        sql_ += c;
    }
    sql_ += '\'';
    return *this;
}

SqlWriter& SqlWriter::blob(std::string_view bytes) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    sql_ += "CAST('";
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        sql_ += "\\x";
        sql_ += kDigits[byte >> 4U];
        sql_ += kDigits[byte & 15U];
    }
    sql_ += "' AS BLOB)";
    return *this;
}

}  // namespace firesteel::duckdb
