#pragma once
/// Values as Spark's spark-sql prints them, which is as Hive did. Private to driver/client: the server
/// makes the texts, this says how. Any thread.

#include <string>

namespace spark::connect {
class DataType;
}

namespace firesteel::client {

/// An expression of SQL: the text of `value`, an expression too, of that type. NULL stays NULL.
std::string hive_text(const spark::connect::DataType& type, const std::string& value);

}  // namespace firesteel::client
