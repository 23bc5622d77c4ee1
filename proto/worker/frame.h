/* Engine <-> Python worker byte format: frame header, type descriptors, column layout, set-up.
 * Plain C, no dependencies: included by engine/python and by the worker's extension module.
 * PROTOCOL.md beside it says who may send what when. All integers are little-endian. */
#ifndef FIRESTEEL_PROTO_WORKER_FRAME_H
#define FIRESTEEL_PROTO_WORKER_FRAME_H

#include <stdint.h>

#define FS_PROTOCOL_VERSION 1u

/* Every frame: this header, then payload_bytes bytes (always a multiple of 8). */
typedef struct fs_frame_header {
    uint32_t payload_bytes;
    uint32_t rows;
    uint32_t call;  /* the set-up that this frame belongs to */
    uint16_t kind;  /* fs_frame_kind */
    uint16_t flags; /* FS_FLAG_* */
} fs_frame_header;

#define FS_FRAME_HEADER_BYTES 16u
#define FS_FRAME_PAYLOAD_BYTES_MAX 0x40000000u /* 1 GiB */

typedef enum fs_frame_kind {
    /* engine to worker */
    FS_FRAME_SETUP = 1, /* functions, types and conf of one call */
    FS_FRAME_BATCH = 2, /* input columns */
    FS_FRAME_DROP = 3,  /* forget one call */
    FS_FRAME_PROFILE = 4, /* tell what the call's profilers saw */
    /* worker to engine */
    FS_FRAME_RESULT = 16, /* output columns */
    FS_FRAME_ERROR = 17,  /* the call failed */
    FS_FRAME_PROFILED = 18 /* u32 count, each: u32 size, a pickled update of an accumulator */
} fs_frame_kind;

#define FS_FLAG_GROUP_END 1u    /* BATCH, RESULT: the last frame of one group */
#define FS_FLAG_INPUT_END 2u    /* BATCH, RESULT: the last frame of one stream */
#define FS_FLAG_RIGHT_SIDE 4u   /* BATCH of a cogroup: rows of the right side */
#define FS_FLAG_SPIN 8u         /* BATCH: cores are free, poll briefly before blocking */
#define FS_FLAG_WORKER_ENDS 16u /* ERROR: this worker exits now */

/* Type descriptor: one tag byte, then what the comment says. */
typedef enum fs_type_tag {
    FS_TYPE_NULL = 0,
    FS_TYPE_BOOLEAN = 1,
    FS_TYPE_INT8 = 2,
    FS_TYPE_INT16 = 3,
    FS_TYPE_INT32 = 4,
    FS_TYPE_INT64 = 5,
    FS_TYPE_FLOAT32 = 6,
    FS_TYPE_FLOAT64 = 7,
    FS_TYPE_DECIMAL = 8, /* u8 precision, u8 scale */
    FS_TYPE_STRING = 9,
    FS_TYPE_BINARY = 10,
    FS_TYPE_DATE = 11,
    FS_TYPE_TIMESTAMP = 12,
    FS_TYPE_TIMESTAMP_NTZ = 13,
    FS_TYPE_TIME = 14, /* u8 precision */
    FS_TYPE_DAY_TIME_INTERVAL = 15,
    FS_TYPE_YEAR_MONTH_INTERVAL = 16,
    FS_TYPE_CALENDAR_INTERVAL = 17,
    FS_TYPE_ARRAY = 18,  /* u8 contains_null, element type */
    FS_TYPE_MAP = 19,    /* u8 value_contains_null, key type, value type */
    FS_TYPE_STRUCT = 20, /* u16 fields, each: text name, u8 nullable, type */
    FS_TYPE_VARIANT = 21,
    FS_TYPE_UDT = 22 /* text python class, text serialized class, type of the carried value */
} fs_type_tag;

#define FS_TYPE_DEPTH_MAX 64u

/* A column: fs_column_header, then
 *   validity      if FS_COLUMN_HAS_NULLS: ceil(rows / 64) words of 8 bytes, bit set = not null
 *   fixed width   rows values: boolean 1 byte (0, 1); int8 1; int16 2; int32, float32, date (days),
 *                 year-month interval (months) 4; int64, float64, timestamp, timestamp_ntz,
 *                 day-time interval (microseconds), time (nanoseconds) 8; decimal (unscaled,
 *                 two's complement) 16; calendar interval (i32 months, i32 days, i64 us) 16
 *   string,binary i32 offsets[rows + 1], bytes
 *   array         i32 offsets[rows + 1], column of offsets[rows] elements
 *   map           i32 offsets[rows + 1], column of keys, column of values
 *   struct        one column per field
 *   variant       column of values (binary), column of metadata (binary)
 *   udt           the column of the carried value, with no header of its own
 *   null          nothing
 * Each part starts at a multiple of 8 from the start of the payload; padding is zero. The first
 * offset is 0; the values of null rows are unspecified but readable. */
typedef struct fs_column_header {
    uint32_t flags; /* FS_COLUMN_* */
    uint32_t rows;
} fs_column_header;

#define FS_COLUMN_HEADER_BYTES 8u
#define FS_COLUMN_HAS_NULLS 1u

/* How a worker reports failure: payload of FS_FRAME_ERROR starts with one of these as u32. */
typedef enum fs_error_kind {
    FS_ERROR_PYTHON = 1,    /* user code raised: text = its traceback */
    FS_ERROR_CONDITION = 2, /* text = message, then text condition, u32 n, n x (text, text) */
    FS_ERROR_RUNTIME = 3    /* the runtime can't go on: text = why */
} fs_error_kind;

#endif
