/// Percentiles and histograms over a group's values, gathered in one list: what DuckDB's own aggregates don't
/// take (frequencies, descending order, intervals) or do in another way than Spark.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/kernels/values.h"
#include "backend/duckdb/lowering/physical_type.h"

namespace firesteel::duckdb {
namespace {

double number(const DataType& type, const Value& v) {
    if (type.is(TypeKind::Float) || type.is(TypeKind::Double)) return v.floating();
    if (!type.is(TypeKind::Decimal)) return static_cast<double>(v.integer());
    return static_cast<double>(v.decimal()) / std::pow(10.0, type.scale());
}

Value of_number(const DataType& type, double v) {
    if (type.is(TypeKind::Float)) return Value(static_cast<double>(static_cast<float>(v)));
    if (type.is(TypeKind::Double)) return Value(v);
    if (!type.is(TypeKind::Decimal)) return Value(static_cast<std::int64_t>(v));
    return Value(static_cast<Int128>(std::round(v * std::pow(10.0, type.scale()))));
}

/// Values with how often each occurs, in order, and at which rank its run ends.
struct Run {
    double value;
    std::int64_t end;
};

/// The list holds structs of value and frequency.
std::vector<Run> runs_of(const DataType& pair, const ValueList& pairs, bool descending) {
    std::vector<Run> out;
    for (const Value& each : pairs) {
        const Value& value = each.list()[0];
        const Value& frequency = each.list()[1];
        if (value.is_null() || frequency.is_null()) continue;
        if (frequency.integer() < 0) {
            throw Error(ErrorClass::NegativeFrequency,
                        {{"frequencyExpression", "\"boundreference()\""},
                         {"negativeValue", std::to_string(frequency.integer()) + "L"}});
        }
        if (frequency.integer() > 0) out.push_back({number(carried(pair.fields()[0].type), value), frequency.integer()});
    }
    std::stable_sort(out.begin(), out.end(), [descending](const Run& a, const Run& b) {
        return descending ? b.value < a.value : a.value < b.value;
    });
    std::int64_t end = 0;
    for (Run& run : out) run.end = end += run.end;
    return out;
}

double at_rank(const std::vector<Run>& runs, std::int64_t rank) {
    const auto found = std::upper_bound(runs.begin(), runs.end(), rank,
                                        [](std::int64_t r, const Run& run) { return r < run.end; });
    return found->value;
}

double continuous(const std::vector<Run>& runs, double percentage) {
    const double position = static_cast<double>(runs.back().end - 1) * percentage;
    const double lower = std::floor(position);
    const double higher = std::ceil(position);
    const double low = at_rank(runs, static_cast<std::int64_t>(lower));
    const double high = at_rank(runs, static_cast<std::int64_t>(higher));
    if (lower == higher || low == high) return low;
    return (higher - position) * low + (position - lower) * high;
}

double discrete(const std::vector<Run>& runs, double percentage) {
    const double rank = std::ceil(static_cast<double>(runs.back().end) * percentage) - 1;
    return at_rank(runs, std::max<std::int64_t>(0, static_cast<std::int64_t>(rank)));
}

using Pick = double (*)(const std::vector<Run>&, double);

template <Pick kPick, bool kDescending>
Value percentile(const KernelSite& site, const ValueList& a) {
    if (a[0].is_null() || a[1].is_null()) return {};
    const DataType& pair = carried(site.argument(0)).element();
    const std::vector<Run> runs = runs_of(pair, a[0].list(), kDescending);
    if (runs.empty()) return {};
    const DataType& result = carried(site.result);
    if (!result.is(TypeKind::Array)) return of_number(result, kPick(runs, a[1].floating()));
    if (a[1].list().empty()) return {};
    ValueList out;
    for (const Value& each : a[1].list()) out.push_back(of_number(carried(result.element()), kPick(runs, each.floating())));
    return Value(std::move(out));
}

struct Bin {
    double x;
    double y;
};

/// Java's Random, for the seed that Spark's histograms have.
class JavaRandom {
  public:
    double next_double() {
        const std::uint64_t high = next(26);
        return static_cast<double>((high << 27U) + next(27)) / static_cast<double>(std::uint64_t{1} << 53U);
    }

  private:
    static constexpr std::uint64_t kMultiplier = 0x5DEECE66D;
    static constexpr std::uint64_t kMask = (std::uint64_t{1} << 48U) - 1;
    static constexpr std::uint64_t kHistogramSeed = 31183;

