/// Generators and recursion; joins are in source.cpp.

#include "backend/duckdb/kernels/kernel.h"
#include "backend/duckdb/lowering/lowering.h"
#include "backend/duckdb/lowering/physical_type.h"
#include "backend/duckdb/lowering/relation.h"
#include "backend/duckdb/lowering/source.h"

namespace firesteel::duckdb {
void lower(Lowering& to, const bound::Join& n) {
    const auto generate = as_generate(n);
    generate ? to.query(*generate) : select_all_from(to, n);
}

void lower(Lowering& to, const bound::Generate& n) {
    to.out().text("SELECT ");
    bool first = true;
    for (const bound::Attribute& a : n.child.output()) {
        to.out().text(first ? "" : ", ").column(a.id);
        first = false;
    }
    for (std::size_t i = 0; i < n.columns.size(); ++i) {
        to.out().text(first ? "" : ", ").text("struct_extract(generated, '");
        to.out().text(field_name(i)).text("') AS ").column(n.columns[i].id);
        first = false;
    }
    if (first) to.out().text("NULL AS none");
    to.out().text(" FROM (SELECT *, unnest(");
    if (n.outer) {
        // One row of NULLs where the generator gives none.
        to.out().text("list_concat(generated_rows, CASE WHEN coalesce(len(generated_rows), 0) = 0 "
                      "THEN [NULL] END)) AS generated FROM (SELECT *, ");
        to.expr(n.generator);
        to.out().text(" AS generated_rows");
        to.from(n.child);
        to.out().text("))");
        return;
    }
    to.expr(n.generator);
    to.out().text(") AS generated");
    to.from(n.child);
    to.out().text(")");
}

/// A level rides along; the kernel refuses the one beyond the limit.
void lower(Lowering& to, const bound::RecursiveUnion& n) {
    if (!n.all) throw unsupported("recursion with UNION that removes duplicates");
    const std::string table = "c" + std::to_string(n.id);
    const auto columns = [&](const bound::Attributes& names, const char* prefix) {
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (prefix != nullptr) to.out().text(prefix).number(static_cast<std::int64_t>(i));
            if (prefix == nullptr) to.out().column(names[i].id);
            to.out().text(", ");
        }
    };
    to.out().text("SELECT ");
    for (std::size_t i = 0; i < n.columns.size(); ++i) {
        to.out().text(i > 0 ? ", c" : "c").number(static_cast<std::int64_t>(i)).text(" AS ");
        to.out().column(n.columns[i].id);
    }
    if (n.columns.empty()) to.out().text("NULL AS none");
    to.out().text(" FROM (WITH RECURSIVE ").text(table).text("(");
    columns(n.columns, "c");
    to.out().text("recursion_level) AS (SELECT ");
    columns(n.anchor.output(), nullptr);
    to.out().text("CAST(0 AS BIGINT)");
    to.from(n.anchor);
    to.out().text(" UNION ALL SELECT ");
    columns(n.step.output(), nullptr);
    KernelSite site;
    site.kernel = find_kernel("recursion_level");
    FS_ASSERT(site.kernel != nullptr);
    site.arguments = {DataType::long_int(), DataType::long_int()};
    site.result = DataType::long_int();
    site.is_volatile = true;
    to.open_kernel(std::move(site));
    to.out().text(", (SELECT max(recursion_level) FROM ").text(table).text(") + 1, CAST(");
    to.out().number(n.level_limit).text(" AS BIGINT))");
    to.from(n.step);
    to.out().text(") SELECT * FROM ").text(table).text(")");
}

void lower(Lowering&, const bound::Zip&) { throw unsupported("zip of two relations"); }

}  // namespace firesteel::duckdb
