#pragma once
/// The plans that a session cached: df.cache(), CACHE TABLE. The rows of each are computed when a
/// query first needs them, and stand for the plan wherever another one contains it. Freed with the
/// session. Thread-safe.

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "plan/bound.h"

namespace firesteel {

struct StorageLevel {
    bool disk = false;
    bool memory = false;
    bool off_heap = false;
    bool deserialized = false;
    std::int32_t replication = 1;
    bool operator==(const StorageLevel&) const = default;
};
inline constexpr StorageLevel kDefaultStorage{true, true, false, true, 1};

class PlanCache {
  public:
    using Store = std::function<std::shared_ptr<const bound::StoredRows>(const bound::Relation&)>;

    /// Nothing if the plan is cached already.
    void add(const bound::Relation& plan, const StorageLevel& level);
    /// Whether it was there.
    bool remove(const bound::Relation& plan);
    void clear();
    /// Forgets the rows: they are computed anew when they are needed.
    void refresh();
    std::optional<StorageLevel> level(const bound::Relation& plan) const;
    std::size_t size() const;

    /// The plan with its cached parts read from their rows, computed by `store` where needed.
    bound::Relation apply(const bound::Relation& plan, const Store& store);

  private:
    struct Entry {
        std::string form;
        bound::Relation plan;
        StorageLevel level;
        std::shared_ptr<const bound::StoredRows> rows;
        bool is_computed = false;  // some query computes the rows: others don't wait for it
    };
    using EntryPtr = std::shared_ptr<Entry>;
    EntryPtr find(const std::string& form) const;
    std::shared_ptr<const bound::StoredRows> rows_of(const EntryPtr& entry, const Store& store);
    bound::Relation apply_below(const bound::Relation& plan, const Store& store);

    mutable std::mutex mutex_;
    std::vector<EntryPtr> entries_;
};

}  // namespace firesteel
