#pragma once
/// Casts of constants, done while the statement is written: DuckDB takes a literal much faster than a
/// call of our cast.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "plan/bound.h"
#include "types/time_zone.h"

namespace firesteel::duckdb {

class ConstantCasts {
  public:
    ConstantCasts(std::string zone, std::int64_t now_micros) : zone_name_(std::move(zone)), now_micros_(now_micros) {}

    /// The value of a cast of a constant. None: it is none, can't be known here, or raises.
    std::optional<Literal> operator()(const bound::Expr& expr);

  private:
    std::optional<Value> parsed(std::string_view text, const bound::Cast& cast, bool& is_malformed);

    std::string zone_name_;
    std::shared_ptr<const TimeZone> zone_;  // once it is wanted
    std::int64_t now_micros_;
    TimeZoneCache zones_;
};

}  // namespace firesteel::duckdb
