#include "exec/python_stage.h"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "common/bounded_queue.h"
#include "exec/python_calls.h"
#include "physical/python_stages.h"
#include "python/batch_codec.h"
#include "python/stream_call.h"

namespace firesteel::exec {
namespace {

/// Results that wait for the database to read them.
constexpr std::size_t kPartsMax = 4;

using physical::PythonStage;
using python::Group;
using python::Side;

/// Encoded rows, as frames have them: worker results, or input rows that are carried.
struct Rows {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t size = 0;
    std::size_t rows = 0;
};

Rows copy_of(std::span<const std::byte> payload, std::size_t rows) {
    Rows out{std::make_unique_for_overwrite<std::byte[]>(payload.size()), payload.size(), rows};
    std::memcpy(out.bytes.get(), payload.data(), payload.size());
    return out;
}

/// Encoded rows one part after the other, and a place in the current part.
class RowCursor {
  public:
    explicit RowCursor(std::vector<DataType> types) : types_(std::move(types)) {}

    bool at_end() const { return next_ >= rows_.rows; }
    std::size_t left() const { return rows_.rows - next_; }
    void take(Rows rows) {
        rows_ = std::move(rows);
        next_ = 0;
        const std::span<const std::byte> payload(rows_.bytes.get(), rows_.size);
        if (!python::read_result(types_, static_cast<std::uint32_t>(rows_.rows), payload, columns_)) {
            throw Error(ErrorClass::NoCondition, {{"message", "a Python worker sent a malformed result"}});
        }
    }
    const std::vector<ResultColumn>& columns() const { return columns_; }
    std::size_t place() const { return next_; }
    void skip(std::size_t rows) { next_ += rows; }
    /// Makes the last row the current one again; false if there was none.
    bool back() {
        if (rows_.rows == 0) return false;
        next_ = rows_.rows - 1;
        return true;
    }

  private:
    const std::vector<DataType> types_;
    Rows rows_;
    std::size_t next_ = 0;
    std::vector<ResultColumn> columns_;
};

/// What one stage is, prepared once: shared by its runs.
struct Recipe {
    StageContext context;
    std::shared_ptr<const python::WorkerEnvironment> environment;
    PythonStage stage;
    python::CallSpec spec;
    std::vector<DataType> carried_types;
};

/// One side of a stage while it is fed.
class InputRows {
  public:
    InputRows(const PythonStage::Input& input, Side side, std::unique_ptr<ResultStream> rows)
        : input_(&input), side_(side), rows_(std::move(rows)) {}

    Side side() const { return side_; }
    std::size_t row() const { return row_; }
    const ColumnBatch& batch() const { return *batch_; }
    const std::vector<ColumnView>& sent() const { return sent_; }
    /// False at the end; else there is a current row.
    bool fetch() {
        while (!batch_ || row_ >= batch_->rows) {
            batch_ = rows_->next_columns();
            if (!batch_) return false;
            row_ = 0;
            sent_.clear();
            for (const std::size_t column : input_->sent) sent_.push_back(batch_->columns[column]);
        }
        return true;
    }
    void skip(std::size_t rows) { row_ += rows; }
    std::string_view key() const { return key_at(row_); }
    /// Rows from the current one on with its key, of those that are here.
    std::size_t rows_of(std::string_view key) const {
        std::size_t end = row_;
        while (end < batch_->rows && key_at(end) == key) ++end;
        return end - row_;
    }

  private:
    std::string_view key_at(std::size_t row) const {
        const ColumnView& keys = batch_->columns[*input_->group_key];
        return static_cast<const StringSlot*>(keys.data)[row].view();
    }

    const PythonStage::Input* input_;
    Side side_;
    std::unique_ptr<ResultStream> rows_;
    std::optional<ColumnBatch> batch_;
    std::vector<ColumnView> sent_;
    std::size_t row_ = 0;
};

class StageRun final : public RowReader, private python::StreamReader {
  public:
    StageRun(std::shared_ptr<const Recipe> recipe, const StopToken& stop)
        : recipe_(std::move(recipe)),
          on_stop_(stop, {stop_}),
          results_(result_types(*recipe_)),
          carried_(recipe_->carried_types) {
        if (!recipe_->context.start([this] { run(); })) {
            throw Error(ErrorClass::NoCondition, {{"message", "too many Python stages run at once"}});
        }
        started_ = true;
    }

    ~StageRun() override {
        stop_.request_stop(StopReason::Abandoned);
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return ended_ || !started_; });
    }

