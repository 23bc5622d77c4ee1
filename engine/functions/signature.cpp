#include "functions/signature.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "common/error.h"

namespace firesteel::functions {
namespace {

using coercion::TypeClass;

struct NamedClass {
    std::string_view name;
    TypeClass type_class;
};
constexpr auto kClasses = std::to_array<NamedClass>({
    {"any", TypeClass::Any},
    {"anyarray", TypeClass::AnyArray},
    {"anymap", TypeClass::AnyMap},
    {"anystruct", TypeClass::AnyStruct},
    {"atomic", TypeClass::Atomic},
    {"datetime", TypeClass::DateTime},
    {"decimal", TypeClass::AnyDecimal},
    {"fractional", TypeClass::Fractional},
    {"integral", TypeClass::Integral},
    {"interval", TypeClass::AnyInterval},
    {"numeric", TypeClass::Numeric},
    {"ordered", TypeClass::Ordered},
    {"regex_string", TypeClass::RegexString},
    {"string", TypeClass::AnyString},
});

struct NamedType {
    std::string_view name;
    DataType (*make)();
};
constexpr auto kTypes = std::to_array<NamedType>({
    {"bigint", [] { return DataType::long_int(); }},
    {"binary", [] { return DataType::binary(); }},
    {"boolean", [] { return DataType::boolean(); }},
    {"calendar_interval", [] { return DataType::calendar_interval(); }},
    {"date", [] { return DataType::date(); }},
    {"day_time_interval", [] { return DataType::day_time_interval(); }},
    {"double", [] { return DataType::float64(); }},
    {"float", [] { return DataType::float32(); }},
    {"int", [] { return DataType::integer(); }},
    {"smallint", [] { return DataType::short_int(); }},
    {"time", [] { return DataType::time(); }},
    {"timestamp", [] { return DataType::timestamp(); }},
    {"timestamp_ntz", [] { return DataType::timestamp_ntz(); }},
    {"tinyint", [] { return DataType::byte(); }},
    {"variant", [] { return DataType::variant(); }},
    {"void", [] { return DataType::null(); }},
    {"year_month_interval", [] { return DataType::year_month_interval(); }},
});

class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text), whole_(text) {}

    void skip() {
        while (!text_.empty() && text_.front() == ' ') text_.remove_prefix(1);
    }
    bool take(std::string_view token) {
        skip();
        if (!text_.starts_with(token)) return false;
        text_.remove_prefix(token.size());
        return true;
    }
    void expect(std::string_view token) {
        if (!take(token)) fail();
    }
    std::string_view word() {
        skip();
        std::size_t n = 0;
        while (n < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[n])) != 0 ||
                                    text_[n] == '_')) {
            ++n;
        }
        if (n == 0) fail();
        const auto out = text_.substr(0, n);
        text_.remove_prefix(n);
        return out;
    }
    int number() {
        const std::string_view digits = word();
        int out = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
        if (error != std::errc() || end != digits.data() + digits.size()) fail();
        return out;
    }
    bool done() {
        skip();
        return text_.empty();
    }
    std::string_view rest() const { return text_; }
    /// Everything up to the bracket of the parameter list: operators have no words.
    std::string_view names() {
        auto end = text_.find('(', 0);
        if (end == 0) end = text_.find('(', 1);
        if (end == text_.npos) fail();
        const auto out = text_.substr(0, end);
        text_.remove_prefix(end);
        return out;
    }
    [[noreturn]] void fail() const {
        throw Error(ErrorClass::InternalError,
                    {{"message", "unreadable function signature `" + std::string(whole_) +
                                     "` near `" + std::string(text_) + "`"}});
    }
    TypePattern type();
    Literal literal();

  private:
    TypePattern one_type();
    std::string_view text_;
    std::string_view whole_;
};

TypePattern Reader::one_type() {
    TypePattern out;
    const std::string_view name = word();
    if (name == "lambda") {
        out.kind = TypePattern::Kind::Lambda;
        expect("(");
        do {
            out.parts.push_back(type());
        } while (take(","));
        expect(")");
        expect("->");
        out.parts.push_back(type());
        return out;
    }
    if ((name == "array" || name == "map") && rest().starts_with("<")) {
        out.kind = name == "array" ? TypePattern::Kind::Array : TypePattern::Kind::Map;
        expect("<");
        out.parts.push_back(type());
        if (name == "map") {
            expect(",");
            out.parts.push_back(type());
        }
        expect(">");
        return out;
    }
    if (name.size() == 1 && std::isupper(static_cast<unsigned char>(name[0])) != 0) {
        out.kind = TypePattern::Kind::Variable;
        out.variable = name[0];
        return out;
    }
    if (name == "decimal" && take("(")) {
        const int precision = number();
        expect(",");
        out.kind = TypePattern::Kind::Concrete;
        out.concrete = DataType::decimal(precision, number());
        expect(")");
        return out;
    }
    // "array" without elements is any array.
    const std::string_view wanted = name == "array" ? "anyarray" : name == "map" ? "anymap" : name;
    for (const NamedClass& row : kClasses) {
        if (row.name == wanted) {
            out.kind = TypePattern::Kind::Class;
            out.type_class = row.type_class;
            return out;
        }
    }
    for (const NamedType& row : kTypes) {
        if (row.name == name) {
            out.kind = TypePattern::Kind::Concrete;
            out.concrete = row.make();
            if (name == "decimal") fail();
            return out;
        }
    }
    fail();
}

