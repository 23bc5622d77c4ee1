#pragma once
/// ${name} in SQL text, as Spark's ConfigReader replaces it: `spark:`, `sparkconf:`, `hivevar:` and `hiveconf:`
/// before the name mean the same. Pure; any thread.

#include <functional>
#include <string>
#include <string_view>

namespace firesteel {

/// `value_of` a setting may have references in it too. Throws where they lead in a circle, and for `env:`
/// and `system:`, which the JVM's process would answer.
std::string substitute_variables(std::string_view text,
                                 const std::function<std::string(const std::string& name)>& value_of);

}  // namespace firesteel
