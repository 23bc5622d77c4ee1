#pragma once
/// `_metadata` of file scans: which of its fields a statement reads, and their values. Used by file_scan.cpp and by the
/// start of a statement.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>

#include "plan/bound.h"

namespace firesteel::duckdb {

class Lowering;

/// A bit per field.
using MetadataFields = std::uint32_t;

/// Per metadata column the fields that are read anywhere in the plan: a field that nobody reads need not be known.
std::unordered_map<AttributeId, MetadataFields> metadata_reads(const bound::Relation& plan);

/// Whether the rows' numbers in their files are among the fields.
bool reads_row_index(const bound::FileScan& scan, MetadataFields fields);

/// For each row what `value` gives for its file, over the source's column file_index.
void value_per_file(Lowering& to, const bound::FileScan& scan, const std::function<Literal(std::size_t file)>& value);

/// The struct, over the source's columns file_index and file_row_number.
void file_metadata(Lowering& to, const bound::FileScan& scan, MetadataFields fields);

}  // namespace firesteel::duckdb
