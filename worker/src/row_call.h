#pragma once
/// One set-up of functions that are called row by row on the columns of a batch (eval types 100,
/// 101 and 300).

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
    std::vector<std::uint32_t> arguments;  // which of the row's values
    Ref keywords;  // tuple of the names of the last arguments, or null
    Vectorcall direct = nullptr;  // how to call the only one of a chain, with positional arguments
};

class RowCall {
  public:
    /// inputs: list of type descriptors; functions: list of (chain tuple, columns tuple,
    /// keywords tuple or None, result descriptor). Null with a Python error set.
    /// converters: null, or (eval type 101) a list with a callable per function that makes the bytes
    /// of a column from the list of results; results of the column's own type don't need it.
    /// finish: null, or (table functions) a callable that returns one more row at a stream's end.
    static RowCall* create(PyObject* inputs, PyObject* functions, PyObject* converters,
                           PyObject* finish);

    enum class Outcome { Done, PythonError, EngineGone };
    Outcome run(const Frame& frame, Pipes& pipes);

  private:
    RowCall() = default;
    bool parse_inputs(PyObject* inputs);
    bool parse_function(PyObject* description);
    std::uint32_t value_of(std::uint32_t column);
    bool read_columns(const Frame& frame);
    bool run_row(std::uint32_t row);
    bool make_values(std::uint32_t row);
    bool take_result(Builder& builder, PyObject* result);
    bool take_converted(Builder& builder, PyObject* result);
    bool collect_parts();
    void clear();
    PyObject* apply(const Function& function);
    Outcome send(const Frame& frame, Pipes& pipes, std::uint32_t rows, bool last);
    std::size_t pending_bytes() const;

    std::vector<Type> inputs_;
    std::vector<Type> results_;
    std::vector<Function> functions_;
    std::vector<Column> columns_;
    struct Source {
        const Column* from;
        MakeObject make;
    };
    std::vector<Source> sources_;    // of the columns that some function reads
    std::vector<PyObject*> values_;  // of the current row, by source
    std::vector<Builder> builders_;
    struct Converted {
        Ref converter;
        Ref results;  // list of this batch's results
        Ref bytes;
        bool exact = true;
    };
    std::vector<Converted> converted_;  // eval type 101 only
    std::vector<PyObject*> arguments_;  // slot 0 is the callee's scratch space
    std::vector<iovec> parts_;
    Ref finish_;
    bool fixed_width_ = true;  // results can't outgrow a frame
};

}  // namespace fsw
