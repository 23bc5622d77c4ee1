/// Tables that are read: rows a client sent, files.

#include "backend/duckdb/arrow/local_scan.h"
#include "backend/duckdb/lowering/lowering.h"
#include "backend/duckdb/lowering/physical_type.h"
#include "backend/duckdb/lowering/relation.h"

namespace firesteel::duckdb {

void lower(Lowering& to, const bound::LocalTable& n) {
    auto rows = std::make_shared<const LocalRows>(n.streams);
    const Schema& schema = rows->schema();
    if (n.streams.empty()) {  // no stream: an empty table of the wanted columns
        lower(to, bound::Values{{}, n.columns});
        return;
    }
    if (schema.size() != n.columns.size()) {
        throw Error(ErrorClass::ConnectInvalidPlanCannotParse,
                    {{"errorMsg", "the rows have " + std::to_string(schema.size()) +
                                      " columns, the schema " + std::to_string(n.columns.size())}});
    }
    to.out().text("SELECT ");
    if (n.columns.empty()) to.out().text("NULL AS none");
    for (std::size_t i = 0; i < n.columns.size(); ++i) {
        if (i > 0) to.out().text(", ");
        to.cast_text("c" + std::to_string(i), schema[i].type, n.columns[i].type, EvalMode::Ansi, {});
        to.out().text(" AS ").column(n.columns[i].id);
    }
    const std::size_t id = to.operation().add_rows(std::move(rows));
    to.out().text(" FROM fs_local(").number(static_cast<std::int64_t>(id)).text(")");
}

namespace {

void file_list(Lowering& to, const std::vector<std::string>& files) {
    to.out().text("[");
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (i > 0) to.out().text(", ");
        to.out().string(files[i]);
    }
    to.out().text("]");
}

}  // namespace

void lower(Lowering& to, const bound::FileScan& n) {
    if (n.format != "parquet") throw unsupported("files of format " + n.format);
    if (n.columns.size() > n.data_columns) throw unsupported("partitioned files");
    to.out().text("SELECT ");
    if (n.columns.empty()) to.out().text("NULL AS none");
    for (std::size_t i = 0; i < n.columns.size(); ++i) {
        if (i > 0) to.out().text(", ");
        to.out().text("CAST(").identifier(n.file_names[i]).text(" AS ");
        to.out().text(physical_type(n.columns[i].type)).text(") AS ").column(n.columns[i].id);
    }
    to.out().text(" FROM read_parquet(");
    file_list(to, n.files);
    to.out().text(", union_by_name = true)");
}

}  // namespace firesteel::duckdb
