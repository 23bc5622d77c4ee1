#include "backend/files/codecs.h"

#include <bzlib.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <optional>
#include <utility>

#include "common/error.h"

namespace firesteel::files {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 17U;
using Buffer = std::array<char, kBufferBytes>;

/// What a step of a codec did.
struct Step {
    std::size_t read = 0;
    std::size_t written = 0;
    bool is_end = false;  // of one compressed stream; another may follow
};

/// One codec in one direction: `Engine` has step(in, out) and, for reading, restart().
template <typename Engine>
class Reader final : public ByteSource {
  public:
    Reader(std::unique_ptr<ByteSource> from, std::string path) : from_(std::move(from)), path_(std::move(path)) {}

    std::size_t read(char* to, std::size_t size) override {
        while (true) {
            if (begin_ == end_ && !refill()) {
                if (in_stream_) fail_read(path_);  // cut off
                return 0;
            }
            in_stream_ = true;
            const auto step = engine_.step({input_.data() + begin_, end_ - begin_}, to, size);
            if (!step) fail_read(path_);
            begin_ += step->read;
            if (step->is_end) {
                in_stream_ = false;
                engine_.restart();
            }
            if (step->written > 0) return step->written;
        }
    }

  private:
    bool refill() {
        begin_ = 0;
        end_ = from_->read(input_.data(), input_.size());
        return end_ > 0;
    }

    std::unique_ptr<ByteSource> from_;
    const std::string path_;
    Engine engine_;
    Buffer input_{};
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool in_stream_ = false;
};

template <typename Engine>
class Writer final : public ByteSink {
  public:
    Writer(std::unique_ptr<ByteSink> to, std::string path) : to_(std::move(to)), path_(std::move(path)) {}

    void write(std::string_view bytes) override {
        while (!bytes.empty()) {
            const auto step = engine_.step(bytes, output_.data(), output_.size(), false);
            if (!step) fail_write(path_);
            to_->write({output_.data(), step->written});
            bytes.remove_prefix(step->read);
        }
    }
    void finish() override {
        while (true) {
            const auto step = engine_.step({}, output_.data(), output_.size(), true);
            if (!step) fail_write(path_);
            to_->write({output_.data(), step->written});
            if (step->is_end) break;
        }
        to_->finish();
    }

  private:
    std::unique_ptr<ByteSink> to_;
    const std::string path_;
    Engine engine_;
    Buffer output_{};
};

Bytef* zlib_bytes(const char* p) { return reinterpret_cast<Bytef*>(const_cast<char*>(p)); }

/// zlib's window sizes: 15 + 32 takes gzip and zlib headers, 15 + 16 writes gzip's, 15 zlib's.
constexpr int kReadBoth = 15 + 32;

class Inflate {
  public:
    Inflate() { FS_ASSERT(::inflateInit2(&stream_, kReadBoth) == Z_OK); }
    ~Inflate() { ::inflateEnd(&stream_); }
    Inflate(const Inflate&) = delete;
    Inflate& operator=(const Inflate&) = delete;
    std::optional<Step> step(std::string_view in, char* out, std::size_t size) {
        stream_.next_in = zlib_bytes(in.data());
        stream_.avail_in = static_cast<uInt>(in.size());
        stream_.next_out = zlib_bytes(out);
        stream_.avail_out = static_cast<uInt>(size);
        const int rc = ::inflate(&stream_, Z_NO_FLUSH);
        if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR) return std::nullopt;
        return Step{in.size() - stream_.avail_in, size - stream_.avail_out, rc == Z_STREAM_END};
    }
    void restart() { ::inflateReset(&stream_); }

  private:
    z_stream stream_{};
};

template <int WindowBits>
class Deflate {
  public:
    Deflate() {
        FS_ASSERT(::deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, WindowBits, 8,
                                 Z_DEFAULT_STRATEGY) == Z_OK);
    }
    ~Deflate() { ::deflateEnd(&stream_); }
    Deflate(const Deflate&) = delete;
    Deflate& operator=(const Deflate&) = delete;
    std::optional<Step> step(std::string_view in, char* out, std::size_t size, bool is_last) {
        stream_.next_in = zlib_bytes(in.data());
        stream_.avail_in = static_cast<uInt>(in.size());
        stream_.next_out = zlib_bytes(out);
        stream_.avail_out = static_cast<uInt>(size);
        const int rc = ::deflate(&stream_, is_last ? Z_FINISH : Z_NO_FLUSH);
        if (rc == Z_STREAM_ERROR) return std::nullopt;
        return Step{in.size() - stream_.avail_in, size - stream_.avail_out, rc == Z_STREAM_END};
    }

  private:
    z_stream stream_{};
};