    std::uint64_t next(unsigned bits) {
        state_ = (state_ * kMultiplier + 0xB) & kMask;
        return state_ >> (48 - bits);
    }
    std::uint64_t state_ = (kHistogramSeed ^ kMultiplier) & kMask;
};

/// Ben-Haim and Tom-Tov: a new value is a bin of its own; of too many, two of the nearest ones become one.
class Histogram {
  public:
    explicit Histogram(std::size_t bins_max) : bins_max_(bins_max) {}

    void add(double value) {
        const auto at = std::lower_bound(bins_.begin(), bins_.end(), value,
                                         [](const Bin& bin, double v) { return bin.x < v; });
        if (at != bins_.end() && at->x == value) {
            ++at->y;
            return;
        }
        bins_.insert(at, {value, 1});
        if (bins_.size() > bins_max_) merge_nearest();
    }
    const std::vector<Bin>& bins() const { return bins_; }

  private:
    void merge_nearest() {
        std::size_t nearest = 0;
        double smallest = bins_[1].x - bins_[0].x;
        double equals = 1;
        for (std::size_t i = 1; i + 1 < bins_.size(); ++i) {
            const double gap = bins_[i + 1].x - bins_[i].x;
            if (gap < smallest) {
                smallest = gap;
                nearest = i;
                equals = 1;
            } else if (gap == smallest && random_.next_double() <= 1.0 / ++equals) {
                nearest = i;
            }
        }
        Bin& left = bins_[nearest];
        const Bin& right = bins_[nearest + 1];
        const double weight = left.y + right.y;
        left = {left.x * (left.y / weight) + right.x / weight * right.y, weight};
        bins_.erase(bins_.begin() + static_cast<std::ptrdiff_t>(nearest) + 1);
    }
    std::size_t bins_max_;
    std::vector<Bin> bins_;
    JavaRandom random_;
};

Value histogram(const KernelSite& site, const ValueList& a) {
    if (a[0].is_null() || a[1].is_null()) return {};
    const DataType& type = carried(carried(site.argument(0)).element());
    Histogram histogram(static_cast<std::size_t>(a[1].integer()));
    for (const Value& each : a[0].list()) {
        if (!each.is_null()) histogram.add(number(type, each));
    }
    if (histogram.bins().empty()) return {};
    ValueList out;
    for (const Bin& bin : histogram.bins()) out.emplace_back(ValueList{of_number(type, bin.x), Value(bin.y)});
    return Value(std::move(out));
}

/// Of the population; none of equal values.
Value skewness(const KernelSite&, const ValueList& a) {
    double mean = 0;
    for (const Value& v : a[0].list()) mean += v.floating();
    const auto n = static_cast<double>(a[0].list().size());
    mean /= n;
    double square = 0;
    double cube = 0;
    for (const Value& v : a[0].list()) {
        const double distance = v.floating() - mean;
        square += distance * distance;
        cube += distance * distance * distance;
    }
    if (square == 0) return {};
    return Value(std::sqrt(n) * cube / std::sqrt(square * square * square));
}

/// The value that occurs most often; of several the first in the order that is asked for.
template <int kSign>
Value mode(const KernelSite& site, const ValueList& a) {
    const DataType& type = carried(site.argument(0)).element();
    ValueList sorted = a[0].list();
    std::erase_if(sorted, [](const Value& v) { return v.is_null(); });
    std::sort(sorted.begin(), sorted.end(),
              [&](const Value& x, const Value& y) { return compare_values(type, x, y) * kSign < 0; });
    std::size_t best = 0;
    std::size_t best_count = 0;
    for (std::size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
        while (end < sorted.size() && equal_values(type, sorted[begin], sorted[end])) ++end;
        if (end - begin <= best_count) continue;
        best = begin;
        best_count = end - begin;
    }
    return sorted.empty() ? Value() : sorted[best];
}

template <Value (*kFn)(const KernelSite&, const ValueList&), OnNull kOnNull = OnNull::ResultIsNull>
KernelBody by_values(const KernelSite&) {
    return values(kOnNull, kFn);
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"histogram", by_values<histogram, OnNull::Call>},
    {"mode_highest", by_values<mode<-1>>},
    {"mode_lowest", by_values<mode<1>>},
    {"percentile_cont", by_values<percentile<continuous, false>, OnNull::Call>, Placed::No},
    {"percentile_cont_desc", by_values<percentile<continuous, true>, OnNull::Call>},
    {"percentile_disc", by_values<percentile<discrete, false>, OnNull::Call>},
    {"percentile_disc_desc", by_values<percentile<discrete, true>, OnNull::Call>},
    {"skewness", by_values<skewness>},
});

}  // namespace

KernelTable distribution_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
