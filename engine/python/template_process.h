#pragma once
/// One warm Python process per interpreter, from which workers are forked, and the thread that
/// started it: it reads the template's reports and drains the output of template and workers.
/// Everything ends with that thread; it must live as long as the workers may.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "common/stop_token.h"
#include "io/channel.h"
#include "io/child_process.h"
#include "io/duplex_pump.h"
#include "python/worker.h"
#include "python/worker_environment.h"

namespace firesteel::python {

struct TemplateOptions {
    std::string interpreter;
    std::string package_directory;  // holds firesteel_worker/
    std::string fallback_path;      // pyspark for interpreters that have none; last on sys.path
    int nice = 5;  // of the template and of its workers
    bool has_pandas = false;        // imports pandas and pyarrow, if they are there
    std::function<void()> tick;  // called by the thread about once a second while workers live
};

class TemplateProcess {
  public:
    /// Returns at once; the process starts on the thread.
    explicit TemplateProcess(TemplateOptions options);
    /// Ends the template, and with it its workers.
    ~TemplateProcess();

    /// Thread-safe. Throws Error: the interpreter can't run, stopped, too late.
    std::shared_ptr<Worker> fork_worker(const std::shared_ptr<const WorkerEnvironment>& environment,
                                        const StopToken& stop, io::Deadline deadline);
    /// The process has ended or could not start: of no more use.
    bool dead() const;
    /// "3.11", or empty while it starts.
    std::string python_version() const;

  private:
    struct Request {
        std::shared_ptr<const WorkerEnvironment> environment;
        Worker::Ends ends;
        std::shared_ptr<OutputTail> output;
        std::shared_ptr<Worker> worker;
        std::string failure;
        bool answered = false;
    };
    struct Born {
        std::weak_ptr<Worker> worker;
        std::shared_ptr<OutputTail> output;
    };

    void run();
    io::ChildProcess start();
    void serve(io::ChildProcess& process);
    bool poll_once();
    void handle(io::Message message);
    void on_forked(std::uint32_t id, pid_t pid, io::Fd pidfd);
    void on_exited(pid_t pid, int status);
    void die(const std::string& why);
    std::uint32_t send_request(const std::shared_ptr<const WorkerEnvironment>& environment,
                               Request request);

    const TemplateOptions options_;
    io::Event wake_;
    std::optional<io::Channel> channel_;
    io::Fd their_channel_;
    std::shared_ptr<OutputTail> output_;  // the template's own
    io::Fd their_output_;
    std::map<pid_t, Born> workers_;  // the thread's own

    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    bool stopping_ = false;
    std::optional<std::string> death_;
    std::string python_version_;
    std::uint32_t next_request_ = 1;
    std::map<std::uint32_t, Request> requests_;

    std::thread thread_;
};

}  // namespace firesteel::python
