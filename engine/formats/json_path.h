#pragma once
/// Parts of a JSON text by path or name, with the rules that Spark took from Hive: get_json_object, json_tuple and their
/// like. Called per row by kernels. Malformed texts give nothing; what follows the first value is not looked at.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firesteel::json {

class TokenReader;

/// "$.a[0]['b'][*].*", parsed.
class Path {
  public:
    struct Step {
        enum class Kind : std::uint8_t { Name, Index, EveryItem, Wildcard };
        Kind kind = Kind::Name;
        std::string name;
        std::int64_t index = 0;
    };
    /// None if it is no path.
    static std::optional<Path> parse(std::string_view text);
    const std::vector<Step>& steps() const { return steps_; }

  private:
    std::vector<Step> steps_;
};

/// Appends what the path selects: a string bare, everything else as JSON; false if it selects nothing.
bool append_selected(std::string& out, std::string_view text, const Path& path);

/// The values of an object's members by name, each as append_selected gives it; the last of a name that isn't null counts.
/// All are none where the text is no object.
std::vector<std::optional<std::string>> members_by_name(
    std::string_view text, const std::vector<std::optional<std::string_view>>& names);

/// None if the text is no array.
std::optional<std::int32_t> array_length(std::string_view text);
/// None if the text is no object.
std::optional<std::vector<std::string>> object_keys(std::string_view text);

/// Appends the value that begins at the reader's token as compact JSON, numbers as Java prints them; false on an error.
bool append_copy(std::string& out, TokenReader& reader);

}  // namespace firesteel::json