    std::optional<RowPart> next() override {
        const StopToken stop = stop_.token();
        while (results_.at_end()) {
            std::optional<Rows> rows = parts_.pop(stop);
            if (!rows) {
                const std::lock_guard lock(mutex_);
                if (error_) throw *error_;
                return std::nullopt;
            }
            results_.take(*std::move(rows));
        }
        RowPart part{results_.left(), {}};
        if (recipe_->stage.carry != PythonStage::Carry::Nothing) {
            take_carried();
            part.rows = std::min(part.rows, carried_.left());
            for (const ResultColumn& column : carried_.columns()) {
                part.columns.push_back({&column, carried_.place()});
            }
            carried_.skip(part.rows);
        }
        const std::vector<ResultColumn>& columns =
            recipe_->stage.spreads ? results_.columns()[0].children : results_.columns();
        for (const ResultColumn& column : columns) part.columns.push_back({&column, results_.place()});
        results_.skip(part.rows);
        return part;
    }

  private:
    struct Stop {
        StopSource source;
        void operator()() { source.request_stop(StopReason::Interrupted); }
    };

    static std::vector<DataType> result_types(const Recipe& recipe) {
        std::vector<DataType> types;
        for (const python::FunctionSpec& f : recipe.spec.functions) types.push_back(f.result);
        return types;
    }

    /// The task of the stage's thread.
    void run() {
        std::optional<Error> error;
        try {
            feed();
        } catch (const Error& e) {
            error = e;
        } catch (const std::exception& e) {
            error = Error(ErrorClass::InternalError, {{"message", e.what()}});
        }
        {
            const std::lock_guard lock(mutex_);
            error_ = std::move(error);
        }
        parts_.close();
        const std::lock_guard lock(mutex_);
        ended_ = true;
        changed_.notify_all();  // under the lock: the run may end as soon as it is released
    }

    void feed() {
        const StopToken stop = stop_.token();
        std::vector<InputRows> inputs;
        for (const PythonStage::Input& input : recipe_->stage.inputs) {
            inputs.emplace_back(input, inputs.empty() ? Side::Left : Side::Right,
                                recipe_->context.run(input.plan, stop));
        }
        if (!recipe_->stage.runs_for_no_rows && !any_row(inputs)) return;
        python::StreamCall call(recipe_->context.workers, recipe_->environment, recipe_->spec, stop);
        if (recipe_->stage.inputs[0].group_key) {
            feed_groups(call, inputs);
        } else {
            feed_rows(call, inputs[0]);
        }
        call.finish(*this);
    }

    static bool any_row(std::vector<InputRows>& inputs) {
        bool any = false;
        for (InputRows& input : inputs) any = input.fetch() || any;
        return any;
    }

    void feed_rows(python::StreamCall& call, InputRows& input) {
        while (input.fetch()) {
            const std::size_t rows = input.batch().rows;
            carry(input, 0, rows);
            call.feed(input.sent(), 0, rows, *this);
            input.skip(rows);
        }
    }

    /// Sorted sides are merged by their keys.
    void feed_groups(python::StreamCall& call, std::vector<InputRows>& inputs) {
        std::string key;
        while (true) {
            bool found = false;
            for (InputRows& input : inputs) {
                if (!input.fetch() || (found && input.key() >= key)) continue;
                key = input.key();
                found = true;
            }
            if (!found) return;
            bool first = true;
            for (InputRows& input : inputs) {
                while (input.fetch() && input.key() == key) {
                    const std::size_t rows = input.rows_of(key);
                    const bool all = recipe_->stage.carry == PythonStage::Carry::EachRow;
                    if (all || first) carry(input, input.row(), all ? rows : 1);
                    first = false;
                    call.feed(input.sent(), input.row(), rows, *this, input.side());
                    input.skip(rows);
                }
            }
            call.feed({}, 0, 0, *this, inputs.back().side(), Group::Ends);
        }
    }

    void carry(const InputRows& input, std::size_t first, std::size_t rows) {
        if (recipe_->stage.carry == PythonStage::Carry::Nothing) return;
        std::vector<ColumnView> columns;
        for (const std::size_t c : recipe_->stage.carried) columns.push_back(input.batch().columns[c]);
        for (std::size_t done = 0; done < rows;) {
            encoder_.clear();
            const std::size_t some = python::append_batch(recipe_->carried_types, columns, first + done,
                                                          rows - done, fs_frame_header{}, encoder_);
            const auto payload = encoder_.bytes().subspan(FS_FRAME_HEADER_BYTES);
            const std::lock_guard lock(mutex_);
            kept_.push_back(copy_of(payload, some));
            done += some;
        }
    }

