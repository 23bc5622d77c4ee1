#pragma once
/// Small enums and values that both trees (unresolved and bound) use.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/error.h"
#include "types/data_type.h"
#include "types/literal.h"

namespace firesteel {

/// How a cast or an arithmetic operation treats what doesn't fit.
enum class EvalMode : std::uint8_t { Session, Legacy, Ansi, Try };
enum class SortDirection : std::uint8_t { Ascending, Descending };
enum class NullOrder : std::uint8_t { First, Last };
enum class JoinType : std::uint8_t { Inner, FullOuter, LeftOuter, RightOuter, LeftAnti, LeftSemi, Cross };
enum class SetOperator : std::uint8_t { Union, Intersect, Except };
enum class GroupKind : std::uint8_t { GroupBy, Rollup, Cube, GroupingSets };
enum class FrameKind : std::uint8_t { Rows, Range };
enum class SubqueryKind : std::uint8_t { Scalar, Exists, In, TableArgument };

/// Client-made id of a relation node; unique within one client process.
using PlanId = std::int64_t;

/// Identity of a column across a bound plan; never reused within an engine.
struct AttributeId {
    std::uint64_t value = 0;
    auto operator<=>(const AttributeId&) const = default;
};

/// A Python function as the client sent it (spark-connect: PythonUDF, PythonUDTF).
struct PythonFunction {
    std::string name;
    std::optional<DataType> output_type;  // absent: a UDTF with static analyze()
    std::int32_t eval_type = 0;
    std::string command;  // pickled (function, return type)
    std::string python_version;
    std::vector<std::string> includes;
    bool deterministic = true;
    bool distinct = false;
    bool operator==(const PythonFunction&) const = default;
};

}  // namespace firesteel

template <>
struct std::hash<firesteel::AttributeId> {
    std::size_t operator()(const firesteel::AttributeId& id) const noexcept {
        return std::hash<std::uint64_t>{}(id.value);
    }
};
