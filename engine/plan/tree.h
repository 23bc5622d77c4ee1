#pragma once
/// The machinery of our closed trees: an immutable shared node that is one of a fixed list of plain
/// structs. Like a std::variant behind a pointer, but cheap to compile with many alternatives.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

namespace firesteel {

template <typename... Ns>
struct NodeList {
    static constexpr std::size_t size = sizeof...(Ns);
};

template <typename N, typename List>
struct IndexOf;
template <typename N, typename... Rest>
struct IndexOf<N, NodeList<N, Rest...>> : std::integral_constant<std::uint16_t, 0> {};
template <typename N, typename First, typename... Rest>
struct IndexOf<N, NodeList<First, Rest...>>
    : std::integral_constant<std::uint16_t, 1 + IndexOf<N, NodeList<Rest...>>::value> {};

/// What every node of a tree carries beside its data; Extra is the tree's own (origin, plan id, …).
template <typename Extra>
struct NodeBase {
    NodeBase(std::uint16_t i, Extra e) : index(i), extra(std::move(e)) {}
    NodeBase(const NodeBase&) = delete;
    NodeBase& operator=(const NodeBase&) = delete;
    virtual ~NodeBase() = default;
    const std::uint16_t index;
    const Extra extra;
};

template <typename N, typename Extra>
struct NodeOf final : NodeBase<Extra> {
    NodeOf(std::uint16_t i, N d, Extra e) : NodeBase<Extra>(i, std::move(e)), data(std::move(d)) {}
    const N data;
};

template <typename List, typename Extra, typename N>
std::shared_ptr<const NodeBase<Extra>> make_node(N data, Extra extra) {
    return std::make_shared<const NodeOf<N, Extra>>(IndexOf<N, List>::value, std::move(data),
                                                    std::move(extra));
}

template <typename List, typename N, typename Extra>
const N* node_get_if(const NodeBase<Extra>& node) {
    return node.index == IndexOf<N, List>::value
               ? &static_cast<const NodeOf<N, Extra>&>(node).data
               : nullptr;
}

template <typename Extra, typename F, typename First, typename... Ns>
decltype(auto) node_visit(const NodeBase<Extra>& node, NodeList<First, Ns...>, F&& f) {
    using Result = std::invoke_result_t<F&, const First&>;
    using Call = Result (*)(const NodeBase<Extra>&, std::remove_reference_t<F>&);
    static constexpr Call kCalls[] = {
        [](const NodeBase<Extra>& n, std::remove_reference_t<F>& g) -> Result {
            return g(static_cast<const NodeOf<First, Extra>&>(n).data);
        },
        [](const NodeBase<Extra>& n, std::remove_reference_t<F>& g) -> Result {
            return g(static_cast<const NodeOf<Ns, Extra>&>(n).data);
        }...};
    return kCalls[node.index](node, f);
}

}  // namespace firesteel
