#pragma once
/// What a call as written must keep to, whichever overload takes it: named arguments, lambdas, what is ordered
/// within the group. Used by resolve.cpp; raises Spark's errors.

#include <string_view>
#include <vector>

#include "functions/registry.h"
#include "functions/resolve.h"

namespace firesteel::functions {

/// Refuses named arguments that Spark refuses: of functions that take none, unknown ones, repeated
/// ones, ones before positional arguments, and calls that miss a required one.
void check_named(const Overload& overload, const CallParts& parts);

/// Lambdas stand at parameters that are lambdas only.
void check_lambdas(const std::vector<Overload>& overloads, const CallParts& parts);

/// Aggregates that an order within the group means something to.
bool takes_order(std::string_view name);

/// percentile_cont, percentile_disc and mode(): what is ordered within the group is their value; the direction
/// makes them another function. True if the call has become that one. Refuses orders that Spark refuses.
bool take_ordered_value(CallParts& parts);

}  // namespace firesteel::functions
