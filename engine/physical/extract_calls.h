#pragma once
/// Takes Python calls of rows and batches out of the expressions of a relation: they are computed
/// below it, for every row, as Spark does, those of a kind in one trip to the worker, and f(g(x)) too.
/// Calls of rows become columns of a Project; calls of batches a stage, which sees whole batches, where
/// their input can run by itself.
/// Used by cut_python(). Pure functions.

#include <functional>
#include <vector>

#include "plan/bound.h"

namespace firesteel::physical {

class CallExtraction {
  public:
    /// `statement`: an input that runs as a statement of its own. `can_state`: whether it can.
    CallExtraction(std::function<AttributeId()> fresh, std::function<bound::Relation(bound::Relation)> statement,
                   std::function<bool(const bound::Relation&)> can_state)
        : fresh_(std::move(fresh)), statement_(std::move(statement)), can_state_(std::move(can_state)) {}

    /// The same rows. Relations of several inputs but joins keep calls in their expressions.
    bound::Relation operator()(const bound::Relation& relation) const;

  private:
    bound::Relation over_one_input(const bound::Relation& relation) const;
    bound::Relation filter(const bound::Filter& n) const;
    bound::Relation join(const bound::Join& n) const;
    /// One column or more for calls that can be evaluated now; none: there are no such calls.
    struct Round {
        std::vector<bound::Expr> calls;
        std::vector<bound::Expr> columns;  // that stand for the calls
    };
    static bound::Expr replaced(const bound::Expr& e, const Round& round);
    static void collect_over(const bound::Expr& e, const bound::Attributes& others, std::vector<bound::Expr>& out);
    Round next_round(const std::vector<bound::Expr>& expressions, bound::Relation& below) const;
    Round batch(const std::vector<bound::Expr>& calls, bound::Relation& below) const;
    Round stage(const std::vector<bound::Expr>& calls, bound::PythonCall trip, bound::Relation& below) const;
    bool can_be_stage(const bound::PythonCall& trip, const bound::Relation& below) const;
    Round iterator(const bound::Expr& call, bound::Relation& below) const;

    std::function<AttributeId()> fresh_;
    std::function<bound::Relation(bound::Relation)> statement_;
    std::function<bool(const bound::Relation&)> can_state_;
};

/// The plan without columns that Python computes for nobody: Spark does not call their functions.
bound::Relation without_unused_calls(const bound::Relation& relation);

/// A Project or Aggregate over a stage that rows pass through: the stage gets only the columns that are
/// looked at.
bound::Relation without_unused_columns(const bound::Relation& relation);

}  // namespace firesteel::physical
