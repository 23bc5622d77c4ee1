#pragma once
/// The one error type of the engine. Rows live in error_classes.inc: condition, SQLSTATE, Java
/// exception class and text, with Spark's condition names and parameters (the texts are ours).
/// Thrown inside one operation only; where a thread, callback, C API or pipe begins, an Error
/// becomes a value (Outcome<T>). connect/status.cpp turns it into what clients see.

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace firesteel {

/// Java exception classes that clients map to Python classes. The hierarchy is in error.cpp.
enum class JavaException : std::uint8_t {
#define JAVA_EXCEPTION(id, name, parent) id,
#include "common/java_exceptions.inc"
#undef JAVA_EXCEPTION
};

/// Every error condition the engine can raise.
enum class ErrorClass : std::uint16_t {
#define ERROR_CLASS(id, condition, sqlstate, exception, message) id,
#include "common/error_classes.inc"
#undef ERROR_CLASS
};

struct ErrorClassRow {
    ErrorClass id;
    std::string_view condition;  // e.g. "DIVIDE_BY_ZERO"; empty: the exception has no condition
    std::string_view sqlstate;
    JavaException exception;
    std::string_view message;  // with <param> placeholders
};

const ErrorClassRow& error_class_row(ErrorClass id);
/// All rows, ordered by id.
const std::vector<ErrorClassRow>& all_error_classes();
/// Java class names from the most specific to java.lang.Object.
std::vector<std::string_view> java_class_chain(JavaException exception);

/// The text a user wrote: one SQL statement, or one DataFrame call.
struct SourceText {
    enum class Kind : std::uint8_t { Sql, DataFrameCall };
    Kind kind = Kind::Sql;
    std::string text;         // the SQL statement, or the API name ("__truediv__")
    std::string call_site;    // DataFrameCall only: "file.py:12"
    std::string object_type;  // "VIEW", … for text that comes from a stored object
    std::string object_name;
};

/// A place in a SourceText: inclusive 0-based byte offsets; start < 0 means "no place known".
struct Origin {
    std::shared_ptr<const SourceText> source;
    std::int32_t start = -1;
    std::int32_t stop = -1;
    bool known() const { return source != nullptr; }
    // Where something was written never makes two plans differ.
    bool operator==(const Origin&) const { return true; }
};

/// What a client shows of an Origin.
struct QueryContext {
    SourceText::Kind kind = SourceText::Kind::Sql;
    std::string object_type;
    std::string object_name;
    std::int32_t start_index = -1;  // characters, 0-based, inclusive
    std::int32_t stop_index = -1;
    std::string fragment;
    std::string call_site;
    std::string summary;
};
QueryContext query_context(const Origin& origin);

using ErrorParameters = std::vector<std::pair<std::string, std::string>>;

class Error final : public std::exception {
  public:
    explicit Error(ErrorClass id, ErrorParameters parameters = {}, Origin origin = {});

    ErrorClass id() const { return id_; }
    const ErrorClassRow& row() const { return error_class_row(id_); }
    const ErrorParameters& parameters() const { return parameters_; }
    const std::vector<QueryContext>& contexts() const { return contexts_; }
    /// "[CONDITION] text SQLSTATE: xxxxx" and the context's summary.
    const std::string& message() const { return message_; }
    const char* what() const noexcept override { return message_.c_str(); }

    /// Adds the place, if the error has none yet.
    Error& at(const Origin& origin);
    /// Replaces the text (Python tracebacks, parse errors with their caret); condition and parameters stay.
    Error& with_message(std::string message);

  private:
    void compose();
    ErrorClass id_;
    ErrorParameters parameters_;
    std::vector<QueryContext> contexts_;
    std::string message_;
    bool message_is_given_ = false;
};

/// Value or Error, for what crosses a thread, a callback, a C API or a pipe.
template <typename T>
using Outcome = std::variant<T, Error>;

/// A defect of ours: ends the operation as INTERNAL_ERROR, never the process.
[[noreturn]] void internal_error(std::string_view what, const char* file, int line);
#define FS_ASSERT(condition) \
    ((condition) ? void(0) : ::firesteel::internal_error(#condition, __FILE__, __LINE__))

/// UNSUPPORTED_FEATURE-class error: `what` names the feature and why it is not there.
[[nodiscard]] Error unsupported(std::string_view what, Origin origin = {});

}  // namespace firesteel
