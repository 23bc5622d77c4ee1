#include "functions/tables/tables.h"

namespace firesteel::functions {
namespace {

using enum NullRule;

constexpr auto kRows = std::to_array<FunctionRow>({
    {"aes_decrypt(value: binary, key: binary, mode: string = 'GCM', padding: string = 'DEFAULT', aad: binary|string = '') -> binary", Always, kernel("aes_decrypt"), "", {.raises = true}},
    {"aes_encrypt(value: binary, key: binary, mode: string = 'GCM', padding: string = 'DEFAULT', iv: binary|string = '', aad: binary|string = '') -> binary", Always, kernel("aes_encrypt"), "", {.raises = true}},
    {"approx_top_k_estimate(state: any, k: int = 5) -> @top_k", ByRule, kernel("approx_top_k_estimate"), "", {.raises = true}},
    {"assert_true(condition: boolean) -> @assert_true", ByRule, custom("assert_true"), "", {.raises = true}},
    {"assert_true(condition: boolean, message: string) -> void", Always, custom("assert_true"), "", {.raises = true}},
    {"bitmap_bit_position(x: bigint) -> bigint", IfAnyArgument, kernel("bitmap_bit_position"), "bitmap_bit_position(1) = 0", {}},
    {"bitmap_bucket_number(x: bigint) -> bigint", IfAnyArgument, kernel("bitmap_bucket_number"), "bitmap_bucket_number(123) = 1", {}},
    {"bitmap_count(x: binary!) -> bigint", IfAnyArgument, kernel("bitmap_count"), "bitmap_count(X'1010') = 2", {}},
    {"current_catalog() -> string", Never, custom("current_catalog"), "", {}},
    {"current_database|current_schema() -> string", Never, custom("current_schema"), "", {.display = "current_schema()"}},
    {"current_user|user|session_user() -> string", Never, custom("current_user"), "", {.display = "{name}()"}},
    {"from_avro(data: any, schema: any, options: any = null) -> @avro", ByRule, unsupported_because("there is no Avro data source"), "", {}},
    {"hll_sketch_estimate(sketch: binary!) -> bigint", IfAnyArgument, kernel("hll_sketch_estimate"), "", {.raises = true}},
    {"hll_union(first: binary!, second: binary!, allow_different_lg_config_k: boolean! = false) -> binary", IfAnyArgument, kernel("hll_union"), "", {.raises = true}},
    {"input_file_block_length() -> bigint", Never, sql("-1::BIGINT"), "", {}},
    {"input_file_block_start() -> bigint", Never, sql("-1::BIGINT"), "", {}},
    {"input_file_name() -> string", Never, custom("input_file_name"), "", {}},
    {"java_method|reflect(class: string, method: string, argument: any...) -> string", Always, unsupported_because("there is no JVM to call"), "", {}},
    {"kll_sketch_get_n_bigint(sketch: binary!) -> bigint", IfAnyArgument, kernel("kll_sketch_get_n_bigint"), "", {.raises = true}},
    {"kll_sketch_get_n_double(sketch: binary!) -> bigint", IfAnyArgument, kernel("kll_sketch_get_n_double"), "", {.raises = true}},
    {"kll_sketch_get_n_float(sketch: binary!) -> bigint", IfAnyArgument, kernel("kll_sketch_get_n_float"), "", {.raises = true}},
    {"kll_sketch_get_quantile_bigint(sketch: binary!, rank: double) -> @kll_answer", IfAnyArgument, kernel("kll_sketch_get_quantile_bigint"), "", {.raises = true}},
    {"kll_sketch_get_quantile_bigint(sketch: binary!, ranks: array<double>) -> @kll_answer", IfAnyArgument, kernel("kll_sketch_get_quantile_bigint"), "", {.raises = true}},
    {"kll_sketch_get_quantile_double(sketch: binary!, rank: double) -> @kll_answer", IfAnyArgument, kernel("kll_sketch_get_quantile_double"), "", {.raises = true}},
    {"kll_sketch_get_quantile_double(sketch: binary!, ranks: array<double>) -> @kll_answer", IfAnyArgument, kernel("kll_sketch_get_quantile_double"), "", {.raises = true}},
    {"kll_sketch_get_quantile_float(sketch: binary!, rank: double) -> @kll_answer", IfAnyArgument, kernel("kll_sketch_get_quantile_float"), "", {.raises = true}},
    {"kll_sketch_get_quantile_float(sketch: binary!, ranks: array<double>) -> @kll_answer", IfAnyArgument, kernel("kll_sketch_get_quantile_float"), "", {.raises = true}},
    {"kll_sketch_get_rank_bigint(sketch: binary!, quantile: bigint) -> @kll_answer", IfAnyArgument, kernel("kll_sketch_get_rank_bigint"), "", {.raises = true}},
    {"kll_sketch_get_rank_bigint(sketch: binary!, quantiles: array<bigint>) -> @kll_answer", IfAnyArgument, kernel("kll_sketch_get_rank_bigint"), "", {.raises = true}},
    {"kll_sketch_get_rank_double(sketch: binary!, quantile: double) -> @kll_answer", IfAnyArgument, kernel("kll_sketch_get_rank_double"), "", {.raises = true}},
    {"kll_sketch_get_rank_double(sketch: binary!, quantiles: array<double>) -> @kll_answer", IfAnyArgument, kernel("kll_sketch_get_rank_double"), "", {.raises = true}},
    {"kll_sketch_get_rank_float(sketch: binary!, quantile: float) -> @kll_answer", IfAnyArgument, kernel("kll_sketch_get_rank_float"), "", {.raises = true}},
    {"kll_sketch_get_rank_float(sketch: binary!, quantiles: array<float>) -> @kll_answer", IfAnyArgument, kernel("kll_sketch_get_rank_float"), "", {.raises = true}},
    {"kll_sketch_merge_bigint(first: binary!, second: binary!) -> binary", IfAnyArgument, kernel("kll_sketch_merge_bigint"), "", {.raises = true}},
    {"kll_sketch_merge_double(first: binary!, second: binary!) -> binary", IfAnyArgument, kernel("kll_sketch_merge_double"), "", {.raises = true}},
    {"kll_sketch_merge_float(first: binary!, second: binary!) -> binary", IfAnyArgument, kernel("kll_sketch_merge_float"), "", {.raises = true}},
    {"kll_sketch_to_string_bigint(sketch: binary!) -> string", IfAnyArgument, kernel("kll_sketch_to_string_bigint"), "", {.raises = true}},
    {"kll_sketch_to_string_double(sketch: binary!) -> string", IfAnyArgument, kernel("kll_sketch_to_string_double"), "", {.raises = true}},
    {"kll_sketch_to_string_float(sketch: binary!) -> string", IfAnyArgument, kernel("kll_sketch_to_string_float"), "", {.raises = true}},
    {"monotonically_increasing_id() -> bigint", Never, custom("monotonically_increasing_id"), "", {.nondeterministic = true}},
    {"parse_url(url: string!, part: string!) -> string", Always, kernel("parse_url"), "parse_url('http://spark.apache.org/path?query=1', 'HOST') = 'spark.apache.org'", {.mode = true, .raises = true, .group = "url_funcs"}},
    {"parse_url(url: string!, part: string!, key: string!) -> string", Always, kernel("parse_url"), "parse_url('http://spark.apache.org/path?query=1', 'QUERY', 'query') = '1'", {.mode = true, .raises = true, .group = "url_funcs"}},
    {"raise_error(message: string) -> void", Always, custom("raise_error"), "", {.raises = true}},
    {"schema_of_avro(schema: any, options: any = null) -> @avro", ByRule, unsupported_because("there is no Avro data source"), "", {}},
    {"spark_partition_id() -> int", Never, custom("spark_partition_id"), "", {.display = "SPARK_PARTITION_ID()", .nondeterministic = true}},
    {"st_asbinary|st_geogfromwkb|st_geomfromwkb|st_srid(value: any) -> @geospatial", ByRule, unsupported_because("geospatial functions are switched off"), "", {.group = "st_funcs"}},
    {"st_setsrid(value: any, srid: any) -> @geospatial", ByRule, unsupported_because("geospatial functions are switched off"), "", {.group = "st_funcs"}},
    {"theta_difference(first: binary!, second: binary!) -> binary", IfAnyArgument, kernel("theta_difference"), "", {.raises = true}},
    {"theta_intersection(first: binary!, second: binary!) -> binary", IfAnyArgument, kernel("theta_intersection"), "", {.raises = true}},
    {"theta_sketch_estimate(sketch: binary!) -> bigint", IfAnyArgument, kernel("theta_sketch_estimate"), "", {.raises = true}},
    {"theta_union(first: binary!, second: binary!, lg_nom_entries: int! = 12) -> binary", IfAnyArgument, kernel("theta_union"), "", {.raises = true}},
    {"to_avro(data: any, schema: any = null) -> @avro", ByRule, unsupported_because("there is no Avro data source"), "", {}},
    {"to_protobuf(data: any, message: any, descriptor: any = null, options: any = null) -> @to_protobuf", ByRule, unsupported_because("there is no Protobuf data source"), "", {}},
    {"try_aes_decrypt(value: binary, key: binary, mode: string = 'GCM', padding: string = 'DEFAULT', aad: binary|string = '') -> binary", Always, kernel("try_aes_decrypt"), "", {}},
    {"try_parse_url(url: string!, part: string!) -> string", Always, kernel("parse_url"), "try_parse_url('inva lid', 'HOST') IS NULL", {.mode = true, .group = "url_funcs"}},
    {"try_parse_url(url: string!, part: string!, key: string!) -> string", Always, kernel("parse_url"), "", {.mode = true, .group = "url_funcs"}},
    {"try_url_decode(url: string) -> string", Always, kernel("try_url_decode"), "try_url_decode('a%20b') = 'a b'", {.group = "url_funcs"}},
    {"typeof(value: any) -> string", Never, custom("typeof"), "typeof(1) = 'int'", {}},
    {"url_decode(url: string) -> string", Always, kernel("url_decode"), "url_decode('a%20b') = 'a b'", {.raises = true, .group = "url_funcs"}},
    {"url_encode(url: string) -> string", Always, kernel("url_encode"), "url_encode('a b') = 'a+b'", {.group = "url_funcs"}},
    {"uuid(seed: any = null) -> @uuid", ByRule, custom("uuid"), "", {.display = "uuid()", .nondeterministic = true}},
    {"version() -> string", Never, custom("version"), "", {}},
});

}  // namespace

constinit const FunctionTable kMiscFunctions{"misc_funcs", kRows};

}  // namespace firesteel::functions
