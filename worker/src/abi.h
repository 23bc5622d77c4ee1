#pragma once
/// Python's limited API (3.8) plus the few entry points that are found at run time, and RAII.
/// Every file of the extension includes this first. All calls need the GIL.

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <cstdint>
#include <cstring>
#include <utility>

namespace fsw {

using Vectorcall = PyObject* (*)(PyObject*, PyObject* const*, size_t, PyObject*);
using VectorcallOf = Vectorcall (*)(PyObject*);
using AsUtf8 = const char* (*)(PyObject*, Py_ssize_t*);

/// Owns one reference.
class Ref {
  public:
    Ref() = default;
    explicit Ref(PyObject* object) : object_(object) {}
    Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    Ref& operator=(Ref&& other) noexcept {
        if (this != &other) {
            PyObject* old = std::exchange(object_, std::exchange(other.object_, nullptr));
            Py_XDECREF(old);
        }
        return *this;
    }
    Ref(const Ref&) = delete;
    Ref& operator=(const Ref&) = delete;
    ~Ref() { Py_XDECREF(object_); }

    static Ref borrow(PyObject* object) {
        Py_XINCREF(object);
        return Ref(object);
    }
    PyObject* get() const { return object_; }
    PyObject* release() { return std::exchange(object_, nullptr); }
    explicit operator bool() const { return object_ != nullptr; }

  private:
    PyObject* object_ = nullptr;
};

/// The constructors of the datetime module (its C interface, unchanged since Python 3.7).
struct DateTimeApi {
    PyTypeObject* date_type;
    PyTypeObject* datetime_type;
    PyTypeObject* time_type;
    PyTypeObject* delta_type;
    PyTypeObject* tzinfo_type;
    PyObject* utc;
    PyObject* (*date)(int, int, int, PyTypeObject*);
    PyObject* (*datetime)(int, int, int, int, int, int, int, PyObject*, PyTypeObject*);
    PyObject* (*time)(int, int, int, int, PyObject*, PyTypeObject*);
    PyObject* (*delta)(int, int, int, int, PyTypeObject*);
    PyObject* (*timezone)(PyObject*, PyObject*);
    PyObject* (*datetime_from_timestamp)(PyObject*, PyObject*, PyObject*);
    PyObject* (*date_from_timestamp)(PyObject*, PyObject*);
    PyObject* (*datetime_fold)(int, int, int, int, int, int, int, PyObject*, int, PyTypeObject*);
    PyObject* (*time_fold)(int, int, int, int, PyObject*, int, PyTypeObject*);
};

/// What the module looked up once at import.
struct Abi {
    Vectorcall vectorcall = nullptr;  // null: call through a tuple
    bool vectorcall_functions_only = false;
    VectorcallOf vectorcall_of = nullptr;  // what an object's own is; null before 3.9
    AsUtf8 as_utf8 = nullptr;
    const DateTimeApi* dates = nullptr;
    PyObject* decimal_type = nullptr;
    PyObject* convert = nullptr;  // the module firesteel_worker.convert: every rare conversion
};

extern Abi g_abi;

/// Fills g_abi except `convert`; false with a Python error set.
bool load_abi();

}  // namespace fsw
