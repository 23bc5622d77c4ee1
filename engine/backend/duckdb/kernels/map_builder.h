#pragma once
/// Builds a map's Value as Spark does: a NULL key is refused, a repeated one too (the default policy, EXCEPTION).

#include "backend/duckdb/kernels/values.h"
#include "backend/duckdb/lowering/physical_type.h"
#include "types/value_text.h"

namespace firesteel::duckdb {

class MapBuilder {
  public:
    /// For the result of the site.
    explicit MapBuilder(const KernelSite& site) : type_(carried(site.result)), zone_(site.zone) {}

    void add(const Value& key, const Value& value) {
        if (key.is_null()) throw Error(ErrorClass::NullMapKey);
        for (const auto& entry : map_.entries) {
            if (equal_values(type_.key(), entry.first, key)) {
                throw Error(ErrorClass::DuplicatedMapKey,
                            {{"key", cast_text({type_.key(), key}, zone_)},
                             {"mapKeyDedupPolicy", "\"spark.sql.mapKeyDedupPolicy\""}});
            }
        }
        map_.entries.emplace_back(normalized_key(type_.key(), key), value);
    }
    Value take() { return Value(std::move(map_)); }

  private:
    const DataType& type_;
    const std::string& zone_;
    MapValue map_;
};

}  // namespace firesteel::duckdb
