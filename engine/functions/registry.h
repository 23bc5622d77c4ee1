#pragma once
/// All function rows by name, their signatures parsed once. Immutable after construction, shared by
/// all threads; built by main and handed down.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "functions/function_row.h"

namespace firesteel::functions {

struct Signature;  // functions/signature.h

/// One overload: the row and its parsed signature.
struct Overload {
    const FunctionRow* row = nullptr;
    const Signature* signature = nullptr;
    std::string_view group;
};

class Registry {
  public:
    /// Parses every row; a malformed one is a defect (FS_ASSERT).
    Registry();
    ~Registry();
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;

    /// Overloads of a function or operator, case-insensitively; empty if there is none.
    const std::vector<Overload>& find(std::string_view name) const;
    /// Names that users can write (operators included), sorted: SHOW FUNCTIONS.
    const std::vector<std::string>& names() const;
    const FunctionRow* row(std::string_view name) const;  // the first overload's, or null

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace firesteel::functions
