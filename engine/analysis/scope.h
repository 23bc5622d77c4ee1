#pragma once
/// What names mean at one place of a plan: the columns of a resolved relation with their
/// qualifiers, and the tree of resolved relations that plan ids are looked up in. Internal to
/// analysis; immutable once made, one thread.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "catalog/session_catalog.h"
#include "plan/bound.h"
#include "plan/unresolved_relation.h"

namespace firesteel::analysis {

namespace u = unresolved;
using u::NameParts;
using Qualifier = std::shared_ptr<const NameParts>;  // null: none

struct ScopeColumn {
    bound::Attribute attribute;
    Qualifier qualifier;
    bool is_metadata = false;  // of a source: hidden, but found by its plain name too
};

/// A name's meaning: the column, and how many name parts it took (the rest are struct fields).
struct Match {
    const ScopeColumn* column = nullptr;
    std::size_t parts = 0;
};

class Scope {
  public:
    Scope() = default;
    explicit Scope(std::vector<ScopeColumn> columns, std::vector<ScopeColumn> hidden = {})
        : columns_(std::move(columns)), hidden_(std::move(hidden)) {}

    const std::vector<ScopeColumn>& columns() const { return columns_; }
    /// Not reached by stars: the other side's keys of USING joins, by qualified name only; metadata of sources.
    const std::vector<ScopeColumn>& hidden() const { return hidden_; }
    const ScopeColumn* find(AttributeId id) const;
    bool has(AttributeId id) const { return find(id) != nullptr; }

    /// Candidates for the name at the longest qualifier that matches anything, duplicates of one
    /// column once. Empty: unknown here.
    std::vector<Match> matches(const NameParts& name, bool case_sensitive) const;
    std::vector<Match> hidden_matches(const NameParts& name, bool case_sensitive) const;
    /// df.metadataColumn(name): the source's, whatever columns are called.
    std::vector<Match> metadata_matches(const NameParts& name, bool case_sensitive) const;
    /// Columns whose qualifier ends in `target`.
    std::vector<const ScopeColumn*> qualified_by(const NameParts& target, bool case_sensitive) const;

  private:
    std::vector<Match> candidates(const std::vector<ScopeColumn>& columns, const NameParts& name,
                                  bool case_sensitive) const;
    const std::vector<std::size_t>* named(std::string_view lower_name) const;

    std::vector<ScopeColumn> columns_;
    std::vector<ScopeColumn> hidden_;
    /// Positions by lower-case name; made at the first lookup of a wide scope.
    mutable std::unordered_map<std::string, std::vector<std::size_t>> index_;
};

struct Node;
using NodePtr = std::shared_ptr<const Node>;

/// Of a resolved Aggregate: what HAVING, filters and ORDER BY above it may still refer to.
struct AggregateParts {
    NodePtr input;
    std::vector<bound::NamedExpr> groups;      // over the input
    std::vector<bound::NamedExpr> aggregates;  // over the input
    bool has_sets = false;
    std::optional<bound::Attribute> grouping_id;
};

/// How a name that is not among a relation's columns may be looked up below it.
enum class Reach : std::uint8_t {
    Through,  // filter, sort, project…: hidden columns can be added on the way up
    Stops,    // distinct, subquery alias, join, set operation…
};

/// A resolved relation.
struct Node {
    bound::Relation plan;
    Scope scope;
    std::vector<NodePtr> inputs;
    std::optional<PlanId> plan_id;
    Reach reach = Reach::Stops;
    std::shared_ptr<const AggregateParts> aggregate;  // null unless (filters over) an Aggregate
};

bool same_name(std::string_view a, std::string_view b, bool case_sensitive);

/// The metadata columns among hidden ones.
std::vector<ScopeColumn> metadata_of(const Scope& scope);
std::vector<ScopeColumn> metadata_of(const Scope& scope, const NameParts& qualifier);
/// Scope of a plan's output, each column with the qualifier that the same column has in `from`.
Scope scope_of(const bound::Relation& plan, const std::vector<NodePtr>& from = {});
Scope scope_with_qualifier(const bound::Relation& plan, NameParts qualifier,
                           std::vector<ScopeColumn> hidden = {});

/// Spark's ordering of the columns to propose for a name, back-quoted, at most five.
std::string proposals(const NameParts& name, const std::vector<NodePtr>& inputs);

}  // namespace firesteel::analysis
