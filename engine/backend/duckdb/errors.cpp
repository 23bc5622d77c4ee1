#include "backend/duckdb/errors.h"

#include <array>
#include <string>
#include <utility>

#include "types/json_tree.h"

namespace firesteel::duckdb {
namespace {

/// Of those that a running query can fail with, the ones that some answer depends on.
duckdb_error_type type_of(std::string_view name) {
    constexpr auto kTypes = std::to_array<std::pair<std::string_view, duckdb_error_type>>({
        {"HTTP", DUCKDB_ERROR_HTTP},
        {"INTERRUPT", DUCKDB_ERROR_INTERRUPT},
        {"IO", DUCKDB_ERROR_IO},
        {"Invalid Input", DUCKDB_ERROR_INVALID_INPUT},
        {"Out of Memory", DUCKDB_ERROR_OUT_OF_MEMORY},
        {"Out of Range", DUCKDB_ERROR_OUT_OF_RANGE},
        {"Permission", DUCKDB_ERROR_PERMISSION},
    });
    for (const auto& [known, type] : kTypes) {
        if (known == name) return type;
    }
    return DUCKDB_ERROR_INVALID;
}

}  // namespace

Failure read_failure(duckdb_error_type type, const char* said) {
    const std::string_view text = said != nullptr ? said : "";
    const std::size_t begin = text.find('{');
    if (begin == std::string_view::npos) return {type, std::string(text)};
    try {
        const json::Tree tree = json::parse(text.substr(begin));
        const json::Tree* name = tree.find("exception_type");
        const json::Tree* message = tree.find("exception_message");
        if (name == nullptr || message == nullptr) return {type, std::string(text)};
        return {type == DUCKDB_ERROR_INVALID ? type_of(name->text) : type, message->text};
    } catch (const json::Malformed&) {
        return {type, std::string(text)};  // a text of its own, with a brace in it
    }
}

Error error_of(duckdb_error_type type, std::string_view text) {
    switch (type) {
        case DUCKDB_ERROR_INTERRUPT:
            return Error(ErrorClass::OperationCanceled);
        case DUCKDB_ERROR_OUT_OF_MEMORY:
            return Error(ErrorClass::InternalErrorMemory, {{"message", "The query needs more memory than the engine may use."}});
        case DUCKDB_ERROR_IO:
        case DUCKDB_ERROR_HTTP:
        case DUCKDB_ERROR_NETWORK:
        case DUCKDB_ERROR_PERMISSION:
            return Error(ErrorClass::FailedReadFile, {{"path", std::string(text)}});
        default:
            return Error(ErrorClass::InternalError,
                         {{"message", "The query can't be run: " + std::string(text)}});
    }
}

}  // namespace firesteel::duckdb
