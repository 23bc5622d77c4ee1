/// Higher-order functions by DuckDB's list functions. A lambda's parameters are columns that lowering
/// names; where DuckDB passes something else (an entry, a 1-based index), the name stands for a text.

#include <algorithm>
#include <array>

#include "backend/duckdb/kernels/kernel.h"
#include "backend/duckdb/lowering/custom.h"
#include "backend/duckdb/lowering/physical_type.h"
#include "backend/duckdb/lowering/sharing.h"
#include "plan/bound_traverse.h"

namespace firesteel::duckdb {
namespace {

const bound::Lambda& lambda_of(const bound::Expr& expr) {
    const auto* lambda = expr.get_if<bound::Lambda>();
    FS_ASSERT(lambda != nullptr);
    return *lambda;
}

/// "lambda e, i: body" with the first parameter as e and a second one as the 0-based index.
void element_lambda(Lowering& to, const bound::Lambda& lambda) {
    const std::string element = to.out().fresh();
    const std::string index = to.out().fresh();
    const bool indexed = lambda.parameters.size() > 1;
    to.name(lambda.parameters[0].id, element);
    if (indexed) to.name(lambda.parameters[1].id, "CAST(" + index + " - 1 AS INTEGER)");
    to.out().text("lambda ").text(element).text(indexed ? ", " : "").text(indexed ? index : "");
    to.out().text(": ");
    to.expr(lambda.body);
}

void over_list(Lowering& to, std::string_view function, const bound::Call& call) {
    to.out().text(function).text("(");
    to.expr(call.arguments[0]);
    to.out().text(", ");
    element_lambda(to, lambda_of(call.arguments[1]));
    to.out().text(")");
}

void transform(Lowering& to, const bound::Call& call, const Origin&) {
    to.out().text("CAST(");
    over_list(to, "list_transform", call);
    to.out().text(" AS ").text(physical_type(call.type)).text(")");
}
void filter(Lowering& to, const bound::Call& call, const Origin&) {
    over_list(to, "list_filter", call);
}

/// true if any is true, else NULL if any is NULL, else false; forall the other way round.
void quantified(Lowering& to, const bound::Call& call, std::string_view kernel,
                const Origin& origin) {
    KernelSite site;
    site.kernel = find_kernel(kernel);
    FS_ASSERT(site.kernel != nullptr);
    site.arguments = {DataType::array(DataType::boolean())};
    site.result = DataType::boolean();
    site.origin = origin;
    to.open_kernel(std::move(site));
    to.out().text(", ");
    over_list(to, "list_transform", call);
    to.out().text(")");
}

/// The columns and outer parameters that a lambda's body reads, each once.
std::vector<bound::Expr> captured(const bound::Lambda& lambda) {
    std::vector<AttributeId> inner;
    std::vector<bound::Expr> out;
    const auto own = [&](const bound::Lambda& l) {
        for (const bound::LambdaParameter& p : l.parameters) inner.push_back(p.id);
    };
    own(lambda);
    bound::any_of(lambda.body, [&](const bound::Expr& e) {
        if (const auto* nested = e.get_if<bound::Lambda>()) own(*nested);
        return false;
    });
    bound::any_of(lambda.body, [&](const bound::Expr& e) {
        const auto* column = e.get_if<bound::ColumnRef>();
        const bool is_new = column != nullptr && std::ranges::find(inner, column->id) == inner.end() &&
                            std::ranges::find(out, e) == out.end();
        if (is_new) out.push_back(e);
        return false;
    });
    return out;
}

/// list_reduce wants one type for accumulator and elements: both ride in a struct. What the lambda reads from
/// outside rides there too, since DuckDB gives a list_reduce of several rows the values of other rows.
class Reduction {
  public:
    Reduction(Lowering& to, const bound::Call& call)
        : to_(to), call_(call), merge_(lambda_of(call.arguments[2])), outside_(captured(merge_)) {}

    void write() {
        const std::string acc = to_.out().fresh();
        const std::string next = to_.out().fresh();
        const std::string each = to_.out().fresh();
        to_.out().text("struct_extract(list_reduce(list_transform(");
        to_.expr(call_.arguments[0]);
        to_.out().text(", lambda ").text(each).text(": ");
        row([&] { null(start()); }, [&] { to_.out().text(each); });
        to_.out().text("), lambda ").text(acc).text(", ").text(next).text(": ");
        row([&] { merged(acc, next); }, [&] { null(element()); });
        to_.out().text(", ");
        row([&] { to_.expr(call_.arguments[1]); }, [&] { null(element()); });
        to_.out().text("), 'f0')");
    }

