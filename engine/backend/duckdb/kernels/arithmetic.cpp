/// Whole-number arithmetic in Spark's three modes: ANSI raises, legacy wraps around, try gives NULL.

#include <array>
#include <cmath>
#include <limits>

#include "backend/duckdb/kernels/column.h"
#include "backend/duckdb/kernels/families.h"
#include "backend/duckdb/kernels/runtime_errors.h"

namespace firesteel::duckdb {
namespace {

template <typename T>
constexpr std::string_view overflow_text() {
    if constexpr (sizeof(T) == 1) return "tinyint overflow";
    if constexpr (sizeof(T) == 2) return "smallint overflow";
    if constexpr (sizeof(T) == 4) return "integer overflow";
    return "long overflow";
}

struct Add {
    static constexpr std::string_view try_name = "try_add";
    static constexpr std::string_view symbol = "+";
    template <typename T>
    static bool run(T a, T b, T& out) {
        return __builtin_add_overflow(a, b, &out);
    }
};
struct Subtract {
    static constexpr std::string_view try_name = "try_subtract";
    static constexpr std::string_view symbol = "-";
    template <typename T>
    static bool run(T a, T b, T& out) {
        return __builtin_sub_overflow(a, b, &out);
    }
};
struct Multiply {
    static constexpr std::string_view try_name = "try_multiply";
    static constexpr std::string_view symbol = "*";
    template <typename T>
    static bool run(T a, T b, T& out) {
        return __builtin_mul_overflow(a, b, &out);
    }
};

/// Tinyints and smallints have an error of their own, in which both are shown as smallints.
template <typename T, typename Op>
[[noreturn]] void fail_overflow(T a, T b) {
    if constexpr (sizeof(T) > 2) throw arithmetic_overflow(overflow_text<T>(), Op::try_name);
    throw Error(ErrorClass::BinaryArithmeticOverflow,
                {{"value1", std::to_string(a) + "S"},
                 {"symbol", std::string(Op::symbol)},
                 {"value2", std::to_string(b) + "S"},
                 {"functionName", "`" + std::string(Op::try_name) + "`"}});
}

template <typename T, typename Op>
KernelBody checked(EvalMode mode) {
    if (mode == EvalMode::Try) {
        return rows([](T a, T b) -> std::optional<T> {
            T out;
            if (Op::run(a, b, out)) return std::nullopt;
            return out;
        });
    }
    if (mode == EvalMode::Legacy) {
        return rows([](T a, T b) {
            T out;
            (void)Op::run(a, b, out);  // the builtins wrap around as Java does
            return out;
        });
    }
    return rows([](T a, T b) {
        T out;
        if (Op::run(a, b, out)) fail_overflow<T, Op>(a, b);
        return out;
    });
}

/// Calls `make.template operator()<T>()` for the C++ type of a whole-number result.
template <typename F>
KernelBody by_integer(const DataType& type, F make) {
    switch (type.kind()) {
        case TypeKind::Byte: return make.template operator()<std::int8_t>();
        case TypeKind::Short: return make.template operator()<std::int16_t>();
        case TypeKind::Int:
        case TypeKind::YearMonthInterval: return make.template operator()<std::int32_t>();
        case TypeKind::Long:
        case TypeKind::DayTimeInterval: return make.template operator()<std::int64_t>();
        default: FS_ASSERT(!"whole numbers");
    }
}

template <typename Op>
KernelBody bind_checked(const KernelSite& site) {
    return by_integer(site.result, [&]<typename T>() { return checked<T, Op>(site.mode); });
}

enum class OnZero : std::uint8_t { Raise, Null };
OnZero on_zero(const KernelSite& site) {
    return site.mode == EvalMode::Ansi ? OnZero::Raise : OnZero::Null;
}

/// "div": always bigint; the arguments are of one type.
KernelBody bind_integral_divide(const KernelSite& site) {
    const OnZero zero = on_zero(site);
    const EvalMode mode = site.mode;
    return by_integer(site.argument(0), [&]<typename T>() {
        return rows([zero, mode](T a, T b) -> std::optional<std::int64_t> {
            if (b == 0) {
                if (zero == OnZero::Null) return std::nullopt;
                throw divide_by_zero();
            }
            const auto x = std::int64_t{a};
            if (x == std::numeric_limits<std::int64_t>::min() && b == -1) {
                if (mode == EvalMode::Legacy) return x;
                if (mode == EvalMode::Try) return std::nullopt;
                throw arithmetic_overflow("Overflow in integral divide", "try_divide");
            }
            return x / std::int64_t{b};
        });
    });
}

template <typename T>
T java_remainder(T a, T b) {
    if constexpr (std::is_floating_point_v<T>) return std::fmod(a, b);
    if constexpr (!std::is_floating_point_v<T>) return b == -1 ? T{0} : static_cast<T>(a % b);
}

template <typename T>
T java_pmod(T a, T b) {
    T r = java_remainder(a, b);
    if (r < 0) r = java_remainder(static_cast<T>(r + b), b);
    return r;
}

template <typename T>
KernelBody remainder_body(OnZero zero, bool positive) {
    return rows([zero, positive](T a, T b) -> std::optional<T> {
        if (b == 0) {
            if (zero == OnZero::Null) return std::nullopt;
            throw remainder_by_zero();
        }
        return positive ? java_pmod(a, b) : java_remainder(a, b);
    });
}

KernelBody bind_remainder_of(const KernelSite& site, bool positive) {
    const OnZero zero = on_zero(site);
    switch (site.result.kind()) {
        case TypeKind::Float: return remainder_body<float>(zero, positive);
        case TypeKind::Double: return remainder_body<double>(zero, positive);
        default:
            return by_integer(site.result,
                              [&]<typename T>() { return remainder_body<T>(zero, positive); });
    }
}

KernelBody bind_divide(const KernelSite& site) {
    const OnZero zero = on_zero(site);
    return rows([zero](double a, double b) -> std::optional<double> {
        if (b == 0) {
            if (zero == OnZero::Null) return std::nullopt;
            throw divide_by_zero();
        }
        return a / b;
    });
}

template <typename T>
KernelBody negate_body(EvalMode mode, bool only_negative) {
    return rows([mode, only_negative](T a) -> std::optional<T> {
        if (only_negative && a >= 0) return a;
        if (a == std::numeric_limits<T>::min()) {
            if (mode == EvalMode::Legacy) return a;
            if (mode == EvalMode::Try) return std::nullopt;
            throw arithmetic_overflow(overflow_text<T>());
        }
        return static_cast<T>(-a);
    });
}

KernelBody bind_negative(const KernelSite& site) {
    return by_integer(site.result, [&]<typename T>() { return negate_body<T>(site.mode, false); });
}
KernelBody bind_abs(const KernelSite& site) {
    return by_integer(site.result, [&]<typename T>() { return negate_body<T>(site.mode, true); });
}

/// The 128-bit sum of whole numbers as bigint.
KernelBody bind_narrow_sum(const KernelSite& site) {
    const EvalMode mode = site.mode;
    return rows([mode](Int128 sum) -> std::optional<std::int64_t> {
        const auto narrow = static_cast<std::int64_t>(sum);
        if (narrow == sum || mode == EvalMode::Legacy) return narrow;
        if (mode == EvalMode::Try) return std::nullopt;
        throw arithmetic_overflow("long overflow", "try_add");
    });
}

/// The level of a recursion, up to its limit.
KernelBody bind_recursion_level(const KernelSite&) {
    return rows([](std::int64_t level, std::int64_t limit) {
        if (level > limit) {
            throw Error(ErrorClass::RecursionLevelLimitExceeded,
                        {{"levelLimit", std::to_string(limit)}});
        }
        return level;
    });
}

constexpr auto kKernels = std::to_array<Kernel>({
    {"abs", bind_abs},
    {"add", bind_checked<Add>},
    {"divide", bind_divide},
    {"integral_divide", bind_integral_divide},
    {"multiply", bind_checked<Multiply>},
    {"narrow_sum", bind_narrow_sum},
    {"negative", bind_negative},
    {"pmod", [](const KernelSite& site) { return bind_remainder_of(site, true); }},
    {"recursion_level", bind_recursion_level},
    {"remainder", [](const KernelSite& site) { return bind_remainder_of(site, false); }},
    {"subtract", bind_checked<Subtract>},
});

}  // namespace

KernelTable arithmetic_kernels() { return kKernels; }

}  // namespace firesteel::duckdb
