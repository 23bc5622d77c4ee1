#pragma once
/// One call of a kernel in one query: what is known before rows flow. The lowering makes it, the
/// kernel reads it when DuckDB binds the call. Immutable.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/error.h"
#include "common/stop_token.h"
#include "plan/common_nodes.h"
#include "types/data_type.h"
#include "types/literal.h"

namespace firesteel {
class BatchFunction;  // backend/batch_function.h
}

namespace firesteel::duckdb {

struct Kernel;

struct KernelSite {
    const Kernel* kernel = nullptr;
    std::vector<DataType> arguments;
    std::vector<std::optional<Literal>> constants;  // per argument: its value, if it is a constant
    DataType result;
    EvalMode mode = EvalMode::Ansi;
    std::string zone;
    std::int64_t now_micros = 0;  // when the query began
    Origin origin;
    bool is_volatile = false;
    std::shared_ptr<const BatchFunction> batch;  // the kernel "python"
    StopToken stop;

    const DataType& argument(std::size_t i) const {
        FS_ASSERT(i < arguments.size());
        return arguments[i];
    }
    const Literal* constant(std::size_t i) const {
        return i < constants.size() && constants[i] ? &*constants[i] : nullptr;
    }
};

}  // namespace firesteel::duckdb
