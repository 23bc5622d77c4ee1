#pragma once
/// What the tests and the benchmark of engine/python share: pools, environments, pickled functions.

#include <memory>
#include <string>
#include <vector>

#include "python/batch_function.h"
#include "python/worker_pool.h"

namespace firesteel::python::test {

/// The interpreter of the test environment; it has pyspark.
std::string default_interpreter();
/// Where that pyspark is, for interpreters that have none.
std::string pyspark_path();
PoolOptions pool_options();
std::shared_ptr<const WorkerEnvironment> environment(
    const std::string& interpreter = default_interpreter());

/// cloudpickle of (function, returnType): `function` is a Python expression, or the name that
/// `prelude` defines.
std::string pickled(const std::string& function, const std::string& prelude = "",
                    const std::string& interpreter = default_interpreter(),
                    const std::string& path = "");

/// A call of one function over all inputs.
CallSpec call_spec(std::string command, std::vector<DataType> inputs, DataType result);

}  // namespace firesteel::python::test
