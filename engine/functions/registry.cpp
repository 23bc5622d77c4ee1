#include "functions/registry.h"

#include <algorithm>
#include <memory>
#include <unordered_map>

#include "common/ascii.h"
#include "functions/signature.h"
#include "functions/tables/tables.h"

namespace firesteel::functions {

struct Registry::State {
    std::vector<std::unique_ptr<const Signature>> signatures;
    std::unordered_map<std::string, std::vector<Overload>> by_name;
    std::vector<std::string> names;
};

Registry::Registry() : state_(std::make_unique<State>()) {
    for (const FunctionTable* table : kFunctionTables) {
        for (const FunctionRow& row : table->rows) {
            state_->signatures.push_back(
                std::make_unique<const Signature>(parse_signature(row.signature)));
            const Signature& signature = *state_->signatures.back();
            const auto group = row.traits.group.empty() ? table->group : row.traits.group;
            for (const std::string& name : signature.names) {
                state_->by_name[ascii_lower(name)].push_back({&row, &signature, group});
            }
        }
    }
    for (const auto& [name, overloads] : state_->by_name) {
        if (overloads.front().group != kInternalGroup) state_->names.push_back(name);
    }
    std::sort(state_->names.begin(), state_->names.end());
}

Registry::~Registry() = default;

const std::vector<Overload>& Registry::find(std::string_view name) const {
    static const std::vector<Overload> kNone;
    const auto found = state_->by_name.find(ascii_lower(name));
    return found == state_->by_name.end() ? kNone : found->second;
}

const std::vector<std::string>& Registry::names() const { return state_->names; }

const FunctionRow* Registry::row(std::string_view name) const {
    const auto& overloads = find(name);
    return overloads.empty() ? nullptr : overloads.front().row;
}

}  // namespace firesteel::functions
