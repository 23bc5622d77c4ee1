#include "python/batch_function.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <string>
#include <utility>

#include "common/error.h"
#include "python/profiles.h"

namespace firesteel::python {

namespace {

class ErrorReader {
  public:
    explicit ErrorReader(std::span<const std::byte> rest) : rest_(rest) {}

    std::uint32_t u32() {
        std::uint32_t value = 0;
        if (rest_.size() < sizeof value) return damaged();
        std::memcpy(&value, rest_.data(), sizeof value);
        rest_ = rest_.subspan(sizeof value);
        return value;
    }
    std::string text() {
        const std::uint32_t size = u32();
        if (rest_.size() < size) return std::to_string(damaged());
        std::string value(reinterpret_cast<const char*>(rest_.data()), size);
        rest_ = rest_.subspan(size);
        return value;
    }

  private:
    [[noreturn]] static std::uint32_t damaged() {
        throw Error(ErrorClass::NoCondition,
                    {{"message", "a Python worker sent a malformed error"}});
    }
    std::span<const std::byte> rest_;
};

Error condition_error(const std::string& condition, ErrorParameters parameters) {
    for (const ErrorClassRow& row : all_error_classes()) {
        if (row.condition == condition) return Error(row.id, std::move(parameters));
    }
    std::string message = "a Python worker reported " + condition;
    for (const auto& [name, value] : parameters) message += " " + name + "=" + value;
    return Error(ErrorClass::NoCondition, {{"message", message}});
}

/// Kinds whose answer to each batch has the batch's rows.
bool keeps_rows(EvalType type) {
    return type == EvalType::Batched || type == EvalType::ArrowBatched || type == EvalType::ScalarPandas ||
           type == EvalType::ScalarArrow || type == EvalType::AnalyzeTable ||
           type == EvalType::PlanRead || type == EvalType::PlanWrite || type == EvalType::EndWrite;
}

[[noreturn]] void throw_malformed() {
    throw Error(ErrorClass::NoCondition, {{"message", "a Python worker sent a malformed result"}});
}

}  // namespace

Error error_of(std::span<const std::byte> payload) {
    ErrorReader reader(payload);
    const std::uint32_t kind = reader.u32();
    std::string text = reader.text();
    if (kind == FS_ERROR_PYTHON) {
        return Error(ErrorClass::PythonFailure, {{"traceback", std::move(text)}});
    }
    if (kind != FS_ERROR_CONDITION) {
        return Error(ErrorClass::NoCondition, {{"message", std::move(text)}});
    }
    const std::string condition = reader.text();
    ErrorParameters parameters;
    for (std::uint32_t left = reader.u32(); left != 0; --left) {
        std::string name = reader.text();
        parameters.emplace_back(std::move(name), reader.text());
    }
    return condition_error(condition, std::move(parameters));
}

std::shared_ptr<const CallSetup> make_setup(WorkerPool& pool, const CallSpec& spec) {
    auto setup = std::make_shared<CallSetup>();
    setup->id = pool.next_call_id();
    setup->frame = setup_frame(setup->id, spec);
    return setup;
}

BatchFunction::BatchFunction(WorkerPool& pool, std::shared_ptr<const WorkerEnvironment> environment,
                             CallSpec spec)
    : pool_(&pool), environment_(std::move(environment)), spec_(std::move(spec)) {
    if (!keeps_rows(spec_.eval_type)) {
        throw unsupported("Python functions of evaluation type " +
                          std::to_string(static_cast<std::uint32_t>(spec_.eval_type)));
    }
    for (const FunctionSpec& function : spec_.functions) {
        FS_ASSERT(!function.commands.empty());
        result_types_.push_back(function.result);
    }
    setup_ = make_setup(pool, spec_);
}

void BatchFunction::read_results(const WorkerLease& lease, std::size_t first, std::size_t rows,
                                 const StopToken& stop, ResultReader& reader) const {
    Worker& worker = lease.worker();
    const io::DuplexPump::Spin spin = lease.spin();
    std::vector<ResultColumn> columns;
    for (std::size_t done = 0; done < rows;) {
        const Worker::Reply reply = worker.receive(stop, spin);
        if (reply.header.kind == FS_FRAME_ERROR) {
            const Error error = error_of(reply.payload);
            if ((reply.header.flags & FS_FLAG_WORKER_ENDS) == 0) worker.end();
            throw error;
        }
        const std::size_t got = reply.header.rows;
        if (reply.header.kind != FS_FRAME_RESULT || reply.header.call != setup_->id || got == 0 ||
            got > rows - done ||
            !read_result(result_types_, reply.header.rows, reply.payload, columns)) {
            throw_malformed();
        }
        reader.read({first + done, got, columns});
        done += got;
    }
}

void BatchFunction::run(std::span<const ColumnView> inputs, std::size_t rows,
                        const StopToken& stop, ResultReader& reader) const {
    if (rows == 0) return;
    const auto begin = std::chrono::steady_clock::now();
    const WorkerLease lease = pool_->acquire(environment_, stop);
    Worker& worker = lease.worker();
    fs_frame_header header{};
    header.call = setup_->id;
    header.flags = lease.spin() == io::DuplexPump::Spin::Briefly ? FS_FLAG_SPIN : 0;
    const bool by_row =
        spec_.eval_type == EvalType::Batched || spec_.eval_type == EvalType::ArrowBatched;
    const std::size_t rows_max = by_row || spec_.batch_rows_max == 0 ? rows : spec_.batch_rows_max;
    for (std::size_t first = 0; first < rows;) {
        worker.begin(setup_);
        const std::size_t wanted = std::min(rows - first, rows_max);
        const std::size_t sent =
            append_batch(spec_.inputs, inputs, first, wanted, header, worker.outgoing());
        read_results(lease, first, sent, stop, reader);
        first += sent;
        if (first == rows) collect_profile(lease, spec_, setup_->id, stop);
        worker.end();
    }
    const auto busy = std::chrono::steady_clock::now() - begin;
    for (const FunctionSpec& function : spec_.functions) pool_->note(function.name, rows, busy);
}

}  // namespace firesteel::python
