#include <catch2/catch.hpp>

#include "common/ids.h"

using namespace firesteel;

TEST_CASE("random UUIDs are UUIDs of version 4 and differ", "[common][ids]") {
    const std::string a = random_uuid();
    CHECK(is_uuid(a));
    CHECK(a[14] == '4');
    CHECK(a != random_uuid());
}

TEST_CASE("only 8-4-4-4-12 hexadecimal digits are a UUID", "[common][ids]") {
    CHECK(is_uuid("00112233-4455-6677-8899-aabbccddeeff"));
    CHECK(is_uuid("00112233-4455-6677-8899-AABBCCDDEEFF"));
    CHECK_FALSE(is_uuid(""));
    CHECK_FALSE(is_uuid("00112233-4455-6677-8899-aabbccddeefg"));
    CHECK_FALSE(is_uuid("001122334455-6677-8899-aabbccddeeff--"));
    CHECK_FALSE(is_uuid("00112233-4455-6677-8899-aabbccddeeff0"));
}
