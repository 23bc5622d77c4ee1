#include "session/time_parser.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "common/ascii.h"
#include "common/error.h"
#include "functions/function_row.h"
#include "plan/bound_traverse.h"
#include "types/type_parts.h"

namespace firesteel {
namespace {

bool is_text_format(std::string_view format) { return format == "csv" || format == "json" || format == "xml"; }

class TimeParser {
  public:
    TimeParser(std::string_view policy, const functions::Registry& registry)
        : is_legacy_(ascii_lower(policy) == "legacy"), policy_(policy), registry_(registry) {}

    bound::Relation relation(const bound::Relation& plan) const {
        if (const auto* scan = plan.get_if<bound::FileScan>()) {
            for (const bound::Attribute& column : scan->columns) check(column.type, scan->format);
        }
        bound::RelationRewrite by;
        by.input = [this](const bound::Relation& input) { return relation(input); };
        by.expression = [this](const bound::Expr& e) { return expression(e); };
        return bound::rewrite(plan, by);
    }

  private:
    void check(const DataType& type, std::string_view format) const {
        if (!is_text_format(format) || !any_part(type, &DataType::is_datetime)) return;
        throw unsupported("dates or timestamps in " + std::string(format) +
                          " with spark.sql.legacy.timeParserPolicy = " + std::string(policy_));
    }

    /// A function's twins under the policies; none: it stays.
    struct Twins {
        std::string_view lowering;
        std::string_view legacy;
        std::string_view exception;
    };
    static constexpr std::array<Twins, 4> kTwins = {{
        {"date_format", "__date_format_legacy", ""},
        {"from_unixtime", "__from_unixtime_legacy", ""},
        {"to_timestamp", "__parse_timestamp_legacy", "__parse_timestamp_checked"},
        {"unix_timestamp", "__unix_timestamp_legacy", "__unix_timestamp_checked"},
    }};

    bound::Expr expression(const bound::Expr& e) const {
        bound::Expr out = bound::map_children(e, [this](const bound::Expr& child) { return expression(child); });
        if (const auto* subquery = out.get_if<bound::Subquery>()) {
            bound::Subquery changed = *subquery;
            changed.query = std::make_shared<const bound::Relation>(relation(*subquery->query));
            return {std::move(changed), e.origin()};
        }
        const auto* call = out.get_if<bound::Call>();
        if (call == nullptr || !call->replacement.empty()) return out;
        check_text(*call);
        const FunctionRow* row = twin_of(*call);
        if (row == nullptr) return out;
        bound::Call changed = *call;
        changed.function = row;
        return {std::move(changed), e.origin()};
    }
    const FunctionRow* twin_of(const bound::Call& call) const {
        const auto* twins = std::ranges::find(kTwins, call.function->lowering.text, &Twins::lowering);
        if (twins == kTwins.end() || call.arguments.size() < 2) return nullptr;
        // Times need no parser.
        const std::string_view name = is_legacy_ ? twins->legacy : twins->exception;
        const bool parses = !twins->exception.empty();
        if (name.empty() || (parses && !call.arguments[0].type().is_string_like())) return nullptr;
        return registry_.row(name);
    }
    void check_text(const bound::Call& call) const {
        const std::string_view name = call.function->lowering.text;
        for (const std::string_view format : {"csv", "json", "xml"}) {
            if (name.starts_with("from_") && name.ends_with(format)) check(call.type, format);
            if (name.starts_with("to_") && name.ends_with(format)) check(call.arguments[0].type(), format);
        }
    }

    bool is_legacy_;
    std::string_view policy_;
    const functions::Registry& registry_;
};

}  // namespace

bound::Relation with_time_parser(const bound::Relation& plan, std::string_view policy,
                                 const functions::Registry& registry) {
    return ascii_lower(policy) == "corrected" ? plan : TimeParser(policy, registry).relation(plan);
}

}  // namespace firesteel
