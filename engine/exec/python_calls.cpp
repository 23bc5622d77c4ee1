#include "exec/python_calls.h"

#include "python/batch_function.h"

namespace firesteel::exec {
namespace {

class PooledFunction final : public BatchFunction {
  public:
    PooledFunction(python::WorkerPool& pool,
                   std::shared_ptr<const python::WorkerEnvironment> environment,
                   python::CallSpec spec)
        : function_(pool, std::move(environment), std::move(spec)) {}

    void run(std::span<const ColumnView> inputs, std::size_t rows, const StopToken& stop,
             const Reader& read) const override {
        function_.run(inputs, rows, stop, [&](const python::ResultBatch& batch) {
            read(batch.first_row, batch.columns[0]);
        });
    }

  private:
    python::BatchFunction function_;
};

python::CallSpec spec_of(const bound::PythonCall& call,
                         const std::vector<std::pair<std::string, std::string>>& conf) {
    python::CallSpec spec;
    spec.eval_type = static_cast<python::EvalType>(call.function->eval_type);
    spec.python_version = call.function->python_version;
    spec.conf = conf;
    python::FunctionSpec function;
    function.name = call.function->name;
    function.commands = {call.function->command};
    function.result = call.type;
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
        spec.inputs.push_back(call.arguments[i].type());
        function.arguments.push_back(
            {static_cast<std::uint32_t>(i),
             i < call.argument_names.size() ? call.argument_names[i] : std::string()});
    }
    spec.functions = {std::move(function)};
    return spec;
}

}  // namespace

std::shared_ptr<const python::WorkerEnvironment> environment_for(
    const std::shared_ptr<const python::WorkerEnvironment>& environment,
    const std::string& python_version) {
    if (!environment->interpreter.empty()) return environment;
    auto named = std::make_shared<python::WorkerEnvironment>(*environment);
    named->interpreter = "python" + (python_version.empty() ? std::string("3") : python_version);
    return named;
}

MakeBatchFunction python_calls(python::WorkerPool& workers,
                               std::shared_ptr<const python::WorkerEnvironment> environment,
                               std::vector<std::pair<std::string, std::string>> conf) {
    return [&workers, environment = std::move(environment),
            conf = std::move(conf)](const bound::PythonCall& call) {
        return std::make_shared<const PooledFunction>(
            workers, environment_for(environment, call.function->python_version), spec_of(call, conf));
    };
}

}  // namespace firesteel::exec
