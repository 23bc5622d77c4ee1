/// JSON by path and name. Records of a schema are in records.cpp, VARIANT in variants.cpp.

#include "formats/json_path.h"

#include <array>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/kernels/list_result.h"
#include "backend/duckdb/kernels/values.h"

namespace firesteel::duckdb {
namespace {

std::optional<std::string> selected(std::string_view text, const std::optional<json::Path>& path) {
    std::string out;
    if (!path || !json::append_selected(out, text, *path)) return std::nullopt;
    return out;
}

KernelBody bind_get_json_object(const KernelSite& site) {
    if (const Literal* path = site.constant(1); path != nullptr && !path->is_null()) {
        return rows([path = json::Path::parse(path->value.bytes())](std::string_view text, std::string_view) {
            return selected(text, path);
        });
    }
    return rows([](std::string_view text, std::string_view path) {
        return selected(text, json::Path::parse(path));
    });
}

KernelBody bind_json_object_keys(const KernelSite&) {
    return [](KernelCall& call) {
        const Reader<std::string_view> texts(call.argument(0), call.site().argument(0));
        const Validity validity(call.argument(0));
        StringListWriter writer(call.result());
        for (idx_t row = 0; row < call.rows(); ++row) {
            const auto keys = validity.valid(row) ? json::object_keys(texts[row]) : std::nullopt;
            if (!keys) {
                writer.set_null(row);
                continue;
            }
            writer.begin(row);
            for (const std::string& key : *keys) writer.append(row, key);
        }
        writer.finish();
    };
}

/// One row of the members' values.
Value json_tuple(const KernelSite&, const ValueList& arguments) {
    ValueList row(arguments.size() - 1);
    if (!arguments[0].is_null()) {
        std::vector<std::optional<std::string_view>> names;
        for (std::size_t i = 1; i < arguments.size(); ++i) {
            names.push_back(arguments[i].is_null() ? std::nullopt
                                                   : std::optional<std::string_view>(arguments[i].bytes()));
        }
        auto members = json::members_by_name(arguments[0].bytes(), names);
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (members[i]) row[i] = Value(std::move(*members[i]));
        }
    }
    ValueList list;
    list.emplace_back(std::move(row));
    return Value(std::move(list));
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"get_json_object", bind_get_json_object},
    {"json_array_length",
     [](const KernelSite&) { return rows([](std::string_view text) { return json::array_length(text); }); }},
    {"json_object_keys", bind_json_object_keys},
    {"json_tuple", [](const KernelSite&) { return values(OnNull::Call, json_tuple); }},
});

}  // namespace

KernelTable json_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
