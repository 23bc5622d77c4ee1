#pragma once
/// Spark types as Arrow types, both ways (spark-connect: types in Arrow).

#include <nanoarrow/nanoarrow.h>
#include <nanoarrow/nanoarrow.hpp>

#include "types/data_type.h"

#include <string_view>

namespace firesteel::duckdb {

struct ArrowTypeOptions {
    std::string_view time_zone;
    bool large_var_types = false;
};

/// The struct schema of a result.
nanoarrow::UniqueSchema to_arrow(const Schema& schema, const ArrowTypeOptions& options);
/// The columns that an Arrow struct schema stands for; throws UNSUPPORTED_ARROWTYPE.
Schema from_arrow(const ArrowSchema& schema);

}  // namespace firesteel::duckdb
