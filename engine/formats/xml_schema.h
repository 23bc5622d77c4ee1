#pragma once
/// The schema that an XML text has: schema_of_xml and readers of XML files without a schema.

#include <string>
#include <string_view>

#include "formats/record_options.h"
#include "types/data_type.h"

namespace firesteel {

class XmlRows;

/// The schema of all rows of some texts. Malformed texts need a column of their own, or raise, as the mode says.
class XmlSchemaInference {
  public:
    XmlSchemaInference(const Options& options, std::string_view session_zone);

    void add(std::string_view text, const XmlRows& rows);
    Schema schema() const;

  private:
    void add_row(const DataType& row);

    Options options_;
    std::string zone_;
    DataType found_;
};

/// A struct; of the column for malformed records alone where the text is no XML.
DataType xml_schema(std::string_view text, const Options& options, std::string_view session_zone);

}  // namespace firesteel
