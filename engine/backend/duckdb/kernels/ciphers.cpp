/// AES as Spark does it: GCM and CBC texts begin with the initialization vector, GCM's end with the tag.

#include <array>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/text_families.h"

namespace firesteel::duckdb {
namespace {

constexpr std::string_view kBoth = "`aes_encrypt`/`aes_decrypt`";
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kBlockBytes = 16;

enum class CipherMode : std::uint8_t { Gcm, Cbc, Ecb };

struct ContextDeleter {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, ContextDeleter>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

[[nodiscard]] Error crypto_error(std::string_view detail) {
    return Error(ErrorClass::InvalidParameterAesCrypto, {{"parameter", "`expr`, `key`"},
                                                         {"functionName", std::string(kBoth)},
                                                         {"detailMessage", std::string(detail)}});
}

std::string upper_ascii(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

std::string_view mode_name(CipherMode mode) {
    return mode == CipherMode::Gcm ? "GCM" : mode == CipherMode::Cbc ? "CBC" : "ECB";
}

std::size_t iv_bytes(CipherMode mode) {
    return mode == CipherMode::Gcm ? 12 : mode == CipherMode::Cbc ? kBlockBytes : 0;
}

CipherMode mode_of(std::string_view mode, std::string_view padding) {
    const std::string m = upper_ascii(mode);
    const std::string p = upper_ascii(padding);
    if (m == "GCM" && (p == "NONE" || p == "DEFAULT")) return CipherMode::Gcm;
    if (m == "CBC" && (p == "PKCS" || p == "DEFAULT")) return CipherMode::Cbc;
    if (m == "ECB" && (p == "PKCS" || p == "DEFAULT")) return CipherMode::Ecb;
    throw Error(ErrorClass::UnsupportedFeatureAesMode, {{"mode", std::string(mode)},
                                                 {"padding", std::string(padding)},
                                                 {"functionName", std::string(kBoth)}});
}

const EVP_CIPHER* cipher_of(CipherMode mode, std::string_view key) {
    static const std::array<std::array<const EVP_CIPHER*, 3>, 3> kCiphers = {{
        {EVP_aes_128_gcm(), EVP_aes_192_gcm(), EVP_aes_256_gcm()},
        {EVP_aes_128_cbc(), EVP_aes_192_cbc(), EVP_aes_256_cbc()},
        {EVP_aes_128_ecb(), EVP_aes_192_ecb(), EVP_aes_256_ecb()},
    }};
    if (key.size() != 16 && key.size() != 24 && key.size() != 32) {
        throw Error(ErrorClass::InvalidParameterAesKeyLength, {{"parameter", "`key`"},
                                                               {"functionName", std::string(kBoth)},
                                                               {"actualLength", std::to_string(key.size())}});
    }
    return kCiphers[static_cast<std::size_t>(mode)][key.size() / 8 - 2];
}

[[nodiscard]] Error no_such_input(ErrorClass condition, CipherMode mode, std::string_view function) {
    return Error(condition, {{"mode", std::string(mode_name(mode))}, {"functionName", "`" + std::string(function) + "`"}});
}

std::string made_iv(CipherMode mode, std::string_view given) {
    if (mode == CipherMode::Ecb) {
        if (!given.empty()) throw no_such_input(ErrorClass::UnsupportedFeatureAesModeIv, mode, "aes_encrypt");
        return {};
    }
    if (!given.empty() && given.size() != iv_bytes(mode)) {
        throw Error(ErrorClass::InvalidParameterAesIvLength, {{"mode", std::string(mode_name(mode))},
                                                              {"parameter", "`iv`"},
                                                              {"functionName", std::string(kBoth)},
                                                              {"actualLength", std::to_string(given.size())}});
    }
    if (!given.empty()) return std::string(given);
    std::string iv(iv_bytes(mode), '\0');
    FS_ASSERT(RAND_bytes(reinterpret_cast<unsigned char*>(iv.data()), static_cast<int>(iv.size())) == 1);
    return iv;
}

/// One pass of the cipher over `input`; `tag` is written or checked in GCM.
std::string run_cipher(bool encrypts, CipherMode mode, std::string_view key, std::string_view iv,
                       std::string_view aad, std::string_view input, std::string& tag) {
    const EVP_CIPHER* cipher = cipher_of(mode, key);
    const Context context(EVP_CIPHER_CTX_new());
    FS_ASSERT(EVP_CipherInit_ex(context.get(), cipher, nullptr, bytes_of(key), iv.empty() ? nullptr : bytes_of(iv),
                                encrypts ? 1 : 0) == 1);
    int size = 0;
    if (!aad.empty()) {
        EVP_CipherUpdate(context.get(), nullptr, &size, bytes_of(aad), static_cast<int>(aad.size()));
    }
    std::string out(input.size() + kBlockBytes, '\0');
    auto* to = reinterpret_cast<unsigned char*>(out.data());
    EVP_CipherUpdate(context.get(), to, &size, bytes_of(input), static_cast<int>(input.size()));
    if (mode == CipherMode::Gcm && !encrypts) {
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data());
    }
    int last = 0;
    if (EVP_CipherFinal_ex(context.get(), to + size, &last) != 1) {
        throw crypto_error(mode == CipherMode::Gcm
                               ? "Tag mismatch"
                               : "Given final block not properly padded. Such issues can arise if a bad key is used "
                                 "during decryption.");
    }
    if (mode == CipherMode::Gcm && encrypts) {
        tag.resize(kTagBytes);
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag.data());
    }
    out.resize(static_cast<std::size_t>(size + last));
    return out;
}

std::string encrypt(std::string_view input, std::string_view key, std::string_view mode_text,
                    std::string_view padding, std::string_view given_iv, std::string_view aad) {
    const CipherMode mode = mode_of(mode_text, padding);
    cipher_of(mode, key);
    const std::string iv = made_iv(mode, given_iv);
    if (mode != CipherMode::Gcm && !aad.empty()) {
        throw no_such_input(ErrorClass::UnsupportedFeatureAesModeAad, mode, "aes_encrypt");
    }
    std::string tag;
    const std::string text = run_cipher(true, mode, key, iv, aad, input, tag);
    return iv + text + tag;
}

std::string decrypt(std::string_view input, std::string_view key, std::string_view mode_text,
                    std::string_view padding, std::string_view aad) {
    const CipherMode mode = mode_of(mode_text, padding);
    cipher_of(mode, key);
    if (mode != CipherMode::Gcm && !aad.empty()) {
        throw no_such_input(ErrorClass::UnsupportedFeatureAesModeAad, mode, "aes_decrypt");
    }
    if (input.size() < iv_bytes(mode)) throw crypto_error("Invalid buffer arguments");
    const std::string_view iv = input.substr(0, iv_bytes(mode));
    std::string_view text = input.substr(iv.size());
    std::string tag;
    if (mode == CipherMode::Gcm) {
        if (text.size() < kTagBytes) throw crypto_error("Input too short - need tag");
        tag = text.substr(text.size() - kTagBytes);
        text.remove_suffix(kTagBytes);
    } else if (text.size() % kBlockBytes != 0) {
        throw crypto_error("Input length must be multiple of 16 when decrypting with padded cipher");
    } else if (text.empty()) {
        return {};
    }
    return run_cipher(false, mode, key, iv, aad, text, tag);
}

using Text = std::string_view;

KernelBody bind_encrypt(const KernelSite&) {
    return rows([](Text input, Text key, Text mode, Text padding, Text iv, Text aad) {
        return encrypt(input, key, mode, padding, iv, aad);
    });
}
KernelBody bind_decrypt(const KernelSite&) {
    return rows([](Text input, Text key, Text mode, Text padding, Text aad) {
        return decrypt(input, key, mode, padding, aad);
    });
}
/// NULL for whatever aes_decrypt refuses.
KernelBody bind_try_decrypt(const KernelSite&) {
    return rows([](Text input, Text key, Text mode, Text padding, Text aad) -> std::optional<std::string> {
        try {
            return decrypt(input, key, mode, padding, aad);
        } catch (const Error& error) {
            return std::nullopt;
        }
    });
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"aes_decrypt", bind_decrypt},
    {"aes_encrypt", bind_encrypt},
    {"try_aes_decrypt", bind_try_decrypt},
});

}  // namespace

KernelTable cipher_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
