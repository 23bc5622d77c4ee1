/// The module _firesteel_worker: serve() runs a worker's frame loop, plus the process calls that
/// Python lacks. Everything else of a worker is Python, in the package firesteel_worker.

#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <memory>
#include <unordered_map>

#include "abi.h"
#include "pipes.h"
#include "row_call.h"

namespace fsw {

namespace {

/// The calls that the engine has set up in this worker, and the loop over its frames.
class Server {
  public:
    Server(int in, int out, PyObject* setup, PyObject* describe_error)
        : pipes_(in, out), setup_(setup), describe_error_(describe_error) {}
    /// Until the engine closes the pipe. False with a Python error set.
    bool serve();

  private:
    enum class Next { Continue, Stop };
    Next handle(const Frame& frame);
    void set_up(const Frame& frame);
    Next run(const Frame& frame);
    Ref describe();
    Next send_error(const Frame& frame, PyObject* description);

    struct Call {
        std::unique_ptr<RowCall> rows;
        Ref failure;  // what set-up raised, told as the answer to each batch
    };

    Pipes pipes_;
    PyObject* setup_;
    PyObject* describe_error_;
    std::unordered_map<std::uint32_t, Call> calls_;
};

/// The current Python error as (payload, worker ends), never null: describing can't fail.
Ref Server::describe() {
    PyObject* type = nullptr;
    PyObject* value = nullptr;
    PyObject* traceback = nullptr;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (traceback != nullptr && value != nullptr) PyException_SetTraceback(value, traceback);
    const Ref owned_type(type);
    const Ref owned_value(value);
    const Ref owned_traceback(traceback);
    return Ref(PyObject_CallFunctionObjArgs(describe_error_, value ? value : Py_None, nullptr));
}

void Server::set_up(const Frame& frame) {
    Call& call = calls_[frame.header.call];
    call = Call{};
    const Ref payload(
        PyBytes_FromStringAndSize(reinterpret_cast<const char*>(frame.payload),
                                  static_cast<Py_ssize_t>(frame.header.payload_bytes)));
    const Ref made(PyObject_CallFunctionObjArgs(setup_, payload.get(), nullptr));
    PyObject* inputs = nullptr;
    PyObject* functions = nullptr;
    if (made && PyArg_ParseTuple(made.get(), "OO", &inputs, &functions)) {
        call.rows.reset(RowCall::create(inputs, functions));
    }
    if (call.rows == nullptr) call.failure = describe();
}

Server::Next Server::send_error(const Frame& frame, PyObject* description) {
    PyObject* payload = nullptr;
    int ends = 0;
    char* bytes = nullptr;
    Py_ssize_t size = 0;
    if (description == nullptr || !PyArg_ParseTuple(description, "Sp", &payload, &ends) ||
        PyBytes_AsStringAndSize(payload, &bytes, &size) < 0) {
        return Next::Stop;
    }
    fs_frame_header header{};
    header.call = frame.header.call;
    header.kind = FS_FRAME_ERROR;
    header.flags = ends != 0 ? FS_FLAG_WORKER_ENDS : 0;
    std::vector<iovec> parts{{bytes, static_cast<std::size_t>(size)}};
    const bool sent = pipes_.write(header, parts);
    return sent && ends == 0 ? Next::Continue : Next::Stop;
}

Server::Next Server::run(const Frame& frame) {
    const auto found = calls_.find(frame.header.call);
    if (found == calls_.end()) {
        PyErr_SetString(PyExc_SystemError, "batch of an unknown call");
        return Next::Stop;
    }
    if (found->second.failure) return send_error(frame, found->second.failure.get());
    pipes_.set_spin((frame.header.flags & FS_FLAG_SPIN) != 0);
    const RowCall::Outcome outcome = found->second.rows->run(frame, pipes_);
    if (outcome == RowCall::Outcome::EngineGone) return Next::Stop;
    if (outcome == RowCall::Outcome::Done) return Next::Continue;
    const Ref description = describe();
    return send_error(frame, description.get());
}

Server::Next Server::handle(const Frame& frame) {
    switch (frame.header.kind) {
        case FS_FRAME_SETUP:
            set_up(frame);
            return Next::Continue;
        case FS_FRAME_BATCH:
            return run(frame);
        case FS_FRAME_DROP:
            calls_.erase(frame.header.call);
            pipes_.shrink();
            return Next::Continue;
        default:
            PyErr_SetString(PyExc_SystemError, "unknown kind of frame");
            return Next::Stop;
    }
}

bool Server::serve() {
    Frame frame;
    while (pipes_.read(frame) == Pipes::Read::Frame) {
        if (handle(frame) == Next::Stop) break;
    }
    return PyErr_Occurred() == nullptr;
}

PyObject* serve(PyObject*, PyObject* arguments) {
    int in = -1;
    int out = -1;
    PyObject* setup = nullptr;
    PyObject* describe_error = nullptr;
    if (!PyArg_ParseTuple(arguments, "iiOOO", &in, &out, &setup, &describe_error,
                          &g_abi.convert)) {
        return nullptr;
    }
    try {
        Server server(in, out, setup, describe_error);
        if (!server.serve()) return nullptr;
    } catch (const std::bad_alloc&) {
        return PyErr_NoMemory();
    }
    Py_INCREF(Py_None);
    return Py_None;
}

/// The kernel sends SIGKILL to this process when its parent ends.
PyObject* die_with_parent(PyObject*, PyObject*) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) return PyErr_SetFromErrno(PyExc_OSError);
    return PyLong_FromLong(getppid());
}

PyObject* pidfd_open(PyObject*, PyObject* arguments) {
    int pid = 0;
    if (!PyArg_ParseTuple(arguments, "i", &pid)) return nullptr;
    const long fd = syscall(SYS_pidfd_open, pid, 0);
    if (fd < 0) return PyErr_SetFromErrno(PyExc_OSError);
    return PyLong_FromLong(fd);
}

PyMethodDef kMethods[] = {
    {"serve", serve, METH_VARARGS, "serve(in_fd, out_fd, setup, describe_error, convert)"},
    {"die_with_parent", die_with_parent, METH_NOARGS, "ask for SIGKILL at the parent's end"},
    {"pidfd_open", pidfd_open, METH_VARARGS, "pidfd_open(pid) -> fd, also before Python 3.9"},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef kModule = {
    PyModuleDef_HEAD_INIT, "_firesteel_worker", nullptr, -1, kMethods, nullptr, nullptr, nullptr,
    nullptr,
};

}  // namespace

}  // namespace fsw

PyMODINIT_FUNC PyInit__firesteel_worker() {
    if (!fsw::load_abi()) return nullptr;
    return PyModule_Create(&fsw::kModule);
}