  private:
    const DataType& start() const { return call_.arguments[1].type(); }
    const DataType& element() const { return merge_.parameters[1].type; }
    void null(const DataType& type) { to_.out().text("CAST(NULL AS ").text(physical_type(type)).text(")"); }

    template <typename Accumulator, typename Element>
    void row(const Accumulator& accumulator, const Element& element) {
        to_.out().text("struct_pack(f0 := ");
        accumulator();
        to_.out().text(", f1 := ");
        element();
        for (std::size_t i = 0; i < outside_.size(); ++i) {
            to_.out().text(", ").text(field_name(i + 2)).text(" := CAST(");
            to_.expr(outside_[i]);
            to_.out().text(" AS ").text(physical_type(outside_[i].type())).text(")");
        }
        to_.out().text(")");
    }

    void merged(const std::string& acc, const std::string& next) {
        to_.name(merge_.parameters[0].id, "struct_extract(" + acc + ", 'f0')");
        to_.name(merge_.parameters[1].id, "struct_extract(" + next + ", 'f1')");
        std::vector<std::optional<std::string>> before;
        for (std::size_t i = 0; i < outside_.size(); ++i) {
            std::string field = "struct_extract(" + next + ", '" + field_name(i + 2) + "')";
            before.push_back(to_.exchange_name(id(i), std::move(field)));
        }
        to_.out().text("CAST(");
        to_.expr(merge_.body);
        to_.out().text(" AS ").text(physical_type(start())).text(")");
        for (std::size_t i = 0; i < outside_.size(); ++i) to_.exchange_name(id(i), std::move(before[i]));
    }
    AttributeId id(std::size_t i) const { return outside_[i].get_if<bound::ColumnRef>()->id; }

