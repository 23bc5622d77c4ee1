#pragma once
/// The @rules that signatures name: each sets type and nullability and may cast arguments, or go on as
/// another row. The list is in rules.cpp; one function per rule, grouped by family.

#include "functions/resolution.h"

namespace firesteel::functions {

// rules_operators.cpp
void rule_arithmetic(Resolution& r);
void rule_comparison(Resolution& r);
void rule_logical(Resolution& r);
void rule_bitwise(Resolution& r);
void rule_same_type(Resolution& r);

// rules_conditional.cpp
void rule_case(Resolution& r);
void rule_if(Resolution& r);
void rule_coalesce(Resolution& r);
void rule_least_greatest(Resolution& r);
void rule_in(Resolution& r);
void rule_nth_value(Resolution& r);
void rule_ntile(Resolution& r);
void rule_nullif(Resolution& r);
void rule_nvl2(Resolution& r);
void rule_is_unknown(Resolution& r);

// rules_numeric.cpp
void rule_regr_avgx(Resolution& r);
void rule_regr_avgy(Resolution& r);
void rule_round(Resolution& r);
void rule_ceil_floor(Resolution& r);
void rule_sum(Resolution& r);
void rule_avg(Resolution& r);
void rule_percentile(Resolution& r);
void rule_approx_count_distinct(Resolution& r);
void rule_seeded(Resolution& r);
void rule_uniform(Resolution& r);

// rules_collection.cpp
void rule_array(Resolution& r);
void rule_map(Resolution& r);
void rule_struct(Resolution& r);
void rule_named_struct(Resolution& r);
void rule_collect(Resolution& r);
void rule_concat(Resolution& r);
void rule_array_item(Resolution& r);
void rule_map_value(Resolution& r);
void rule_element_at(Resolution& r);
void rule_first_argument(Resolution& r);
void rule_shuffle(Resolution& r);
void rule_array_compact(Resolution& r);
void rule_map_entries(Resolution& r);
void rule_map_from_entries(Resolution& r);
void rule_arrays_zip(Resolution& r);
void rule_sequence(Resolution& r);
void rule_flatten(Resolution& r);
void rule_map_concat(Resolution& r);
void rule_element_nullable(Resolution& r);
void rule_array_position(Resolution& r);
void rule_array_insert(Resolution& r);
void rule_size(Resolution& r);

// rules_generator.cpp
void rule_explode(Resolution& r);
void rule_posexplode(Resolution& r);
void rule_inline(Resolution& r);
void rule_stack(Resolution& r);
void rule_json_tuple(Resolution& r);
void rule_variant_explode(Resolution& r);

// rules_json.cpp
void rule_from_text(Resolution& r);
void rule_rows_of_text(Resolution& r);
void rule_to_text(Resolution& r);
void rule_schema_of(Resolution& r);
void rule_of_texts(Resolution& r);
void rule_of_variant(Resolution& r);
void rule_to_variant_object(Resolution& r);
void rule_variant_get(Resolution& r);

// rules_datetime.cpp
/// Expressions over TIME are refused while spark.sql.timeType.enabled is off.
void check_time_type(const Resolution& r);
void rule_current_time(Resolution& r);
void rule_days_of_text(Resolution& r);
void rule_epoch_count(Resolution& r);
void rule_extract(Resolution& r);
void rule_make_time(Resolution& r);
void rule_time_diff(Resolution& r);
void rule_time_field(Resolution& r);
void rule_time_trunc(Resolution& r);
void rule_to_time(Resolution& r);
void rule_to_timestamp(Resolution& r);
void rule_session_window(Resolution& r);
void rule_window(Resolution& r);
void rule_window_time(Resolution& r);

// rules_text.cpp
void rule_collate(Resolution& r);
void rule_concat_ws(Resolution& r);
void rule_decode(Resolution& r);
void rule_format_string(Resolution& r);
void rule_hex(Resolution& r);
void rule_like_any_all(Resolution& r);
void rule_locate(Resolution& r);
void rule_mask(Resolution& r);
void rule_nullable_if_binary(Resolution& r);
void rule_pad(Resolution& r);
void rule_regexp_replace(Resolution& r);
void rule_to_binary(Resolution& r);
void rule_to_char(Resolution& r);
void rule_to_number(Resolution& r);

// rules_misc.cpp
void rule_elt(Resolution& r);
void rule_string_array(Resolution& r);
void rule_string_array_nulls(Resolution& r);
void rule_string_array_nulls_always(Resolution& r);
void rule_sentences(Resolution& r);
void rule_convert_timezone(Resolution& r);
void rule_nullable_unless_ansi_date(Resolution& r);
void rule_make_dt_interval(Resolution& r);
void rule_make_interval(Resolution& r);
void rule_make_timestamp(Resolution& r);
void rule_timestampadd(Resolution& r);
void rule_unix_timestamp(Resolution& r);
void rule_array_intersect(Resolution& r);
void rule_array_repeat(Resolution& r);
void rule_arrays_overlap(Resolution& r);
void rule_map_contains_key(Resolution& r);
void rule_map_from_arrays(Resolution& r);
void rule_map_keys(Resolution& r);
void rule_map_values(Resolution& r);
void rule_sort_array(Resolution& r);
void rule_str_to_map(Resolution& r);
void rule_map_zip_with(Resolution& r);
void rule_transform_keys(Resolution& r);
void rule_nullable_argument(Resolution& r);
void rule_first_last(Resolution& r);
void rule_histogram(Resolution& r);
void rule_mode(Resolution& r);
void rule_quantified(Resolution& r);
void rule_lead_lag(Resolution& r);
void rule_hash(Resolution& r);
void rule_assert_true(Resolution& r);
void rule_avro(Resolution& r);
void rule_geospatial(Resolution& r);
void rule_to_protobuf(Resolution& r);
void rule_count_min_sketch(Resolution& r);
void rule_kll_answer(Resolution& r);
void rule_kll_sketch(Resolution& r);
void rule_sketch(Resolution& r);
void rule_top_k(Resolution& r);
void rule_top_k_state(Resolution& r);
void rule_uuid(Resolution& r);

}  // namespace firesteel::functions
