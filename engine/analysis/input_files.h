#pragma once
/// input_file_name(), input_file_block_start() and input_file_block_length(): what they are where they stand. The last
/// step of analysis; pure.

#include "analysis/resolver.h"

namespace firesteel::analysis {

/// The plan with the calls replaced by fields of the metadata of the files that their rows come from. As in Spark they
/// lose them where rows are gathered or exchanged: no name and -1 there.
bound::Relation with_input_files(const bound::Relation& plan, Resolver& resolver);

}  // namespace firesteel::analysis
