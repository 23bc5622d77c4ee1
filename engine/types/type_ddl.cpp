#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "common/error.h"
#include "common/ascii.h"
#include "types/json_tree.h"
#include "types/sql_tokens.h"
#include "types/type_text.h"

namespace firesteel {
namespace {

using ddl::Token;
using ddl::TokenKind;

std::string upper(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return out;
}

std::string shown(const Token& token) {
    return token.kind == TokenKind::End ? "end of input" : "'" + std::string(token.text) + "'";
}

[[noreturn]] void syntax_error(const Token& at, std::string hint = {}) {
    throw Error(ErrorClass::ParseSyntaxError, {{"error", shown(at)}, {"hint", std::move(hint)}});
}

[[noreturn]] void unsupported_type(std::string_view name, std::span<const int> parameters) {
    std::string text = upper(name);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        text += (i == 0 ? "(" : ",") + std::to_string(parameters[i]);
    }
    if (!parameters.empty()) text += ")";
    throw Error(ErrorClass::UnsupportedDatatype, {{"typeName", "\"" + text + "\""}});
}

DataType decimal_of(std::span<const int> parameters) {
    const int precision = parameters.empty() ? 10 : parameters[0];
    const int scale = parameters.size() < 2 ? 0 : parameters[1];
    if (precision > kDecimalPrecisionMax) {
        throw Error(ErrorClass::DecimalPrecisionExceedsMaxPrecision,
                    {{"precision", std::to_string(precision)},
                     {"maxPrecision", std::to_string(kDecimalPrecisionMax)}});
    }
    if (scale > precision) {
        throw Error(ErrorClass::DecimalScaleAbovePrecision,
                    {{"scale", std::to_string(scale)}, {"precision", std::to_string(precision)}});
    }
    return DataType::decimal(precision, scale);
}

DataType time_of(std::span<const int> parameters) {
    constexpr int kTimePrecisionMax = 6;
    const int precision = parameters.empty() ? kTimePrecisionMax : parameters[0];
    if (precision < 0 || precision > kTimePrecisionMax) {
        throw Error(ErrorClass::UnsupportedTimePrecision, {{"precision", std::to_string(precision)}});
    }
    return DataType::time(precision);
}

struct ScalarName {
    std::string_view name;
    TypeKind kind;
};
constexpr auto kScalarNames = std::to_array<ScalarName>({
    {"bigint", TypeKind::Long},      {"binary", TypeKind::Binary},
    {"boolean", TypeKind::Boolean},  {"byte", TypeKind::Byte},
    {"char", TypeKind::Char},        {"character", TypeKind::Char},
    {"date", TypeKind::Date},        {"dec", TypeKind::Decimal},
    {"decimal", TypeKind::Decimal},  {"double", TypeKind::Double},
    {"float", TypeKind::Float},      {"int", TypeKind::Int},
    {"integer", TypeKind::Int},      {"interval", TypeKind::CalendarInterval},
    {"long", TypeKind::Long},        {"numeric", TypeKind::Decimal},
    {"real", TypeKind::Float},       {"short", TypeKind::Short},
    {"smallint", TypeKind::Short},   {"string", TypeKind::String},
    {"time", TypeKind::Time},        {"timestamp", TypeKind::Timestamp},
    {"timestamp_ltz", TypeKind::Timestamp}, {"timestamp_ntz", TypeKind::TimestampNtz},
    {"tinyint", TypeKind::Byte},     {"varchar", TypeKind::Varchar},
    {"variant", TypeKind::Variant},  {"void", TypeKind::Null},
});

DataType plain_scalar(TypeKind kind) {
    switch (kind) {
        case TypeKind::Boolean:
            return DataType::boolean();
        case TypeKind::Byte:
            return DataType::byte();
        case TypeKind::Short:
            return DataType::short_int();
        case TypeKind::Int:
            return DataType::integer();
        case TypeKind::Long:
            return DataType::long_int();
        case TypeKind::Float:
            return DataType::float32();
        case TypeKind::Double:
            return DataType::float64();
        case TypeKind::String:
            return DataType::string();
        case TypeKind::Binary:
            return DataType::binary();
        case TypeKind::Date:
            return DataType::date();
        case TypeKind::Timestamp:
            return DataType::timestamp();
        case TypeKind::TimestampNtz:
            return DataType::timestamp_ntz();
        case TypeKind::CalendarInterval:
            return DataType::calendar_interval();
        case TypeKind::Variant:
            return DataType::variant();
        default:
            return DataType::null();
    }
}

/// Recursive descent over one text; positions are token indexes, so that a try can be taken back.
class Parser {
  public:
    explicit Parser(std::string_view text) : tokens_(ddl::tokens(text)) {}

    DataType whole_type() {
        refuse_empty();
        const DataType out = type(0);
        finish_text();
        return out;
    }

    Schema whole_schema() {
        refuse_empty();
        Schema out;
        do {
            StructField field;
            field.name = name();
            field.type = type(0);
            finish(field);
            out.push_back(std::move(field));
        } while (take_symbol(","));
        finish_text();
        return out;
    }

