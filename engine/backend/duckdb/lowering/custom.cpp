/// The lowerings that a text can't say, by the name that a function row gives. Each family is a table
/// in custom_*.cpp; a name without a row here is the kernel of that name.

#include "backend/duckdb/lowering/custom.h"

#include <algorithm>
#include <array>

#include "backend/duckdb/kernels/kernel.h"

namespace firesteel::duckdb {

CustomLowering find_custom(std::string_view name) {
    const std::array tables = {operator_lowerings(), conditional_lowerings(),
                               collection_lowerings(), datetime_lowerings(), generator_lowerings(),
                               lambda_lowerings(),     misc_lowerings()};
    for (const CustomTable table : tables) {
        for (const CustomRow& row : table) {
            if (row.name == name) return row.lower;
        }
    }
    return nullptr;
}

CustomAggregate find_custom_aggregate(std::string_view name) {
    for (const CustomTableOf<CustomAggregate> table :
         {aggregate_lowerings(), window_lowerings()}) {
        for (const auto& row : table) {
            if (row.name == name) return row.lower;
        }
    }
    return nullptr;
}

void lower_kernel(Lowering& to, std::string_view name, const bound::Call& call,
                  const Origin& origin) {
    lower_kernel(to, name, call, call.arguments, origin);
}

void lower_kernel(Lowering& to, std::string_view name, const bound::Call& call,
                  const std::vector<bound::Expr>& arguments, const Origin& origin) {
    KernelSite site;
    const bool collated = std::any_of(arguments.begin(), arguments.end(), [](const bound::Expr& e) {
        return e.type().is_collated();
    });
    if (collated) site.kernel = find_kernel(std::string(name) + " collated");
    if (site.kernel == nullptr) site.kernel = find_kernel(name);
    if (site.kernel == nullptr) {
        throw unsupported("the function " + std::string(call.function->name()), origin);
    }
    site.result = carried(call.type);
    site.mode = call.mode;
    site.origin = origin;
    site.is_volatile = call.function->traits.nondeterministic || call_can_raise(call);
    to.kernel_call(std::move(site), arguments);
}

void lower_text(Lowering& to, std::string_view text, const bound::Call& call) {
    to.out().text("CAST(");
    to.sql_template(text, call.arguments);
    to.out().text(" AS ").text(physical_type(call.type)).text(")");
}

}  // namespace firesteel::duckdb
