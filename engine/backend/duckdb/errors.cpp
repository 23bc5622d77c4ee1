#include "backend/duckdb/errors.h"

#include <string>

namespace firesteel::duckdb {

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
