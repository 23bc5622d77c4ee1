#include "types/coercion.h"

#include <catch2/catch.hpp>
#include <map>

#include "types/type_text.h"

using namespace firesteel;

namespace {

std::string shown(const std::optional<DataType>& type) { return type ? catalog_string(*type) : "-"; }

struct MatrixRow {
    const char* from;
    const char* to;
    const char* flags;
    const char* tightest_legacy;
    const char* tightest_ansi;
    const char* wider_legacy;
    const char* wider_ansi;
    const char* comparison_legacy;
    const char* implicit_legacy;
    const char* implicit_ansi;
};
const MatrixRow kMatrix[] = {
#define COERCION(...) {__VA_ARGS__},
#include "coercion_matrix.inc"
#undef COERCION
};

struct ArgumentRow {
    const char* from;
    const char* expected;
    const char* legacy;
    const char* ansi;
};
const ArgumentRow kArguments[] = {
#define ARGUMENT(...) {__VA_ARGS__},
#include "argument_matrix.inc"
#undef ARGUMENT
};

constexpr CoercionRules kLegacy{Ansi::Off, NameCase::Insensitive};
constexpr CoercionRules kAnsi{Ansi::On, NameCase::Insensitive};

ExpectedType expected_type(const std::string& text) {
    static const std::map<std::string, TypeClass> classes = {
        {"numeric", TypeClass::Numeric}, {"integral", TypeClass::Integral},
        {"decimal", TypeClass::AnyDecimal}, {"anytimestamp", TypeClass::AnyTimestamp},
        {"any", TypeClass::Any}, {"array", TypeClass::AnyArray},
        {"map", TypeClass::AnyMap}, {"struct", TypeClass::AnyStruct}};
    if (const auto found = classes.find(text); found != classes.end()) return found->second;
    if (!text.starts_with("coll(")) return parse_data_type(text);
    ExpectedTypes choices;
    std::string inside = text.substr(5, text.size() - 6) + ",";
    for (std::size_t comma; (comma = inside.find(',')) != std::string::npos;) {
        choices.push_back(expected_type(inside.substr(0, comma)));
        inside.erase(0, comma + 1);
    }
    return choices;
}

}  // namespace

TEST_CASE("casts exist, force nulls and store as in Spark", "[types][coercion]") {
    for (const MatrixRow& row : kMatrix) {
        CAPTURE(row.from, row.to);
        const DataType from = parse_data_type(row.from);
        const DataType to = parse_data_type(row.to);
        std::string flags;
        for (bool flag :
             {can_cast(from, to, CastMode::Legacy), can_cast(from, to, CastMode::Ansi),
              can_cast(from, to, CastMode::Try), can_up_cast(from, to), can_store_assign(from, to),
              force_nullable(from, to)}) {
            flags += flag ? '1' : '0';
        }
        CHECK(flags == row.flags);
    }
}

TEST_CASE("common types are Spark's, pair by pair", "[types][coercion]") {
    for (const MatrixRow& row : kMatrix) {
        CAPTURE(row.from, row.to);
        const DataType a = parse_data_type(row.from);
        const DataType b = parse_data_type(row.to);
        CHECK(shown(tightest_common_type(a, b, kLegacy)) == row.tightest_legacy);
        CHECK(shown(tightest_common_type(a, b, kAnsi)) == row.tightest_ansi);
        CHECK(shown(wider_type_for_two(a, b, kLegacy)) == row.wider_legacy);
        CHECK(shown(wider_type_for_two(a, b, kAnsi)) == row.wider_ansi);
        if (std::string(row.comparison_legacy) != "-") {
            CHECK(shown(comparison_type(a, b, kLegacy)) == row.comparison_legacy);
        }
    }
}

TEST_CASE("arguments are cast to what a function expects", "[types][coercion]") {
    for (const MatrixRow& row : kMatrix) {
        CAPTURE(row.from, row.to);
        // Nothing expects a void inside another type, a case-folded struct or a char.
        const std::string to = row.to;
        if (to.find("void") != to.npos || to.find("char") != to.npos || to.find("struct") != to.npos) continue;
        const DataType from = parse_data_type(row.from);
        CHECK(shown(implicit_cast(from, parse_data_type(to), Ansi::Off)) == row.implicit_legacy);
        CHECK(shown(implicit_cast(from, parse_data_type(to), Ansi::On)) == row.implicit_ansi);
    }
    for (const ArgumentRow& row : kArguments) {
        CAPTURE(row.from, row.expected);
        const DataType from = parse_data_type(row.from);
        CHECK(shown(implicit_cast(from, expected_type(row.expected), Ansi::Off)) == row.legacy);
        CHECK(shown(implicit_cast(from, expected_type(row.expected), Ansi::On)) == row.ansi);
    }
}

