/// XPath over XML texts. Records of a schema are in records.cpp.

#include <array>
#include <cmath>
#include <limits>
#include <memory>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/kernels/list_result.h"
#include "formats/xml_xpath.h"

namespace firesteel::duckdb {
namespace {

/// The constant path; none where it is NULL or empty, and so is every result.
std::shared_ptr<const xml::XPath> path_of(const KernelSite& site) {
    const Literal* path = site.constant(1);
    if (path == nullptr) throw unsupported("a path that is no constant", site.origin);
    if (path->is_null() || path->value.bytes().empty()) return nullptr;
    return std::make_shared<const xml::XPath>(path->value.bytes());
}

/// A body of fn(path, text) for texts that are there.
template <typename F>
KernelBody evaluated(const KernelSite& site, F fn) {
    using Result = decltype(fn(std::declval<const xml::XPath&>(), std::string_view()));
    return rows([path = path_of(site), fn](std::string_view text, std::string_view) -> std::optional<Result> {
        if (!path || text.empty()) return std::nullopt;
        return fn(*path, text);
    });
}

/// As Java narrows: NaN is 0, what is too large the greatest.
template <typename T>
T narrowed(double value) {
    constexpr double kLimit = static_cast<double>(std::numeric_limits<T>::max());
    if (std::isnan(value)) return 0;
    if (value >= kLimit) return std::numeric_limits<T>::max();
    if (value <= -kLimit - 1) return std::numeric_limits<T>::min();
    return static_cast<T>(value);
}

KernelBody bind_xpath(const KernelSite& site) {
    return [path = path_of(site)](KernelCall& call) {
        const Reader<std::string_view> texts(call.argument(0), call.site().argument(0));
        const Validity validity(call.argument(0));
        StringListWriter writer(call.result());
        for (idx_t row = 0; row < call.rows(); ++row) {
            if (!path || !validity.valid(row) || texts[row].empty()) {
                writer.set_null(row);
                continue;
            }
            writer.begin(row);
            for (const auto& node : path->nodes(texts[row])) {
                node ? writer.append(row, *node) : writer.append_null(row);
            }
        }
        writer.finish();
    };
}

KernelBody bind_boolean(const KernelSite& site) {
    return evaluated(site, [](const xml::XPath& path, std::string_view text) { return path.boolean(text); });
}

KernelBody bind_string(const KernelSite& site) {
    return evaluated(site, [](const xml::XPath& path, std::string_view text) { return path.string(text); });
}

KernelBody bind_double(const KernelSite& site) {
    return evaluated(site, [](const xml::XPath& path, std::string_view text) { return path.number(text); });
}

KernelBody bind_float(const KernelSite& site) {
    return evaluated(site, [](const xml::XPath& path, std::string_view text) {
        return static_cast<float>(path.number(text));
    });
}

KernelBody bind_int(const KernelSite& site) {
    return evaluated(site, [](const xml::XPath& path, std::string_view text) {
        return narrowed<std::int32_t>(path.number(text));
    });
}

KernelBody bind_long(const KernelSite& site) {
    return evaluated(site, [](const xml::XPath& path, std::string_view text) {
        return narrowed<std::int64_t>(path.number(text));
    });
}

KernelBody bind_short(const KernelSite& site) {
    return evaluated(site, [](const xml::XPath& path, std::string_view text) {
        return static_cast<std::int16_t>(narrowed<std::int32_t>(path.number(text)));
    });
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"xpath", bind_xpath},
    {"xpath_boolean", bind_boolean},
    {"xpath_double", bind_double},
    {"xpath_float", bind_float},
    {"xpath_int", bind_int},
    {"xpath_long", bind_long},
    {"xpath_short", bind_short},
    {"xpath_string", bind_string},
});

}  // namespace

KernelTable xml_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
