#pragma once
/// A plan as text that is the same for plans that compute the same by construction: column ids are
/// numbered in order of appearance, names of columns are left out. For caches, sameSemantics and
/// semanticHash. Pure function.

#include <string>

#include "plan/bound.h"

namespace firesteel::analysis {

std::string canonical_text(const bound::Relation& plan);

}  // namespace firesteel::analysis
