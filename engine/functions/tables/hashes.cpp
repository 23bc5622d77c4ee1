#include "functions/tables/tables.h"

namespace firesteel::functions {
namespace {

using enum NullRule;

constexpr auto kRows = std::to_array<FunctionRow>({
    {"crc32(value: binary) -> bigint", IfAnyArgument, kernel("crc32"), "crc32('Spark') = 1557323817", {}},
    {"hash(value: any...+) -> @hash", ByRule, custom("hash"), "", {}},
    {"md5(value: binary) -> string", IfAnyArgument, kernel("md5"), "md5('Spark') = '8cde774d6f7333752ed72cacddb05126'", {}},
    {"sha|sha1(value: binary) -> string", IfAnyArgument, kernel("sha1"), "sha('Spark') = '85f5955f4b27a9a4c2aab6ffe5d7189fc298b92c'", {}},
    {"sha2(value: binary, bits: int) -> string", Always, kernel("sha2"), "", {}},
    {"xxhash64(value: any...+) -> @hash", ByRule, custom("xxhash64"), "", {}},
});

}  // namespace

constinit const FunctionTable kHashFunctions{"hash_funcs", kRows};

}  // namespace firesteel::functions
