#include "session/commands/commands.h"

namespace firesteel {

unresolved::Expr column(const std::string& name) { return unresolved::Expr(unresolved::Attribute{{name}, {}, false}); }

unresolved::Expr text_constant(const std::string& value) {
    return unresolved::Expr(unresolved::Constant{Literal::string(value)});
}

bool same_name(const Queries& queries, const std::string& a, const std::string& b) {
    return queries.settings().case_sensitive ? a == b : catalog::lower(a) == catalog::lower(b);
}

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

}  // namespace firesteel
