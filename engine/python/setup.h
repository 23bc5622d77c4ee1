#pragma once
/// What a Python call is: functions, types and conf, and its set-up frame for the workers.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/own_kinds.h"
#include "types/data_type.h"

namespace firesteel::python {

/// Spark's evaluation types; the numbers are the protocol's.
enum class EvalType : std::uint32_t {
    Batched = 100,
    ArrowBatched = 101,
    ScalarPandas = 200,
    GroupedMapPandas = 201,
    GroupedAggPandas = 202,
    WindowAggPandas = 203,
    ScalarPandasIter = 204,
    MapPandasIter = 205,
    CogroupedMapPandas = 206,
    MapArrowIter = 207,
    GroupedMapArrow = 209,
    CogroupedMapArrow = 210,
    GroupedMapArrowIter = 215,
    GroupedMapPandasIter = 216,
    ScalarArrow = 250,
    ScalarArrowIter = 251,
    GroupedAggArrow = 252,
    WindowAggArrow = 253,
    Table = 300,
    ArrowTable = 301,
    NativeArrowTable = 302,
    AnalyzeTable = kAnalyzeTableKind,  // ours, as all that follow
    PlanRead = kPlanReadKind,
    ReadPartitions = kReadPartitionsKind,
    PlanWrite = kPlanWriteKind,
    WritePartition = kWritePartitionKind,
    EndWrite = kEndWriteKind,
};

/// Kinds whose functions Spark's profilers look at.
bool is_profiled(EvalType type);

class Profiles;

struct Argument {
    std::uint32_t column = 0;  // of the call's inputs
    std::string keyword;       // empty: positional; named ones come last
};

/// One function of a call. With several commands each takes the result of the one before as its only
/// argument, unconverted (Spark chains f(g(x)) so).
struct FunctionSpec {
    std::string name;
    std::vector<Argument> arguments;
    std::vector<std::string> commands;  // pickled (function, return type), first called first
    DataType result;
};

struct CallSpec {
    EvalType eval_type = EvalType::Batched;
    std::string python_version;  // that pickled the commands: "3.11"; empty = don't check
    std::vector<std::pair<std::string, std::string>> conf;  // what the session has set of spark.sql.*
    std::vector<DataType> inputs;
    std::vector<std::string> input_names;  // kinds that see frames; else empty
    std::vector<std::uint32_t> key_columns;  // grouped kinds
    /// The second side of a cogroup; right_columns are those that the function sees, as the
    /// arguments of the only function are for the left side.
    std::vector<DataType> right_inputs;
    std::vector<std::string> right_names;
    std::vector<std::uint32_t> right_key_columns;
    std::vector<std::uint32_t> right_columns;
    /// A table function (Table, ArrowTable): commands are the pickled class and, if analyze ran, its pickled
    /// result; key_columns are the fields of the TABLE argument with PARTITION BY values; the result
    /// is an array of the output struct: one per input row, and one more at the stream's end.
    /// AnalyzeTable: one row of the constant arguments in, one JSON text out (tables.py lists its
    /// members); conf says "argument.<i>" = table, constant or expression.
    /// One result column each; kinds that return frames have one function with a struct.
    std::vector<FunctionSpec> functions;
    /// Rows of a batch as functions of batches see it: the session's
    /// spark.sql.execution.arrow.maxRecordsPerBatch. 0: as they come.
    std::size_t batch_rows_max = 0;
    /// Where results of the workers' profilers go; null: there are none (see profiles.h).
    std::shared_ptr<Profiles> profiles;
};

/// The descriptor of a type (proto/worker/frame.h).
void append_type(const DataType& type, std::string& out);

/// A whole SETUP frame. Throws Error if it exceeds the frame limit.
std::string setup_frame(std::uint32_t call, const CallSpec& spec);

}  // namespace firesteel::python
