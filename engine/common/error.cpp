#include "common/error.h"

#include <algorithm>
#include <array>

#include "common/utf8.h"

namespace firesteel {
namespace {

struct JavaExceptionRow {
    std::string_view name;
    JavaException parent;
};

constexpr auto kJavaExceptions = std::to_array<JavaExceptionRow>({
#define JAVA_EXCEPTION(id, name, parent) {name, JavaException::parent},
#include "common/java_exceptions.inc"
#undef JAVA_EXCEPTION
});

std::string filled(std::string_view text, const ErrorParameters& parameters) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto open = text.find('<', at);
        const auto close = open == text.npos ? text.npos : text.find('>', open);
        if (close == text.npos) {
            out.append(text.substr(at));
            break;
        }
        out.append(text.substr(at, open - at));
        const auto name = text.substr(open + 1, close - open - 1);
        const auto found = std::find_if(parameters.begin(), parameters.end(),
                                        [&](const auto& p) { return p.first == name; });
        if (found != parameters.end()) {
            out.append(found->second);
        } else {
            out.append(text.substr(open, close - open + 1));
        }
        at = close + 1;
    }
    return out;
}

/// Number of UTF-8 characters in the first `bytes` bytes.
std::int32_t characters(std::string_view text, std::size_t bytes) {
    std::int32_t n = 0;
    for (std::size_t i = 0; i < std::min(bytes, text.size()); ++i) {
        n += (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    }
    return n;
}

std::string sql_summary(const SourceText& source, std::int32_t start, std::int32_t stop) {
    const std::string& text = source.text;
    const auto begin = static_cast<std::size_t>(start);
    const auto line_begin = begin == 0 ? std::string::npos : text.rfind('\n', begin - 1);
    const std::size_t column0 = line_begin == std::string::npos ? 0 : line_begin + 1;
    const auto line = 1 + std::count(text.begin(), text.begin() + start, '\n');
    const auto position =
        1 + characters(std::string_view(text).substr(column0), begin - column0);
    std::string out = "== SQL";
    if (!source.object_type.empty()) {
        out += " of " + source.object_type + " " + source.object_name;
    }
    out += " (line " + std::to_string(line) + ", position " + std::to_string(position) + ") ==\n";
    // The marked text, line by line, each followed by its markers.
    std::size_t at = column0;
    while (at <= static_cast<std::size_t>(stop) && at < text.size()) {
        auto end = text.find('\n', at);
        if (end == std::string::npos) end = text.size();
        const std::string_view whole = std::string_view(text).substr(at, end - at);
        const std::size_t from = std::max(at, begin);
        const std::size_t to = std::min(end, static_cast<std::size_t>(stop) + 1);
        out.append(whole).append("\n");
        out.append(static_cast<std::size_t>(characters(whole, from - at)), ' ');
        out.append(static_cast<std::size_t>(
                       characters(whole.substr(from - at), to > from ? to - from : 0)),
                   '^');
        out.append("\n");
        at = end + 1;
    }
    return out;
}

}  // namespace

const std::vector<ErrorClassRow>& all_error_classes() {
    static const std::vector<ErrorClassRow> rows = {
#define ERROR_CLASS(id, condition, sqlstate, exception, message) \
    {ErrorClass::id, condition, sqlstate, JavaException::exception, message},
#include "common/error_classes.inc"
#undef ERROR_CLASS
    };
    return rows;
}

const ErrorClassRow& error_class_row(ErrorClass id) {
    return all_error_classes()[static_cast<std::size_t>(id)];
}

std::vector<std::string_view> java_class_chain(JavaException exception) {
    std::vector<std::string_view> chain;
    for (auto at = exception;; at = kJavaExceptions[static_cast<std::size_t>(at)].parent) {
        chain.push_back(kJavaExceptions[static_cast<std::size_t>(at)].name);
        if (at == JavaException::Object) return chain;
    }
}

QueryContext query_context(const Origin& origin) {
    QueryContext context;
    if (!origin.known()) return context;
    const SourceText& source = *origin.source;
    context.kind = source.kind;
    if (source.kind == SourceText::Kind::DataFrameCall) {
        context.fragment = source.text;
        context.call_site = source.call_site;
        context.summary = "== DataFrame ==\n\"" + source.text + "\" was called from\n" +
                          source.call_site + "\n";
        return context;
    }
    const auto size = static_cast<std::int32_t>(source.text.size());
    const auto start = std::clamp(origin.start, 0, std::max(size - 1, 0));
    const auto stop = std::clamp(origin.stop, start, std::max(size - 1, 0));
    context.object_type = source.object_type;
    context.object_name = source.object_name;
    context.start_index = characters(source.text, static_cast<std::size_t>(start));
    context.fragment =
        source.text.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(stop - start + 1));
    context.stop_index = context.start_index + characters(context.fragment, context.fragment.size()) - 1;
    context.summary = sql_summary(source, start, stop);
    return context;
}

Error::Error(ErrorClass id, ErrorParameters parameters, Origin origin)
    : id_(id), parameters_(std::move(parameters)) {
    // Parameters quote data, and protobuf's texts must be UTF-8.
    for (auto& [name, value] : parameters_) {
        if (!is_valid_utf8(value)) value = repaired_utf8(value);
    }
    if (origin.known()) contexts_.push_back(query_context(origin));
    compose();
}

Error& Error::at(const Origin& origin) {
    if (contexts_.empty() && origin.known()) {
        contexts_.push_back(query_context(origin));
        compose();
    }
    return *this;
}

Error& Error::with_message(std::string message) {
    message_ = std::move(message);
    message_is_given_ = true;
    return *this;
}

void Error::compose() {
    if (message_is_given_) return;
    const ErrorClassRow& r = row();
    message_.clear();
    // Spark doesn't show the names of conditions that it has not named yet.
    const bool named = !r.condition.empty() && !r.condition.starts_with("_LEGACY_ERROR_");
    if (named) message_.append("[").append(r.condition).append("] ");
    message_.append(filled(r.message, parameters_));
    if (!r.sqlstate.empty()) message_.append(" SQLSTATE: ").append(r.sqlstate);
    for (const QueryContext& context : contexts_) message_.append("\n").append(context.summary);
}

void internal_error(std::string_view what, const char* file, int line) {
    std::string_view name(file);
    name.remove_prefix(name.rfind('/') == name.npos ? 0 : name.rfind('/') + 1);
    throw Error(ErrorClass::InternalError,
                {{"message", "Firesteel broke its own rule `" + std::string(what) + "` at " +
                                 std::string(name) + ":" + std::to_string(line) +
                                 ". Please report this with the query."}});
}

Error unsupported(std::string_view what, Origin origin) {
    return Error(ErrorClass::UnsupportedFeature, {{"feature", std::string(what)}}, std::move(origin));
}

}  // namespace firesteel
