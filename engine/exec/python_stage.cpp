#include "exec/python_stage.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "common/bounded_queue.h"
#include "exec/encoded_rows.h"
#include "exec/python_calls.h"
#include "exec/stage_input.h"
#include "exec/stage_lanes.h"
#include "physical/python_stages.h"
#include "python/batch_codec.h"

namespace firesteel::exec {
namespace {

/// Results that wait for the database to read them.
constexpr std::size_t kPartsMax = 8;
/// Small groups share a turn until it has so many rows or groups.
constexpr std::size_t kTurnRows = 2048;
constexpr std::size_t kTurnGroupsMax = 64;

using physical::PythonStage;

/// What one stage is, prepared once: shared by its runs.
struct Recipe {
    StageContext context;
    std::shared_ptr<const python::WorkerEnvironment> environment;
    PythonStage stage;
    python::CallSpec spec;
    std::vector<DataType> carried_types;
};

StageLanes::Owed owed_of(const Recipe& recipe) {
    if (recipe.stage.inputs[0].group_key) return StageLanes::Owed::Groups;
    const auto kind = static_cast<python::EvalType>(recipe.stage.eval_type);
    const bool by_batch = kind == python::EvalType::ScalarPandas || kind == python::EvalType::ScalarArrow;
    return by_batch ? StageLanes::Owed::Rows : StageLanes::Owed::Stream;
}

class StageRun final : public RowReader {
  public:
    StageRun(std::shared_ptr<const Recipe> recipe, const StopToken& stop)
        : recipe_(std::move(recipe)),
          on_stop_(stop, {stop_}),
          results_(result_types(*recipe_)),
          carried_keys_(recipe_->carried_types) {
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
            std::optional<EncodedRows> rows = parts_.pop(stop);
            if (!rows) {
                const std::lock_guard lock(mutex_);
                if (error_) throw *error_;
                return std::nullopt;
            }
            results_.take(*std::move(rows));
        }
        RowPart part{results_.left(), {}};
        if (recipe_->stage.carry == PythonStage::Carry::EachRow) add_carried_rows(part);
        if (recipe_->stage.carry == PythonStage::Carry::FirstOfGroup) add_carried_keys(part);
        const std::vector<ResultColumn>& columns =
            recipe_->stage.spreads ? results_.columns()[0].children : results_.columns();
        for (const ResultColumn& column : columns) part.columns.push_back({&column, results_.place(), nullptr, 0});
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
        const StageContext& context = recipe_->context;
        const StageLanes::Owed owed = owed_of(*recipe_);
        StageLanes lanes({context.workers, recipe_->environment, recipe_->spec, owed,
                          owed == StageLanes::Owed::Stream ? 1 : context.lanes_max, stop},
                         [&](EncodedRows rows) { parts_.push(std::move(rows), stop); });
        if (owed == StageLanes::Owed::Groups) {
            feed_groups(lanes);
        } else if (!feed_rows(lanes) && !recipe_->stage.runs_for_no_rows) {
            return;
        }
        lanes.finish();
    }

    /// False if there were none.
    bool feed_rows(StageLanes& lanes) {
        const PythonStage::Input& input = recipe_->stage.inputs[0];
        InputRows rows(input, recipe_->context.run(input.plan, stop_.token(), nullptr));
        const bool by_batch = owed_of(*recipe_) == StageLanes::Owed::Rows;
        bool any = false;
        while (true) {
            std::vector<RowSlice> batch;
            std::size_t count = 0;
            while (count < recipe_->context.batch_rows_max && rows.fetch()) {
                batch.push_back(rows.take(recipe_->context.batch_rows_max - count));
                count += batch.back().rows;
            }
            if (count == 0) return any;
            any = true;
            keep(batch);
            lanes.feed(pieces_of(batch));
            if (by_batch) lanes.end_turn(count);
        }
    }

    /// Both sides of a cogroup are merged by their keys. A turn has several groups if they are small.
    void feed_groups(StageLanes& lanes) {
        std::vector<std::unique_ptr<GroupedInput>> inputs;
        for (const PythonStage::Input& input : recipe_->stage.inputs) {
            inputs.push_back(grouped_input(recipe_->context, input, stop_.token()));
        }
        std::size_t groups = 0;
        std::size_t rows = 0;
        while (const std::optional<std::string> key = first_key(inputs)) {
            rows += feed_group(lanes, inputs, *key);
            if (++groups < kTurnGroupsMax && rows < kTurnRows) continue;
            lanes.end_turn(std::exchange(groups, 0));
            rows = 0;
        }
        lanes.end_turn(groups);
    }

    static std::optional<std::string> first_key(const std::vector<std::unique_ptr<GroupedInput>>& inputs) {
        std::optional<std::string> key;
        for (const auto& input : inputs) {
            if (input->has_group() && (!key || input->key() < *key)) key = input->key();
        }
        return key;
    }

