#include <string>
#include <utility>

#include "connect/decode/decoder.h"

namespace firesteel::connect {

using unresolved::Relation;

namespace {

/// The statistic's kind is the protocol's name of the relation.
unresolved::Statistic named(Relation child, const char* kind, std::vector<std::string> columns) {
    unresolved::Statistic node{std::move(child), kind};
    node.columns = std::move(columns);
    return node;
}

}  // namespace

std::optional<Relation> Decoder::statistic(const proto::Relation& message) {
    switch (message.rel_type_case()) {
        case proto::Relation::kSummary: {
            auto node = named(input(message.summary()), "summary", {});
            node.statistics = strings(message.summary().statistics());
            return made(std::move(node));
        }
        case proto::Relation::kDescribe:
            return made(
                named(input(message.describe()), "describe", strings(message.describe().cols())));
        case proto::Relation::kCrosstab:
            return made(named(input(message.crosstab()), "crosstab",
                              {message.crosstab().col1(), message.crosstab().col2()}));
        case proto::Relation::kCov:
            return made(
                named(input(message.cov()), "cov", {message.cov().col1(), message.cov().col2()}));
        case proto::Relation::kCorr: {
            auto node = named(input(message.corr()), "corr",
                              {message.corr().col1(), message.corr().col2()});
            node.method = message.corr().has_method() ? message.corr().method() : "pearson";
            return made(std::move(node));
        }
        case proto::Relation::kApproxQuantile: {
            const auto& quantile = message.approx_quantile();
            auto node = named(input(quantile), "approx_quantile", strings(quantile.cols()));
            node.probabilities.assign(quantile.probabilities().begin(),
                                      quantile.probabilities().end());
            node.number = quantile.relative_error();
            return made(std::move(node));
        }
        case proto::Relation::kFreqItems: {
            const auto& items = message.freq_items();
            auto node = named(input(items), "freq_items", strings(items.cols()));
            node.number = items.has_support() ? items.support() : 0.01;
            return made(std::move(node));
        }
        case proto::Relation::kSampleBy:
            return sample_by(message.sample_by());
        case proto::Relation::kFillNa:
            return na_fill(message.fill_na());
        case proto::Relation::kDropNa: {
            unresolved::NaDrop node{input(message.drop_na()), strings(message.drop_na().cols()),
                                    std::nullopt};
            if (message.drop_na().has_min_non_nulls())
                node.min_non_nulls = message.drop_na().min_non_nulls();
            return made(std::move(node));
        }
        case proto::Relation::kReplace:
            return na_replace(message.replace());
        default:
            return std::nullopt;
    }
}

Relation Decoder::na_fill(const proto::NAFill& message) {
    if (message.values().empty()) throw invalid_plan("nothing is given to fill nulls with");
    if (message.values_size() > 1 && message.values_size() != message.cols_size()) {
        throw invalid_plan("several values to fill nulls with need as many columns, not " +
                           std::to_string(message.cols_size()));
    }
    unresolved::NaFill node{input(message), strings(message.cols()), {}};
    for (const auto& value : message.values()) {
        Literal literal = decode_literal(value);
        switch (literal.type.kind()) {
            case TypeKind::Boolean:
            case TypeKind::Int:
            case TypeKind::Long:
            case TypeKind::Float:
            case TypeKind::Double:
            case TypeKind::String:
                break;
            default:
                throw invalid_plan("nulls can be filled with a number, a string or a boolean only");
        }
        node.values.push_back(std::move(literal));
    }
    return made(std::move(node));
}

Relation Decoder::na_replace(const proto::NAReplace& message) {
    unresolved::NaReplace node{input(message), strings(message.cols()), {}};
    for (const auto& replacement : message.replacements()) {
        if (!replacement.has_old_value())
            throw invalid_plan("a replacement doesn't say what is replaced");
        node.replacements.emplace_back(decode_literal(replacement.old_value()),
                                       replacement.has_new_value()
                                           ? decode_literal(replacement.new_value())
                                           : Literal::null());
    }
    return made(std::move(node));
}

Relation Decoder::sample_by(const proto::StatSampleBy& message) {
    unresolved::SampleBy node{
        input(message), required(message.has_col(), message.col(), "column of the strata"), {}, {}};
    for (const auto& fraction : message.fractions()) {
        if (!(fraction.fraction() >= 0 && fraction.fraction() <= 1)) {
            throw Error(ErrorClass::IllegalArgument,
                        {
                            {"message", "the fraction of a stratum must be between 0 and 1, not " +
                                            std::to_string(fraction.fraction())}
            });
        }
        if (!fraction.has_stratum()) throw invalid_plan("a fraction names no stratum");
        node.fractions.emplace_back(decode_literal(fraction.stratum()), fraction.fraction());
    }
    if (message.has_seed()) node.seed = message.seed();
    return made(std::move(node));
}

}  // namespace firesteel::connect
