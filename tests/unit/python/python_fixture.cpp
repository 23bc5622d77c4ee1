#include "python_fixture.h"

#include <unistd.h>

#include <array>

#include "common/error.h"
#include "io/child_process.h"

namespace firesteel::python::test {

std::string default_interpreter() { return FS_TEST_PYTHON; }
std::string pyspark_path() { return FS_TEST_PYSPARK_PATH; }

PoolOptions pool_options() {
    PoolOptions options;
    options.package_directory = FS_TEST_WORKER_PACKAGE;
    options.nice = 0;
    return options;
}

std::shared_ptr<const WorkerEnvironment> environment(const std::string& interpreter) {
    WorkerEnvironment made;
    made.interpreter = interpreter;
    return std::make_shared<const WorkerEnvironment>(std::move(made));
}

std::string pickled(const std::string& function, const std::string& prelude,
                    const std::string& interpreter, const std::string& path) {
    const std::string code =
        "import sys; sys.path[:0] = [sys.argv[3]] if sys.argv[3] else []\n"
        "from pyspark.cloudpickle import dumps\n"
        "scope = {'__name__': '__main__'}\n"
        "exec(sys.argv[2], scope)\n"
        "sys.stdout.buffer.write(dumps((eval(sys.argv[1], scope), None)))";
    io::Pipe output = io::make_pipe();
    io::SpawnOptions spawn;
    spawn.arguments = {interpreter, "-c", code, function, prelude, path};
    spawn.output = output.write.get();
    io::ChildProcess process = io::ChildProcess::spawn(spawn);
    output.write.reset();
    std::string bytes;
    std::array<char, 4096> chunk{};
    for (ssize_t n = 0; (n = ::read(output.read.get(), chunk.data(), chunk.size())) > 0;) {
        bytes.append(chunk.data(), static_cast<std::size_t>(n));
    }
    const auto status = process.wait(std::chrono::seconds(60));
    FS_ASSERT(status && status->code == 0 && status->signal == 0);
    return bytes;
}

CallSpec call_spec(std::string command, std::vector<DataType> inputs, DataType result) {
    CallSpec spec;
    FunctionSpec function;
    function.name = "f";
    for (std::uint32_t i = 0; i < inputs.size(); ++i) function.arguments.push_back({i, ""});
    function.commands.push_back(std::move(command));
    function.result = std::move(result);
    spec.inputs = std::move(inputs);
    spec.functions.push_back(std::move(function));
    return spec;
}

}  // namespace firesteel::python::test
