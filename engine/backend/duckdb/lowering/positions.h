#pragma once
/// Where rows stand: partition ("part") and place in it ("pos"), as Spark's `local[N]` cuts data. Read
/// by samples and by functions such as spark_partition_id(), whose values depend on it.

#include <cstdint>
#include <optional>

#include "plan/bound.h"

namespace firesteel::duckdb {

class Lowering;

/// Whether an expression reads its row's place.
bool reads_place(const bound::Expr& expr);
/// Projects and filters with such expressions.
void lower_placed(Lowering& to, const bound::Project& n);
void lower_placed(Lowering& to, const bound::Filter& n);
/// The constant seed of a random function, where NULL counts as 0; none if the call has no seed.
std::optional<std::int64_t> seed_of(const bound::Call& call);
/// random_at(seed, part, pos) of the row at hand.
void random_of_place(Lowering& to, std::int64_t seed);
void gaussian_of_place(Lowering& to, std::int64_t seed);
void letters_of_place(Lowering& to, std::int64_t seed, const Literal& length);

}  // namespace firesteel::duckdb
