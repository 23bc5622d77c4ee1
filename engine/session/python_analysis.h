#pragma once
/// What analysis asks of Python: the static method analyze() of a table function. Runs in a worker.

#include <vector>

#include "analysis/analyzer.h"

namespace firesteel {

class Queries;

/// Throws Error.
analysis::TableFunctionAnalysis analyze_table_function(
    Queries& queries, const PythonFunction& function,
    const std::vector<analysis::TableFunctionArgument>& arguments);

}  // namespace firesteel
