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
    PyObject* read_batch();
    PyObject* write_result(PyObject* arguments);

  private:
    struct Call {
        Ref describe;  // makes an error frame's payload of an exception
        std::unique_ptr<RowCall> rows;
        Ref handler;  // of other kinds: handler(connection, rows, flags, payload)
        Ref failure;  // what set-up raised, told as the answer to each batch
        Ref profile;  // of a call that is profiled: gives the pickled results since it was last called
    };

    enum class Next { Continue, Stop };
    Next handle(const Frame& frame);
    void set_up(const Frame& frame);
    Next run(const Frame& frame);
    Next run_handler(const Frame& frame, const Call& call);
    Next tell_profile(const Frame& frame);
    Ref describe(const Call* call);
    Next send_error(const Frame& frame, PyObject* description);

    Pipes pipes_;
    PyObject* setup_;
    PyObject* describe_error_;
    std::unordered_map<std::uint32_t, Call> calls_;
    Ref methods_;     // (read_batch, write_result), bound to this server
    Ref connection_;  // what handlers get, made by Python of the methods
    std::uint32_t current_call_ = 0;
    bool engine_gone_ = false;
};

constexpr const char* kServerCapsule = "firesteel_worker.server";

PyObject* or_null(PyObject* object) { return object != Py_None ? object : nullptr; }

Server* server_of(PyObject* capsule) {
    return static_cast<Server*>(PyCapsule_GetPointer(capsule, kServerCapsule));
}

PyObject* call_read(PyObject* self, PyObject*) {
    Server* server = server_of(self);
    return server != nullptr ? server->read_batch() : nullptr;
}

PyObject* call_write(PyObject* self, PyObject* arguments) {
    Server* server = server_of(self);
    return server != nullptr ? server->write_result(arguments) : nullptr;
}

PyMethodDef kReadMethod = {"read", call_read, METH_NOARGS, "read() -> (rows, flags, payload)"};
PyMethodDef kWriteMethod = {"write", call_write, METH_VARARGS, "write(rows, flags, payload)"};

/// The current Python error as (payload, worker ends), never null: describing can't fail.
Ref Server::describe(const Call* call) {
    PyObject* type = nullptr;
    PyObject* value = nullptr;
    PyObject* traceback = nullptr;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (traceback != nullptr && value != nullptr) PyException_SetTraceback(value, traceback);
    const Ref owned_type(type);
    const Ref owned_value(value);
    const Ref owned_traceback(traceback);
    PyObject* described = call != nullptr && call->describe ? call->describe.get() : describe_error_;
    return Ref(PyObject_CallFunctionObjArgs(described, value ? value : Py_None, nullptr));
}

void Server::set_up(const Frame& frame) {
    Call& call = calls_[frame.header.call];
    call = Call{};
    const Ref payload(
        PyBytes_FromStringAndSize(reinterpret_cast<const char*>(frame.payload),
                                  static_cast<Py_ssize_t>(frame.header.payload_bytes)));
    const Ref made(PyObject_CallFunctionObjArgs(setup_, payload.get(), nullptr));
    PyObject* described = nullptr;
    PyObject* first = nullptr;
    PyObject* functions = nullptr;
    PyObject* converters = nullptr;
    PyObject* finish = nullptr;
    PyObject* profile = nullptr;
    if (made && PyArg_ParseTuple(made.get(), "OO|OOOO", &described, &first, &functions, &converters, &finish,
                                 &profile)) {
        call.describe = Ref::borrow(described);
        if (PyObject_IsInstance(first, PyExc_BaseException) == 1) {
            call.failure = Ref(PyObject_CallFunctionObjArgs(described, first, nullptr));
            return;
        }
        if (profile != nullptr) call.profile = Ref::borrow(profile);
        if (functions == nullptr || functions == Py_None) {
            call.handler = Ref::borrow(first);
            return;
        }
        call.rows.reset(RowCall::create(first, functions, or_null(converters), or_null(finish)));
    }
    if (call.rows == nullptr) call.failure = describe(&call);
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
    if (found->second.handler) return run_handler(frame, found->second);
    const RowCall::Outcome outcome = found->second.rows->run(frame, pipes_);
    if (outcome == RowCall::Outcome::EngineGone) return Next::Stop;
    if (outcome == RowCall::Outcome::Done) return Next::Continue;
    const Ref description = describe(&found->second);
    return send_error(frame, description.get());
}

/// A kind that is written in Python: it may read the stream's further frames itself.
Server::Next Server::run_handler(const Frame& frame, const Call& call) {
    if (!connection_) {
        connection_ = Ref(PyObject_CallMethod(g_abi.convert, "connection", "(O)", methods_.get()));
    }
    current_call_ = frame.header.call;
    const Ref result(connection_ ? PyObject_CallFunction(
                                       call.handler.get(), "OIIy#", connection_.get(), frame.header.rows,
                                       static_cast<unsigned>(frame.header.flags), frame.payload,
                                       static_cast<Py_ssize_t>(frame.header.payload_bytes))
                                 : nullptr);
    if (result) return Next::Continue;
    if (engine_gone_) return Next::Stop;
    const Ref description = describe(&call);
    return send_error(frame, description.get());
}

