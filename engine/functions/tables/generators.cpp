#include "functions/tables/tables.h"

namespace firesteel::functions {
namespace {

using enum NullRule;

constexpr auto kRows = std::to_array<FunctionRow>({
    {"explode|explode_outer(collection: any) -> @explode", ByRule, custom("explode"), "", {.kind = FunctionKind::Generator, .named = true}},
    {"inline|inline_outer(input: any) -> @inline", ByRule, custom("inline"), "", {.kind = FunctionKind::Generator, .named = true}},
    {"json_tuple(json: any, path: any...+) -> @json_tuple", ByRule, custom("json_tuple"), "", {.kind = FunctionKind::Generator}},
    {"posexplode|posexplode_outer(collection: any) -> @posexplode", ByRule, custom("posexplode"), "", {.kind = FunctionKind::Generator, .named = true}},
    {"stack(n: any, value: any...) -> @stack", ByRule, custom("stack"), "", {.kind = FunctionKind::Generator}},
    {"variant_explode|variant_explode_outer(input: any) -> @variant_explode", ByRule, custom("variant_explode"), "", {.kind = FunctionKind::Generator, .named = true}},
});

}  // namespace

constinit const FunctionTable kGeneratorFunctions{"generator_funcs", kRows};

}  // namespace firesteel::functions
