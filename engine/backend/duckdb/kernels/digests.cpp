/// Digests, checksums, base64, character sets and AES, by OpenSSL, zlib's polynomial and ICU.

#include <array>

#include <openssl/evp.h>
#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/kernels/utf8.h"

namespace firesteel::duckdb {
namespace {

std::string hex_text(std::string_view bytes) {
    static constexpr std::string_view kHex = "0123456789abcdef";
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += kHex[byte >> 4U];
        out += kHex[byte & 15U];
    }
    return out;
}

std::string digest(const EVP_MD* method, std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> buffer{};
    unsigned size = 0;
    FS_ASSERT(EVP_Digest(bytes.data(), bytes.size(), buffer.data(), &size, method, nullptr) == 1);
    return hex_text({reinterpret_cast<const char*>(buffer.data()), size});
}

KernelBody bind_md5(const KernelSite&) {
    return rows([](std::string_view bytes) { return digest(EVP_md5(), bytes); });
}
KernelBody bind_sha1(const KernelSite&) {
    return rows([](std::string_view bytes) { return digest(EVP_sha1(), bytes); });
}
KernelBody bind_sha2(const KernelSite&) {
    return rows([](std::string_view bytes, std::int32_t bits) -> std::optional<std::string> {
        switch (bits) {
            case 0:
            case 256: return digest(EVP_sha256(), bytes);
            case 224: return digest(EVP_sha224(), bytes);
            case 384: return digest(EVP_sha384(), bytes);
            case 512: return digest(EVP_sha512(), bytes);
            default: return std::nullopt;
        }
    });
}

constexpr std::array<std::uint32_t, 256> crc_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t crc = i;
        for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? (crc >> 1U) ^ 0xEDB88320U : crc >> 1U;
        table[i] = crc;
    }
    return table;
}

KernelBody bind_crc32(const KernelSite&) {
    return rows([](std::string_view bytes) -> std::int64_t {
        static constexpr auto kTable = crc_table();
        std::uint32_t crc = 0xFFFFFFFFU;
        for (const char c : bytes) {
            crc = kTable[(crc ^ static_cast<unsigned char>(c)) & 0xFFU] ^ (crc >> 8U);
        }
        return static_cast<std::int64_t>(crc ^ 0xFFFFFFFFU);
    });
}

