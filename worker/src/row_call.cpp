#include "row_call.h"

#include <dlfcn.h>

#include <algorithm>
#include <memory>

namespace fsw {

namespace {

constexpr std::size_t kResultBytesPerFrame = std::size_t{1} << 25;
constexpr std::size_t kArgumentsOffset = std::size_t{1} << (8 * sizeof(std::size_t) - 1);

bool can_vectorcall(PyObject* function) {
    if (g_abi.vectorcall == nullptr) return false;
    if (!g_abi.vectorcall_functions_only) return true;
    static const auto* function_type =
        static_cast<PyTypeObject*>(dlsym(RTLD_DEFAULT, "PyFunction_Type"));
    return Py_TYPE(function) == function_type;
}

PyObject* call_with_tuple(PyObject* function, PyObject* const* arguments, Py_ssize_t positional,
                          PyObject* keywords) {
    Ref tuple(PyTuple_New(positional));
    if (!tuple) return nullptr;
    for (Py_ssize_t i = 0; i < positional; ++i) {
        PyTuple_SetItem(tuple.get(), i, Ref::borrow(arguments[i]).release());
    }
    if (keywords == nullptr) return PyObject_Call(function, tuple.get(), nullptr);
    Ref named(PyDict_New());
    if (!named) return nullptr;
    const Py_ssize_t count = PyTuple_Size(keywords);
    for (Py_ssize_t i = 0; i < count; ++i) {
        PyObject* name = PyTuple_GetItem(keywords, i);
        if (PyDict_SetItem(named.get(), name, arguments[positional + i]) < 0) return nullptr;
    }
    return PyObject_Call(function, tuple.get(), named.get());
}

/// `arguments[-1]` may be overwritten by the callee.
PyObject* call(PyObject* function, PyObject* const* arguments, std::size_t positional,
               PyObject* keywords) {
    if (can_vectorcall(function)) {
        return g_abi.vectorcall(function, arguments, positional | kArgumentsOffset, keywords);
    }
    return call_with_tuple(function, arguments, static_cast<Py_ssize_t>(positional), keywords);
}

bool list_items(PyObject* list, std::vector<PyObject*>& items) {
    const Py_ssize_t count = PyList_Size(list);
    for (Py_ssize_t i = 0; i < count; ++i) items.push_back(PyList_GetItem(list, i));
    return count >= 0;
}

}  // namespace

RowCall* RowCall::create(PyObject* inputs, PyObject* functions, PyObject* converters,
                         PyObject* finish) {
    std::unique_ptr<RowCall> made(new RowCall());
    std::vector<PyObject*> descriptions;
    if (!made->parse_inputs(inputs) || !list_items(functions, descriptions)) return nullptr;
    made->results_.reserve(descriptions.size());
    for (PyObject* description : descriptions) {
        if (!made->parse_function(description)) return nullptr;
    }
    std::size_t widest = 1;
    for (const Function& function : made->functions_) {
        widest = std::max(widest, function.columns.size());
        for (const std::uint32_t column : function.columns) {
            if (std::find(made->used_.begin(), made->used_.end(), column) == made->used_.end())
                made->used_.push_back(column);
        }
    }
    made->arguments_.resize(widest + 1);
    for (const Type& type : made->results_) {
        made->builders_.emplace_back(type);
        made->fixed_width_ = made->fixed_width_ && value_width(type.tag) != 0;
    }
    std::vector<PyObject*> callables;
    if (finish != nullptr && finish != Py_None) made->finish_ = Ref::borrow(finish);
    if (converters != nullptr && converters != Py_None && !list_items(converters, callables)) {
        return nullptr;
    }
    for (PyObject* callable : callables) {
        made->converted_.emplace_back();
        made->converted_.back().converter = Ref::borrow(callable);
        made->fixed_width_ = false;
    }
    return made.release();
}

bool RowCall::parse_inputs(PyObject* inputs) {
    std::vector<PyObject*> descriptors;
    if (!list_items(inputs, descriptors)) return false;
    inputs_.resize(descriptors.size());
    columns_.resize(descriptors.size());
    values_.resize(descriptors.size());
    for (std::size_t i = 0; i < descriptors.size(); ++i) {
        if (!parse_type(descriptors[i], inputs_[i])) return false;
    }
    return true;
}

bool RowCall::parse_function(PyObject* description) {
    PyObject* chain = nullptr;
    PyObject* columns = nullptr;
    PyObject* keywords = nullptr;
    PyObject* result = nullptr;
    if (!PyArg_ParseTuple(description, "OOOO", &chain, &columns, &keywords, &result)) return false;
    Function function;
    for (Py_ssize_t i = 0; i < PyTuple_Size(chain); ++i) {
        function.chain.push_back(Ref::borrow(PyTuple_GetItem(chain, i)));
    }
    for (Py_ssize_t i = 0; i < PyTuple_Size(columns); ++i) {
        const unsigned long column = PyLong_AsUnsignedLong(PyTuple_GetItem(columns, i));
        if (PyErr_Occurred() != nullptr) return false;
        if (column >= inputs_.size()) {
            PyErr_SetString(PyExc_ValueError, "an argument names no input column");
            return false;
        }
        function.columns.push_back(static_cast<std::uint32_t>(column));
    }
    if (keywords != Py_None) function.keywords = Ref::borrow(keywords);
    results_.emplace_back();
    if (!parse_type(result, results_.back())) return false;
    if (function.chain.empty()) return false;
    function.is_direct = function.chain.size() == 1 && !function.keywords && can_vectorcall(function.chain[0].get());
    functions_.push_back(std::move(function));
    return true;
}

bool RowCall::read_columns(const Frame& frame) {
    PayloadReader reader(frame.payload, frame.header.payload_bytes);
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        if (!reader.read(inputs_[i], frame.header.rows, columns_[i])) {
            PyErr_SetString(PyExc_SystemError, "malformed batch");
            return false;
        }
    }
    return true;
}

