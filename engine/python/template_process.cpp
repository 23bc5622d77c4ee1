#include "python/template_process.h"

#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

#include "common/error.h"
#include "common/log.h"

namespace firesteel::python {

namespace {

constexpr log::Channel kLog{"python"};
constexpr int kTickMs = 1000;
constexpr std::chrono::milliseconds kEndTimeout{500};

std::vector<std::string_view> split(std::string_view bytes) {
    std::vector<std::string_view> fields;
    while (true) {
        const std::size_t end = bytes.find('\0');
        fields.push_back(bytes.substr(0, end));
        if (end == std::string_view::npos) return fields;
        bytes.remove_prefix(end + 1);
    }
}

int number(std::string_view text) {
    int value = -1;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::string fork_message(std::uint32_t id, const WorkerEnvironment& environment) {
    std::string text = "fork";
    const auto add = [&text](std::string_view field) {
        text += '\0';
        text += field;
    };
    add(std::to_string(id));
    add(environment.session_directory);
    for (const std::string& path : environment.extra_paths) add("path=" + path);
    for (const auto& [name, value] : environment.variables) add("env=" + name + "=" + value);
    return text;
}

}  // namespace

TemplateProcess::TemplateProcess(TemplateOptions options) : options_(std::move(options)) {
    io::ChannelPair pair = io::make_channel();
    channel_.emplace(std::move(pair.ours));
    their_channel_ = std::move(pair.theirs);
    io::Pipe output = io::make_pipe(1 << 16);
    output_ = std::make_shared<OutputTail>(std::move(output.read));
    their_output_ = std::move(output.write);
    thread_ = std::thread([this] { run(); });
}

TemplateProcess::~TemplateProcess() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.set();
    thread_.join();
}

bool TemplateProcess::dead() const {
    const std::lock_guard lock(mutex_);
    return death_.has_value();
}

std::string TemplateProcess::python_version() const {
    const std::lock_guard lock(mutex_);
    return python_version_;
}

std::uint32_t TemplateProcess::send_request(
    const std::shared_ptr<const WorkerEnvironment>& environment, Request request) {
    io::Pipe in = io::make_pipe();
    io::Pipe out = io::make_pipe();
    io::Pipe output = io::make_pipe(1 << 16);
    request.environment = environment;
    request.ends.to_worker = std::move(in.write);
    request.ends.from_worker = std::move(out.read);
    request.output = std::make_shared<OutputTail>(std::move(output.read));
    const std::array<int, 3> given{in.read.get(), out.write.get(), output.write.get()};
    const std::lock_guard lock(mutex_);
    const std::uint32_t id = next_request_++;
    const std::string message = fork_message(id, *environment);
    if (!channel_->send(message, given)) {
        throw Error(ErrorClass::NoCondition,
                    {{"message", "the Python process that starts workers doesn't answer"}});
    }
    requests_.emplace(id, std::move(request));
    return id;
}

std::shared_ptr<Worker> TemplateProcess::fork_worker(
    const std::shared_ptr<const WorkerEnvironment>& environment, const StopToken& stop,
    io::Deadline deadline) {
    const std::uint32_t id = send_request(environment, {});
    wake_.set();
    std::unique_lock lock(mutex_);
    const auto answered = [&] { return requests_.at(id).answered || death_.has_value(); };
    if (deadline == io::kNoDeadline) {
        changed_.wait(lock, stop.raw(), answered);
    } else {
        changed_.wait_until(lock, stop.raw(), deadline, answered);
    }
    Request request = std::move(requests_.at(id));
    requests_.erase(id);
    if (request.worker) return request.worker;
    stop.throw_if_stopped();
    std::string why = request.failure;
    if (why.empty()) why = death_ ? *death_ : "it took too long";
    const std::string what = "can't start a Python worker with " + options_.interpreter + ": ";
    throw Error(ErrorClass::NoCondition, {{"message", what + why}});
}

io::ChildProcess TemplateProcess::start() {
    io::SpawnOptions spawn;
    const std::string code =
        "import sys; sys.version_info >= (3, 8) or sys.exit('Python 3.8 or newer is needed, this is ' + "
        "sys.version.split()[0])\n"
        "import os; os.nice(int(sys.argv[5]))\n"
        "package = sys.argv[1]; sys.path[:] = [package] + [p for p in sys.path if p]\n"
        "from firesteel_worker import template; sys.path.remove(package)\n"
        "template.main(int(sys.argv[2]), sys.argv[3], sys.argv[4])";
    // No flags before -c: the interpreter may be a PEX file, which takes none.
    spawn.arguments = {options_.interpreter, "-c", code, options_.package_directory,
                       std::to_string(io::kPassedDescriptor), options_.fallback_path,
                       options_.has_pandas ? "pandas" : "", std::to_string(options_.nice)};
    // As Spark's workers: reproducible hashes, one OpenMP thread per worker, output at once.
    spawn.environment = {{"PYTHONHASHSEED", "0"}, {"OMP_NUM_THREADS", "1"}, {"PYTHONUNBUFFERED", "YES"}};
    spawn.output = their_output_.get();
    spawn.error = their_output_.get();
    spawn.passed = their_channel_.get();
    return io::ChildProcess::spawn(spawn);
}

void TemplateProcess::run() {
    try {
        io::ChildProcess process = start();
        their_channel_.reset();
        their_output_.reset();
        serve(process);
    } catch (const Error& error) {
        die(error.message());
    }
}

void TemplateProcess::serve(io::ChildProcess& process) {
    kLog.info("python template started",
              {{"interpreter", options_.interpreter}, {"pid", process.pid()}});
    while (poll_once()) {
    }
    // It closed its end of the channel and ends by itself, or we do: then nothing of it is worth waiting for. Its
    // workers end with it.
    {
        const std::lock_guard lock(mutex_);
        channel_->close();
        if (stopping_) process.kill(SIGKILL);
    }
    std::optional<io::ExitStatus> status = process.wait(kEndTimeout);
    if (!status) process.kill(SIGKILL);
    if (!status) status = process.wait(kEndTimeout);
    std::string why = status ? status->text() : "it does not end";
    const std::string tail = output_->text();
    if (!tail.empty()) why += "\nIts last output:\n" + tail;
    die(why);
}

void TemplateProcess::die(const std::string& why) {
    std::map<pid_t, Born> orphans;
    {
        const std::lock_guard lock(mutex_);
        death_ = why;
        if (!stopping_) {
            kLog.warn("python template ended",
                      {{"interpreter", options_.interpreter}, {"why", why}});
        }
        orphans.swap(workers_);
    }
    // Its workers got SIGKILL when it ended; nobody will report their exits any more.
    for (const auto& [pid, born] : orphans) {
        if (const auto worker = born.worker.lock()) worker->set_exit(io::ExitStatus{0, SIGKILL});
    }
    changed_.notify_all();
}

bool TemplateProcess::poll_once() {
    std::vector<pollfd> waited{{wake_.fd(), POLLIN, 0}, {channel_->fd(), POLLIN, 0},
                               {output_->fd(), POLLIN, 0}};
    std::vector<pid_t> pids;
    for (const auto& [pid, born] : workers_) {
        waited.push_back({born.output->fd(), POLLIN, 0});
        pids.push_back(pid);
    }
    const int count = ::poll(waited.data(), waited.size(), workers_.empty() ? -1 : kTickMs);
    if (count < 0 && errno != EINTR) return false;
    wake_.clear();
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return false;
    }
    for (std::size_t i = 3; i < waited.size(); ++i) {
        if (waited[i].revents == 0) continue;
        const auto found = workers_.find(pids[i - 3]);
        // At its end a worker leaves the table by its exit report; here only its silence is noted.
        if (!found->second.output->drain()) found->second.output = output_;
    }
    if (waited[2].revents != 0) output_->drain();
    io::Message message;
    io::Channel::Received received = channel_->receive(message);
    while (received == io::Channel::Received::Message) {
        handle(std::move(message));
        message = {};
        received = channel_->receive(message);
    }
    if (options_.tick) options_.tick();
    return received != io::Channel::Received::Closed;
}