  private:
    const Token& here() const { return tokens_[at_]; }
    const Token& next() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }

    void refuse_empty() const {
        if (here().kind == TokenKind::End) throw Error(ErrorClass::ParseEmptyStatement);
    }

    void finish_text() const {
        if (here().kind != TokenKind::End) {
            syntax_error(here(),
                         next().kind == TokenKind::End ? ": extra input " + shown(here()) : "");
        }
        if (wrong_type_) throw *wrong_type_;
    }

    bool is_word(std::string_view word) const {
        return here().kind == TokenKind::Word && ascii_lower(here().text) == word;
    }
    bool take_word(std::string_view word) {
        if (!is_word(word)) return false;
        ++at_;
        return true;
    }
    void expect_word(std::string_view word) {
        if (take_word(word)) return;
        const bool end = here().kind == TokenKind::End;
        syntax_error(here(), end ? ": missing '" + upper(word) + "'" : "");
    }
    bool take_symbol(std::string_view symbol) {
        if (here().kind != TokenKind::Symbol || here().text != symbol) return false;
        ++at_;
        return true;
    }
    void expect_symbol(std::string_view symbol) {
        if (!take_symbol(symbol)) syntax_error(here());
    }

    /// A field's name; `a-b` without quotes is named by its own condition.
    std::string name() {
        const Token& token = here();
        if (token.kind != TokenKind::Word && token.kind != TokenKind::Quoted) syntax_error(token);
        ++at_;
        std::string out = token.kind == TokenKind::Quoted ? token.value : std::string(token.text);
        if (token.kind != TokenKind::Word) return out;
        while (here().kind == TokenKind::Symbol && here().text == "-" &&
               next().kind == TokenKind::Word) {
            out.append("-").append(next().text);
            at_ += 2;
        }
        if (!ddl::is_plain_word(out)) {
            throw Error(ErrorClass::InvalidIdentifier, {{"ident", out}});
        }
        return out;
    }

    void finish(StructField& field) {
        if (take_word("not")) {
            expect_word("null");
            field.nullable = false;
        }
        if (!take_word("comment")) return;
        if (here().kind != TokenKind::String) syntax_error(here());
        std::string comment;
        while (here().kind == TokenKind::String) comment += tokens_[at_++].value;
        field.metadata = "{\"comment\":";
        json::append_quoted(field.metadata, comment);
        field.metadata += '}';
    }

    DataType type(int depth) {
        if (depth > kTypeDepthMax) throw Error(ErrorClass::FailedToParseTooComplex);
        if (is_word("array") || is_word("map") || is_word("struct")) return nested(depth);
        if (is_word("interval")) return interval();
        if (here().kind == TokenKind::End || here().kind == TokenKind::Symbol ||
            here().kind == TokenKind::Number || here().kind == TokenKind::String) {
            syntax_error(here());
        }
        return scalar();
    }

    DataType nested(int depth) {
        const std::string word = ascii_lower(here().text);
        ++at_;
        const std::size_t open = at_;
        if (word == "struct" && take_symbol("<>")) return DataType::structure({});
        if (here().kind != TokenKind::Symbol || here().text != "<") {
            if (here().kind == TokenKind::Symbol && here().text == "<>") syntax_error(here());
            incomplete(word);
        }
        ++at_;
        try {
            return inside(word, depth);
        } catch (Error& error) {
            // Spark's parser names the bracket, not the place inside.
            if (error.id() == ErrorClass::ParseSyntaxError) syntax_error(tokens_[open]);
            throw;
        }
    }

    DataType inside(const std::string& word, int depth) {
        if (word == "array") {
            const DataType element = type(depth + 1);
            close();
            return DataType::array(element);
        }
        if (word == "map") {
            const DataType key = type(depth + 1);
            expect_symbol(",");
            const DataType value = type(depth + 1);
            close();
            return DataType::map(key, value);
        }
        std::vector<StructField> fields;
        if (here().text == ">") return close(), DataType::structure({});
        do {
            StructField field;
            field.name = name();
            take_symbol(":");
            field.type = type(depth + 1);
            finish(field);
            fields.push_back(std::move(field));
        } while (take_symbol(","));
        close();
        return DataType::structure(std::move(fields));
    }

    void close() { expect_symbol(">"); }

    [[noreturn]] static void incomplete(const std::string& word) {
        if (word == "array") {
            throw Error(ErrorClass::IncompleteTypeDefinitionArray, {{"elementType", "<INT>"}});
        }
        throw Error(word == "map" ? ErrorClass::IncompleteTypeDefinitionMap
                                  : ErrorClass::IncompleteTypeDefinitionStruct);
    }

    /// Index of the word among the fields of an interval type, if it is one.
    std::optional<int> interval_field() const {
        constexpr auto kFields = std::to_array<std::string_view>(
            {"year", "month", "day", "hour", "minute", "second"});
        for (std::size_t i = 0; i < kFields.size(); ++i) {
            if (is_word(kFields[i])) return static_cast<int>(i);
        }
        return std::nullopt;
    }