TEST_CASE("decimal results have Spark's digits", "[types][coercion][decimal]") {
    struct Row {
        std::pair<int, int> a;
        std::pair<int, int> b;
        const char* with_loss;     // + - * / %
        const char* without_loss;  // the same
        const char* others;        // sum, avg of the left, common type
    };
    const Row rows[] = {
        {{10, 2}, {5, 3}, "(12,3) (12,3) (16,5) (19,8) (5,3)", "(12,3) (12,3) (16,5) (19,8) (5,3)", "(20,2) (14,6) (11,3)"},
        {{38, 10}, {38, 10}, "(38,9) (38,9) (38,6) (38,6) (38,10)", "(38,10) (38,10) (38,20) (38,18) (38,10)", "(38,10) (38,14) (38,10)"},
        {{38, 18}, {38, 18}, "(38,17) (38,17) (38,6) (38,6) (38,18)", "(38,18) (38,18) (38,36) (38,18) (38,18)", "(38,18) (38,22) (38,18)"},
        {{38, 0}, {38, 38}, "(38,6) (38,6) (38,6) (38,6) (38,38)", "(38,38) (38,38) (38,38) (38,18) (38,38)", "(38,0) (38,4) (38,0)"},
        {{20, 0}, {20, 0}, "(21,0) (21,0) (38,0) (38,18) (20,0)", "(21,0) (21,0) (38,0) (38,19) (20,0)", "(30,0) (24,4) (20,0)"},
        {{3, 1}, {38, 37}, "(38,35) (38,35) (38,34) (38,6) (38,37)", "(38,37) (38,37) (38,38) (38,18) (38,37)", "(13,1) (7,5) (38,36)"},
        {{5, 5}, {5, 0}, "(11,5) (11,5) (11,5) (11,11) (5,5)", "(11,5) (11,5) (11,5) (11,11) (5,5)", "(15,5) (9,9) (10,5)"},
        {{1, 0}, {1, 1}, "(3,1) (3,1) (3,1) (8,6) (1,1)", "(3,1) (3,1) (3,1) (8,6) (1,1)", "(11,0) (5,4) (2,1)"},
        {{38, 6}, {10, 2}, "(38,6) (38,6) (38,6) (38,6) (14,6)", "(38,6) (38,6) (38,8) (38,10) (14,6)", "(38,6) (38,10) (38,6)"},
        {{30, 15}, {20, 10}, "(31,15) (31,15) (38,12) (38,13) (25,15)", "(31,15) (31,15) (38,25) (38,24) (25,15)", "(38,15) (34,19) (30,15)"},
        {{7, 7}, {7, 7}, "(8,7) (8,7) (15,14) (22,15) (7,7)", "(8,7) (8,7) (15,14) (22,15) (7,7)", "(17,7) (11,11) (7,7)"},
        {{12, 2}, {12, 2}, "(13,2) (13,2) (25,4) (27,15) (12,2)", "(13,2) (13,2) (25,4) (27,15) (12,2)", "(22,2) (16,6) (12,2)"},
        {{18, 0}, {4, 4}, "(23,4) (23,4) (23,4) (28,6) (4,4)", "(23,4) (23,4) (23,4) (28,6) (4,4)", "(28,0) (22,4) (22,4)"},
    };
    const auto text = [](const DataType& type) { return simple_string(type).substr(7); };
    for (const Row& row : rows) {
        const DataType a = DataType::decimal(row.a.first, row.a.second);
        const DataType b = DataType::decimal(row.b.first, row.b.second);
        CAPTURE(text(a), text(b));
        for (PrecisionLoss loss : {PrecisionLoss::Allowed, PrecisionLoss::Refused}) {
            std::string out;
            for (DecimalOperation operation :
                 {DecimalOperation::Add, DecimalOperation::Subtract, DecimalOperation::Multiply,
                  DecimalOperation::Divide, DecimalOperation::Remainder}) {
                out += (out.empty() ? "" : " ") + text(decimal_result(operation, a, b, loss));
            }
            CHECK(out == (loss == PrecisionLoss::Allowed ? row.with_loss : row.without_loss));
        }
        CHECK(text(decimal_sum(a)) + " " + text(decimal_average(a)) + " " + text(wider_decimal(a, b)) ==
              row.others);
    }
}

TEST_CASE("many types meet in one", "[types][coercion]") {
    const DataType text = DataType::string();
    const DataType number = DataType::integer();
    const DataType time = DataType::timestamp();
    const DataType mixed[] = {time, number, text};
    CHECK(shown(wider_common_type(mixed, kLegacy)) == "string");
    CHECK(shown(wider_common_type(mixed, kAnsi)) == "-");
    CHECK(shown(wider_common_type({}, kAnsi)) == "void");
    CHECK(shown(arithmetic_type(text, number, kAnsi)) == "bigint");
    CHECK(shown(arithmetic_type(text, number, kLegacy)) == "double");
    CHECK(shown(arithmetic_type(text, text, kAnsi)) == "double");
}
