/// VARIANT: made of JSON and of values, read by path, cast, exploded.

#include <array>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/kernels/values.h"
#include "backend/duckdb/kernels/variants.h"
#include "backend/duckdb/value_reader.h"
#include "formats/variant_build.h"
#include "formats/variant_cast.h"
#include "formats/variant_path.h"
#include "formats/variant_schema.h"

namespace firesteel::duckdb {
namespace {

VariantView view(const Value& value) { return {value.variant().value, value.variant().metadata}; }

/// A body that makes a value of each row that has none of its arguments NULL.
template <typename F>
KernelBody each_row(F fn) {
    return values(OnNull::ResultIsNull,
                  [fn = std::move(fn)](const KernelSite&, const ValueList& arguments) { return fn(arguments); });
}

KernelBody bind_parse(const KernelSite& site) {
    return each_row([is_try = site.mode == EvalMode::Try](const ValueList& arguments) {
        VariantValue out;
        const std::string& text = arguments[0].bytes();
        if (variant_of_json(text, {}, "`parse_json`", out)) return Value(std::move(out));
        if (is_try) return Value();
        throw Error(ErrorClass::MalformedRecordInParsing, {{"badRecord", text}, {"failFastMode", "FAILFAST"}});
    });
}

KernelBody bind_is_variant_null(const KernelSite&) {
    return values(OnNull::Call, [](const KernelSite&, const ValueList& arguments) {
        return Value(!arguments[0].is_null() && view(arguments[0]).kind() == VariantView::Kind::Null);
    });
}

Value cast_variant(const KernelSite& site, const TimeZone& zone, const VariantView& variant) {
    TimeZoneCache zones;
    return VariantCast{zone, site.now_micros, zones, site.mode == EvalMode::Try}.cast(variant, site.result);
}

VariantPath path_of(const std::string& text, std::string_view function) {
    auto path = VariantPath::parse(text);
    if (!path) {
        throw Error(ErrorClass::InvalidVariantGetPath,
                    {{"path", text}, {"functionName", "`" + std::string(function) + "`"}});
    }
    return std::move(*path);
}

KernelBody bind_variant_get(const KernelSite& site) {
    const std::string_view name = site.mode == EvalMode::Try ? "try_variant_get" : "variant_get";
    std::optional<VariantPath> constant;
    if (const Literal* path = site.constant(1); path != nullptr && !path->is_null()) {
        constant = path_of(path->value.bytes(), name);
    }
    return values(OnNull::ResultIsNull, [constant, name, zone = TimeZone::named(site.zone)](
                                            const KernelSite& at, const ValueList& arguments) {
        const auto found = constant ? constant->find(view(arguments[0]))
                                    : path_of(arguments[1].bytes(), name).find(view(arguments[0]));
        return found ? cast_variant(at, *zone, *found) : Value();
    });
}

KernelBody bind_schema_of_variant(const KernelSite&) {
    return each_row([](const ValueList& arguments) {
        return Value(variant_schema_text(variant_schema(view(arguments[0]))));
    });
}

/// Of a list of variants; NULLs don't count.
KernelBody bind_schema_of_variants(const KernelSite&) {
    return values(OnNull::Call, [](const KernelSite&, const ValueList& arguments) {
        DataType schema;
        if (!arguments[0].is_null()) {
            for (const Value& value : arguments[0].list()) {
                if (!value.is_null()) schema = merged_variant_schema(schema, variant_schema(view(value)));
            }
        }
        return Value(variant_schema_text(schema));
    });
}

/// One row per item of an array or object: position, name, value.
KernelBody bind_variant_explode(const KernelSite&) {
    return values(OnNull::Call, [](const KernelSite&, const ValueList& arguments) {
        ValueList out;
        if (arguments[0].is_null()) return Value(std::move(out));
        const VariantView variant = view(arguments[0]);
        const bool is_object = variant.kind() == VariantView::Kind::Object;
        if (!is_object && variant.kind() != VariantView::Kind::Array) return Value(std::move(out));
        for (std::uint32_t i = 0; i < variant.size(); ++i) {
            ValueList row(3);
            row[0] = Value(std::int64_t{i});
            if (is_object) row[1] = Value(std::string(variant.name(i)));
            const VariantView item = variant.item(i);
            row[2] = Value(VariantValue{std::string(item.value_bytes()), std::string(item.metadata_bytes())});
            out.emplace_back(std::move(row));
        }
        return Value(std::move(out));
    });
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"is_variant_null", bind_is_variant_null},
    {"parse_json", bind_parse},
    {"schema_of_variant", bind_schema_of_variant},
    {"schema_of_variants", bind_schema_of_variants},
    {"to_variant_object", bind_cast_to_variant},
    {"variant_explode", bind_variant_explode},
    {"variant_get", bind_variant_get},
});

}  // namespace

KernelTable variant_kernels() { return kKernels; }

KernelBody bind_cast_to_variant(const KernelSite& site) {
    return each_row([type = site.argument(0)](const ValueList& arguments) {
        VariantBuilder builder("`cast`");
        builder.append_value(type, arguments[0]);
        return Value(builder.finish());
    });
}

KernelBody bind_cast_from_variant(const KernelSite& site) {
    return values(OnNull::ResultIsNull,
                  [zone = TimeZone::named(site.zone)](const KernelSite& at, const ValueList& arguments) {
                      return cast_variant(at, *zone, view(arguments[0]));
                  });
}

}  // namespace firesteel::duckdb