    Lowering& to_;
    const bound::Call& call_;
    const bound::Lambda& merge_;
    const std::vector<bound::Expr> outside_;
};

void aggregate(Lowering& to, const bound::Call& call, const Origin&) {
    Reduction reduction(to, call);
    if (call.arguments.size() < 4) return reduction.write();
    const bound::Lambda& finish = lambda_of(call.arguments[3]);
    const std::string last = to.out().fresh();
    to.out().text("list_transform([");
    reduction.write();
    to.out().text("], lambda ").text(last).text(": ");
    to.name(finish.parameters[0].id, last);
    to.expr(finish.body);
    to.out().text(")[1]");
}

void zip_with(Lowering& to, const bound::Call& call, const Origin&) {
    sharing(to, call.arguments, {0, 1}, [&](const std::vector<bound::Expr>& over) {
        const bound::Lambda& merge = lambda_of(over[2]);
        const std::string pair = to.out().fresh();
        to.out().text("CASE WHEN (");
        to.expr(over[0]);
        to.out().text(") IS NOT NULL AND (");
        to.expr(over[1]);
        to.out().text(") IS NOT NULL THEN CAST(list_transform(list_zip(");
        to.expr(over[0]);
        to.out().text(", ");
        to.expr(over[1]);
        to.out().text("), lambda ").text(pair).text(": ");
        to.name(merge.parameters[0].id, "struct_extract(" + pair + ", 1)");
        to.name(merge.parameters[1].id, "struct_extract(" + pair + ", 2)");
        to.expr(merge.body);
        to.out().text(") AS ").text(physical_type(call.type)).text(") END");
    });
}

/// "lambda e: " over map_entries(map); the parameters are the entry's key and value.
std::string entry_lambda(Lowering& to, const bound::Lambda& lambda) {
    const std::string entry = to.out().fresh();
    to.name(lambda.parameters[0].id, entry + ".key");
    to.name(lambda.parameters[1].id, entry + ".value");
    to.out().text("lambda ").text(entry).text(": ");
    return entry;
}

void map_filter(Lowering& to, const bound::Call& call, const Origin&) {
    const bound::Lambda& predicate = lambda_of(call.arguments[1]);
    to.out().text("map_from_entries(list_filter(map_entries(");
    to.expr(call.arguments[0]);
    to.out().text("), ");
    entry_lambda(to, predicate);
    to.expr(predicate.body);
    to.out().text("))");
}

void transform_values(Lowering& to, const bound::Call& call, const Origin&) {
    const bound::Lambda& function = lambda_of(call.arguments[1]);
    to.out().text("CAST(map_from_entries(list_transform(map_entries(");
    to.expr(call.arguments[0]);
    to.out().text("), ");
    const std::string entry = entry_lambda(to, function);
    to.out().text("struct_pack(key := ").text(entry).text(".key, value := ");
    to.expr(function.body);
    to.out().text("))) AS ").text(physical_type(call.type)).text(")");
}

/// The kernel refuses NULL and repeated keys as Spark does.
void transform_keys(Lowering& to, const bound::Call& call, const Origin& origin) {
    KernelSite site;
    site.kernel = find_kernel("map_from_arrays");
    FS_ASSERT(site.kernel != nullptr);
    site.arguments = {DataType::array(call.type.key()), DataType::array(call.type.value())};
    site.result = carried(call.type);
    site.origin = origin;
    site.is_volatile = true;
    sharing(to, call.arguments, {0}, [&](const std::vector<bound::Expr>& over) {
        const bound::Lambda& function = lambda_of(over[1]);
        to.open_kernel(std::move(site));
        to.out().text(", list_transform(map_entries(");
        to.expr(over[0]);
        to.out().text("), ");
        entry_lambda(to, function);
        to.expr(function.body);
        to.out().text("), map_values(");
        to.expr(over[0]);
        to.out().text("))");
    });
}

/// map_zip_with by the kernel "map_zip", which gives structs of key and both values.
void map_zip_with(Lowering& to, const bound::Call& call, const Origin& origin) {
    const bound::Lambda& merge = lambda_of(call.arguments[2]);
    const DataType& a = carried(call.arguments[0].type());
    const DataType& b = carried(call.arguments[1].type());
    const DataType row = DataType::structure({{"k", call.type.key(), false, {}},
                                              {"a", a.value(), true, {}},
                                              {"b", b.value(), true, {}}});
    KernelSite site;
    site.kernel = find_kernel("map_zip");
    FS_ASSERT(site.kernel != nullptr);
    site.arguments = {a, b};
    site.result = DataType::array(row);
    site.origin = origin;
    const std::string entry = to.out().fresh();
    to.out().text("CAST(map_from_entries(list_transform(");
    to.open_kernel(std::move(site));
    to.out().text(", ");
    to.expr(call.arguments[0]);
    to.out().text(", ");
    to.expr(call.arguments[1]);
    to.out().text("), lambda ").text(entry).text(": struct_pack(key := ").text(entry);
    to.out().text(".f0, value := ");
    to.name(merge.parameters[0].id, entry + ".f0");
    to.name(merge.parameters[1].id, entry + ".f1");
    to.name(merge.parameters[2].id, entry + ".f2");
    to.expr(merge.body);
    to.out().text("))) AS ").text(physical_type(call.type)).text(")");
}

/// With a comparator: the position of each element is the number of those before it.
void array_sort(Lowering& to, const bound::Call& call, const Origin& origin) {
    if (call.arguments.size() == 1) return lower_kernel(to, "array_sort", call, origin);
    const bound::Lambda& compare = lambda_of(call.arguments[1]);
    const DataType& list = carried(call.arguments[0].type());
    KernelSite site;
    site.kernel = find_kernel("list_arrange");
    FS_ASSERT(site.kernel != nullptr);
    site.arguments = {list, DataType::array(DataType::long_int())};
    site.result = list;
    site.origin = origin;
    sharing(to, call.arguments, {0}, [&](const std::vector<bound::Expr>& over) {
        const std::string x = to.out().fresh();
        const std::string i = to.out().fresh();
        const std::string y = to.out().fresh();
        const std::string j = to.out().fresh();
        to.open_kernel(std::move(site));
        to.out().text(", ");
        to.expr(over[0]);
        to.out().text(", list_transform(");
        to.expr(over[0]);
        to.out().text(", lambda ").text(x).text(", ").text(i).text(": len(list_filter(");
        to.expr(over[0]);
        to.out().text(", lambda ").text(y).text(", ").text(j).text(": ");
        to.name(compare.parameters[0].id, y);
        to.name(compare.parameters[1].id, x);
        sharing(to, {compare.body}, {0}, [&](const std::vector<bound::Expr>& compared) {
            to.out().text("(");
            to.expr(compared[0]);
            to.out().text(") < 0 OR ((");
            to.expr(compared[0]);
            to.out().text(") = 0 AND ").text(j).text(" < ").text(i).text(")");
        });
        to.out().text("))))");
    });
}

constexpr auto kRows = std::to_array<CustomRow>({
    {"aggregate", aggregate},
    {"array_sort", array_sort},
    {"exists", [](Lowering& to, const bound::Call& call,
                  const Origin& origin) { quantified(to, call, "list_any", origin); }},
    {"filter", filter},
    {"forall", [](Lowering& to, const bound::Call& call,
                  const Origin& origin) { quantified(to, call, "list_all", origin); }},
    {"map_filter", map_filter},
    {"map_zip_with", map_zip_with},
    {"transform", transform},
    {"transform_keys", transform_keys},
    {"transform_values", transform_values},
    {"zip_with", zip_with},
});

}  // namespace

CustomTable lambda_lowerings() { return kRows; }

}  // namespace firesteel::duckdb