class Bunzip {
  public:
    Bunzip() { FS_ASSERT(::BZ2_bzDecompressInit(&stream_, 0, 0) == BZ_OK); }
    ~Bunzip() { ::BZ2_bzDecompressEnd(&stream_); }
    Bunzip(const Bunzip&) = delete;
    Bunzip& operator=(const Bunzip&) = delete;
    std::optional<Step> step(std::string_view in, char* out, std::size_t size) {
        stream_.next_in = const_cast<char*>(in.data());
        stream_.avail_in = static_cast<unsigned>(in.size());
        stream_.next_out = out;
        stream_.avail_out = static_cast<unsigned>(size);
        const int rc = ::BZ2_bzDecompress(&stream_);
        if (rc != BZ_OK && rc != BZ_STREAM_END) return std::nullopt;
        return Step{in.size() - stream_.avail_in, size - stream_.avail_out, rc == BZ_STREAM_END};
    }
    void restart() {
        ::BZ2_bzDecompressEnd(&stream_);
        stream_ = {};
        FS_ASSERT(::BZ2_bzDecompressInit(&stream_, 0, 0) == BZ_OK);
    }

  private:
    bz_stream stream_{};
};

class Bzip {
  public:
    Bzip() {
        constexpr int kBlock100k = 9;
        FS_ASSERT(::BZ2_bzCompressInit(&stream_, kBlock100k, 0, 0) == BZ_OK);
    }
    ~Bzip() { ::BZ2_bzCompressEnd(&stream_); }
    Bzip(const Bzip&) = delete;
    Bzip& operator=(const Bzip&) = delete;
    std::optional<Step> step(std::string_view in, char* out, std::size_t size, bool is_last) {
        stream_.next_in = const_cast<char*>(in.data());
        stream_.avail_in = static_cast<unsigned>(in.size());
        stream_.next_out = out;
        stream_.avail_out = static_cast<unsigned>(size);
        const int rc = ::BZ2_bzCompress(&stream_, is_last ? BZ_FINISH : BZ_RUN);
        if (rc < 0) return std::nullopt;
        return Step{in.size() - stream_.avail_in, size - stream_.avail_out, rc == BZ_STREAM_END};
    }

  private:
    bz_stream stream_{};
};

class Unzstd {
  public:
    std::optional<Step> step(std::string_view in, char* out, std::size_t size) {
        ZSTD_inBuffer input{in.data(), in.size(), 0};
        ZSTD_outBuffer output{out, size, 0};
        const std::size_t rc = ::ZSTD_decompressStream(stream_.get(), &output, &input);
        if (::ZSTD_isError(rc) != 0) return std::nullopt;
        return Step{input.pos, output.pos, rc == 0};
    }
    void restart() { ::ZSTD_DCtx_reset(stream_.get(), ZSTD_reset_session_only); }

  private:
    std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> stream_{::ZSTD_createDCtx(), ::ZSTD_freeDCtx};
};

class Zstd {
  public:
    std::optional<Step> step(std::string_view in, char* out, std::size_t size, bool is_last) {
        ZSTD_inBuffer input{in.data(), in.size(), 0};
        ZSTD_outBuffer output{out, size, 0};
        const std::size_t rc = ::ZSTD_compressStream2(stream_.get(), &output, &input,
                                                      is_last ? ZSTD_e_end : ZSTD_e_continue);
        if (::ZSTD_isError(rc) != 0) return std::nullopt;
        return Step{input.pos, output.pos, is_last && rc == 0};
    }

  private:
    std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> stream_{::ZSTD_createCCtx(), ::ZSTD_freeCCtx};
};

}  // namespace

std::unique_ptr<ByteSource> decompressing(Codec codec, std::unique_ptr<ByteSource> from, const std::string& path) {
    switch (codec) {
        case Codec::None: return from;
        case Codec::Gzip:
        case Codec::Deflate: return std::make_unique<Reader<Inflate>>(std::move(from), path);
        case Codec::Bzip2: return std::make_unique<Reader<Bunzip>>(std::move(from), path);
        case Codec::Zstd: return std::make_unique<Reader<Unzstd>>(std::move(from), path);
    }
    FS_ASSERT(false);
}

std::unique_ptr<ByteSink> compressing(Codec codec, std::unique_ptr<ByteSink> to, const std::string& path) {
    constexpr int kGzip = 15 + 16;
    constexpr int kZlib = 15;
    switch (codec) {
        case Codec::None: return to;
        case Codec::Gzip: return std::make_unique<Writer<Deflate<kGzip>>>(std::move(to), path);
        case Codec::Deflate: return std::make_unique<Writer<Deflate<kZlib>>>(std::move(to), path);
        case Codec::Bzip2: return std::make_unique<Writer<Bzip>>(std::move(to), path);
        case Codec::Zstd: return std::make_unique<Writer<Zstd>>(std::move(to), path);
    }
    FS_ASSERT(false);
}

}  // namespace firesteel::files
