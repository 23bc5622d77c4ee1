#pragma once
/// Typed names of the keys that engine code reads. Each has a row with a fallback of this type in
/// config_rows.cpp (a unit test checks it).

#include <cstdint>
#include <string>

#include "common/config.h"

namespace firesteel::keys {

// ---- Spark's ------------------------------------------------------------------------------------
inline constexpr Key<bool> kAnsiEnabled{"spark.sql.ansi.enabled"};
inline constexpr Key<bool> kCaseSensitive{"spark.sql.caseSensitive"};
inline constexpr Key<bool> kGroupByOrdinal{"spark.sql.groupByOrdinal"};
inline constexpr Key<bool> kOrderByOrdinal{"spark.sql.orderByOrdinal"};
inline constexpr Key<bool> kGroupByAliases{"spark.sql.groupByAliases"};
inline constexpr Key<bool> kDecimalAllowPrecisionLoss{"spark.sql.decimalOperations.allowPrecisionLoss"};
inline constexpr Key<bool> kEscapedStringLiterals{"spark.sql.parser.escapedStringLiterals"};
inline constexpr Key<bool> kDoubleQuotedIdentifiers{"spark.sql.ansi.doubleQuotedIdentifiers"};
inline constexpr Key<bool> kEnforceReservedKeywords{"spark.sql.ansi.enforceReservedKeywords"};
inline constexpr Key<bool> kVariableSubstitute{"spark.sql.variable.substitute"};
inline constexpr Key<std::string> kSessionTimeZone{"spark.sql.session.timeZone"};
inline constexpr Key<std::string> kTimestampType{"spark.sql.timestampType"};
inline constexpr Key<std::string> kMapKeyDedupPolicy{"spark.sql.mapKeyDedupPolicy"};
inline constexpr Key<std::string> kSourcesDefault{"spark.sql.sources.default"};
inline constexpr Key<bool> kParquetMergeSchema{"spark.sql.parquet.mergeSchema"};
inline constexpr Key<std::string> kParquetCodec{"spark.sql.parquet.compression.codec"};
inline constexpr Key<std::string> kPartitionOverwriteMode{"spark.sql.sources.partitionOverwriteMode"};
inline constexpr Key<std::string> kWarehouseDir{"spark.sql.warehouse.dir"};
inline constexpr Key<std::int64_t> kPivotMaxValues{"spark.sql.pivotMaxValues"};
inline constexpr Key<std::int64_t> kShufflePartitions{"spark.sql.shuffle.partitions"};
inline constexpr Key<std::int64_t> kArrowMaxRecordsPerBatch{"spark.sql.execution.arrow.maxRecordsPerBatch"};
inline constexpr Key<bool> kArrowUseLargeVarTypes{"spark.sql.execution.arrow.useLargeVarTypes"};
inline constexpr Key<std::int64_t> kArrowBatchBytesMax{"spark.connect.grpc.arrow.maxBatchSize"};
inline constexpr Key<bool> kPythonFilterPushdown{"spark.sql.python.filterPushdown.enabled"};
inline constexpr Key<bool> kPythonUdfArrow{"spark.sql.execution.pythonUDF.arrow.enabled"};
inline constexpr Key<std::int64_t> kLocalRelationBytesMax{"spark.sql.session.localRelationSizeLimit"};
inline constexpr Key<bool> kLegacySizeOfNull{"spark.sql.legacy.sizeOfNull"};
inline constexpr Key<bool> kLegacyInterval{"spark.sql.legacy.interval.enabled"};
inline constexpr Key<bool> kExponentAsDecimal{"spark.sql.legacy.exponentLiteralAsDecimal.enabled"};
inline constexpr Key<bool> kLateralColumnAlias{"spark.sql.lateralColumnAlias.enableImplicitResolution"};
inline constexpr Key<bool> kPartitionColumnTypes{"spark.sql.sources.partitionColumnTypeInference.enabled"};
inline constexpr Key<bool> kQuotedRegexColumns{"spark.sql.parser.quotedRegexColumnNames"};
inline constexpr Key<bool> kScripting{"spark.sql.scripting.enabled"};
inline constexpr Key<bool> kTimeType{"spark.sql.timeType.enabled"};
inline constexpr Key<std::int64_t> kCteRecursionLevels{"spark.sql.cteRecursionLevelLimit"};
inline constexpr Key<std::int64_t> kCteRecursionRows{"spark.sql.cteRecursionRowLimit"};
inline constexpr Key<std::string> kStoreAssignmentPolicy{"spark.sql.storeAssignmentPolicy"};
inline constexpr Key<std::int64_t> kProgressInterval{"spark.connect.progress.reportInterval"};

// ---- ours ---------------------------------------------------------------------------------------
inline constexpr Key<std::int64_t> kMemoryBytesMax{"firesteel.memory.bytesMax"};
inline constexpr Key<std::int64_t> kSessionsMax{"firesteel.sessions.max"};
inline constexpr Key<std::int64_t> kSessionIdleTimeout{"firesteel.session.idleTimeout"};
inline constexpr Key<std::int64_t> kOperationsMax{"firesteel.operations.max"};
inline constexpr Key<std::int64_t> kOperationAbandonedTimeout{"firesteel.operation.abandonedTimeout"};
inline constexpr Key<std::int64_t> kResponseLogUnsentBytesMax{"firesteel.responseLog.unsentBytesMax"};
inline constexpr Key<std::int64_t> kResponseLogSentBytesKept{"firesteel.responseLog.sentBytesKept"};
inline constexpr Key<std::int64_t> kArtifactBytesMax{"firesteel.artifacts.bytesMaxPerSession"};
inline constexpr Key<std::int64_t> kShutdownTimeout{"firesteel.shutdown.timeout"};
inline constexpr Key<std::int64_t> kLogFileBytesMax{"firesteel.log.fileBytesMax"};
inline constexpr Key<std::int64_t> kLogFilesKept{"firesteel.log.filesKept"};
inline constexpr Key<std::string> kLogLevel{"firesteel.log.level"};
inline constexpr Key<std::string> kPythonFallbackPath{"firesteel.python.fallbackPath"};

}  // namespace firesteel::keys
