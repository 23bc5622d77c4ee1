#include "row_call.h"

#include <dlfcn.h>

#include <algorithm>
#include <memory>

namespace fsw {

namespace {

constexpr std::size_t kResultBytesPerFrame = std::size_t{1} << 25;
constexpr std::size_t kArgumentsOffset = std::size_t{1} << (8 * sizeof(std::size_t) - 1);

bool is_written_in_python(PyObject* function) {
    static const auto* type = static_cast<PyTypeObject*>(dlsym(RTLD_DEFAULT, "PyFunction_Type"));
    return Py_TYPE(function) == type;
}

bool can_vectorcall(PyObject* function) {
    if (g_abi.vectorcall == nullptr) return false;
    return !g_abi.vectorcall_functions_only || is_written_in_python(function);
}

/// How to call a function with positional arguments. One written in Python is entered at once: what
/// PyObject_Vectorcall checks afterwards is for those written in C.
Vectorcall direct_call_of(PyObject* function) {
    if (!can_vectorcall(function)) return nullptr;
    if (g_abi.vectorcall_of == nullptr || !is_written_in_python(function)) return g_abi.vectorcall;
    return g_abi.vectorcall_of(function);
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
        widest = std::max(widest, function.arguments.size());
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
    for (std::size_t i = 0; i < descriptors.size(); ++i) {
        if (!parse_type(descriptors[i], inputs_[i])) return false;
    }
    return true;
}

/// The number of a column's value among those of a row.
std::uint32_t RowCall::value_of(std::uint32_t column) {
    const auto same = [&](const Source& source) { return source.from == &columns_[column]; };
    const auto found = std::find_if(sources_.begin(), sources_.end(), same);
    const auto number = static_cast<std::uint32_t>(found - sources_.begin());
    if (found == sources_.end()) {
        sources_.push_back({&columns_[column], value_object});
        values_.push_back(nullptr);
    }
    return number;
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
        function.arguments.push_back(value_of(static_cast<std::uint32_t>(column)));
    }
    if (keywords != Py_None) function.keywords = Ref::borrow(keywords);
    results_.emplace_back();
    if (!parse_type(result, results_.back())) return false;
    if (function.chain.empty()) return false;
    if (function.chain.size() == 1 && !function.keywords) function.direct = direct_call_of(function.chain[0].get());
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
    for (Source& source : sources_) source.make = object_maker(*source.from);
    return true;
}

PyObject* RowCall::apply(const Function& function) {
    PyObject** arguments = arguments_.data() + 1;
    std::size_t positional = 0;
    for (const std::uint32_t value : function.arguments) arguments[positional++] = values_[value];
    if (function.direct != nullptr) {
        return function.direct(function.chain[0].get(), arguments, positional | kArgumentsOffset, nullptr);
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

/// New references; false: none was kept.
bool RowCall::make_values(std::uint32_t row) {
    PyObject** value = values_.data();
    for (const Source& source : sources_) {
        *value = source.make(*source.from, row);
        if (*value == nullptr) {
            while (value != values_.data()) Py_DECREF(*--value);
            return false;
        }
        ++value;
    }
    return true;
}

bool RowCall::run_row(std::uint32_t row) {
    if (!make_values(row)) return false;
    bool good = true;
    Builder* builder = builders_.data();
    for (const Function& function : functions_) {
        const Ref result(apply(function));
        good = result && take_result(*builder++, result.get());
        if (!good) break;
    }
    for (PyObject* value : values_) Py_DECREF(value);
    return good;
}

bool RowCall::take_result(Builder& builder, PyObject* result) {
    return converted_.empty() ? builder.append(result) : take_converted(builder, result);
}

/// Of eval type 101: values of the column's own type stay what they are.
bool RowCall::take_converted(Builder& builder, PyObject* result) {
    Converted& converted = converted_[static_cast<std::size_t>(&builder - builders_.data())];
    if (PyList_Append(converted.results.get(), result) < 0) return false;
    if (!converted.exact) return true;
    const Builder::Exact exact = builder.append_exact(result);
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
        if (!last || !take_result(builders_[0], last.get())) return Outcome::PythonError;
        ++rows;
    }
    return send(frame, pipes, rows - sent, true);
}

}  // namespace fsw