    DataType interval() {
        ++at_;
        const auto start = interval_field();
        if (!start) return DataType::calendar_interval();
        const std::string from = ascii_lower(here().text);
        ++at_;
        auto end = start;
        if (is_word("to")) {
            ++at_;
            end = interval_field();
            const bool possible = end && (*start == 0 ? *end == 1 : *start >= 2 && *end >= 3);
            --at_;
            if (!possible) syntax_error(here());
            ++at_;
            if (*end <= *start) {
                throw Error(ErrorClass::InvalidIntervalFormatUnsupportedFromToExpression,
                            {{"input", ""}, {"from", from}, {"to", ascii_lower(here().text)}});
            }
            ++at_;
        }
        if (*start < 2) {
            return DataType::year_month_interval(static_cast<YearMonthField>(*start),
                                                 static_cast<YearMonthField>(*end));
        }
        return DataType::day_time_interval(static_cast<DayTimeField>(*start - 2),
                                           static_cast<DayTimeField>(*end - 2));
    }

    DataType scalar() {
        const Token& token = here();
        const std::string word = name();
        const std::string key = token.kind == TokenKind::Word ? ascii_lower(word) : std::string();
        std::vector<int> parameters;
        if (take_symbol("(")) {
            do {
                parameters.push_back(integer());
            } while (take_symbol(","));
            expect_symbol(")");
        }
        if (key == "string" && parameters.empty() && is_word("collate") &&
            (next().kind == TokenKind::Word || next().kind == TokenKind::Quoted)) {
            ++at_;
            return DataType::string(collation_named(collation()));
        }
        const DataType out = named(word, parameters);
        const bool may_say_zone = key == "time" || (key == "timestamp" && parameters.empty());
        if (may_say_zone && is_word("without")) {
            ++at_;
            expect_word("time");
            expect_word("zone");
            return key == "time" ? out : DataType::timestamp_ntz();
        }
        return out;
    }

    /// A wrong type is reported only if the rest of the text is well formed.
    DataType named(const std::string& word, std::span<const int> parameters) {
        try {
            return scalar_type_named(word, parameters);
        } catch (const Error& error) {
            if (!wrong_type_) wrong_type_ = error;
            return {};
        }
    }

    /// The last part of a multi-part name (system.builtin.UNICODE).
    std::string collation() {
        std::string out = name();
        while (take_symbol(".")) out = name();
        return out;
    }

    int integer() {
        const Token& token = here();
        if (token.kind != TokenKind::Number) syntax_error(token);
        int out = 0;
        const char* end = token.text.data() + token.text.size();
        const auto read = std::from_chars(token.text.data(), end, out);
        if (read.ptr != end && read.ec == std::errc()) syntax_error(token);
        if (read.ec != std::errc()) {
            throw Error(ErrorClass::InvalidSchemaParseError,
                        {{"inputSchema", "\"" + std::string(token.text) + "\""},
                         {"reason", "the number " + std::string(token.text) + " is too large"}});
        }
        ++at_;
        return out;
    }

    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    std::optional<Error> wrong_type_;
};

}  // namespace

DataType scalar_type_named(std::string_view name, std::span<const int> parameters) {
    const std::string key = ascii_lower(name);
    const auto row = std::find_if(kScalarNames.begin(), kScalarNames.end(),
                                  [&](const ScalarName& r) { return r.name == key; });
    if (row == kScalarNames.end()) unsupported_type(name, parameters);
    const auto at_most = [&](std::size_t count) {
        if (parameters.size() > count) unsupported_type(name, parameters);
    };
    switch (row->kind) {
        case TypeKind::Decimal:
            at_most(2);
            return decimal_of(parameters);
        case TypeKind::Time:
            at_most(1);
            return time_of(parameters);
        case TypeKind::Char:
        case TypeKind::Varchar:
            if (parameters.empty()) {
                throw Error(ErrorClass::DatatypeMissingSize, {{"type", "\"" + upper(name) + "\""}});
            }
            at_most(1);
            return row->kind == TypeKind::Char ? DataType::character(parameters[0])
                                               : DataType::varchar(parameters[0]);
        default:
            at_most(0);
            return plain_scalar(row->kind);
    }
}

DataType parse_data_type(std::string_view text) { return Parser(text).whole_type(); }

Schema parse_table_schema(std::string_view text) { return Parser(text).whole_schema(); }

DataType parse_ddl(std::string_view text) {
    try {
        return DataType::structure(parse_table_schema(text));
    } catch (const Error& schema_error) {
        try {
            return parse_data_type(text);
        } catch (const Error&) {
        }
        try {
            return parse_data_type("struct<" + std::string(text) + ">");
        } catch (const Error&) {
            throw schema_error;
        }
    }
}

DataType parse_schema_text(std::string_view text) {
    try {
        return parse_data_type(text);
    } catch (const Error& type_error) {
        try {
            return DataType::structure(parse_table_schema(text));
        } catch (const Error&) {
        }
        try {
            return parse_json_type(text);
        } catch (const Error&) {
            throw type_error;
        }
    }
}

}  // namespace firesteel
