/// What fits no other family: dates by native arithmetic, facts of the session, typeof.

#include <array>

#include "backend/duckdb/lowering/custom.h"
#include "types/type_text.h"

namespace firesteel::duckdb {
namespace {

template <const char* kText>
void text(Lowering& to, const bound::Call& call, const Origin&) {
    lower_text(to, kText, call);
}
#define TEXT(name, text) constexpr char name[] = text
TEXT(kDateAdd, "({0} + CAST({1} AS INTEGER))");
TEXT(kDateSub, "({0} - CAST({1} AS INTEGER))");
TEXT(kMicros, "CAST(make_timestamp({0}) AS TIMESTAMPTZ)");
#undef TEXT

void type_of(Lowering& to, const bound::Call& call, const Origin&) {
    to.literal(Literal::string(catalog_string(call.arguments[0].type())));
}

void length(Lowering& to, const bound::Call& call, const Origin&) {
    lower_text(to, call.arguments[0].type().is(TypeKind::Binary) ? "octet_length({0})"
                                                                  : "length({0})",
               call);
}

constexpr auto kRows = std::to_array<CustomRow>({
    {"date_add", text<kDateAdd>},
    {"date_sub", text<kDateSub>},
    {"length", length},
    {"timestamp_micros", text<kMicros>},
    {"typeof", type_of},
});

}  // namespace

CustomTable misc_lowerings() { return kRows; }

}  // namespace firesteel::duckdb
