#include <algorithm>
#include <array>
#include <string>

#include "common/limits.h"
#include "connect/decode/decoder.h"

namespace firesteel::connect {

using unresolved::Relation;

std::vector<std::string> strings(const Repeated<std::string>& messages) {
    return {messages.begin(), messages.end()};
}

unresolved::Options options(const google::protobuf::Map<std::string, std::string>& messages) {
    unresolved::Options sorted(messages.begin(), messages.end());
    std::ranges::sort(sorted);
    return sorted;
}

Error unsupported_relation(const proto::Relation& message, const Origin& origin) {
    const auto* field =
        message.GetDescriptor()->FindFieldByNumber(static_cast<int>(message.rel_type_case()));
    FS_ASSERT(field != nullptr);
    return unsupported("the relation " + field->name(), origin);
}

Relation Decoder::required_relation(bool has, const proto::Relation& message, const char* what) {
    if (!has) throw invalid_plan(std::string("this part of the plan is missing: ") + what);
    return relation(message);
}

Relation Decoder::relation(const proto::Relation& message) {
    const NestingLevel level(relation_depth_, "relations");
    const Restored restored_origin(origin_);
    const Restored restored_plan(plan_id_);
    plan_id_.reset();
    if (message.has_common()) {
        if (message.common().has_origin()) origin_ = origin_of(message.common().origin());
        if (message.common().has_plan_id()) plan_id_ = message.common().plan_id();
    }
    return relation_node(message);
}

Relation Decoder::relation_node(const proto::Relation& message) {
    using Family = std::optional<Relation> (Decoder::*)(const proto::Relation&);
    static constexpr auto kFamilies =
        std::to_array<Family>({&Decoder::column_operation, &Decoder::row_operation, &Decoder::leaf,
                               &Decoder::grouping, &Decoder::binary, &Decoder::statistic});
    if (message.rel_type_case() == proto::Relation::REL_TYPE_NOT_SET ||
        message.rel_type_case() == proto::Relation::kUnknown) {
        throw invalid_plan("a relation is of no kind that is known");
    }
    for (const Family family : kFamilies) {
        if (auto decoded = (this->*family)(message)) return std::move(*decoded);
    }
    throw unsupported_relation(message, origin_);
}

}  // namespace firesteel::connect
