// @rules of sketches, whose parameters are constants.
#include "functions/rules.h"
#include "types/type_text.h"
#include "types/value_text.h"

namespace firesteel::functions {

using bound::Expr;

namespace {

[[noreturn]] void fail_check(const Resolution& r, std::string what) {
    r.fail(ErrorClass::DatatypeMismatchTypeCheckFailureWithHint, {{"msg", std::move(what)}, {"hint", ""}});
}

[[noreturn]] void fail_range(const Resolution& r, std::string name, std::string range, const Literal& value) {
    r.fail(ErrorClass::DatatypeMismatchValueOutOfRange, {{"exprName", std::move(name)},
                                                         {"valueRange", std::move(range)},
                                                         {"currentValue", pretty_literal(value, "UTC") + "D"}});
}

/// A constant that isn't NULL.
Literal parameter(Resolution& r, std::size_t i) {
    const Literal value = r.constant(i);
    if (value.is_null()) {
        r.fail(ErrorClass::DatatypeMismatchUnexpectedNull, {{"exprName", r.signature->parameters[i].name}});
    }
    return value;
}

void check_top_k_items(const Resolution& r) {
    const DataType& type = r.type_of(0);
    if (type.is_numeric() || type.is_datetime() || type.is(TypeKind::String) || type.is(TypeKind::Boolean)) return;
    const std::string_view kind = type.is(TypeKind::Array)    ? "array"
                                  : type.is(TypeKind::Map)    ? "map"
                                  : type.is(TypeKind::Struct) ? "struct"
                                                              : "such";
    fail_check(r, std::string(kind) + " columns are not supported");
}

void check_top_k_state(const Resolution& r) {
    const DataType& type = r.type_of(0);
    if (type.is(TypeKind::Struct) && type.fields().size() == 4 && type.fields()[0].type.is(TypeKind::Binary) &&
        type.fields()[1].type.is(TypeKind::Int) && type.fields()[3].type.is(TypeKind::String)) {
        return;
    }
    r.fail_input(0, "\"STRUCT\"");
}

/// The number of items that are asked for or tracked.
void want_count(Resolution& r, std::size_t i) {
    r.cast(i, DataType::integer());
    if (r.fold(i)) return;
    const bool is_k = r.signature->parameters[i].name == "k";
    fail_check(r, is_k ? "K must be a constant" : "The number of tracked items must be a constant");
}

}  // namespace

/// hll_sketch_agg, theta_sketch_agg and its like: what the parameters may be is told when the query runs.
void rule_sketch(Resolution& r) {
    for (std::size_t i = 1; i < r.arguments.size(); ++i) r.fold(i);
    r.type = DataType::binary();
    r.nullable = false;
}

/// kll_sketch_agg_bigint and its like (value[, k]).
void rule_kll_sketch(Resolution& r) {
    constexpr std::int64_t kLeast = 8;
    constexpr std::int64_t kMost = 65535;
    r.type = DataType::binary();
    r.nullable = false;
    if (r.arguments.size() < 2) return;
    const std::int64_t k = parameter(r, 1).value.integer();
    if (k >= kLeast && k <= kMost) return;
    fail_check(r, "The k of " + r.quoted_name() + " must be between 8 and 65535, not " + std::to_string(k));
}

/// kll_sketch_get_quantile_bigint, kll_sketch_get_rank_bigint and their like: one answer, or one for each element.
void rule_kll_answer(Resolution& r) {
    r.constant(1);
    const std::string_view name = r.row->name();
    const DataType single = name.starts_with("kll_sketch_get_rank") ? DataType::float64()
                            : name.ends_with("bigint")              ? DataType::long_int()
                            : name.ends_with("float")               ? DataType::float32()
                                                                    : DataType::float64();
    r.type = r.type_of(1).is(TypeKind::Array) ? DataType::array(single, false) : single;
}

/// count_min_sketch(value, eps, confidence, seed).
void rule_count_min_sketch(Resolution& r) {
    const Literal eps = parameter(r, 1);
    if (!(eps.value.floating() > 0)) fail_range(r, "eps", "(0.0, 1.7976931348623157E308]", eps);
    const Literal confidence = parameter(r, 2);
    if (!(confidence.value.floating() > 0 && confidence.value.floating() < 1)) {
        fail_range(r, "confidence", "(0.0, 1.0]", confidence);
    }
    parameter(r, 3);
    r.type = DataType::binary();
    r.nullable = false;
}

void rule_top_k_state(Resolution& r) {
    want_count(r, 1);
    r.nullable = false;
    if (r.name == "approx_top_k_combine") {
        check_top_k_state(r);
        r.type = r.type_of(0);
        return;
    }
    check_top_k_items(r);
    r.type = DataType::structure({{"sketch", DataType::binary(), false, {}},
                                  {"maxItemsTracked", DataType::integer(), false, {}},
                                  {"itemDataType", r.type_of(0), true, {}},
                                  {"itemDataTypeDDL", DataType::string(), false, {}}});
}

void rule_top_k(Resolution& r) {
    const bool of_state = r.name == "approx_top_k_estimate";
    for (std::size_t i = 1; i < r.arguments.size(); ++i) want_count(r, i);
    of_state ? check_top_k_state(r) : check_top_k_items(r);
    const DataType item = of_state ? r.type_of(0).fields()[2].type : r.type_of(0);
    r.type = DataType::array(
        DataType::structure({{"item", item, true, {}}, {"count", DataType::long_int(), false, {}}}), false);
    r.nullable = of_state && r.any_nullable();
}

}  // namespace firesteel::functions
