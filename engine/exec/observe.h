#pragma once
/// The metrics of df.observe(): each observed input is computed once and kept, its metrics are
/// computed from what was kept, and the plan reads on from there.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "plan/bound.h"
#include "types/literal.h"

namespace firesteel::exec {

struct ObservedMetrics {
    std::string name;
    Schema schema;
    ValueList values;
};

struct Observer {
    std::function<std::shared_ptr<const bound::StoredRows>(const bound::Relation&)> store;
    std::function<ValueList(const bound::Relation&)> only_row;
};

/// The plan without CollectMetrics nodes, whose metrics are appended to `out`.
bound::Relation without_metrics(const bound::Relation& plan, const Observer& observer,
                                std::vector<ObservedMetrics>& out);

}  // namespace firesteel::exec
