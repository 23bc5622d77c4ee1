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

/// A pickled (function, None) for every Python: `function` is an expression, evaluated in the worker
/// after `prelude` ran.
std::string pickled(const std::string& function, const std::string& prelude = "");

/// A call of one function over all inputs.
CallSpec call_spec(std::string command, std::vector<DataType> inputs, DataType result);

}  // namespace firesteel::python::test
