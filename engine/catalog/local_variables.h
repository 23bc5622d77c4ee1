#pragma once
/// Variables of the scopes of one running SQL script: those of its BEGIN … END blocks and of the rows
/// of its FOR loops, innermost last. Written by session's script runner, read by analysis. Belongs to
/// one operation and its thread.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/session_catalog.h"

namespace firesteel::catalog {

class LocalVariables {
  public:
    void open_scope(std::string label);
    void close_scope();
    /// The innermost scope's label.
    const std::string& label() const;
    /// In the innermost scope; false if it has a variable of this name.
    bool declare(VariablePtr variable);
    /// By `name` or `label.name`, from the inside out; null if there is none.
    VariablePtr find(const NameParts& name) const;
    /// Replaces what find(name) gives; false if there is none.
    bool assign(const NameParts& name, VariablePtr variable);

  private:
    struct Scope {
        std::string label;
        std::map<std::string, VariablePtr> variables;  // by lower-case name
    };
    VariablePtr* slot(const NameParts& name);

    std::vector<Scope> scopes_;
};

}  // namespace firesteel::catalog
