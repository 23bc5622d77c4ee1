#pragma once
/// XML texts to structs: from_xml and readers of XML files. As with Spark's pull parser, a value that does not fit ends the
/// element that it is in. Immutable after making: threads may share one.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

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

class XmlRecordParser {
  public:
    /// `schema` is a struct.
    XmlRecordParser(const DataType& schema, const Options& options, std::string_view session_zone,
                    std::int64_t now_micros);
    ~XmlRecordParser();
    XmlRecordParser(XmlRecordParser&&) noexcept;

    ParsedRecord parse(std::string_view text) const;

  private:
    struct Node;
    class Reading;
    bool scalar(const DataType& type, std::string_view text, Value& out) const;
    bool time(const DataType& type, const std::string& text, Value& out) const;

    DataType schema_;
    XmlNames names_;
    bool trim_;
    std::optional<std::string> null_text_;
    std::size_t corrupt_index_;
    TimeReader times_;
    std::unique_ptr<const Node> root_;
};

}  // namespace firesteel
