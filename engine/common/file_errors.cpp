#include "common/file_errors.h"

namespace firesteel {

Error write_failed(const std::string& path, std::error_code why) {
    Error error(ErrorClass::TaskWriteFailed, {{"path", "file:" + path}});
    error.with_message(error.message() + "\n" + why.message());
    return error;
}

}  // namespace firesteel
