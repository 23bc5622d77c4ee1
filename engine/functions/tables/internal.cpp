#include "functions/tables/tables.h"

namespace firesteel::functions {
namespace {

using enum NullRule;

constexpr auto kRows = std::to_array<FunctionRow>({
    {"__array_field(array: anyarray, index: int) -> @first_argument", ByRule, custom("array_field"), "", {.display = "{0}.{name}"}},
    {"__array_item(array: anyarray, index: any) -> @array_item", ByRule, custom("array_item"), "", {.display = "{0}[{1}]", .mode = true, .raises = true}},
    {"__calendar_divide(a: any, b: double) -> @first_argument", ByRule, kernel("calendar_divide"), "", {.display = "divide_interval({0}, {1})", .mode = true, .raises = true}},
    {"__calendar_multiply(a: any, b: double) -> @first_argument", ByRule, kernel("calendar_multiply"), "", {.display = "multiply_interval({0}, {1})", .mode = true, .raises = true}},
    {"__csv_rows(text: string, schema: string, options: any = null) -> @rows_of_text", Never, kernel("csv_rows"), "", {.zone = true, .raises = true}},
    {"__date_add_interval(date: date, by: calendar_interval) -> date", IfAnyArgument, kernel("date_add_interval"), "", {.display = "{0} + {1}", .mode = true, .raises = true}},
    {"__date_add_months(date: date, by: year_month_interval) -> date", IfAnyArgument, kernel("add_months"), "", {.display = "{0} + {1}", .raises = true}},
    {"__date_difference(a: date, b: date) -> day_time_interval", IfAnyArgument, kernel("date_difference"), "", {.display = "({0} - {1})", .raises = true}},
    {"__date_format_legacy(time: timestamp, format: string) -> string", IfAnyArgument, kernel("date_format legacy"), "", {.zone = true, .raises = true}},
    {"__date_subtract_interval(date: date, by: calendar_interval) -> date", IfAnyArgument, kernel("date_subtract_interval"), "", {.display = "{0} - {1}", .mode = true, .raises = true}},
    {"__date_subtract_months(date: date, by: year_month_interval) -> date", IfAnyArgument, kernel("subtract_months"), "", {.display = "{0} - {1}", .raises = true}},
    {"__from_json_entries(json: string, schema: any, options: any = null) -> @from_text", ByRule, kernel("from_json"), "", {.display = "entries", .zone = true, .raises = true}},
    {"__from_unixtime_legacy(seconds: bigint, format: string) -> string", Always, kernel("from_unixtime legacy"), "", {.zone = true, .raises = true}},
    {"__frequent_items(items: anyarray, size: int) -> @first_argument", Never, kernel("frequent_items"), "", {}},
    {"__from_json_entries(json: any, schema: any, options: any = null) -> @from_text", ByRule, kernel("from_json"), "", {.display = "entries", .zone = true, .raises = true}},
    {"__interval_add(a: any, b: any) -> @first_argument", ByRule, custom("interval_add"), "", {.display = "({0} + {1})", .mode = true, .raises = true}},
    {"__interval_days(x: any) -> int", IfAnyArgument, kernel("interval_days"), "", {}},
    {"__interval_divide(a: any, b: any) -> @first_argument", ByRule, custom("interval_divide"), "", {.display = "({0} / {1})", .mode = true, .raises = true}},
    {"__interval_integral_divide(a: any, b: any) -> bigint", ByRule, custom("interval_integral_divide"), "", {.display = "({0} div {1})", .mode = true, .raises = true}},
    {"__interval_multiply(a: any, b: any) -> @first_argument", ByRule, custom("interval_multiply"), "", {.display = "({0} * {1})", .mode = true, .raises = true}},
    {"__interval_subtract(a: any, b: any) -> @first_argument", ByRule, custom("interval_subtract"), "", {.display = "({0} - {1})", .mode = true, .raises = true}},
    {"__is_not_unknown(value: any) -> @is_unknown", ByRule, sql("({0} IS NOT NULL)"), "", {.display = "({0} IS NOT UNKNOWN)"}},
    {"__is_unknown(value: any) -> @is_unknown", ByRule, sql("({0} IS NULL)"), "", {.display = "({0} IS NULL)"}},
    {"__json_rows(text: string, schema: string, options: any = null) -> @rows_of_text", Never, kernel("json_rows"), "", {.zone = true, .raises = true}},
    {"__like_all(value: string, pattern: string...+) -> @like_any_all", ByRule, custom("replaced"), "", {.display = "likeall({0})"}},
    {"__like_any(value: string, pattern: string...+) -> @like_any_all", ByRule, custom("replaced"), "", {.display = "likeany({0})"}},
    {"__mode_highest(value: any) -> @nullable_argument", ByRule, custom("mode_highest"), "", {.kind = FunctionKind::Aggregate, .display = "mode() WITHIN GROUP (ORDER BY {0})"}},
    {"__mode_lowest(value: any) -> @nullable_argument", ByRule, custom("mode_lowest"), "", {.kind = FunctionKind::Aggregate, .display = "mode() WITHIN GROUP (ORDER BY {0} DESC)"}},
    {"__parse_timestamp_checked(value: string, format: string) -> timestamp", ByRule, kernel("parse_timestamp checked"), "", {.mode = true, .zone = true, .raises = true}},
    {"__parse_timestamp_legacy(value: string, format: string) -> timestamp", ByRule, kernel("parse_timestamp legacy"), "", {.mode = true, .zone = true, .raises = true}},
    {"__percentile_cont(value: any, percentage: any) -> @percentile", ByRule, custom("percentile_cont"), "", {.kind = FunctionKind::Aggregate, .display = "percentile_cont({1}) WITHIN GROUP (ORDER BY {0})"}},
    {"__percentile_cont_desc(value: any, percentage: any) -> @percentile", ByRule, custom("percentile_cont_desc"), "", {.kind = FunctionKind::Aggregate, .display = "percentile_cont({1}) WITHIN GROUP (ORDER BY {0} DESC)"}},
    {"__percentile_disc(value: any, percentage: any) -> @percentile", ByRule, custom("percentile_disc"), "", {.kind = FunctionKind::Aggregate, .display = "percentile_disc({1}) WITHIN GROUP (ORDER BY {0})"}},
    {"__percentile_disc_desc(value: any, percentage: any) -> @percentile", ByRule, custom("percentile_disc_desc"), "", {.kind = FunctionKind::Aggregate, .display = "percentile_disc({1}) WITHIN GROUP (ORDER BY {0} DESC)"}},
    {"__map_value(map: anymap, key: any) -> @map_value", ByRule, custom("map_value"), "", {.display = "{0}[{1}]"}},
    {"__named_argument(value: any) -> @first_argument", ByRule, unsupported_because("the function that it is an argument of takes it"), "", {.display = "{name} => {0}"}},
    {"__not_like_all(value: string, pattern: string...+) -> @like_any_all", ByRule, custom("replaced"), "", {.display = "notlikeall({0})"}},
    {"__not_like_any(value: string, pattern: string...+) -> @like_any_all", ByRule, custom("replaced"), "", {.display = "notlikeany({0})"}},
    {"__sql_function(name: string, argument: any...) -> int", ByRule, unsupported_because("the function's body stands in its place"), "", {.display = "{name}({1*})"}},
    {"__time_add(time: any, by: any) -> @first_argument", ByRule, kernel("time_add"), "", {.display = "{0} + {1}", .raises = true}},
    {"__time_difference(a: any, b: any) -> day_time_interval", ByRule, kernel("time_difference"), "", {.display = "{0} - {1}"}},
    {"__time_subtract(time: any, by: any) -> @first_argument", ByRule, kernel("time_subtract"), "", {.display = "{0} - {1}", .raises = true}},
    {"__time_window(start: any, end: any) -> @first_argument", ByRule, sql("struct_pack(f0 := {0}, f1 := {1})"), "", {}},
    {"__row_position() -> bigint", Never, custom("row_position"), "", {.nondeterministic = true}},
    {"__sort_key(keys: any...) -> binary", Never, custom("sort_key"), "", {}},
    {"__timestamp_add_interval(time: any, by: any) -> @first_argument", ByRule, custom("timestamp_add_interval"), "", {.display = "{0} + {1}", .zone = true, .raises = true}},
    {"__timestamp_add_months(time: any, by: year_month_interval) -> @first_argument", ByRule, custom("timestamp_add_months"), "", {.display = "{0} + {1}", .zone = true, .raises = true}},
    {"__timestamp_difference(a: any, b: any) -> day_time_interval", IfAnyArgument, custom("timestamp_difference"), "", {.display = "({0} - {1})", .raises = true}},
    {"__timestamp_subtract_interval(time: any, by: any) -> @first_argument", ByRule, custom("timestamp_subtract_interval"), "", {.display = "{0} - {1}", .zone = true, .raises = true}},
    {"__timestamp_subtract_months(time: any, by: year_month_interval) -> @first_argument", ByRule, custom("timestamp_subtract_months"), "", {.display = "{0} - {1}", .zone = true, .raises = true}},
    {"__unix_timestamp_checked(value: string, format: string) -> bigint", ByRule, kernel("unix_timestamp checked"), "", {.mode = true, .zone = true, .raises = true}},
    {"__unix_timestamp_legacy(value: string, format: string) -> bigint", ByRule, kernel("unix_timestamp legacy"), "", {.mode = true, .zone = true, .raises = true}},
    {"__update_field(field: string, argument: any...) -> int", ByRule, unsupported_because("another expression computes it"), "", {.display = "update_fields({1*})"}},
    {"__window_bound(time: any, slide: bigint, start: bigint, offset: bigint) -> @first_argument", ByRule, kernel("window_bound"), "", {}},
    {"__distributed_id() -> bigint", Never, custom("monotonically_increasing_id"), "", {.display = "distributed_id()", .nondeterministic = true}},
    {"__distributed_sequence_id() -> bigint", Never, custom("distributed_sequence_id"), "", {.display = "distributed_sequence_id()", .nondeterministic = true}},
    {"__pandas_covar(a: double, b: double, ddof: int) -> double", Always, custom("pandas_covar"), "", {.kind = FunctionKind::Aggregate, .display = "pandas_covar({0}, {1})"}},
    {"__pandas_kurt(value: double) -> double", Always, custom("pandas_kurt"), "", {.kind = FunctionKind::Aggregate, .display = "pandas_kurt({0})"}},
    {"__pandas_skew(value: double) -> double", Always, custom("pandas_skew"), "", {.kind = FunctionKind::Aggregate, .display = "pandas_skew({0})"}},
    {"__pandas_stddev(value: double, ddof: int) -> double", Always, custom("pandas_stddev"), "", {.kind = FunctionKind::Aggregate, .display = "pandas_stddev({0})"}},
    {"__pandas_var(value: double, ddof: int) -> double", Always, custom("pandas_var"), "", {.kind = FunctionKind::Aggregate, .display = "pandas_var({0})"}},
    {"__semi_structured_extract(v: any, path: any, type: any = 'variant') -> @variant_get", ByRule, kernel("variant_get"), "", {.display = "@path", .mode = true, .zone = true, .raises = true}},
    {"__xml_row(value: any, options: any = null) -> @to_text", ByRule, kernel("xml_row"), "", {.zone = true, .raises = true}},
});

}  // namespace

constinit const FunctionTable kInternalFunctions{kInternalGroup, kRows};

}  // namespace firesteel::functions
