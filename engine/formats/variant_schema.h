#pragma once
/// What schema_of_variant and schema_of_variant_agg say: the type of a variant's content as DDL-like text.

#include <string>

#include "types/data_type.h"
#include "types/variant_value.h"

namespace firesteel {

/// Objects are structs; mixed places are VARIANT.
DataType variant_schema(const VariantView& variant);
DataType merged_variant_schema(const DataType& a, const DataType& b);
/// "OBJECT<a: BIGINT, b: ARRAY<VOID>>".
std::string variant_schema_text(const DataType& schema);

}  // namespace firesteel
