#include <algorithm>
#include <array>
#include <utility>

#include "sql/parser/forms.h"
#include "sql/parser/grammar.h"
#include "types/type_text.h"

namespace firesteel::sql {
namespace {

std::optional<int> interval_field(Keyword word) {
    constexpr auto kFields =
        std::to_array({"YEAR"_kw, "MONTH"_kw, "DAY"_kw, "HOUR"_kw, "MINUTE"_kw, "SECOND"_kw});
    const auto* found = std::find(kFields.begin(), kFields.end(), word);
    if (found == kFields.end()) return std::nullopt;
    return static_cast<int>(found - kFields.begin());
}
constexpr int kDayField = 2;

std::string json_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (c == '\n') {
            out += "\\n";
        } else {
            out += c;
        }
    }
    return out + '"';
}

}  // namespace

DataType Grammar::data_type() {
    const Nested nested(*this);
    if (at_any("ARRAY"_kw, "MAP"_kw, "STRUCT"_kw)) return nested_type();
    if (at("INTERVAL"_kw)) return interval_type();
    return scalar_type();
}

DataType Grammar::nested_type() {
    const Mark from = mark();
    const Keyword word = peek().keyword;
    advance();
    if (word == "STRUCT"_kw && at(TokenKind::NotEqual) && text_of(peek()) == "<>") {
        advance();
        return DataType::structure({});
    }
    if (!at(TokenKind::Less)) {
        const Origin origin = origin_from(from);
        if (word == "ARRAY"_kw) {
            keep(Error(ErrorClass::IncompleteTypeDefinitionArray, {{"elementType", "<INT>"}},
                       origin));
        } else {
            keep(Error(word == "MAP"_kw ? ErrorClass::IncompleteTypeDefinitionMap
                                        : ErrorClass::IncompleteTypeDefinitionStruct,
                       {}, origin));
        }
        return {};
    }
    advance();
    if (word == "ARRAY"_kw) {
        DataType element = data_type();
        close_angle();
        return DataType::array(std::move(element));
    }
    if (word == "MAP"_kw) {
        DataType key = data_type();
        expect(TokenKind::Comma);
        DataType value = data_type();
        close_angle();
        return DataType::map(std::move(key), std::move(value));
    }
    std::vector<StructField> fields;
    if (!at(TokenKind::Greater)) {
        do {
            fields.push_back(struct_field(/*with_colon=*/true));
        } while (accept(TokenKind::Comma));
    }
    close_angle();
    return DataType::structure(std::move(fields));
}

DataType Grammar::interval_type() {
    const Mark from = mark();
    expect("INTERVAL"_kw);
    const std::optional<int> start = interval_field(peek().keyword);
    if (!start) return DataType::calendar_interval();
    const std::string start_name = ascii_lower(text_of(peek()));
    advance();
    std::optional<int> end = start;
    if (at("TO"_kw)) {
        end = interval_field(peek(1).keyword);
        const bool possible =
            end && (*start == 0 ? *end == 1 : *start >= kDayField && *end > kDayField);
        if (!possible) fail();
        advance();
        const std::string end_name = ascii_lower(text_of(peek()));
        advance();
        if (*end <= *start) {
            keep(Error(ErrorClass::InvalidIntervalFormatUnsupportedFromToExpression,
                        {{"input", text_from(from)}, {"from", start_name}, {"to", end_name}},
                        origin_from(from)));
        }
    }
    if (*start < kDayField) {
        return DataType::year_month_interval(static_cast<YearMonthField>(*start),
                                             static_cast<YearMonthField>(*end));
    }
    return DataType::day_time_interval(static_cast<DayTimeField>(*start - kDayField),
                                       static_cast<DayTimeField>(*end - kDayField));
}

DataType Grammar::scalar_type() {
    const Mark from = mark();
    const Token word = peek();
    std::string name = identifier();
    if (word.kind != TokenKind::Word) name = "`" + name + "`";
    std::vector<int> parameters;
    if (accept(TokenKind::OpenParen)) {
        do {
            parameters.push_back(static_cast<int>(integer_value()));
        } while (accept(TokenKind::Comma));
        expect(TokenKind::CloseParen, Missing::Named);
    }
    if (word.keyword == "TIMESTAMP"_kw && at_any("WITH"_kw, "WITHOUT"_kw)) {
        if (accept("WITHOUT"_kw, "TIME"_kw, "ZONE"_kw)) return DataType::timestamp_ntz();
        if (accept("WITH"_kw, "LOCAL"_kw, "TIME"_kw, "ZONE"_kw)) return DataType::timestamp();
    }
    if (word.keyword == "TIME"_kw && at("WITHOUT"_kw, "TIME"_kw, "ZONE"_kw)) {
        accept("WITHOUT"_kw, "TIME"_kw, "ZONE"_kw);
    }
    if (word.keyword == "TIMESTAMP"_kw && parameters.empty()) {
        return options().timestamp_ntz ? DataType::timestamp_ntz() : DataType::timestamp();
    }
    const bool collated = word.keyword == "STRING"_kw && accept("COLLATE"_kw);
    const std::string collation = collated ? multipart_name().back() : std::string();
    return deferring(DataType(), [&] {
        try {
            return collated ? DataType::string(collation_named(collation))
                            : scalar_type_named(name, parameters);
        } catch (Error& error) {
            error.at(origin_from(from));
            throw;
        }
    });
}

/// Ends array<…>: the last ">" of "array<array<int>>" comes glued to the one before.
void Grammar::close_angle() {
    if (angles_open_ > 0) {
        --angles_open_;
        if (angles_open_ == 0) advance();
        return;
    }
    if (at(TokenKind::ShiftRight)) {
        angles_open_ = 1;
    } else if (at(TokenKind::ShiftRightUnsigned)) {
        angles_open_ = 2;
    } else {
        expect(TokenKind::Greater);
    }
}

/// name [:] type [NOT NULL] [COLLATE name] [COMMENT text]
StructField Grammar::struct_field(bool with_colon) {
    StructField field;
    field.name = identifier();
    if (with_colon) accept(TokenKind::Colon);
    field.type = data_type();
    while (angles_open_ == 0) {
        if (accept("NOT"_kw, "NULL"_kw)) {
            field.nullable = false;
        } else if (at("COMMENT"_kw)) {
            advance();
            field.metadata = "{\"comment\":" + json_text(string_literal()) + "}";
        } else {
            break;
        }
    }
    return field;
}

std::vector<StructField> Grammar::table_columns() {
    std::vector<StructField> out;
    do {
        out.push_back(struct_field(/*with_colon=*/false));
    } while (accept(TokenKind::Comma));
    return out;
}

}  // namespace firesteel::sql
