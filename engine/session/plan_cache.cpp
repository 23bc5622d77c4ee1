#include "session/plan_cache.h"

#include <algorithm>
#include <utility>

#include "analysis/canonical.h"
#include "common/error.h"
#include "plan/bound_traverse.h"

namespace firesteel {
namespace {

constexpr std::size_t kPlansMax = 1000;

}  // namespace

PlanCache::EntryPtr PlanCache::find(const std::string& form) const {
    const auto at = std::ranges::find_if(entries_, [&](const EntryPtr& e) { return e->form == form; });
    return at == entries_.end() ? nullptr : *at;
}

void PlanCache::add(const bound::Relation& plan, const StorageLevel& level) {
    std::string form = analysis::canonical_text(plan);
    const std::lock_guard lock(mutex_);
    if (find(form) != nullptr) return;
    if (entries_.size() >= kPlansMax) throw unsupported("more than 1000 cached plans in a session");
    entries_.push_back(std::make_shared<Entry>(Entry{std::move(form), plan, level, nullptr, false}));
}

bool PlanCache::remove(const bound::Relation& plan) {
    const std::string form = analysis::canonical_text(plan);
    EntryPtr gone;  // its rows are freed outside of the lock
    const std::lock_guard lock(mutex_);
    gone = find(form);
    if (gone) std::erase(entries_, gone);
    return gone != nullptr;
}

void PlanCache::clear() {
    std::vector<EntryPtr> gone;
    const std::lock_guard lock(mutex_);
    gone.swap(entries_);
}

void PlanCache::refresh() {
    std::vector<std::shared_ptr<const bound::StoredRows>> gone;
    const std::lock_guard lock(mutex_);
    for (const EntryPtr& entry : entries_) gone.push_back(std::exchange(entry->rows, nullptr));
}

std::optional<StorageLevel> PlanCache::level(const bound::Relation& plan) const {
    if (size() == 0) return std::nullopt;
    const std::string form = analysis::canonical_text(plan);
    const std::lock_guard lock(mutex_);
    const EntryPtr entry = find(form);
    return entry ? std::optional(entry->level) : std::nullopt;
}

std::size_t PlanCache::size() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

std::shared_ptr<const bound::StoredRows> PlanCache::rows_of(const EntryPtr& entry, const Store& store) {
    {
        const std::lock_guard lock(mutex_);
        if (entry->rows != nullptr || entry->is_computed) return entry->rows;
        entry->is_computed = true;
    }
    struct Done {
        PlanCache& cache;
        Entry& entry;
        ~Done() {
            const std::lock_guard lock(cache.mutex_);
            entry.is_computed = false;
        }
    } done{*this, *entry};
    auto rows = store(apply_below(entry->plan, store));
    const std::lock_guard lock(mutex_);
    entry->rows = rows;
    return rows;
}

bound::Relation PlanCache::apply(const bound::Relation& plan, const Store& store) {
    if (size() == 0) return plan;
    EntryPtr entry;
    {
        const std::string form = analysis::canonical_text(plan);
        const std::lock_guard lock(mutex_);
        entry = find(form);
    }
    if (entry) {
        if (auto rows = rows_of(entry, store)) return bound::StoredScan{std::move(rows), plan.output()};
    }
    return apply_below(plan, store);
}

bound::Relation PlanCache::apply_below(const bound::Relation& plan, const Store& store) {
    bound::RelationRewrite by;
    by.input = [&](const bound::Relation& input) { return apply(input, store); };
    by.expression = [&](const bound::Expr& e) {
        return bound::rewrite_top_down(e, [&](const bound::Expr& part) -> bound::MaybeExpr {
            const auto* subquery = part.get_if<bound::Subquery>();
            if (subquery == nullptr) return std::nullopt;
            bound::Subquery changed = *subquery;
            changed.query = std::make_shared<const bound::Relation>(apply(*subquery->query, store));
            for (bound::Expr& value : changed.values) value = by.expression(value);
            return bound::Expr(std::move(changed), part.origin());
        });
    };
    return bound::rewrite(plan, by);
}

}  // namespace firesteel