    /// Results beyond the input (the last rows of a table function) go with the input's last row.
    void take_carried() {
        if (!carried_.at_end()) return;
        const std::lock_guard lock(mutex_);
        if (!kept_.empty()) {
            carried_.take(std::move(kept_.front()));
            kept_.pop_front();
        } else if (!carried_.back()) {
            throw Error(ErrorClass::NoCondition,
                        {{"message", "a Python worker sent rows where it was given none"}});
        }
    }

    void read(const python::StreamPart& part) override {
        if (part.rows == 0) return;
        parts_.push(copy_of(part.payload, part.rows), stop_.token());
    }

    const std::shared_ptr<const Recipe> recipe_;
    StopSource stop_;
    StopCallback<Stop> on_stop_;
    BoundedQueue<Rows> parts_{kPartsMax};
    RowCursor results_;
    RowCursor carried_;
    python::FrameBuffer encoder_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Rows> kept_;  // carried rows whose results have not been read
    std::optional<Error> error_;
    bool started_ = false;
    bool ended_ = false;
};

class StageSource final : public RowSource {
  public:
    explicit StageSource(std::shared_ptr<const Recipe> recipe) : recipe_(std::move(recipe)) {}

    std::unique_ptr<RowReader> open(const StopToken& stop) const override {
        return std::make_unique<StageRun>(recipe_, stop);
    }

  private:
    std::shared_ptr<const Recipe> recipe_;
};

void append_columns(const PythonStage::Input& input, std::vector<DataType>& types,
                    std::vector<std::string>& names) {
    const bound::Attributes& columns = input.plan.output();
    for (const std::size_t column : input.sent) {
        types.push_back(columns[column].type);
        names.push_back(columns[column].name);
    }
}

void append_numbers(const std::vector<std::size_t>& from, std::vector<std::uint32_t>& to) {
    for (const std::size_t number : from) to.push_back(static_cast<std::uint32_t>(number));
}

python::FunctionSpec function_of(const PythonStage::Function& function) {
    python::FunctionSpec out;
    out.name = function.chain.back()->name;
    out.result = function.result;
    for (const auto& link : function.chain) out.commands.push_back(link->command);
    for (std::size_t i = 0; i < function.arguments.size(); ++i) {
        out.arguments.push_back({static_cast<std::uint32_t>(function.arguments[i]),
                                 i < function.argument_names.size() ? function.argument_names[i]
                                                                    : std::string()});
    }
    return out;
}

python::CallSpec spec_of(const StageContext& context, const PythonContext& python, const PythonStage& stage) {
    python::CallSpec spec;
    spec.eval_type = static_cast<python::EvalType>(stage.eval_type);
    spec.python_version = stage.functions[0].chain[0]->python_version;
    spec.conf = python.conf;
    spec.batch_rows_max = context.batch_rows_max;
    append_columns(stage.inputs[0], spec.inputs, spec.input_names);
    append_numbers(stage.inputs[0].keys, spec.key_columns);
    if (stage.inputs.size() > 1) {
        append_columns(stage.inputs[1], spec.right_inputs, spec.right_names);
        append_numbers(stage.inputs[1].keys, spec.right_key_columns);
        append_numbers(stage.inputs[1].seen, spec.right_columns);
    }
    for (const PythonStage::Function& f : stage.functions) {
        spec.functions.push_back(function_of(f));
    }
    return spec;
}

}  // namespace

std::shared_ptr<const RowSource> python_rows(const StageContext& context,
                                             const bound::Relation& relation) {
    PythonStage stage = physical::python_stage(relation);
    const std::shared_ptr<const PythonContext> python = context.python();
    python::CallSpec spec = spec_of(context, *python, stage);
    auto environment = environment_for(python->environment, spec.python_version);
    auto recipe = std::make_shared<Recipe>(
        Recipe{context, std::move(environment), std::move(stage), std::move(spec), {}});
    const bound::Attributes& columns = recipe->stage.inputs[0].plan.output();
    for (const std::size_t column : recipe->stage.carried) {
        recipe->carried_types.push_back(columns[column].type);
    }
    return std::make_shared<const StageSource>(std::move(recipe));
}

}  // namespace firesteel::exec
