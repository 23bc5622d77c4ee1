#pragma once
/// XPath 1.0 over XML texts, as the xpath functions of Spark have it. A path is compiled once; evaluating is thread-safe.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firesteel::xml {

class XPath {
  public:
    /// Throws an error without a condition for what is no path.
    explicit XPath(std::string path);
    ~XPath();
    XPath(const XPath&) = delete;
    XPath& operator=(const XPath&) = delete;

    // Each throws an error without a condition if the text is no XML document.
    bool boolean(std::string_view text) const;
    double number(std::string_view text) const;
    std::string string(std::string_view text) const;
    /// The values of the nodes: none for elements. Throws where the path gives no nodes.
    std::vector<std::optional<std::string>> nodes(std::string_view text) const;

  private:
    struct Compiled;
    struct Result;
    Result evaluate(std::string_view text) const;
    std::string path_;
    std::unique_ptr<Compiled> compiled_;
};

}  // namespace firesteel::xml
