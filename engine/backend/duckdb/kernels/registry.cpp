#include "backend/duckdb/kernels/registry.h"

#include <utility>

#include "backend/duckdb/kernels/kernel.h"
#include "backend/duckdb/lowering/physical_type.h"
#include "backend/duckdb/operation.h"

namespace firesteel::duckdb {
namespace {

/// What DuckDB keeps for one bound call. It copies plans, and with them this.
struct BoundCall {
    std::shared_ptr<Operation> operation;
    const KernelSite* site = nullptr;
    std::shared_ptr<const KernelBody> body;
};

void delete_call(void* call) { delete static_cast<BoundCall*>(call); }
void* copy_call(void* call) { return new BoundCall(*static_cast<BoundCall*>(call)); }

Error& place(Error& error, const KernelSite& site) {
    return site.kernel->errors == Placed::Yes ? error.at(site.origin) : error;
}

std::int64_t constant_argument(duckdb_bind_info info, duckdb_client_context context) {
    duckdb_expression expression = duckdb_scalar_function_bind_get_argument(info, 0);
    DuckValue value;
    ErrorData error(duckdb_expression_fold(context, expression, value.out()));
    duckdb_destroy_expression(&expression);
    FS_ASSERT(value && !(error && duckdb_error_data_has_error(error.get())));
    return duckdb_get_int64(value.get());
}

void bind_call(duckdb_bind_info info) {
    auto* registry =
        static_cast<KernelRegistry*>(duckdb_scalar_function_bind_get_extra_info(info));
    auto call = std::make_unique<BoundCall>();
    try {
        ClientContext context;
        duckdb_scalar_function_get_client_context(info, context.out());
        call->operation = registry->operation_of(info);
        FS_ASSERT(call->operation != nullptr);
        const auto id = static_cast<std::size_t>(constant_argument(info, context.get()));
        call->site = &call->operation->site(id);
        call->body = std::make_shared<const KernelBody>(call->site->kernel->bind(*call->site));
    } catch (Error& error) {
        if (call->site != nullptr) place(error, *call->site);
        if (call->operation) call->operation->raise(error);
        duckdb_scalar_function_bind_set_error(info, error.what());
        return;
    } catch (const std::exception& error) {
        duckdb_scalar_function_bind_set_error(info, error.what());
        return;
    }
    duckdb_scalar_function_set_bind_data(info, call.release(), delete_call);
    duckdb_scalar_function_set_bind_data_copy(info, copy_call);
}

void run_call(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector result) {
    const auto* call = static_cast<BoundCall*>(duckdb_scalar_function_get_bind_data(info));
    try {
        KernelCall kernel_call(input, result, *call->site);
        (*call->body)(kernel_call);
    } catch (Error& error) {
        call->operation->raise(place(error, *call->site));
        duckdb_scalar_function_set_error(info, error.what());
    } catch (const std::exception& error) {
        call->operation->raise(Error(ErrorClass::InternalError, {{"message", error.what()}}));
        duckdb_scalar_function_set_error(info, error.what());
    }
}

}  // namespace

std::shared_ptr<Operation> KernelRegistry::operation_of(duckdb_bind_info info) const {
    ClientContext context;
    duckdb_scalar_function_get_client_context(info, context.out());
    return find_operation_(duckdb_client_context_get_connection_id(context.get()));
}

std::string KernelRegistry::function_for(const KernelSite& site) {
    std::string name = "fs_" + std::string(site.kernel->name) + " " + physical_type(site.result);
    if (site.is_volatile) name += " volatile";
    const std::lock_guard lock(mutex_);
    if (names_.insert(name).second) register_function(name, site);
    return name;
}

void KernelRegistry::register_function(const std::string& name, const KernelSite& site) {
    const ScalarFunction function(duckdb_create_scalar_function());
    duckdb_scalar_function_set_name(function.get(), name.c_str());
    const LogicalType integer(duckdb_create_logical_type(DUCKDB_TYPE_INTEGER));
    const LogicalType any(duckdb_create_logical_type(DUCKDB_TYPE_ANY));
    const LogicalType result = logical_type(site.result);
    duckdb_scalar_function_add_parameter(function.get(), integer.get());
    duckdb_scalar_function_set_varargs(function.get(), any.get());
    duckdb_scalar_function_set_return_type(function.get(), result.get());
    duckdb_scalar_function_set_special_handling(function.get());
    if (site.is_volatile) duckdb_scalar_function_set_volatile(function.get());
    duckdb_scalar_function_set_extra_info(function.get(), this, nullptr);
    duckdb_scalar_function_set_bind(function.get(), bind_call);
    duckdb_scalar_function_set_function(function.get(), run_call);
    FS_ASSERT(duckdb_register_scalar_function(connection_, function.get()) == DuckDBSuccess);
}

}  // namespace firesteel::duckdb
