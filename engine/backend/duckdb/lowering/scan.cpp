/// Tables that are read: rows that a client sent, rows that the backend keeps.

#include "backend/duckdb/arrow/local_scan.h"
#include "backend/duckdb/lowering/lowering.h"
#include "backend/duckdb/lowering/physical_type.h"
#include "backend/duckdb/lowering/relation.h"
#include "backend/duckdb/stored_table.h"

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

void lower(Lowering& to, const bound::StoredScan& n) {
    const auto& table = static_cast<const StoredTable&>(*n.rows);
    to.operation().keep(n.rows);
    to.out().text("SELECT ");
    if (n.columns.empty()) to.out().text("NULL AS none");
    for (std::size_t i = 0; i < n.columns.size(); ++i) {
        if (i > 0) to.out().text(", ");
        to.out().column(table.columns()[i].id).text(" AS ").column(n.columns[i].id);
    }
    to.out().text(" FROM ").text(table.name());
}

}  // namespace firesteel::duckdb
