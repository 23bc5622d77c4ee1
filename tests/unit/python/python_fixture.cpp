#include "python_fixture.h"

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

/// A Python string literal.
std::string literal(const std::string& text) {
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\n') {
            quoted += "\\n";
            continue;
        }
        if (c == '\\' || c == '\'') quoted += '\\';
        quoted += c;
    }
    return quoted + "'";
}

std::string pickled(const std::string& function, const std::string& prelude) {
    const std::string source = "(lambda scope: (exec(" + literal(prelude) + ", scope), eval(" +
                               literal(function) + ", scope))[1])({'__name__': '__main__'})";
    // Protocol 0: eval(source) and None in a tuple; backslashes are escaped as in Python's sources.
    std::string escaped;
    for (const char c : source) escaped += c == '\\' ? std::string("\\u005c") : std::string(1, c);
    return "(cbuiltins\neval\n(V" + escaped + "\ntRNt.";
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
