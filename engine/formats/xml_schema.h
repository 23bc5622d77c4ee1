#pragma once
/// The schema that an XML text has: schema_of_xml and readers of XML files without a schema.

#include <string_view>

#include "formats/record_options.h"
#include "types/data_type.h"

namespace firesteel {

/// A struct; of the column for malformed records alone where the text is no XML.
DataType xml_schema(std::string_view text, const Options& options, std::string_view session_zone);

}  // namespace firesteel