TypePattern Reader::type() {
    skip();
    const std::string_view before = text_;
    TypePattern first = one_type();
    if (take("|")) {
        TypePattern either;
        either.kind = TypePattern::Kind::Either;
        either.parts.push_back(std::move(first));
        do {
            either.parts.push_back(one_type());
        } while (take("|"));
        first = std::move(either);
    }
    first.text = std::string(before.substr(0, before.size() - text_.size()));
    first.exact = take("!");
    return first;
}

Literal Reader::literal() {
    skip();
    if (take("null")) return Literal::null();
    if (take("true")) return Literal::boolean(true);
    if (take("false")) return Literal::boolean(false);
    if (take("'")) {
        const auto end = text_.find('\'');
        if (end == text_.npos) fail();
        std::string value(text_.substr(0, end));
        text_.remove_prefix(end + 1);
        return Literal::string(std::move(value));
    }
    const auto end = std::min(text_.find_first_not_of("-0123456789."), text_.size());
    const std::string_view number = text_.substr(0, end);
    text_.remove_prefix(end);
    if (number.empty()) fail();
    if (const auto point = number.find('.'); point != number.npos && take("BD")) {
        std::string digits(number);
        digits.erase(point, 1);
        std::int64_t unscaled = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), unscaled);
        return {DataType::decimal(static_cast<int>(digits.size()), static_cast<int>(number.size() - point - 1)),
                Value(static_cast<Int128>(unscaled))};
    }
    if (number.find('.') != number.npos) {
        double value = 0;
        std::from_chars(number.data(), number.data() + number.size(), value);
        return Literal::float64(value);
    }
    std::int32_t value = 0;
    std::from_chars(number.data(), number.data() + number.size(), value);
    return Literal::integer(value);
}

std::vector<std::string> split_names(std::string_view text) {
    // "||" and "|" are operators themselves; aliases are separated by '|' between words only.
    if (text == "|" || text == "||") return {std::string(text)};
    std::vector<std::string> names;
    for (;;) {
        const auto bar = text.find('|');
        names.emplace_back(text.substr(0, bar));
        if (bar == text.npos) return names;
        text.remove_prefix(bar + 1);
    }
}

}  // namespace

std::size_t Signature::arguments_min() const {
    std::size_t n = 0;
    for (const Parameter& p : parameters) {
        n += p.variadic ? static_cast<std::size_t>(p.at_least_one) : !p.fallback.has_value();
    }
    return n;
}

std::optional<std::size_t> Signature::arguments_max() const {
    if (!parameters.empty() && parameters.back().variadic) return {};
    return parameters.size();
}

const Parameter& Signature::parameter_at(std::size_t index) const {
    return parameters[std::min(index, parameters.size() - 1)];
}

Signature parse_signature(std::string_view text) {
    Reader in(text);
    Signature out;
    out.names = split_names(in.names());
    in.expect("(");
    if (!in.take(")")) {
        do {
            Parameter parameter;
            parameter.name = std::string(in.word());
            in.expect(":");
            parameter.type = in.type();
            if (in.take("...")) {
                parameter.variadic = true;
                parameter.at_least_one = in.take("+");
            } else if (in.take("=")) {
                parameter.fallback = in.literal();
            }
            out.parameters.push_back(std::move(parameter));
        } while (in.take(","));
        in.expect(")");
    }
    in.expect("->");
    if (in.take("@")) {
        out.result_rule = std::string(in.word());
    } else if (in.take("=")) {
        const std::string_view name = in.word();
        for (std::size_t i = 0; i < out.parameters.size(); ++i) {
            if (out.parameters[i].name == name) out.result_like = i;
        }
        if (!out.result_like) in.fail();
    } else {
        out.result = in.type();
    }
    if (in.take("one collation")) out.collation = CollationUse::Agreed;
    if (in.take("open collation")) out.collation = CollationUse::Open;
    if (!in.done()) in.fail();
    return out;
}

}  // namespace firesteel::functions
