#pragma once
/// Values as the texts Spark shows: cast(x as string), SQL literals, automatic column names. The
/// zone is the session's (timestamps). Also per-type appenders for kernels (added by this layer).

#include <string>
#include <string_view>

#include "types/literal.h"

namespace firesteel {

/// What CAST(literal AS STRING) gives; nested values as Spark's cast ("[1, null]", "{a -> 1}").
/// NULL itself gives "NULL".
std::string cast_text(const Literal& literal, std::string_view zone);
/// Literal.sql: 'it\'s', 1, 1L? as Spark 4.1 writes it, 1.5BD, DATE '2020-01-02', X'6162', CAST(NULL AS INT).
std::string sql_literal(const Literal& literal, std::string_view zone);
/// As shown in automatic column names: strings bare, numbers without suffix, NULL, else sql_literal.
std::string pretty_literal(const Literal& literal, std::string_view zone);

}  // namespace firesteel
