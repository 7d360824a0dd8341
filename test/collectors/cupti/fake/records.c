/* Records in the layouts of CUPTI's public header cupti_activity.h and its list of deprecated versions. */
#include <string.h>

#include "cupti.h"

/* Bytes of CUpti_ActivityKernel3 to CUpti_ActivityKernel10. */
static const size_t kernel_bytes[] = {120, 144, 160, 168, 176, 200, 208, 216};

static int kernel_version(void) { return settings()->kernel; }

size_t record_bytes(uint32_t kind) {
  int old = kernel_version() < 5;
  switch (kind) {
    case CONCURRENT_KERNEL: return kernel_bytes[kernel_version() - 3];
    case CDP_KERNEL: return 144;
    case MEMCPY: return old ? 64 : 96;
    case MEMCPY2: return old ? 72 : 96;
    case MEMSET: return old ? 64 : 88;
    case MARKER: return 56;
    case OVERHEAD: return kernel_version() < 9 ? 40 : 56;
    default: return 0;
  }
}

static void put16(uint8_t *at, uint32_t value) {
  uint16_t narrow = (uint16_t)value;
  memcpy(at, &narrow, 2);
}
static void put32(uint8_t *at, uint32_t value) { memcpy(at, &value, 4); }
static void put64(uint8_t *at, uint64_t value) { memcpy(at, &value, 8); }
static void put_pointer(uint8_t *at, const char *value) { memcpy(at, &value, sizeof value); }

static void put_shape(uint8_t *grid, const struct fake_activity *of) {
  for (int axis = 0; axis < 3; axis++) {
    put32(grid + 4 * axis, (uint32_t)of->grid[axis]);
    put32(grid + 12 + 4 * axis, (uint32_t)of->block[axis]);
  }
  put32(grid + 24, of->static_shared);
  put32(grid + 28, of->dynamic_shared);
}

static void put_kernel(uint8_t *record, const struct fake_activity *of, uint32_t correlation) {
  int version = kernel_version();
  put16(record + 6, of->registers);
  put64(record + 16, of->start);
  put64(record + 24, of->end);
  put64(record + 32, of->end);
  put32(record + 40, of->device);
  put32(record + 44, of->device + 1);
  put32(record + 48, of->stream);
  put_shape(record + 52, of);
  put32(record + 92, correlation);
  put64(record + 96, correlation);
  put_pointer(record + 104, of->name);
  if (version >= 4) put32(record + 140, of->static_shared + of->dynamic_shared);
  if (version >= 5) {
    put64(record + 144, of->node);
    put32(record + 156, of->graph);
  }
}

static void put_child_kernel(uint8_t *record, const struct fake_activity *of, uint32_t correlation) {
  put16(record + 6, of->registers);
  put64(record + 8, of->start);
  put64(record + 16, of->end);
  put32(record + 24, of->device);
  put32(record + 28, of->device + 1);
  put32(record + 32, of->stream);
  put_shape(record + 36, of);
  put32(record + 76, correlation);
  put_pointer(record + 136, of->name);
}

static void put_transfer(uint8_t *record, const struct fake_activity *of, uint32_t correlation) {
  if (of->kind == MEMSET) put32(record + 4, 0);
  else record[4] = (uint8_t)of->copy_kind;
  put64(record + 8, of->bytes);
  put64(record + 16, of->start);
  put64(record + 24, of->end);
  put32(record + 32, of->device);
  put32(record + 36, of->device + 1);
  put32(record + 40, of->stream);
  if (of->kind != MEMCPY2) {
    put32(record + 44, correlation);
    return;
  }
  put32(record + 44, of->device);
  put32(record + 48, of->device + 1);
  put32(record + 52, of->thread);
  put32(record + 56, of->thread + 1);
}

static void put_marker(uint8_t *record, const struct fake_activity *of) {
  put32(record + 4, of->marker_flags);
  put64(record + 8, of->start);
  put32(record + 16, of->marker_id);
  put32(record + 20, 2); /* CUPTI_ACTIVITY_OBJECT_THREAD */
  put32(record + 24, of->graph);
  put32(record + 28, of->thread);
  put_pointer(record + 40, of->name);
  put_pointer(record + 48, of->marker_flags == MARKER_END ? NULL : "");
}

static void put_overhead(uint8_t *record, const struct fake_activity *of) {
  put32(record + 4, of->overhead_kind);
  put32(record + 8, 2);
  put32(record + 16, of->thread);
  put64(record + 24, of->start);
  put64(record + 32, of->end);
}

void encode(uint8_t *record, const struct fake_activity *activity, uint32_t correlation) {
  struct fake_activity of = *activity;
  /* 0 says that CUPTI could not take the time, on whichever clock. */
  of.start = activity->start == 0 ? 0 : cupti_time(activity->start);
  of.end = activity->end == 0 ? 0 : cupti_time(activity->end);
  memset(record, 0, record_bytes((uint32_t)of.kind));
  put32(record, (uint32_t)of.kind);
  if (of.kind == CONCURRENT_KERNEL) put_kernel(record, &of, correlation);
  else if (of.kind == CDP_KERNEL) put_child_kernel(record, &of, correlation);
  else if (of.kind == MARKER) put_marker(record, &of);
  else if (of.kind == OVERHEAD) put_overhead(record, &of);
  else put_transfer(record, &of, correlation);
}

void set_record_times(uint8_t *record, uint64_t start, uint64_t end, uint32_t correlation) {
  put64(record + 16, start);
  put64(record + 24, end);
  put32(record + 92, correlation);
}
