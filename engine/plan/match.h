#pragma once
/// `match(node, overloaded{…})`: exhaustive visit of a closed tree's node. There is no catch-all on
/// purpose: a new node breaks every incomplete match at compile time.

namespace firesteel {

template <typename... Fs>
struct overloaded : Fs... {
    using Fs::operator()...;
};
template <typename... Fs>
overloaded(Fs...) -> overloaded<Fs...>;

/// Calls the overload for the node inside a wrapped variant (unresolved::Expr, bound::Relation, …).
template <typename Tree, typename F>
decltype(auto) match(const Tree& tree, F&& f) {
    return tree.visit(static_cast<F&&>(f));
}

}  // namespace firesteel
