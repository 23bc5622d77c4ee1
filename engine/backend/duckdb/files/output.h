#pragma once
/// Writes the rows of a SELECT as files: Parquet through COPY, text through our own sinks.

#include <memory>
#include <string>

#include "backend/duckdb/instance.h"
#include "backend/duckdb/operation.h"
#include "backend/file_output.h"
#include "plan/bound.h"

namespace firesteel::duckdb {

/// `sql` gives the columns under their attributes' names.
void write_files(Instance& instance, const std::shared_ptr<Operation>& operation, const std::string& sql,
                 const bound::Attributes& columns, const FileOutput& output);

}  // namespace firesteel::duckdb
