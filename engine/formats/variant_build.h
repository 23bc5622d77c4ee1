#pragma once
/// Makes VARIANT values in Spark's binary encoding: from JSON, from values of other types, from parts of variants.
/// One builder makes one value; not thread-safe.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "types/json_reader.h"
#include "types/literal.h"
#include "types/variant_value.h"

namespace firesteel {

class VariantBuilder {
  public:
    /// VARIANT_SIZE_LIMIT names it.
    explicit VariantBuilder(std::string function) : function_(std::move(function)) {}

    void append_null();
    void append_boolean(bool value);
    /// In the narrowest width.
    void append_integer(std::int64_t value);
    void append_double(double value);
    void append_float(float value);
    void append_decimal(Int128 unscaled, int scale);
    void append_string(std::string_view text);
    void append_binary(std::string_view bytes);
    void append_date(std::int64_t days);
    void append_timestamp(std::int64_t micros);
    void append_timestamp_ntz(std::int64_t micros);
    void append_variant(const VariantView& variant);
    /// A value of a type that casts to VARIANT or that to_variant_object takes; NULL is a variant null.
    void append_value(const DataType& type, const Value& value);
    /// The JSON value that begins at the reader's token; false if the text is malformed or names a key twice.
    bool append_json(json::TokenReader& reader);

    /// Where the next value begins.
    std::size_t position() const { return value_.size(); }
    struct Member {
        std::string name;
        std::size_t begin;
    };
    /// Makes an object or array of the values that were appended from `begin` on.
    /// Names must differ: throws VARIANT_DUPLICATE_KEY.
    void end_object(std::size_t begin, std::vector<Member> members);
    void end_array(std::size_t begin, const std::vector<std::size_t>& items);
    /// The same; false where a name is there twice.
    bool try_end_object(std::size_t begin, std::vector<Member>& members);

    VariantValue finish();

  private:
    std::uint32_t name_id(std::string_view name);
    void append_bytes(std::uint64_t bits, std::size_t bytes);
    void append_primitive(unsigned type, std::uint64_t bits, std::size_t bytes);
    bool append_json_number(const json::TokenReader& reader);
    bool append_json_items(json::TokenReader& reader);
    bool append_json_members(json::TokenReader& reader);
    void append_items(const VariantView& variant);
    void insert_header(std::size_t begin, const std::string& header);
    void check_size() const;

    std::string function_;
    std::string value_;
    std::vector<std::string> names_;
    std::map<std::string, std::uint32_t, std::less<>> ids_;
};

/// The first JSON value of the text; false if it is malformed, so far as it is read.
bool variant_of_json(std::string_view text, const json::Dialect& dialect, std::string_view function,
                     VariantValue& out);
/// A part of a variant, with names of its own.
VariantValue copied(const VariantView& variant);

}  // namespace firesteel
