/// Relations that Python computes are tables here: a row source behind a scan.

#include "backend/duckdb/lowering/lowering.h"
#include "backend/duckdb/lowering/relation.h"

namespace firesteel::duckdb {

void lower_stage(Lowering& to, const bound::Relation& relation) {
    if (!to.python().stage) throw unsupported("Python stages in this place");
    const bound::Attributes& columns = relation.output();
    to.out().text("SELECT ");
    if (columns.empty()) to.out().text("NULL AS none");
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i > 0) to.out().text(", ");
        to.out().text("c" + std::to_string(i)).text(" AS ").column(columns[i].id);
    }
    const std::size_t id = to.operation().add_source({to.python().stage(relation), relation.schema()});
    to.out().text(" FROM fs_stage(").number(static_cast<std::int64_t>(id)).text(")");
}

void lower(Lowering& to, const bound::MapPartitions& n) { lower_stage(to, n); }
void lower(Lowering& to, const bound::GroupMap& n) { lower_stage(to, n); }
void lower(Lowering& to, const bound::CoGroupMap& n) { lower_stage(to, n); }
void lower(Lowering& to, const bound::PythonTable& n) { lower_stage(to, n); }

}  // namespace firesteel::duckdb
