#include "functions/rules.h"

#include <algorithm>
#include <array>

namespace firesteel::functions {
namespace {

constexpr auto kRules = std::to_array<NamedRule>({
    {"arithmetic", rule_arithmetic},
    {"array", rule_array},
    {"array_compact", rule_array_compact},
    {"array_insert", rule_array_insert},
    {"array_intersect", rule_array_intersect},
    {"array_item", rule_array_item},
    {"array_position", rule_array_position},
    {"array_repeat", rule_array_repeat},
    {"arrays_overlap", rule_arrays_overlap},
    {"arrays_zip", rule_arrays_zip},
    {"assert_true", rule_assert_true},
    {"avg", rule_avg},
    {"bitwise", rule_bitwise},
    {"case", rule_case},
    {"ceil_floor", rule_ceil_floor},
    {"coalesce", rule_coalesce},
    {"collate", rule_collate},
    {"collect", rule_collect},
    {"comparison", rule_comparison},
    {"concat", rule_concat},
    {"convert_timezone", rule_convert_timezone},
    {"element_at", rule_element_at},
    {"element_nullable", rule_element_nullable},
    {"elt", rule_elt},
    {"explode", rule_explode},
    {"extract", rule_extract},
    {"first_argument", rule_first_argument},
    {"first_last", rule_first_last},
    {"flatten", rule_flatten},
    {"from_text", rule_from_text},
    {"hash", rule_hash},
    {"histogram", rule_histogram},
    {"if", rule_if},
    {"in", rule_in},
    {"inline", rule_inline},
    {"isnan", rule_isnan},
    {"json_tuple", rule_json_tuple},
    {"lead_lag", rule_lead_lag},
    {"least_greatest", rule_least_greatest},
    {"logical", rule_logical},
    {"make_dt_interval", rule_make_dt_interval},
    {"make_interval", rule_make_interval},
    {"make_timestamp", rule_make_timestamp},
    {"map", rule_map},
    {"map_concat", rule_map_concat},
    {"map_contains_key", rule_map_contains_key},
    {"map_entries", rule_map_entries},
    {"map_from_arrays", rule_map_from_arrays},
    {"map_from_entries", rule_map_from_entries},
    {"map_keys", rule_map_keys},
    {"map_value", rule_map_value},
    {"map_values", rule_map_values},
    {"map_zip_with", rule_map_zip_with},
    {"named_struct", rule_named_struct},
    {"nullable_argument", rule_nullable_argument},
    {"nullable_unless_ansi_date", rule_nullable_unless_ansi_date},
    {"nullif", rule_nullif},
    {"nvl2", rule_nvl2},
    {"percentile", rule_percentile},
    {"posexplode", rule_posexplode},
    {"round", rule_round},
    {"same_type", rule_same_type},
    {"schema_of", rule_schema_of},
    {"sentences", rule_sentences},
    {"sequence", rule_sequence},
    {"sort_array", rule_sort_array},
    {"stack", rule_stack},
    {"str_to_map", rule_str_to_map},
    {"string_array", rule_string_array},
    {"string_array_nulls", rule_string_array_nulls},
    {"string_array_nulls_always", rule_string_array_nulls_always},
    {"struct", rule_struct},
    {"sum", rule_sum},
    {"timestampadd", rule_timestampadd},
    {"to_number", rule_to_number},
    {"to_text", rule_to_text},
    {"to_timestamp", rule_to_timestamp},
    {"transform_keys", rule_transform_keys},
    {"uniform", rule_uniform},
    {"unix_timestamp", rule_unix_timestamp},
    {"variant_explode", rule_variant_explode},
    {"variant_get", rule_variant_get},
    {"window", rule_window},
});
static_assert(std::is_sorted(kRules.begin(), kRules.end(),
                             [](const NamedRule& a, const NamedRule& b) { return a.name < b.name; }));

}  // namespace

ResultRule find_rule(std::string_view name) {
    const auto* found = std::lower_bound(
        kRules.begin(), kRules.end(), name,
        [](const NamedRule& row, std::string_view wanted) { return row.name < wanted; });
    return found != kRules.end() && found->name == name ? found->rule : nullptr;
}

}  // namespace firesteel::functions
