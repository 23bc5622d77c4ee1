#pragma once
/// Cuts the text of files into records: lines by Spark's rules, whole files, or CSV records whose
/// quoted fields hold line ends. Used by one thread at a time.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/files/byte_stream.h"

namespace firesteel::files {

struct TextFormat {
    enum class Unit : unsigned char { Line, WholeFile, CsvRecord };
    Unit unit = Unit::Line;
    std::string separator;      // empty: \n, \r\n or \r
    std::string charset;        // empty: UTF-8
    bool skip_header = false;   // the first record of each file
    bool drop_blank = false;    // records of blanks only
    std::optional<char> comment;  // records that begin with it are left out
    char quote = '"';           // CsvRecord
    char escape = '\\';         // CsvRecord
};

/// The first line of `text`, which it loses with its end.
std::string_view take_line(std::string_view& text);
/// Whether a piece of text is a record: neither blank nor a comment where those are left out.
bool is_record(std::string_view text, const TextFormat& format);

/// Records of one file.
class RecordReader {
  public:
    RecordReader(const std::string& path, const TextFormat& format);
    /// The next record, valid until the next call; none at the end.
    std::optional<std::string_view> next();
    /// Of lines with ends of their own kind: some whole ones, about `bytes_max` of them, headers left out; none at the end.
    /// Not mixed with next().
    std::optional<std::string_view> next_lines(std::size_t bytes_max);

  private:
    std::optional<std::string_view> raw();
    std::optional<std::string_view> whole_file();
    /// Where the record that begins at begin_ ends, and where the next one begins; none: read on.
    struct End {
        std::size_t at = 0;
        std::size_t next = 0;
    };
    std::optional<End> end_of_record();
    std::optional<End> end_of_line(std::size_t from);
    std::optional<End> end_of_csv();
    bool fill();

    std::unique_ptr<ByteSource> source_;
    const TextFormat format_;
    std::string buffer_;
    std::size_t begin_ = 0;    // of the record
    std::size_t scanned_ = 0;  // no end of a record before it
    bool in_quotes_ = false;   // at scanned_
    bool at_end_ = false;
    bool header_left_ = false;
    bool done_ = false;
};

}  // namespace firesteel::files
