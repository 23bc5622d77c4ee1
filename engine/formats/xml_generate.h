#pragma once
/// Structs and variants as XML text: to_xml and writers of XML files. Immutable after making: threads may share one.

#include <optional>
#include <string>
#include <string_view>

#include "formats/record_options.h"
#include "formats/xml_record.h"
#include "types/data_type.h"
#include "types/variant_value.h"

namespace firesteel {

class XmlGenerator {
  public:
    /// `level`: how deep a row stands in its document.
    XmlGenerator(DataType type, const Options& options, std::string_view session_zone, int level = 0);

    /// A value that is not NULL.
    void append(std::string& out, const Value& value) const;

  private:
    struct Tag;
    void field(Tag& parent, const std::string& name, const DataType& type, const Value& value, int level) const;
    void element(Tag& parent, const std::string& name, const DataType& type, const Value& value, int level) const;
    void content(Tag& tag, const DataType& type, const Value& value, int level) const;
    void variant_field(Tag& parent, const std::string& name, const VariantView& value, int level) const;
    void variant_content(Tag& tag, const VariantView& value, int level) const;
    void close(Tag& parent, const std::string& name, Tag& tag, int level) const;
    bool is_attribute(const std::string& name) const;
    std::string scalar(const DataType& type, const Value& value) const;

    DataType type_;
    XmlNames names_;
    std::string row_tag_;
    std::string item_name_;
    std::string indent_;
    int level_;
    std::optional<std::string> null_text_;
    TimeWriter times_;
};

}  // namespace firesteel