Server::Next Server::tell_profile(const Frame& frame) {
    const auto found = calls_.find(frame.header.call);
    const bool is_profiled = found != calls_.end() && found->second.profile;
    const Ref told(is_profiled ? PyObject_CallFunctionObjArgs(found->second.profile.get(), nullptr)
                               : PyBytes_FromStringAndSize("\0\0\0\0\0\0\0", 8));
    char* bytes = nullptr;
    Py_ssize_t size = 0;
    if (!told || PyBytes_AsStringAndSize(told.get(), &bytes, &size) < 0) {
        const Ref description = describe(is_profiled ? &found->second : nullptr);
        return send_error(frame, description.get());
    }
    fs_frame_header header{};
    header.call = frame.header.call;
    header.kind = FS_FRAME_PROFILED;
    std::vector<iovec> parts{{bytes, static_cast<std::size_t>(size)}};
    return pipes_.write(header, parts) ? Next::Continue : Next::Stop;
}

/// (rows, flags, payload) of the next frame of the stream that a handler serves.
PyObject* Server::read_batch() {
    Frame frame;
    if (pipes_.read(frame) != Pipes::Read::Frame || frame.header.kind != FS_FRAME_BATCH ||
        frame.header.call != current_call_) {
        engine_gone_ = true;
        PyErr_SetString(PyExc_EOFError, "the engine gave up this call");
        return nullptr;
    }
    return Py_BuildValue("IIy#", frame.header.rows, static_cast<unsigned>(frame.header.flags),
                         frame.payload, static_cast<Py_ssize_t>(frame.header.payload_bytes));
}

/// write(rows, flags, payload)
PyObject* Server::write_result(PyObject* arguments) {
    unsigned rows = 0;
    unsigned flags = 0;
    char* bytes = nullptr;
    Py_ssize_t size = 0;
    if (!PyArg_ParseTuple(arguments, "IIy#", &rows, &flags, &bytes, &size)) return nullptr;
    if (size % 8 != 0 || static_cast<std::size_t>(size) > FS_FRAME_PAYLOAD_BYTES_MAX) {
        PyErr_SetString(PyExc_ValueError, "a result of this size can't be sent");
        return nullptr;
    }
    fs_frame_header header{};
    header.rows = rows;
    header.call = current_call_;
    header.kind = FS_FRAME_RESULT;
    header.flags = static_cast<std::uint16_t>(flags);
    std::vector<iovec> parts{{bytes, static_cast<std::size_t>(size)}};
    if (!pipes_.write(header, parts)) {
        engine_gone_ = true;
        PyErr_SetString(PyExc_EOFError, "the engine gave up this call");
        return nullptr;
    }
    Py_INCREF(Py_None);
    return Py_None;
}

Server::Next Server::handle(const Frame& frame) {
    switch (frame.header.kind) {
        case FS_FRAME_SETUP:
            set_up(frame);
            return Next::Continue;
        case FS_FRAME_BATCH:
            return run(frame);
        case FS_FRAME_PROFILE:
            return tell_profile(frame);
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
    const Ref self(PyCapsule_New(this, kServerCapsule, nullptr));
    Ref read(self ? PyCFunction_New(&kReadMethod, self.get()) : nullptr);
    Ref write(self ? PyCFunction_New(&kWriteMethod, self.get()) : nullptr);
    if (!read || !write) return false;
    methods_ = Ref(PyTuple_Pack(2, read.get(), write.get()));
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

/// Longer than Linux gives a thread at once by itself, which is up to 2.8 ms.
constexpr std::uint64_t kSliceNanos = 5000000;

/// struct sched_attr of Linux, in its first size.
struct SchedulingAttributes {
    std::uint32_t size = sizeof(SchedulingAttributes);
    std::uint32_t policy = 0;
    std::uint64_t flags = 0;
    std::int32_t nice = 0;
    std::uint32_t priority = 0;
    std::uint64_t runtime = 0;
    std::uint64_t deadline = 0;
    std::uint64_t period = 0;
};
static_assert(sizeof(SchedulingAttributes) == 48);

/// Whoever wakes up and asks for shorter slices goes before this thread, whose share stays the same. A wish: Linux
/// before 6.12 knows of none.
PyObject* take_long_slices(PyObject*, PyObject*) {
    SchedulingAttributes attributes;
    if (syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) == 0) {
        attributes.runtime = kSliceNanos;
        syscall(SYS_sched_setattr, 0, &attributes, 0);
    }
    Py_INCREF(Py_None);
    return Py_None;
}

PyMethodDef kMethods[] = {
    {"serve", serve, METH_VARARGS, "serve(in_fd, out_fd, setup, describe_error, convert)"},
    {"die_with_parent", die_with_parent, METH_NOARGS, "ask for SIGKILL at the parent's end"},
    {"take_long_slices", take_long_slices, METH_NOARGS, "let those that wake up for a moment go first"},
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
