#include "analysis/scope.h"

#include <algorithm>
#include <set>

#include "common/error.h"
#include "types/edit_distance.h"

namespace firesteel::analysis {
namespace {

using catalog::lower;
using catalog::quoted;

constexpr std::size_t kIndexedFrom = 16;  // columns; below, a plain scan is faster
constexpr std::size_t kProposalsMax = 5;

bool qualifier_ends_in(const Qualifier& qualifier, const std::string* first, std::size_t n,
                       bool case_sensitive) {
    if (!qualifier || qualifier->size() < n) return false;
    for (std::size_t i = 0; i < n; ++i) {
        if (!same_name((*qualifier)[qualifier->size() - n + i], first[i], case_sensitive)) {
            return false;
        }
    }
    return true;
}

void add_once(std::vector<Match>& matches, Match match) {
    for (const Match& m : matches) {
        if (m.column->attribute.id == match.column->attribute.id) return;
    }
    matches.push_back(match);
}

}  // namespace

bool same_name(std::string_view a, std::string_view b, bool case_sensitive) {
    if (case_sensitive) return a == b;
    return a.size() == b.size() && lower(a) == lower(b);
}

const ScopeColumn* Scope::find(AttributeId id) const {
    for (const ScopeColumn& c : columns_) {
        if (c.attribute.id == id) return &c;
    }
    return nullptr;
}

const std::vector<std::size_t>* Scope::named(std::string_view lower_name) const {
    if (index_.empty()) {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            index_[lower(columns_[i].attribute.name)].push_back(i);
        }
    }
    const auto at = index_.find(std::string(lower_name));
    return at == index_.end() ? nullptr : &at->second;
}

std::vector<Match> Scope::candidates(const std::vector<ScopeColumn>& columns, const NameParts& name,
                                     bool case_sensitive) const {
    const std::size_t most = std::min<std::size_t>(name.size() - 1, 3);
    for (std::size_t qualifiers = most + 1; qualifiers-- > 0;) {
        const std::string& wanted = name[qualifiers];
        std::vector<Match> found;
        const auto consider = [&](const ScopeColumn& c) {
            if (!same_name(c.attribute.name, wanted, case_sensitive)) return;
            const bool is_plain = &columns == &columns_ || c.is_metadata;
            if ((qualifiers == 0 && is_plain) ||
                (qualifiers > 0 && qualifier_ends_in(c.qualifier, name.data(), qualifiers, case_sensitive))) {
                add_once(found, {&c, qualifiers + 1});
            }
        };
        if (&columns == &columns_ && columns_.size() >= kIndexedFrom) {
            if (const auto* places = named(lower(wanted))) {
                for (const std::size_t i : *places) consider(columns[i]);
            }
        } else {
            for (const ScopeColumn& c : columns) consider(c);
        }
        if (!found.empty()) return found;
    }
    return {};
}

std::vector<Match> Scope::matches(const NameParts& name, bool case_sensitive) const {
    return candidates(columns_, name, case_sensitive);
}

std::vector<Match> Scope::hidden_matches(const NameParts& name, bool case_sensitive) const {
    return candidates(hidden_, name, case_sensitive);
}

std::vector<Match> Scope::metadata_matches(const NameParts& name, bool case_sensitive) const {
    std::vector<Match> found = hidden_matches(name, case_sensitive);
    std::erase_if(found, [](const Match& m) { return !m.column->is_metadata; });
    return found;
}

std::vector<const ScopeColumn*> Scope::qualified_by(const NameParts& target,
                                                    bool case_sensitive) const {
    std::vector<const ScopeColumn*> out;
    // Spark's order: the hidden keys of USING joins come first.
    for (const std::vector<ScopeColumn>* list : {&hidden_, &columns_}) {
        for (const ScopeColumn& c : *list) {
            if (!c.is_metadata && qualifier_ends_in(c.qualifier, target.data(), target.size(), case_sensitive)) {
                out.push_back(&c);
            }
        }
    }
    return out;
}

std::vector<ScopeColumn> metadata_of(const Scope& scope) {
    std::vector<ScopeColumn> out;
    for (const ScopeColumn& c : scope.hidden()) {
        if (c.is_metadata) out.push_back(c);
    }
    return out;
}

std::vector<ScopeColumn> metadata_of(const Scope& scope, const NameParts& qualifier) {
    std::vector<ScopeColumn> out = metadata_of(scope);
    for (ScopeColumn& c : out) c.qualifier = std::make_shared<const NameParts>(qualifier);
    return out;
}

Scope scope_of(const bound::Relation& plan, const std::vector<NodePtr>& from) {
    std::unordered_map<AttributeId, Qualifier> qualifiers;
    for (const NodePtr& node : from) {
        for (const ScopeColumn& c : node->scope.columns()) {
            qualifiers.emplace(c.attribute.id, c.qualifier);
        }
        for (const ScopeColumn& c : node->scope.hidden()) {
            qualifiers.emplace(c.attribute.id, c.qualifier);
        }
    }
    std::vector<ScopeColumn> columns;
    columns.reserve(plan.output().size());
    for (const bound::Attribute& a : plan.output()) {
        const auto at = qualifiers.find(a.id);
        columns.push_back({a, at == qualifiers.end() ? nullptr : at->second});
    }
    return Scope(std::move(columns));
}

Scope scope_with_qualifier(const bound::Relation& plan, NameParts qualifier, std::vector<ScopeColumn> hidden) {
    const Qualifier shared = std::make_shared<const NameParts>(std::move(qualifier));
    std::vector<ScopeColumn> columns;
    columns.reserve(plan.output().size());
    for (const bound::Attribute& a : plan.output()) columns.push_back({a, shared});
    return Scope(std::move(columns), std::move(hidden));
}

std::string proposals(const NameParts& name, const std::vector<NodePtr>& inputs) {
    std::vector<const ScopeColumn*> columns;
    for (const NodePtr& node : inputs) {
        for (const ScopeColumn& c : node->scope.columns()) columns.push_back(&c);
    }
    std::stable_sort(columns.begin(), columns.end(), [](const auto* a, const auto* b) {
        if (a->attribute.name != b->attribute.name) return a->attribute.name < b->attribute.name;
        return a->attribute.id < b->attribute.id;
    });
    std::set<NameParts> qualifiers;
    for (const ScopeColumn* c : columns) {
        qualifiers.insert(c->qualifier ? *c->qualifier : NameParts{});
    }
    const bool bare = name.size() == 1 && qualifiers.size() == 1;
    std::string base;
    for (const std::string& part : name) base += (base.empty() ? "" : ".") + part;
    std::vector<std::pair<std::size_t, std::string>> ranked;
    for (const ScopeColumn* c : columns) {
        NameParts full;
        if (!bare && c->qualifier) full = *c->qualifier;
        full.push_back(c->attribute.name);
        std::string text = quoted(full);
        const std::size_t distance = edit_distance(base, text);
        ranked.emplace_back(distance, std::move(text));
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::string out;
    for (std::size_t i = 0; i < std::min(ranked.size(), kProposalsMax); ++i) {
        out += (i == 0 ? "" : ", ") + ranked[i].second;
    }
    return out;
}

}  // namespace firesteel::analysis
