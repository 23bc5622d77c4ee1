#include "session/file_schema.h"

#include <algorithm>
#include <optional>

#include "catalog/session_catalog.h"
#include "common/error.h"
#include "types/type_text.h"

namespace firesteel {
namespace {

class Merge {
  public:
    explicit Merge(bool case_sensitive) : case_sensitive_(case_sensitive) {}

    Schema fields(Schema left, const Schema& right) const {
        for (const StructField& field : right) {
            const auto at = std::ranges::find_if(left, [&](const StructField& f) { return same(f.name, field.name); });
            if (at == left.end()) {
                left.push_back(field);
                continue;
            }
            at->type = type(at->type, field.type);
            at->nullable = at->nullable || field.nullable;
        }
        return left;
    }

  private:
    bool same(const std::string& a, const std::string& b) const {
        return case_sensitive_ ? a == b : catalog::lower(a) == catalog::lower(b);
    }

    DataType type(const DataType& a, const DataType& b) const {
        if (a == b) return a;
        if (a.is(TypeKind::Struct) && b.is(TypeKind::Struct)) return DataType::structure(fields(a.fields(), b.fields()));
        if (a.is(TypeKind::Array) && b.is(TypeKind::Array)) {
            return DataType::array(type(a.element(), b.element()), a.contains_null() || b.contains_null());
        }
        if (a.is(TypeKind::Map) && b.is(TypeKind::Map)) {
            return DataType::map(type(a.key(), b.key()), type(a.value(), b.value()),
                                 a.value_contains_null() || b.value_contains_null());
        }
        if (a.is(TypeKind::Decimal) && b.is(TypeKind::Decimal) && a.scale() == b.scale()) {
            return a.precision() >= b.precision() ? a : b;
        }
        throw Error(ErrorClass::CannotMergeTypes, {{"left", quoted_sql_name(a)}, {"right", quoted_sql_name(b)}});
    }

    const bool case_sensitive_;
};

}  // namespace

Schema parquet_columns(exec::QueryEngine& queries, const std::vector<std::string>& files, bool merge,
                       bool case_sensitive) {
    Schema out = queries.parquet_schema(files.at(0));
    if (!merge) return out;
    for (std::size_t i = 1; i < files.size(); ++i) {
        out = Merge(case_sensitive).fields(std::move(out), queries.parquet_schema(files[i]));
    }
    return out;
}

}  // namespace firesteel
