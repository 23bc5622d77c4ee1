#pragma once
/// Plans whose relations Python computes, batch by batch or group by group. cut_python() puts such a
/// plan in order: a Python relation's inputs can then run as statements of their own, and
/// python_stage() says what runs and how. Called by exec. Pure functions.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plan/bound.h"

namespace firesteel::physical {

/// The same rows. Python computes MapPartitions, GroupMap, CoGroupMap, PythonTable nodes with one
/// column, and Aggregate and Window nodes whose calls are all Python's (of a Window: over one window).
/// Scalar functions of batches and of iterators have become PythonTables; other Python calls stay
/// expressions.
bound::Relation cut_python(const bound::Relation& plan);

/// A relation that Python computes. Columns of inputs are named by position. The input of a stage of
/// groups has a group_key column, a binary that is equal within a group only.
struct PythonStage {
    struct Input {
        bound::Relation plan;
        std::vector<std::size_t> sent;         // columns that the workers get, in this order
        std::vector<std::size_t> seen;         // of those sent: what a function of frames sees
        std::vector<std::size_t> keys;         // of those sent: a group's key, or a frame's bounds; or fields of a TABLE argument
        std::optional<std::size_t> group_key;  // of the plan's columns; stages of groups have one
        bool is_sorted = false;                // by the group_key
    };
    struct Function {
        std::vector<std::shared_ptr<const PythonFunction>> chain;  // first called first
        std::vector<std::size_t> arguments;                        // of the first input's columns sent
        std::vector<std::string> argument_names;                   // keyword or empty
        DataType result;
    };
    /// Input rows that come out again beside the results: result rows count as many.
    enum class Carry : std::uint8_t { Nothing, EachRow, FirstOfGroup };
    std::int32_t eval_type = 0;
    std::vector<Input> inputs;  // one; two for a cogroup
    std::vector<Function> functions;
    Carry carry = Carry::Nothing;
    std::vector<std::size_t> carried;  // columns of the first input's plan, in front of the results
    bool spreads = false;        // the only result is a struct, its fields are the columns
    bool runs_for_no_rows = false;
};

/// The relation is one that Python computes, of a plan that was cut.
PythonStage python_stage(const bound::Relation& relation);

/// Rows with these columns, which their source gives, sorted by a group_key; within a group in their order.
bound::Relation sorted_groups(const bound::Attributes& columns, std::size_t group_key);

}  // namespace firesteel::physical
