#include <catch2/catch.hpp>
#include <zstd.h>

#include "common/limits.h"
#include "connect/decode/wire.h"
#include "decode_fixture.h"

namespace firesteel::connect::test {
namespace {

namespace proto = spark::connect;

proto::Relation chained_with_columns(int count) {
    proto::Relation relation;
    relation.mutable_range()->set_step(1);
    for (int i = 0; i < count; ++i) {
        proto::Relation next;
        auto& alias = *next.mutable_with_columns()->add_aliases();
        alias.add_name("c" + std::to_string(i));
        alias.mutable_expr()->mutable_unresolved_attribute()->set_unparsed_identifier("id");
        *next.mutable_with_columns()->mutable_input() = std::move(relation);
        relation = std::move(next);
    }
    return relation;
}

std::string zipped(const std::string& plain) {
    std::string packed(ZSTD_compressBound(plain.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), 1));
    return packed;
}

proto::Plan compressed(std::string data, proto::Plan::CompressedOperation::OpType type) {
    proto::Plan plan;
    auto& operation = *plan.mutable_compressed_operation();
    operation.set_data(std::move(data));
    operation.set_op_type(type);
    operation.set_compression_codec(proto::COMPRESSION_CODEC_ZSTD);
    return plan;
}

ErrorClass parse_error(std::string_view bytes) {
    return error_of([&] {
               proto::Plan plan;
               parse_message(bytes, plan);
           })
        .id();
}

}  // namespace

TEST_CASE("plans as deep as the limit pass, deeper ones are refused", "[connect][decode]") {
    for (const int depth : {1, 500, 1023}) {
        proto::Plan plan;
        *plan.mutable_root() = chained_with_columns(depth);
        proto::Plan parsed;
        parse_message(plan.SerializeAsString(), parsed);
        REQUIRE_NOTHROW(decode_plan(parsed, nullptr, {}));
    }
    proto::Plan plan;
    *plan.mutable_root() = chained_with_columns(1024);
    REQUIRE(error_of([&] { decode_plan(plan, nullptr, {}); }).id() ==
            ErrorClass::ConnectInvalidPlanCannotParse);
    *plan.mutable_root() = chained_with_columns(limits::kMessageDepthMax);
    REQUIRE(parse_error(plan.SerializeAsString()) == ErrorClass::ConnectInvalidPlanCannotParse);
}

TEST_CASE("bytes that are no plan are refused", "[connect][decode]") {
    REQUIRE(parse_error("\xff\xff\xff\xff") == ErrorClass::ConnectInvalidPlanCannotParse);
    REQUIRE(parse_error(std::string_view("\x0a\x05zz", 4)) ==
            ErrorClass::ConnectInvalidPlanCannotParse);
    const std::string invalid_utf8("\x0a\x09\x12\x07\x0a\x05\x0a\x03\xc3\x28z", 11);
    REQUIRE(parse_error(invalid_utf8) == ErrorClass::ConnectInvalidPlanCannotParse);
}

TEST_CASE("unknown fields are ignored", "[connect][decode]") {
    proto::Plan plan;
    plan.mutable_root()->mutable_range()->set_step(1);
    std::string bytes = plan.SerializeAsString();
    bytes += std::string("\xfa\x7f\x02hi", 5);  // field 2047, two bytes
    proto::Plan parsed;
    parse_message(bytes, parsed);
    REQUIRE(parsed.root().range().step() == 1);
}

TEST_CASE("a compressed operation is unpacked in place", "[connect][decode]") {
    using Operation = proto::Plan::CompressedOperation;
    const proto::Relation relation = chained_with_columns(3);
    proto::Plan plan =
        compressed(zipped(relation.SerializeAsString()), Operation::OP_TYPE_RELATION);
    decompress(plan);
    REQUIRE(plan.root().SerializeAsString() == relation.SerializeAsString());

    const auto failure = [](proto::Plan damaged) {
        return error_of([&] { decompress(damaged); }).id();
    };
    const std::string packed = zipped(relation.SerializeAsString());
    REQUIRE(failure(compressed("no zstd", Operation::OP_TYPE_RELATION)) ==
            ErrorClass::ConnectInvalidPlanCannotParse);
    REQUIRE(failure(compressed(packed.substr(0, packed.size() - 3), Operation::OP_TYPE_RELATION)) ==
            ErrorClass::ConnectInvalidPlanCannotParse);
    REQUIRE(failure(compressed(packed, Operation::OP_TYPE_UNSPECIFIED)) ==
            ErrorClass::ConnectInvalidPlanCannotParse);
    REQUIRE(failure(compressed(zipped(std::string(limits::kPlanBytesDecompressedMax + 1, 'x')),
                               Operation::OP_TYPE_RELATION)) ==
            ErrorClass::ConnectInvalidPlanTooLarge);
}

}  // namespace firesteel::connect::test
