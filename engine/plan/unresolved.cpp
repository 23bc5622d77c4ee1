#include "plan/unresolved_command.h"

namespace firesteel::unresolved {

bool Expr::operator==(const Expr& other) const {
    if (node_ == other.node_) return true;
    return visit([&](const auto& mine) {
        const auto* theirs = other.get_if<std::remove_cvref_t<decltype(mine)>>();
        return theirs != nullptr && mine == *theirs;
    });
}

bool Function::operator==(const Function& o) const {
    return name == o.name && arguments == o.arguments && distinct == o.distinct &&
           filter == o.filter && ignore_nulls == o.ignore_nulls && within_group == o.within_group;
}

bool Window::operator==(const Window& o) const { return function == o.function && *spec == *o.spec; }

bool PythonUdf::operator==(const PythonUdf& o) const {
    return *function == *o.function && arguments == o.arguments;
}

}  // namespace firesteel::unresolved
