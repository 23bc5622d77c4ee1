#pragma once
/// One CSV record to its fields and back, with the rules of the parser that Spark uses. Pure but for the options.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/record_options.h"

namespace firesteel {

struct CsvDialect {
    std::string delimiter;
    char quote;    // 0: none
    char escape;   // of quotes inside quotes
    char comment;  // 0: none
    bool trim_left;
    bool trim_right;
    bool to_closing_quote;  // a quote that is not escaped belongs to the value
    std::string null_text;
    std::string empty_text;
    std::int64_t columns_max;
    std::int64_t characters_max;

    static CsvDialect of_reader(const Options& options);
    static CsvDialect of_writer(const Options& options);
};

/// A field that is not there has no value.
using CsvFields = std::vector<std::optional<std::string>>;

/// False for a text without fields: empty, or a comment. Throws MALFORMED_CSV_RECORD beyond the limits.
bool split_csv(std::string_view text, const CsvDialect& dialect, CsvFields& out);

/// A field as the record has it, without its quotes.
struct CsvView {
    std::string_view text;
    bool is_quoted = false;
};

/// The quick way to fields of records without escapes, for dialects that most files have.
class CsvViews {
  public:
    /// Whether the dialect is one of those.
    static bool takes(const CsvDialect& dialect);
    explicit CsvViews(const CsvDialect& dialect)
        : delimiter_(dialect.delimiter.front()), quote_(dialect.quote), escape_(dialect.escape),
          fields_max_(static_cast<std::size_t>(dialect.columns_max)) {}

    /// False for a record that split_csv has to take apart.
    bool split(std::string_view record, std::vector<CsvView>& out) const;

  private:
    char delimiter_;
    char quote_;
    char escape_;
    std::size_t fields_max_;
};

}  // namespace firesteel
