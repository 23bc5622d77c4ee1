#include <catch2/catch.hpp>

#include "session.h"

using namespace firesteel;
using firesteel::testing::TestSession;
namespace u = firesteel::unresolved;

namespace {

u::Relation with_id(u::Relation relation, PlanId id) {
    return relation.visit([&](const auto& node) { return u::Relation(node, {}, id); });
}

u::Expr column(const std::string& name, std::optional<PlanId> id = {}) {
    return u::Expr(u::Attribute{{name}, id, false});
}

u::Relation emp(PlanId id) { return u::Relation(u::NamedTable{{"emp"}, {}, false, {}, {}}, {}, id); }

std::string outcome(TestSession& s, const u::Relation& relation) {
    try {
        return to_ddl(s.analyze(relation).schema());
    } catch (const Error& e) {
        return std::string(e.row().condition);
    }
}

}  // namespace

TEST_CASE("a DataFrame's column is found through what was done to it", "[analysis][plan_id]") {
    TestSession s;
    const u::Relation base = emp(1);
    const u::Relation some = with_id(u::Relation(u::Project{base, {column("id")}}), 2);
    CHECK(outcome(s, u::Relation(u::Project{some, {column("id", 1)}})) == "id INT NOT NULL");
    CHECK(outcome(s, u::Relation(u::Project{some, {column("name", 1)}})) ==
          "UNRESOLVED_COLUMN.WITH_SUGGESTION");
    CHECK(outcome(s, u::Relation(u::Project{some, {column("id", 7)}})) ==
          "CANNOT_RESOLVE_DATAFRAME_COLUMN");
    // A filter reaches below the projection.
    const u::Expr named = u::call("=", {column("name", 1), u::Expr(u::Constant{Literal::string("Ann")})});
    CHECK(outcome(s, u::Relation(u::Filter{some, named})) == "id INT NOT NULL");
}

TEST_CASE("a DataFrame joined with itself is ambiguous", "[analysis][plan_id]") {
    TestSession s;
    const u::Relation base = emp(1);
    const u::Relation join(u::Join{base, base, JoinType::Cross, {}, {}, false, false});
    CHECK(outcome(s, u::Relation(u::Project{join, {column("id", 1)}})) == "AMBIGUOUS_COLUMN_REFERENCE");
}
