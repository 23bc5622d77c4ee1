#pragma once
/// The words that mean something in Spark's SQL. Any of them may also be a name, see Reservation.
/// `"SELECT"_kw` is checked and looked up at compile time. Immutable; any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace firesteel::sql {

enum class Reservation : std::uint8_t {
    Free,            // a name anywhere
    Strict,          // a name, but not a table's alias
    Reserved,        // no name under spark.sql.ansi.enforceReservedKeywords
    StrictReserved,  // both
};

struct KeywordRow {
    std::string_view word;
    Reservation reservation;
};

namespace detail {
using enum Reservation;
// Sorted by word.
// clang-format off
inline constexpr auto kKeywords = std::to_array<KeywordRow>({
    {"ADD", Free}, {"AFTER", Free}, {"AGGREGATE", Free}, {"ALL", Reserved}, {"ALTER", Free},
    {"ALWAYS", Free}, {"ANALYZE", Free}, {"AND", Reserved}, {"ANTI", Strict}, {"ANY", Reserved},
    {"ANY_VALUE", Free}, {"ARCHIVE", Free}, {"ARRAY", Free}, {"AS", Reserved}, {"ASC", Free},
    {"AT", Free}, {"ATOMIC", Free}, {"AUTHORIZATION", Reserved}, {"BEGIN", Free},
    {"BETWEEN", Free}, {"BIGINT", Free}, {"BINARY", Free}, {"BINDING", Free}, {"BOOLEAN", Free},
    {"BOTH", Reserved}, {"BUCKET", Free}, {"BUCKETS", Free}, {"BY", Free}, {"BYTE", Free},
    {"CACHE", Free}, {"CALL", Reserved}, {"CALLED", Free}, {"CASCADE", Free}, {"CASE", Reserved},
    {"CAST", Reserved}, {"CATALOG", Free}, {"CATALOGS", Free}, {"CHANGE", Free}, {"CHAR", Free},
    {"CHARACTER", Free}, {"CHECK", Reserved}, {"CLEAR", Free}, {"CLUSTER", Free},
    {"CLUSTERED", Free}, {"CODEGEN", Free}, {"COLLATE", Reserved}, {"COLLATION", Reserved},
    {"COLLECTION", Free}, {"COLUMN", Reserved}, {"COLUMNS", Free}, {"COMMENT", Free},
    {"COMMIT", Free}, {"COMPACT", Free}, {"COMPACTIONS", Free}, {"COMPENSATION", Free},
    {"COMPUTE", Free}, {"CONCATENATE", Free}, {"CONDITION", Free}, {"CONSTRAINT", Reserved},
    {"CONTAINS", Free}, {"CONTINUE", Free}, {"COST", Free}, {"CREATE", Reserved},
    {"CROSS", StrictReserved}, {"CUBE", Free}, {"CURRENT", Free}, {"CURRENT_DATE", Reserved},
    {"CURRENT_TIME", Reserved}, {"CURRENT_TIMESTAMP", Reserved}, {"CURRENT_USER", Reserved},
    {"DATA", Free}, {"DATABASE", Free}, {"DATABASES", Free}, {"DATE", Free}, {"DATEADD", Free},
    {"DATEDIFF", Free}, {"DATE_ADD", Free}, {"DATE_DIFF", Free}, {"DAY", Free},
    {"DAYOFYEAR", Free}, {"DAYS", Free}, {"DBPROPERTIES", Free}, {"DEC", Free}, {"DECIMAL", Free},
    {"DECLARE", Free}, {"DEFAULT", Free}, {"DEFINED", Free}, {"DEFINER", Free}, {"DELAY", Free},
    {"DELETE", Free}, {"DELIMITED", Free}, {"DESC", Free}, {"DESCRIBE", Free},
    {"DETERMINISTIC", Free}, {"DFS", Free}, {"DIRECTORIES", Free}, {"DIRECTORY", Free},
    {"DISTINCT", Reserved}, {"DISTRIBUTE", Free}, {"DIV", Free}, {"DO", Free}, {"DOUBLE", Free},
    {"DROP", Free}, {"ELSE", Reserved}, {"ELSEIF", Free}, {"END", Reserved}, {"ENFORCED", Free},
    {"ESCAPE", Reserved}, {"ESCAPED", Free}, {"EVOLUTION", Free}, {"EXCEPT", StrictReserved},
    {"EXCHANGE", Free}, {"EXCLUDE", Free}, {"EXECUTE", Reserved}, {"EXISTS", Free}, {"EXIT", Free},
    {"EXPLAIN", Free}, {"EXPORT", Free}, {"EXTEND", Free}, {"EXTENDED", Free}, {"EXTERNAL", Free},
    {"EXTRACT", Free}, {"FALSE", Reserved}, {"FETCH", Reserved}, {"FIELDS", Free},
    {"FILEFORMAT", Free}, {"FILTER", Reserved}, {"FIRST", Free}, {"FLOAT", Free}, {"FLOW", Free},
    {"FOLLOWING", Free}, {"FOR", Reserved}, {"FOREIGN", Reserved}, {"FORMAT", Free},
    {"FORMATTED", Free}, {"FOUND", Free}, {"FROM", Reserved}, {"FULL", StrictReserved},
    {"FUNCTION", Free}, {"FUNCTIONS", Free}, {"GENERATED", Free}, {"GEOGRAPHY", Free},
    {"GEOMETRY", Free}, {"GLOBAL", Free}, {"GRANT", Reserved}, {"GROUP", Reserved},
    {"GROUPING", Free}, {"HANDLER", Free}, {"HAVING", Reserved}, {"HOUR", Free}, {"HOURS", Free},
    {"IDENTIFIER", Free}, {"IDENTITY", Free}, {"IF", Free}, {"IGNORE", Free}, {"ILIKE", Free},
    {"IMMEDIATE", Free}, {"IMPORT", Free}, {"IN", Reserved}, {"INCLUDE", Free},
    {"INCREMENT", Free}, {"INDEX", Free}, {"INDEXES", Free}, {"INNER", StrictReserved},
    {"INPATH", Free}, {"INPUT", Free}, {"INPUTFORMAT", Free}, {"INSERT", Free}, {"INT", Free},
    {"INTEGER", Free}, {"INTERSECT", StrictReserved}, {"INTERVAL", Free}, {"INTO", Reserved},
    {"INVOKER", Free}, {"IS", Reserved}, {"ITEMS", Free}, {"ITERATE", Free},
    {"JOIN", StrictReserved}, {"JSON", Free}, {"KEY", Free}, {"KEYS", Free}, {"LANGUAGE", Free},
    {"LAST", Free}, {"LATERAL", StrictReserved}, {"LAZY", Free}, {"LEADING", Reserved},
    {"LEAVE", Free}, {"LEFT", StrictReserved}, {"LEVEL", Free}, {"LIKE", Free}, {"LIMIT", Free},
    {"LINES", Free}, {"LIST", Free}, {"LOAD", Free}, {"LOCAL", Free}, {"LOCATION", Free},
    {"LOCK", Free}, {"LOCKS", Free}, {"LOGICAL", Free}, {"LONG", Free}, {"LOOP", Free},
    {"MACRO", Free}, {"MAP", Free}, {"MATCHED", Free}, {"MATERIALIZED", Free}, {"MAX", Free},
    {"MERGE", Free}, {"MICROSECOND", Free}, {"MICROSECONDS", Free}, {"MILLISECOND", Free},
    {"MILLISECONDS", Free}, {"MINUS", Strict}, {"MINUTE", Free}, {"MINUTES", Free},
    {"MODIFIES", Free}, {"MONTH", Free}, {"MONTHS", Free}, {"MSCK", Free}, {"NAME", Free},
    {"NAMESPACE", Free}, {"NAMESPACES", Free}, {"NANOSECOND", Free}, {"NANOSECONDS", Free},
    {"NATURAL", StrictReserved}, {"NO", Free}, {"NONE", Free}, {"NORELY", Free}, {"NOT", Reserved},
    {"NULL", Reserved}, {"NULLS", Free}, {"NUMERIC", Free}, {"OF", Free}, {"OFFSET", Reserved},
    {"ON", StrictReserved}, {"ONLY", Reserved}, {"OPTION", Free}, {"OPTIONS", Free},
    {"OR", Reserved}, {"ORDER", Reserved}, {"OUT", Free}, {"OUTER", Reserved},
    {"OUTPUTFORMAT", Free}, {"OVER", Free}, {"OVERLAPS", Reserved}, {"OVERLAY", Free},
    {"OVERWRITE", Free}, {"PARTITION", Free}, {"PARTITIONED", Free}, {"PARTITIONS", Free},
    {"PERCENT", Free}, {"PIVOT", Free}, {"PLACING", Free}, {"POSITION", Free}, {"PRECEDING", Free},
    {"PRIMARY", Reserved}, {"PRINCIPALS", Free}, {"PROCEDURE", Free}, {"PROCEDURES", Free},
    {"PROPERTIES", Free}, {"PURGE", Free}, {"QUARTER", Free}, {"QUERY", Free}, {"RANGE", Free},
    {"READS", Free}, {"REAL", Free}, {"RECORDREADER", Free}, {"RECORDWRITER", Free},
    {"RECOVER", Free}, {"RECURSION", Free}, {"RECURSIVE", Reserved}, {"REDUCE", Free},
    {"REFERENCES", Reserved}, {"REFRESH", Free}, {"REGEXP", Free}, {"RELY", Free},
    {"RENAME", Free}, {"REPAIR", Free}, {"REPEAT", Free}, {"REPEATABLE", Free}, {"REPLACE", Free},
    {"RESET", Free}, {"RESIGNAL", Free}, {"RESPECT", Free}, {"RESTRICT", Free}, {"RETURN", Free},
    {"RETURNS", Free}, {"REVOKE", Free}, {"RIGHT", StrictReserved}, {"RLIKE", Free},
    {"ROLE", Free}, {"ROLES", Free}, {"ROLLBACK", Free}, {"ROLLUP", Free}, {"ROW", Free},
    {"ROWS", Free}, {"SCHEMA", Free}, {"SCHEMAS", Free}, {"SECOND", Free}, {"SECONDS", Free},
    {"SECURITY", Free}, {"SELECT", Reserved}, {"SEMI", Strict}, {"SEPARATED", Free},
    {"SERDE", Free}, {"SERDEPROPERTIES", Free}, {"SESSION_USER", Reserved}, {"SET", Free},
    {"SETS", Free}, {"SHORT", Free}, {"SHOW", Free}, {"SIGNAL", Free}, {"SINGLE", Free},
    {"SKEWED", Free}, {"SMALLINT", Free}, {"SOME", Reserved}, {"SORT", Free}, {"SORTED", Free},
    {"SOURCE", Free}, {"SPECIFIC", Free}, {"SQL", Reserved}, {"SQLEXCEPTION", Free},
    {"SQLSTATE", Free}, {"START", Free}, {"STATISTICS", Free}, {"STORED", Free},
    {"STRATIFY", Free}, {"STREAM", Free}, {"STREAMING", Free}, {"STRING", Free}, {"STRUCT", Free},
    {"SUBSTR", Free}, {"SUBSTRING", Free}, {"SYNC", Free}, {"SYSTEM_TIME", Free},
    {"SYSTEM_VERSION", Free}, {"TABLE", Reserved}, {"TABLES", Free}, {"TABLESAMPLE", Free},
    {"TARGET", Free}, {"TBLPROPERTIES", Free}, {"TEMP", Free}, {"TEMPORARY", Free},
    {"TERMINATED", Free}, {"THEN", Reserved}, {"TIME", Reserved}, {"TIMEDIFF", Free},
    {"TIMESTAMP", Free}, {"TIMESTAMPADD", Free}, {"TIMESTAMPDIFF", Free}, {"TIMESTAMP_LTZ", Free},
    {"TIMESTAMP_NTZ", Free}, {"TINYINT", Free}, {"TO", Reserved}, {"TOUCH", Free},
    {"TRAILING", Reserved}, {"TRANSACTION", Free}, {"TRANSACTIONS", Free}, {"TRANSFORM", Free},
    {"TRIM", Free}, {"TRUE", Free}, {"TRUNCATE", Free}, {"TRY_CAST", Free}, {"TYPE", Free},
    {"UNARCHIVE", Free}, {"UNBOUNDED", Free}, {"UNCACHE", Free}, {"UNION", StrictReserved},
    {"UNIQUE", Reserved}, {"UNKNOWN", Reserved}, {"UNLOCK", Free}, {"UNPIVOT", Free},
    {"UNSET", Free}, {"UNTIL", Free}, {"UPDATE", Free}, {"USE", Free}, {"USER", Reserved},
    {"USING", StrictReserved}, {"VALUE", Free}, {"VALUES", Free}, {"VAR", Free}, {"VARCHAR", Free},
    {"VARIABLE", Free}, {"VARIANT", Free}, {"VERSION", Free}, {"VIEW", Free}, {"VIEWS", Free},
    {"VOID", Free}, {"WATERMARK", Free}, {"WEEK", Free}, {"WEEKS", Free}, {"WHEN", Reserved},
    {"WHERE", Reserved}, {"WHILE", Free}, {"WINDOW", Free}, {"WITH", Reserved},
    {"WITHIN", Reserved}, {"WITHOUT", Free}, {"X", Free}, {"YEAR", Free}, {"YEARS", Free},
    {"ZONE", Free},
});
// clang-format on
}  // namespace detail

/// A keyword's place in the table plus one: a plain number, so that it can be a case label.
using Keyword = std::uint16_t;
inline constexpr Keyword kNoKeyword = 0;

/// The keyword that `word` spells in upper case.
constexpr Keyword find_keyword(std::string_view word) {
    std::size_t low = 0;
    std::size_t high = detail::kKeywords.size();
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        const int order = detail::kKeywords[middle].word.compare(word);
        if (order == 0) return static_cast<Keyword>(middle + 1);
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return kNoKeyword;
}

constexpr const KeywordRow& keyword_row(Keyword keyword) {
    return detail::kKeywords[keyword - 1U];
}

inline constexpr std::size_t kKeywordLengthMax = 24;

namespace keyword_literals {
consteval Keyword operator""_kw(const char* text, std::size_t size) {
    const Keyword keyword = find_keyword({text, size});
    if (keyword == kNoKeyword) throw "not a keyword";
    return keyword;
}
}  // namespace keyword_literals

}  // namespace firesteel::sql
