// df.transpose: the values of the index column become columns, the other columns rows.
#include <utility>

#include "analysis/resolver.h"
#include "functions/coerce.h"
#include "types/type_text.h"

namespace firesteel::analysis {
namespace {

constexpr std::int64_t kRowsMax = 500;

[[noreturn]] void invalid_index(const std::string& reason, const Origin& origin) {
    throw Error(ErrorClass::TransposeInvalidIndex, {{"reason", reason}}, origin);
}

/// Texts don't mix with other types here.
DataType common_type_of(const std::vector<bound::Attribute>& columns, bool ansi, const Origin& origin) {
    if (columns.empty()) return DataType::string();
    DataType out = columns[0].type;
    for (std::size_t i = 1; i < columns.size(); ++i) {
        const DataType& type = columns[i].type;
        const auto wider = functions::coercion::wider_type(out, type, ansi);
        if (!wider || out.is_string_like() != type.is_string_like()) {
            throw Error(ErrorClass::TransposeNoCommonType,
                        {{"dt1", quoted_sql_name(out)}, {"dt2", quoted_sql_name(type)}}, origin);
        }
        out = *wider;
    }
    return out;
}

}  // namespace

Resolver::Made Resolver::resolve(const u::Transpose& n, const u::Relation& whole) {
    const Origin& origin = whole.origin();
    const NodePtr child = relation(n.child);
    Names names;
    names.inputs = {child};
    const bound::Attributes& all = child->plan.output();
    if (all.empty()) return make(child->plan, scope_of(child->plan), {child}, Reach::Stops);
    const bound::Expr index = n.index.empty() ? all[0].ref() : bind(n.index[0], names);
    const auto* column = index.get_if<bound::ColumnRef>();
    if (column == nullptr) invalid_index("Index column must be an atomic attribute", origin);
    if (index.type().is_nested() || index.type().is(TypeKind::CalendarInterval)) {
        invalid_index("Index column must be of atomic type, but found: " + sql_name(index.type()), origin);
    }
    std::vector<bound::Attribute> others;
    for (const bound::Attribute& a : all) {
        if (a.id != column->id) others.push_back(a);
    }
    const DataType type = common_type_of(others, settings_.ansi, origin);
    // The table is read now: its values name the columns.
    std::vector<bound::Expr> cells;
    for (const bound::Attribute& a : others) cells.push_back(cast(a.ref(), type));
    const bound::Expr list = others.empty() ? bound::Expr(bound::Constant{{DataType::array(type), Value(ValueList{})}})
                                            : call("array", std::move(cells));
    const bound::Expr row = call("struct", {cast(index, DataType::string()), list});
    bound::Relation table = bound::Filter{child->plan, call("isnotnull", {index})};
    table = bound::Sort{std::move(table), {{index, SortDirection::Ascending, NullOrder::First}}, true};
    table = bound::Limit{std::move(table), kRowsMax + 1};
    table = bound::Project{std::move(table), {{row, fresh(), "row", {}, false}}};
    FS_ASSERT(context_.run_first_column != nullptr);
    const std::vector<Literal> rows = context_.run_first_column(table);
    if (static_cast<std::int64_t>(rows.size()) > kRowsMax) {
        throw Error(ErrorClass::TransposeRowLimit,
                    {{"maxValues", std::to_string(kRowsMax)}, {"config", "spark.sql.transposeMaxValues"}}, origin);
    }
    bound::Values out;
    out.columns.push_back({fresh(), "key", DataType::string(), false, {}});
    for (const Literal& r : rows) {
        out.columns.push_back({fresh(), r.value.list()[0].bytes(), type, true, {}});
    }
    for (std::size_t i = 0; i < others.size(); ++i) {
        std::vector<bound::Expr> cells_of_row{bound::Constant{Literal::string(others[i].name)}};
        for (const Literal& r : rows) {
            cells_of_row.emplace_back(bound::Constant{{type, r.value.list()[1].list()[i]}});
        }
        out.rows.push_back(std::move(cells_of_row));
    }
    bound::Relation plan(std::move(out));
    return make(plan, scope_of(plan), {child}, Reach::Stops);
}

}  // namespace firesteel::analysis
