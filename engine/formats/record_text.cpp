#include "formats/record_text.h"

#include "common/error.h"
#include "types/value_text.h"

namespace firesteel {

void append_internal(std::string& out, const DataType& type, const Value& value) {
    if (value.is_null()) {
        out += "null";
        return;
    }
    const TextStyle style{TextStyle::Use::Cast, Ansi::On, nullptr};
    switch (type.kind()) {
        case TypeKind::Array:
        case TypeKind::Struct: {
            const bool is_array = type.is(TypeKind::Array);
            out += '[';
            for (std::size_t i = 0; i < value.list().size(); ++i) {
                if (i > 0) out += ',';
                append_internal(out, is_array ? type.element() : type.fields()[i].type, value.list()[i]);
            }
            out += ']';
            return;
        }
        case TypeKind::Date:
        case TypeKind::Timestamp:
        case TypeKind::TimestampNtz:
        case TypeKind::Time:
        case TypeKind::DayTimeInterval:
        case TypeKind::YearMonthInterval: append_integer(out, value.integer()); return;
        case TypeKind::Map:
        case TypeKind::Binary:
        case TypeKind::Variant: throw unsupported("a value that Java prints as an object's address");
        default: append_value(out, type, value, style);
    }
}

}  // namespace firesteel
