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
            if (batch.columns.size() == 1) return read(batch.first_row, batch.columns[0]);
            ResultColumn whole;
            whole.rows = static_cast<std::uint32_t>(batch.rows);
            whole.children.assign(batch.columns.begin(), batch.columns.end());
            read(batch.first_row, whole);
        });
    }

  private:
    python::BatchFunction function_;
};

python::FunctionSpec function_of(const bound::PythonPart& part) {
    python::FunctionSpec out;
    out.name = part.chain.back()->name;
    for (const auto& link : part.chain) out.commands.push_back(link->command);
    out.result = part.result;
    for (std::size_t i = 0; i < part.arguments.size(); ++i) {
        out.arguments.push_back({static_cast<std::uint32_t>(part.arguments[i]),
                                 i < part.argument_names.size() ? part.argument_names[i] : std::string()});
    }
    return out;
}

/// A call that physical left where it stands is its only part.
std::vector<bound::PythonPart> parts_of(const bound::PythonCall& call) {
    if (!call.parts.empty()) return call.parts;
    bound::PythonPart whole{{call.function}, {}, call.argument_names, call.type};
    for (std::size_t i = 0; i < call.arguments.size(); ++i) whole.arguments.push_back(i);
    return {std::move(whole)};
}

python::CallSpec spec_of(const bound::PythonCall& call, const PythonContext& context, std::size_t batch_rows_max) {
    python::CallSpec spec;
    spec.eval_type = static_cast<python::EvalType>(call.function->eval_type);
    spec.python_version = call.function->python_version;
    spec.conf = context.conf;
    spec.batch_rows_max = batch_rows_max;
    for (const bound::Expr& argument : call.arguments) spec.inputs.push_back(argument.type());
    for (const bound::PythonPart& part : parts_of(call)) spec.functions.push_back(function_of(part));
    python::profile(spec, context.profiles);
    return spec;
}

/// Kinds whose functions, or whose conversions, use pandas or pyarrow.
bool sees_batches(python::EvalType type) {
    const auto kind = static_cast<std::uint32_t>(type);
    return type == python::EvalType::ArrowBatched || (kind >= 200 && kind < 300);
}

}  // namespace

std::shared_ptr<const python::WorkerEnvironment> environment_for(
    const std::shared_ptr<const python::WorkerEnvironment>& environment,
    const python::CallSpec& spec) {
    auto made = std::make_shared<python::WorkerEnvironment>(*environment);
    made->has_pandas = sees_batches(spec.eval_type);
    if (made->interpreter.empty()) {
        made->interpreter = "python" + (spec.python_version.empty() ? std::string("3") : spec.python_version);
    }
    return made;
}

MakeBatchFunction python_calls(python::WorkerPool& workers, PythonContextSource python,
                               std::size_t batch_rows_max) {
    return [&workers, python = std::move(python), batch_rows_max](const bound::PythonCall& call) {
        const std::shared_ptr<const PythonContext> context = python();
        python::CallSpec spec = spec_of(call, *context, batch_rows_max);
        auto where = environment_for(context->environment, spec);
        return std::make_shared<const PooledFunction>(workers, std::move(where), std::move(spec));
    };
}

}  // namespace firesteel::exec
