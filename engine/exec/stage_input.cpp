#include "exec/stage_input.h"

#include <algorithm>
#include <deque>
#include <numeric>
#include <string>
#include <unordered_map>
#include <utility>

#include "exec/python_stage.h"

namespace firesteel::exec {
namespace {

using physical::PythonStage;

/// Rows that the database's vectors have room for, however few they hold.
constexpr std::size_t kVectorRows = 2048;
/// What a group costs beside its rows.
constexpr std::size_t kGroupBytes = 160;

std::size_t bytes_of(const DataType& type, const ColumnView& view, std::size_t rows) {
    const std::size_t room = std::max(rows, kVectorRows);
    std::size_t bytes = 16 * room;
    if (type.is_string_like() || type.is(TypeKind::Binary)) {
        const auto* slots = static_cast<const StringSlot*>(view.data);
        for (std::size_t row = 0; row < rows; ++row) {
            if (view.valid(row) && slots[row].size > StringSlot::kInlinedBytesMax) bytes += slots[row].size;
        }
    }
    const auto child = [&](std::size_t i, const DataType& of) {
        bytes += bytes_of(of, view.children[i], view.children[i].rows);
    };
    if (type.is(TypeKind::Array)) child(0, type.element());
    if (type.is(TypeKind::Map)) {
        child(0, type.key());
        child(1, type.value());
    }
    if (type.is(TypeKind::Struct)) {
        for (std::size_t i = 0; i < type.fields().size(); ++i) child(i, type.fields()[i].type);
    }
    return bytes;
}

std::size_t bytes_of(const bound::Attributes& columns, const ColumnBatch& batch) {
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        bytes += bytes_of(columns[i].type, batch.columns[i], batch.rows);
    }
    return bytes;
}

std::shared_ptr<const InputBatch> batch_of(const PythonStage::Input& input, ColumnBatch rows) {
    auto out = std::make_shared<InputBatch>();
    for (const std::size_t column : input.sent) out->sent.push_back(rows.columns[column]);
    out->all = std::move(rows);
    return out;
}

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

/// All groups of an input in memory.
class GroupTable final : public GroupedInput {
  public:
    explicit GroupTable(const PythonStage::Input& input) : input_(&input), columns_(&input.plan.output()) {}

    void add(ColumnBatch rows) {
        bytes_ += bytes_of(*columns_, rows) + rows.rows * kRowBytes;
        batches_.push_back(batch_of(*input_, std::move(rows)));
        const ColumnBatch& batch = batches_.back()->all;
        const auto* keys = static_cast<const StringSlot*>(batch.columns[*input_->group_key].data);
        for (std::size_t row = 0; row < batch.rows; ++row) group_of_row_.push_back(group_of(keys[row].view()));
    }
    std::size_t bytes() const { return bytes_; }
    std::vector<std::shared_ptr<const InputBatch>> release() { return std::move(batches_); }

    /// No more rows: puts them in order.
    void close() {
        std::vector<std::uint32_t> order(keys_.size());
        std::iota(order.begin(), order.end(), 0U);
        std::sort(order.begin(), order.end(), [&](auto a, auto b) { return *keys_[a] < *keys_[b]; });
        std::vector<std::size_t> next(keys_.size() + 1, 0);
        for (const std::uint32_t group : group_of_row_) ++next[group];
        for (std::size_t place = 0; const std::uint32_t group : order) {
            const std::size_t rows = std::exchange(next[group], place);
            place += rows;
            groups_.push_back({keys_[group], place});
        }
        batch_numbers_.resize(group_of_row_.size());
        row_numbers_.resize(group_of_row_.size());
        std::size_t place = 0;
        for (std::size_t batch = 0; batch < batches_.size(); ++batch) {
            for (std::uint32_t row = 0; row < batches_[batch]->all.rows; ++row) {
                const std::size_t to = next[group_of_row_[place++]]++;
                batch_numbers_[to] = static_cast<std::uint32_t>(batch);
                row_numbers_[to] = row;
            }
        }
        group_of_row_ = {};
        views_.resize(input_->sent.size());
        for (const auto& batch : batches_) {
            for (std::size_t i = 0; i < views_.size(); ++i) views_[i].push_back(&batch->sent[i]);
        }
    }

    bool has_group() override { return group_ < groups_.size(); }
    std::string_view key() const override { return *groups_[group_].key; }
    GroupRows take(std::size_t rows_max) override {
        GroupRows out;
        out.rows = std::min(groups_[group_].end - row_, rows_max);
        if (out.rows == 0) {
            ++group_;
            return out;
        }
        out.slices.push_back({batches_[batch_numbers_[row_]], row_numbers_[row_], 1, nullptr});
        out.gathered = {views_, &batch_numbers_[row_], &row_numbers_[row_], out.rows};
        row_ += out.rows;
        return out;
    }

  private:
    static constexpr std::size_t kRowBytes = 3 * sizeof(std::uint32_t);

    std::uint32_t group_of(std::string_view key) {
        auto found = numbers_.find(key);
        if (found == numbers_.end()) {
            found = numbers_.emplace(key, static_cast<std::uint32_t>(keys_.size())).first;
            keys_.push_back(&found->first);
            bytes_ += kGroupBytes + key.size();
        }
        return found->second;
    }