void TemplateProcess::handle(io::Message message) {
    const std::vector<std::string_view> fields = split(message.bytes);
    if (fields[0] == "forked" && fields.size() == 3 && message.descriptors.size() == 1) {
        on_forked(static_cast<std::uint32_t>(number(fields[1])), number(fields[2]),
                  std::move(message.descriptors[0]));
    } else if (fields[0] == "exited" && fields.size() == 3) {
        on_exited(number(fields[1]), number(fields[2]));
    } else if (fields[0] == "failed" && fields.size() == 3) {
        const std::lock_guard lock(mutex_);
        const auto found = requests_.find(static_cast<std::uint32_t>(number(fields[1])));
        if (found != requests_.end()) {
            found->second.failure = fields[2];
            found->second.answered = true;
        }
    } else if (fields[0] == "ready" && fields.size() == 2) {
        const std::lock_guard lock(mutex_);
        python_version_ = fields[1];
    }
    changed_.notify_all();
}

void TemplateProcess::on_forked(std::uint32_t id, pid_t pid, io::Fd pidfd) {
    const std::lock_guard lock(mutex_);
    const auto found = requests_.find(id);
    // Nobody waits any more: the worker ends by itself, its pipes are closed.
    if (found == requests_.end()) return;
    Request& request = found->second;
    request.ends.pidfd = std::move(pidfd);
    request.worker = std::make_shared<Worker>(request.environment, pid, std::move(request.ends),
                                              request.output);
    request.answered = true;
    workers_[pid] = {request.worker, request.output};
}

void TemplateProcess::on_exited(pid_t pid, int status) {
    const auto found = workers_.find(pid);
    if (found == workers_.end()) return;
    if (const auto worker = found->second.worker.lock()) {
        worker->set_exit(io::ExitStatus::from_wait(status));
    } else {
        ::kill(-pid, SIGKILL);
    }
    workers_.erase(found);
}

}  // namespace firesteel::python