PyObject* RowCall::apply(const Function& function) {
    PyObject** arguments = arguments_.data() + 1;
    for (std::size_t i = 0; i < function.columns.size(); ++i) {
        arguments[i] = values_[function.columns[i]];
    }
    std::size_t positional = function.columns.size();
    if (function.is_direct) {
        return g_abi.vectorcall(function.chain[0].get(), arguments, positional | kArgumentsOffset, nullptr);
    }
    PyObject* keywords = function.keywords.get();
    if (keywords != nullptr) positional -= static_cast<std::size_t>(PyTuple_Size(keywords));
    PyObject* result = call(function.chain[0].get(), arguments, positional, keywords);
    for (std::size_t i = 1; i < function.chain.size() && result != nullptr; ++i) {
        const Ref argument(result);
        arguments[0] = result;
        result = call(function.chain[i].get(), arguments, 1, nullptr);
    }
    return result;
}

bool RowCall::run_row(std::uint32_t row) {
    bool good = true;
    std::size_t filled = 0;
    for (; filled < used_.size() && good; ++filled) {
        const std::uint32_t column = used_[filled];
        values_[column] = quick_value_object(columns_[column], row);
        good = values_[column] != nullptr;
    }
    for (std::size_t i = 0; i < functions_.size() && good; ++i) {
        const Ref result(apply(functions_[i]));
        good = result && take_result(i, result.get());
    }
    for (std::size_t i = 0; i < filled; ++i) Py_XDECREF(values_[used_[i]]);
    return good;
}

bool RowCall::take_result(std::size_t function, PyObject* result) {
    if (converted_.empty()) return builders_[function].append(result);
    Converted& converted = converted_[function];
    if (PyList_Append(converted.results.get(), result) < 0) return false;
    if (!converted.exact) return true;
    const Builder::Exact exact = builders_[function].append_exact(result);
    converted.exact = exact == Builder::Exact::Yes;
    return exact != Builder::Exact::Failed;
}

/// The columns' bytes, as builders have them or as Arrow makes them of the results.
bool RowCall::collect_parts() {
    parts_.clear();
    for (std::size_t i = 0; i < builders_.size(); ++i) {
        if (converted_.empty() || converted_[i].exact) {
            builders_[i].collect(parts_);
            continue;
        }
        Converted& converted = converted_[i];
        converted.bytes = Ref(PyObject_CallFunctionObjArgs(converted.converter.get(),
                                                           converted.results.get(), nullptr));
        char* bytes = nullptr;
        Py_ssize_t size = 0;
        if (!converted.bytes || PyBytes_AsStringAndSize(converted.bytes.get(), &bytes, &size) < 0) {
            return false;
        }
        parts_.push_back({bytes, static_cast<std::size_t>(size)});
    }
    return true;
}

void RowCall::clear() {
    for (Builder& builder : builders_) builder.clear();
    for (Converted& converted : converted_) {
        converted.results = Ref(PyList_New(0));
        converted.bytes = Ref();
        converted.exact = true;
    }
}

std::size_t RowCall::pending_bytes() const {
    std::size_t bytes = 0;
    for (const Builder& builder : builders_) bytes += builder.byte_count();
    return bytes;
}

RowCall::Outcome RowCall::send(const Frame& frame, Pipes& pipes, std::uint32_t rows, bool last) {
    if (!collect_parts()) return Outcome::PythonError;
    fs_frame_header header{};
    header.rows = rows;
    header.call = frame.header.call;
    header.kind = FS_FRAME_RESULT;
    // The last frame of the batch carries the batch's ends.
    if (last) header.flags = frame.header.flags & (FS_FLAG_GROUP_END | FS_FLAG_INPUT_END);
    const bool sent = pipes.write(header, parts_);
    clear();
    return sent ? Outcome::Done : Outcome::EngineGone;
}

RowCall::Outcome RowCall::run(const Frame& frame, Pipes& pipes) {
    clear();
    // The frame that only ends a stream has no columns.
    if (frame.header.rows != 0 && !read_columns(frame)) return Outcome::PythonError;
    std::uint32_t rows = frame.header.rows;
    std::uint32_t sent = 0;
    for (std::uint32_t row = 0; row < rows; ++row) {
        if (!run_row(row)) return Outcome::PythonError;
        // Results that outgrow one frame leave in several: rows add up to the batch's.
        if (!fixed_width_ && row + 1 < rows && pending_bytes() > kResultBytesPerFrame) {
            const Outcome outcome = send(frame, pipes, row + 1 - sent, false);
            if (outcome != Outcome::Done) return outcome;
            sent = row + 1;
        }
    }
    if (finish_ && (frame.header.flags & FS_FLAG_INPUT_END) != 0) {
        const Ref last(PyObject_CallFunctionObjArgs(finish_.get(), nullptr));
        if (!last || !take_result(0, last.get())) return Outcome::PythonError;
        ++rows;
    }
    return send(frame, pipes, rows - sent, true);
}

}  // namespace fsw
