#include "backend/files/decoded_source.h"

#include <unicode/ucnv.h>

#include <array>
#include <utility>

#include "common/error.h"

namespace firesteel::files {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 16U;
constexpr std::size_t kPivotUnits = 4096;

struct ConverterDeleter {
    void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, ConverterDeleter>;

Converter open_converter(const char* name) {
    UErrorCode status = U_ZERO_ERROR;
    Converter out(ucnv_open(name, &status));
    if (U_FAILURE(status)) throw unsupported("files in the encoding " + std::string(name));
    return out;
}

class DecodedSource final : public ByteSource {
  public:
    DecodedSource(std::unique_ptr<ByteSource> source, const std::string& charset)
        : source_(std::move(source)), from_(open_converter(charset.c_str())), to_(open_converter("UTF-8")) {
        ucnv_setSubstString(from_.get(), u"\uFFFD", 1, &status_);
        status_ = U_ZERO_ERROR;
    }

    std::size_t read(char* to, std::size_t size) override {
        char* target = to;
        while (target == to) {
            if (next_ == end_ && !at_end_) fill();
            UErrorCode status = U_ZERO_ERROR;
            ucnv_convertEx(to_.get(), from_.get(), &target, to + size, &next_, end_, pivot_.data(), &pivot_source_,
                           &pivot_target_, pivot_.data() + pivot_.size(), /*reset=*/0, at_end_ ? 1 : 0, &status);
            if (U_FAILURE(status) && status != U_BUFFER_OVERFLOW_ERROR) {
                throw unsupported("a text that can't be decoded");
            }
            if (at_end_ && next_ == end_ && status != U_BUFFER_OVERFLOW_ERROR) break;
        }
        return static_cast<std::size_t>(target - to);
    }

  private:
    void fill() {
        const std::size_t got = source_->read(block_.data(), block_.size());
        at_end_ = got == 0;
        next_ = block_.data();
        end_ = next_ + got;
    }

    const std::unique_ptr<ByteSource> source_;
    UErrorCode status_ = U_ZERO_ERROR;
    const Converter from_;
    const Converter to_;
    std::string block_ = std::string(kBlockBytes, '\0');
    const char* next_ = block_.data();
    const char* end_ = next_;
    std::array<char16_t, kPivotUnits> pivot_{};
    char16_t* pivot_source_ = pivot_.data();
    char16_t* pivot_target_ = pivot_.data();
    bool at_end_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> decoded(std::unique_ptr<ByteSource> source, const std::string& charset) {
    return std::make_unique<DecodedSource>(std::move(source), charset);
}

}  // namespace firesteel::files