    struct Group {
        const std::string* key = nullptr;
        std::size_t end = 0;  // in the ordered rows
    };

    const PythonStage::Input* input_;
    const bound::Attributes* columns_;
    std::size_t bytes_ = 0;
    std::vector<std::shared_ptr<const InputBatch>> batches_;
    std::vector<std::uint32_t> group_of_row_;
    std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> numbers_;
    std::vector<const std::string*> keys_;
    // After close(): groups in order, and their rows one group after the other.
    std::vector<Group> groups_;
    std::vector<std::uint32_t> batch_numbers_;
    std::vector<std::uint32_t> row_numbers_;
    std::vector<std::vector<const ColumnView*>> views_;  // of each column sent, in every batch
    std::size_t group_ = 0;
    std::size_t row_ = 0;
};

/// Groups of rows that come sorted.
class SortedGroups final : public GroupedInput {
  public:
    SortedGroups(const PythonStage::Input& input, std::unique_ptr<ResultStream> rows)
        : rows_(input, std::move(rows)) {}

    bool has_group() override {
        if (!begun_ && rows_.fetch()) {
            key_ = rows_.key();
            begun_ = true;
        }
        return begun_;
    }
    std::string_view key() const override { return key_; }
    GroupRows take(std::size_t rows_max) override {
        GroupRows out;
        while (out.rows < rows_max && rows_.fetch() && rows_.key() == key_) {
            out.slices.push_back(rows_.take(std::min(rows_max - out.rows, rows_.rows_of_key(key_))));
            out.rows += out.slices.back().rows;
        }
        begun_ = out.rows != 0;
        return out;
    }

  private:
    InputRows rows_;
    std::string key_;
    bool begun_ = false;  // there is a current group
};

/// Batches that were read, then those that were not.
class Replay final : public RowReader {
  public:
    Replay(std::vector<std::shared_ptr<const InputBatch>> read, std::unique_ptr<ResultStream> rest)
        : read_(read.begin(), read.end()), rest_(std::move(rest)) {}

    std::optional<RowPart> next() override {
        if (!read_.empty()) {
            current_ = read_.front()->all;
            read_.pop_front();
        } else if (std::optional<ColumnBatch> batch = rest_->next_columns()) {
            current_ = *std::move(batch);
        } else {
            return std::nullopt;
        }
        RowPart part{current_.rows, {}};
        for (std::size_t i = 0; i < current_.columns.size(); ++i) part.columns.push_back({nullptr, 0, &current_, i});
        return part;
    }

  private:
    std::deque<std::shared_ptr<const InputBatch>> read_;
    std::unique_ptr<ResultStream> rest_;
    ColumnBatch current_;
};

/// Opened once.
class ReplaySource final : public RowSource {
  public:
    explicit ReplaySource(std::unique_ptr<RowReader> reader) : reader_(std::move(reader)) {}
    std::unique_ptr<RowReader> open(const StopToken&) const override { return std::move(reader_); }

  private:
    mutable std::unique_ptr<RowReader> reader_;
};

}  // namespace

std::vector<python::BatchPiece> pieces_of(const std::vector<RowSlice>& slices) {
    std::vector<python::BatchPiece> out;
    out.reserve(slices.size());
    for (const RowSlice& s : slices) out.push_back({s.batch->sent, s.first, s.rows, s.index});
    return out;
}

bool InputRows::fetch() {
    while (!batch_ || row_ >= batch_->all.rows) {
        std::optional<ColumnBatch> rows = rows_->next_columns();
        if (!rows) return false;
        batch_ = batch_of(*input_, *std::move(rows));
        row_ = 0;
    }
    return true;
}

RowSlice InputRows::take(std::size_t rows_max) {
    RowSlice out{batch_, row_, std::min(rows_max, left()), nullptr};
    row_ += out.rows;
    return out;
}

std::size_t InputRows::rows_of_key(std::string_view key) const {
    std::size_t end = row_;
    while (end < batch_->all.rows && key_at(end) == key) ++end;
    return end - row_;
}

std::string_view InputRows::key_at(std::size_t row) const {
    const ColumnView& keys = batch_->all.columns[*input_->group_key];
    return static_cast<const StringSlot*>(keys.data)[row].view();
}

std::unique_ptr<GroupedInput> grouped_input(const StageContext& context, const PythonStage::Input& input,
                                            const StopToken& stop) {
    std::unique_ptr<ResultStream> rows = context.run(input.plan, stop, nullptr);
    if (input.is_sorted) return std::make_unique<SortedGroups>(input, std::move(rows));
    auto table = std::make_unique<GroupTable>(input);
    while (std::optional<ColumnBatch> batch = rows->next_columns()) {
        table->add(*std::move(batch));
        if (table->bytes() <= context.grouped_bytes_max) continue;
        auto source = std::make_shared<const ReplaySource>(
            std::make_unique<Replay>(table->release(), std::move(rows)));
        const bound::Relation sorted = physical::sorted_groups(input.plan.output(), *input.group_key);
        return std::make_unique<SortedGroups>(input, context.run(sorted, stop, std::move(source)));
    }
    table->close();
    return table;
}

}  // namespace firesteel::exec
