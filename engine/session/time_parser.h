#pragma once
/// spark.sql.legacy.timeParserPolicy: a plan's functions of dates and patterns as the policy wants them.

#include <string>
#include <string_view>

#include "common/config.h"
#include "functions/registry.h"
#include "plan/bound.h"

namespace firesteel {

namespace keys {
inline constexpr Key<std::string> kTimeParserPolicy{"spark.sql.legacy.timeParserPolicy"};
}

/// The plan under LEGACY or EXCEPTION; UNSUPPORTED_FEATURE where records as text hold dates or timestamps, whose
/// older parsers aren't there.
bound::Relation with_time_parser(const bound::Relation& plan, std::string_view policy,
                                 const functions::Registry& registry);

}  // namespace firesteel