    /// The number of its rows.
    std::size_t feed_group(StageLanes& lanes, std::vector<std::unique_ptr<GroupedInput>>& inputs,
                           const std::string& key) {
        std::size_t total = 0;
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const python::Side side = i == 0 ? python::Side::Left : python::Side::Right;
            while (inputs[i]->has_group() && inputs[i]->key() == key) {
                const GroupRows batch = inputs[i]->take(recipe_->context.batch_rows_max);
                if (batch.rows == 0) break;
                if (total == 0 && recipe_->stage.carry == PythonStage::Carry::FirstOfGroup) keep_key(batch.slices[0]);
                total += batch.rows;
                if (batch.gathered.rows != 0) {
                    FS_ASSERT(recipe_->stage.carry != PythonStage::Carry::EachRow);
                    lanes.feed(batch.gathered, side);
                } else {
                    keep(batch.slices);
                    lanes.feed(pieces_of(batch.slices), side);
                }
            }
        }
        lanes.feed({}, inputs.size() == 1 ? python::Side::Left : python::Side::Right, python::Group::Ends);
        return total;
    }

    /// Input rows that come out again.
    void keep(const std::vector<RowSlice>& rows) {
        if (recipe_->stage.carry != PythonStage::Carry::EachRow) return;
        const std::lock_guard lock(mutex_);
        kept_rows_.insert(kept_rows_.end(), rows.begin(), rows.end());
    }

    void keep_key(const RowSlice& rows) {
        std::vector<ColumnView> columns;
        for (const std::size_t c : recipe_->stage.carried) columns.push_back(rows.batch->all.columns[c]);
        const std::size_t first = rows.index != nullptr ? *rows.index : rows.first;
        encoder_.clear();
        python::append_batch(recipe_->carried_types, columns, first, 1, fs_frame_header{}, encoder_);
        const std::lock_guard lock(mutex_);
        kept_keys_.push_back(copy_of(encoder_.bytes().subspan(FS_FRAME_HEADER_BYTES), 1));
    }

    [[noreturn]] static void throw_unasked() {
        throw Error(ErrorClass::NoCondition, {{"message", "a Python worker sent rows where it was given none"}});
    }

    /// Results beyond the input (the last rows of a table function) go with the input's last row.
    void add_carried_rows(RowPart& part) {
        if (carried_rows_at_ >= carried_rows_.rows) {
            const std::lock_guard lock(mutex_);
            if (!kept_rows_.empty()) {
                carried_rows_ = std::move(kept_rows_.front());
                kept_rows_.pop_front();
                carried_rows_at_ = 0;
            } else if (carried_rows_.rows != 0) {
                carried_rows_at_ = carried_rows_.rows - 1;
            } else {
                throw_unasked();
            }
        }
        part.rows = std::min(part.rows, carried_rows_.rows - carried_rows_at_);
        for (const std::size_t column : recipe_->stage.carried) {
            part.columns.push_back(
                {nullptr, carried_rows_.first + carried_rows_at_, &carried_rows_.batch->all, column});
        }
        carried_rows_at_ += part.rows;
    }

    void add_carried_keys(RowPart& part) {
        if (carried_keys_.at_end()) {
            const std::lock_guard lock(mutex_);
            if (kept_keys_.empty()) throw_unasked();
            carried_keys_.take(std::move(kept_keys_.front()));
            kept_keys_.pop_front();
        }
        part.rows = std::min(part.rows, carried_keys_.left());
        for (const ResultColumn& column : carried_keys_.columns()) {
            part.columns.push_back({&column, carried_keys_.place(), nullptr, 0});
        }
        carried_keys_.skip(part.rows);
    }

    const std::shared_ptr<const Recipe> recipe_;
    StopSource stop_;
    StopCallback<Stop> on_stop_;
    BoundedQueue<EncodedRows> parts_{kPartsMax};
    RowCursor results_;
    RowSlice carried_rows_;  // whose results are read now
    std::size_t carried_rows_at_ = 0;
    RowCursor carried_keys_;
    python::FrameBuffer encoder_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<RowSlice> kept_rows_;  // carried ones whose results have not been read
    std::deque<EncodedRows> kept_keys_;
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
    python::profile(spec, python.profiles);
    return spec;
}

}  // namespace

std::shared_ptr<const RowSource> python_rows(const StageContext& context,
                                             const bound::Relation& relation) {
    PythonStage stage = physical::python_stage(relation);
    const std::shared_ptr<const PythonContext> python = context.python();
    python::CallSpec spec = spec_of(context, *python, stage);
    auto environment = environment_for(python->environment, spec);
    auto recipe = std::make_shared<Recipe>(
        Recipe{context, std::move(environment), std::move(stage), std::move(spec), {}});
    const bound::Attributes& columns = recipe->stage.inputs[0].plan.output();
    for (const std::size_t column : recipe->stage.carried) {
        recipe->carried_types.push_back(columns[column].type);
    }
    return std::make_shared<const StageSource>(std::move(recipe));
}

}  // namespace firesteel::exec
