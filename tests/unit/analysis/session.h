#pragma once
/// A session for tests: views by SQL text, and a query's schema, plan or error as text.

#include <memory>
#include <string>

#include "analysis/analyzer.h"
#include "analysis/print.h"
#include "sql/parser.h"
#include "types/type_text.h"

namespace firesteel::testing {

class TestSession {
  public:
    TestSession()
        : catalog_(std::make_shared<catalog::ViewMap>(), std::make_shared<catalog::Metastore>("file:/w")) {
        settings.time_zone = "UTC";
        view("emp",
             "SELECT * FROM VALUES (1,'Ann','eng',CAST(NULL AS INT)),(2,'Bob',NULL,1) "
             "AS t(id,name,dept,mgr)");
        view("nest",
             "SELECT * FROM VALUES (1,array(3,1),map('x',1),named_struct('p',1,'q','one')) "
             "AS t(id,arr,mp,st)");
    }

    void view(const std::string& name, const std::string& sql) {
        auto made = std::make_shared<catalog::View>();
        made->name = name;
        made->schema = analyze(sql).schema();
        catalog::ViewText text{sql, settings, "spark_catalog", "default", {}};
        for (const StructField& field : made->schema) text.query_columns.push_back(field.name);
        made->body = std::move(text);
        catalog_.temp_views().put(std::move(made), true);
    }

    bound::Relation analyze(const unresolved::Relation& relation) {
        analysis::AnalysisContext context{registry(), catalog_, settings,
                                          [this] { return AttributeId{next_id_++}; },
                                          {}, {}, {}, {}};
        return analysis::analyze(relation, context);
    }
    bound::Relation analyze(const std::string& sql) { return analyze(sql::parse_query(sql)); }

    /// "id INT NOT NULL,name STRING".
    std::string schema(const std::string& sql) { return to_ddl(analyze(sql).schema()); }
    std::string names(const std::string& sql) {
        std::string out;
        for (const StructField& f : analyze(sql).schema()) out += (out.empty() ? "" : ", ") + f.name;
        return out;
    }
    /// The condition and its parameters: "COND a=1 b=2"; empty if there is no error.
    std::string error(const std::string& sql) {
        try {
            analyze(sql);
            return {};
        } catch (const Error& e) {
            std::string out(e.row().condition);
            for (const auto& [name, value] : e.parameters()) out += " " + name + "=" + value;
            return out;
        }
    }
    std::string condition(const std::string& sql) {
        const std::string text = error(sql);
        return text.substr(0, text.find(' '));
    }

    catalog::Settings settings;

  private:
    static const functions::Registry& registry() {
        static const functions::Registry made;
        return made;
    }
    catalog::SessionCatalog catalog_;
    std::uint64_t next_id_ = 1;
};

}  // namespace firesteel::testing
