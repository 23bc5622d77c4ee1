#include "abi.h"

#include <dlfcn.h>

namespace fsw {

Abi g_abi;

namespace {

template <typename Function>
Function find_symbol(const char* name) {
    return reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
}

}  // namespace

bool load_abi() {
    // PyObject_Vectorcall is a real symbol from 3.11 on; before, only functions offer theirs.
    g_abi.vectorcall = find_symbol<Vectorcall>("PyObject_Vectorcall");
    if (g_abi.vectorcall == nullptr) {
        g_abi.vectorcall = find_symbol<Vectorcall>("_PyFunction_Vectorcall");
        g_abi.vectorcall_functions_only = true;
    }
    g_abi.vectorcall_of = find_symbol<VectorcallOf>("PyVectorcall_Function");
    g_abi.as_utf8 = find_symbol<AsUtf8>("PyUnicode_AsUTF8AndSize");
    if (g_abi.as_utf8 == nullptr) {
        PyErr_SetString(PyExc_ImportError, "this Python has no PyUnicode_AsUTF8AndSize");
        return false;
    }
    Ref datetime(PyImport_ImportModule("datetime"));
    if (!datetime) return false;
    g_abi.dates = static_cast<const DateTimeApi*>(PyCapsule_Import("datetime.datetime_CAPI", 0));
    if (g_abi.dates == nullptr) return false;
    Ref decimal(PyImport_ImportModule("decimal"));
    if (!decimal) return false;
    g_abi.decimal_type = PyObject_GetAttrString(decimal.get(), "Decimal");
    return g_abi.decimal_type != nullptr;
}

}  // namespace fsw