std::string to_base64(std::string_view bytes) {
    std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

int base64_digit(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Whether to_binary takes the text: digits and white space, padded rightly or not at all.
bool is_strict_base64(std::string_view text) {
    std::size_t digits = 0;
    std::size_t padding = 0;
    for (const char c : text) {
        if (c == '=') {
            if (++padding > 2) return false;
        } else if (base64_digit(c) >= 0) {
            if (padding > 0) return false;
            ++digits;
        } else if (!is_space(c)) {
            return false;
        }
    }
    return padding > 0 ? (digits + padding) % 4 == 0 : digits % 4 != 1;
}

/// java.util.Base64's MIME decoder: other characters are skipped, the padding must fit.
std::optional<std::string> from_base64(std::string_view text) {
    std::string out;
    std::uint32_t bits = 0;
    int digits = 0;
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        if (text[at] == '=') {
            const bool second = at + 1 < text.size() && text[at + 1] == '=';
            if (digits < 2 || (digits == 2 && !second)) return std::nullopt;
            at += digits == 2 ? 2 : 1;
            break;
        }
        const int digit = base64_digit(text[at]);
        if (digit < 0) continue;
        bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
        if (++digits < 4) continue;
        out += static_cast<char>(bits >> 16U);
        out += static_cast<char>(bits >> 8U);
        out += static_cast<char>(bits);
        digits = 0;
        bits = 0;
    }
    if (digits == 1) return std::nullopt;
    for (; at < text.size(); ++at) {
        if (base64_digit(text[at]) >= 0) return std::nullopt;
    }
    if (digits >= 2) out += static_cast<char>(bits >> (digits == 2 ? 4U : 10U));
    if (digits == 3) out += static_cast<char>(bits >> 2U);
    return out;
}

[[nodiscard]] Error conversion_failed(std::string_view text, std::string_view format) {
    return Error(ErrorClass::ConversionInvalidInput, {{"str", "'" + std::string(text) + "'"},
                                                      {"fmt", "'" + std::string(format) + "'"},
                                                      {"targetType", "\"BINARY\""},
                                                      {"suggestion", "`try_to_binary`"}});
}

KernelBody bind_base64(const KernelSite&) {
    return rows([](std::string_view bytes) { return to_base64(bytes); });
}
KernelBody bind_unbase64(const KernelSite&) {
    return rows([](std::string_view text) {
        auto bytes = from_base64(text);
        if (!bytes) throw Error(ErrorClass::IllegalArgument, {{"message", "the text is no base64"}});
        return *bytes;
    });
}

std::string lower_ascii(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

/// The text's bytes in a format: hex, utf-8, utf8 or base64; nothing if malformed.
std::optional<std::string> text_to_binary(std::string_view text, std::string_view format) {
    if (format == "base64") return is_strict_base64(text) ? from_base64(text) : std::nullopt;
    if (format == "utf-8" || format == "utf8") return std::string(text);
    if (format != "hex") return std::nullopt;
    const std::string padded = text.size() % 2 == 1 ? "0" + std::string(text) : std::string(text);
    std::string out;
    for (std::size_t at = 0; at < padded.size(); at += 2) {
        const auto digit = [](char c) {
            return c >= '0' && c <= '9'   ? c - '0'
                   : c >= 'a' && c <= 'f' ? c - 'a' + 10
                   : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                          : -1;
        };
        const int high = digit(padded[at]);
        const int low = digit(padded[at + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
    }
    return out;
}

/// to_binary(text[, format]).
template <bool kTolerant>
KernelBody bind_to_binary(const KernelSite& site) {
    const auto convert = [](std::string_view text, std::string_view format) -> std::optional<std::string> {
        const std::string name = lower_ascii(format);
        auto bytes = text_to_binary(text, name);
        if (!bytes && !kTolerant) throw conversion_failed(text, name == "hex" ? "HEX" : "BASE64");
        return bytes;
    };
    if (site.arguments.size() == 2) return rows(convert);
    return rows([convert](std::string_view text) { return convert(text, "hex"); });
}

/// Spark's character sets, by ICU's names for them.
std::string_view icu_charset(std::string_view charset, std::string_view function) {
    struct Row {
        std::string_view spark;
        std::string_view icu;
    };
    static constexpr auto kCharsets = std::to_array<Row>({
        {"iso-8859-1", "ISO-8859-1"}, {"us-ascii", "US-ASCII"}, {"utf-16", "UTF-16"},
        {"utf-16be", "UTF-16BE"}, {"utf-16le", "UTF-16LE"}, {"utf-32", "UTF-32"}, {"utf-8", "UTF-8"},
    });
    const std::string name = lower_ascii(charset);
    for (const Row& row : kCharsets) {
        if (row.spark == name) return row.icu;
    }
    throw Error(ErrorClass::InvalidParameterValueCharset,
                {{"functionName", "`" + std::string(function) + "`"},
                 {"parameter", "`charset`"},
                 {"charset", std::string(charset)},
                 {"charsets", "iso-8859-1, us-ascii, utf-16, utf-16be, utf-16le, utf-32, utf-8"}});
}

[[nodiscard]] Error malformed_characters(std::string_view function, std::string_view charset) {
    return Error(ErrorClass::MalformedCharacterCoding,
                 {{"function", "`" + std::string(function) + "`"}, {"charset", std::string(charset)}});
}

struct ConverterDeleter {
    void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, ConverterDeleter>;

std::string encode_text(std::string_view text, std::string_view charset) {
    const std::string_view icu_name = icu_charset(charset, "encode");
    if (icu_name == "UTF-8") return std::string(text);
    const auto wide = icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
    // Java writes UTF-16 and UTF-32 big-endian; UTF-16 with a mark.
    const bool marked = icu_name == "UTF-16";
    const std::string plain = marked ? "UTF-16BE" : icu_name == "UTF-32" ? "UTF-32BE" : std::string(icu_name);
    UErrorCode status = U_ZERO_ERROR;
    const Converter converter(ucnv_open(plain.c_str(), &status));
    ucnv_setFromUCallBack(converter.get(), UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
    std::string out(static_cast<std::size_t>(wide.length()) * 4 + 8, '\0');
    const std::int32_t size = ucnv_fromUChars(converter.get(), out.data(), static_cast<std::int32_t>(out.size()),
                                              wide.getBuffer(), wide.length(), &status);
    if (U_FAILURE(status)) throw malformed_characters("encode", charset);
    out.resize(static_cast<std::size_t>(size));
    return marked && !out.empty() ? "\xFE\xFF" + out : out;
}

std::string decode_bytes(std::string_view bytes, std::string_view charset) {
    const std::string_view icu_name = icu_charset(charset, "decode");
    if (icu_name == "UTF-8") {
        if (!is_valid_utf8(bytes)) throw malformed_characters("decode", charset);
        return std::string(bytes);
    }
    UErrorCode status = U_ZERO_ERROR;
    const Converter converter(ucnv_open(std::string(icu_name).c_str(), &status));
    ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
    std::u16string wide(bytes.size() + 1, u'\0');
    const std::int32_t size = ucnv_toUChars(converter.get(), wide.data(), static_cast<std::int32_t>(wide.size()),
                                            bytes.data(), static_cast<std::int32_t>(bytes.size()), &status);
    if (U_FAILURE(status)) throw malformed_characters("decode", charset);
    std::string out;
    icu::UnicodeString(wide.data(), size).toUTF8String(out);
    return out;
}

KernelBody bind_encode(const KernelSite&) {
    return rows([](std::string_view text, std::string_view charset) { return encode_text(text, charset); });
}
KernelBody bind_decode(const KernelSite&) {
    return rows([](std::string_view bytes, std::string_view charset) { return decode_bytes(bytes, charset); });
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"base64", bind_base64},
    {"crc32", bind_crc32},
    {"decode", bind_decode},
    {"encode", bind_encode},
    {"md5", bind_md5},
    {"sha1", bind_sha1},
    {"sha2", bind_sha2},
    {"to_binary", bind_to_binary<false>},
    {"try_to_binary", bind_to_binary<true>},
    {"unbase64", bind_unbase64},
});

}  // namespace

KernelTable digest_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
