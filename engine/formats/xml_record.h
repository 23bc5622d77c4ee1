#pragma once
/// XML texts to structs: from_xml and readers of XML files. As with Spark's pull parser, a value that does not fit ends the
/// element that it is in. Immutable after making: threads may share one.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/record_options.h"
#include "types/data_type.h"

namespace firesteel {

/// How elements and attributes are columns.
struct XmlNames {
    std::string attribute_prefix;
    std::string value_tag;
    bool ignore_namespace;
    bool exclude_attributes;

    explicit XmlNames(const Options& options);
    /// The column of an element's name.
    std::string column(std::string_view name) const;
};

namespace xml {
struct Event;
class ElementReader;
}  // namespace xml

/// The elements of a file's text that are its rows. Throws for a row tag that can't be one.
class XmlRows {
  public:
    explicit XmlRows(const Options& options);
    std::unique_ptr<xml::ElementReader> read(std::string_view text) const;
    bool is_row(std::string_view name) const { return names_.column(name) == tag_; }

  private:
    XmlNames names_;
    std::string tag_;
    bool is_decoded_;
};

class XmlRecordParser {
  public:
    /// `schema` is a struct.
    XmlRecordParser(const DataType& schema, const Options& options, std::string_view session_zone,
                    std::int64_t now_micros);
    ~XmlRecordParser();
    XmlRecordParser(XmlRecordParser&&) noexcept;

    ParsedRecord parse(std::string_view text) const;
    /// The rows of a file's text. The column for malformed records has all of it, as `shown`.
    std::vector<ParsedRecord> parse_rows(std::string_view text, std::string_view shown, const XmlRows& rows) const;

  private:
    struct Node;
    class Reading;
    bool scalar(const DataType& type, std::string_view text, Value& out) const;
    bool time(const DataType& type, const std::string& text, Value& out) const;
    ParsedRecord malformed(std::string_view text, ValueList row) const;
    void add_rows(const std::vector<xml::Event>& element, std::string_view shown, const XmlRows& rows,
                  std::vector<ParsedRecord>& out) const;

    DataType schema_;
    XmlNames names_;
    bool trim_;
    std::optional<std::string> null_text_;
    std::size_t corrupt_index_;
    TimeReader times_;
    std::unique_ptr<const Node> root_;
};

}  // namespace firesteel
