#pragma once
/// Interactive Pythons with a session: the shell, and the kernels of notebooks. They read the
/// launcher's shell.py at their start.

#include <string>
#include <vector>

namespace firesteel::cli {

/// `firesteel pyspark [options]`: PYSPARK_DRIVER_PYTHON with PYSPARK_DRIVER_PYTHON_OPTS.
int run_shell(const std::vector<std::string>& words);

/// `firesteel kernel install`: a kernelspec in `prefix`/share/jupyter, or the user's own if empty.
int install_kernel(const std::string& prefix);
/// What the kernelspec starts.
int run_kernel(const std::string& connection_file);

/// What the shim spark-shell calls: throws UsageError.
[[noreturn]] int refuse_spark_shell();

/// `firesteel shims install DIR`: Spark's commands, which call this program.
int install_shims(const std::string& directory);
/// Takes away what install_shims() wrote, nothing else.
int remove_shims(const std::string& directory);

}  // namespace firesteel::cli
