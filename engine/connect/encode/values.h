#pragma once
/// Types and constants to their protocol messages: schemas of results, AnalyzePlan's answers,
/// observed metrics. Pure functions; any thread.

#include "types/data_type.h"
#include "types/literal.h"

namespace spark::connect {
class DataType;
class Expression_Literal;
}  // namespace spark::connect

namespace firesteel::connect {

void encode_data_type(const DataType& type, spark::connect::DataType& message);
/// The schema as a struct type.
void encode_schema(const Schema& schema, spark::connect::DataType& message);
/// In the form that clients since 3.4 read: nested types stand in the old fields.
void encode_literal(const Literal& literal, spark::connect::Expression_Literal& message);

}  // namespace firesteel::connect
