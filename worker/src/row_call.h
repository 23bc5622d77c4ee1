#pragma once
/// One set-up of plain functions: called row by row on the columns of a batch (eval type 100).

#include <cstdint>
#include <vector>

#include "abi.h"
#include "builder.h"
#include "column.h"
#include "pipes.h"
#include "type.h"

namespace fsw {

/// One user function, or a chain of them of which each takes the result of the one before.
struct Function {
    std::vector<Ref> chain;  // first called first
    std::vector<std::uint32_t> columns;
    Ref keywords;  // tuple of the names of the last arguments, or null
};

class RowCall {
  public:
    /// inputs: list of type descriptors; functions: list of (chain tuple, columns tuple,
    /// keywords tuple or None, result descriptor). Null with a Python error set.
    static RowCall* create(PyObject* inputs, PyObject* functions);

    enum class Outcome { Done, PythonError, EngineGone };
    Outcome run(const Frame& frame, Pipes& pipes);

  private:
    RowCall() = default;
    bool parse_inputs(PyObject* inputs);
    bool parse_function(PyObject* description);
    bool read_columns(const Frame& frame);
    bool run_row(std::uint32_t row);
    PyObject* apply(const Function& function);
    Outcome send(const Frame& frame, Pipes& pipes, std::uint32_t rows);
    std::size_t pending_bytes() const;

    std::vector<Type> inputs_;
    std::vector<Type> results_;
    std::vector<Function> functions_;
    std::vector<std::uint32_t> used_;  // columns that some function reads
    std::vector<Column> columns_;
    std::vector<Builder> builders_;
    std::vector<PyObject*> values_;     // of the current row, by column
    std::vector<PyObject*> arguments_;  // slot 0 is the callee's scratch space
    std::vector<iovec> parts_;
    bool fixed_width_ = true;  // results can't outgrow a frame
};

}  // namespace fsw
