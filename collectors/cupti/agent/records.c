/* CUPTI's records, as the offsets of cupti-abi.h have them, to executions. */
#include "agent.h"

static void take(const struct launch *launch, uint64_t start, uint64_t end, uint32_t queue) {
  // Both are 0 where CUPTI never learned them.
  if (end == 0) {
    lose(LOSS_UNFINISHED, 1);
    return;
  }
  start = from_cupti_time(start);
  end = from_cupti_time(end);
  if (end < start || end > MOST_NS) {
    lose(LOSS_OUT_OF_RANGE, 1);
    return;
  }
  uint32_t id = launch_id(launch);
  overhead_saw(end);
  if (id == NO_ID) lose(LOSS_DISK, 1);
  else order_add(&(struct execution){start, end - start, id, queue});
}

static void take_kernel(const uint8_t *record) {
  const char *name;
  struct launch launch = {.kind = LAUNCH_KERNEL, .device = u32_at(record + KERNEL_DEVICE)};
  memcpy(launch.grid, record + KERNEL_GRID, sizeof launch.grid);
  memcpy(launch.block, record + KERNEL_BLOCK, sizeof launch.block);
  memcpy(&name, record + KERNEL_NAME, sizeof name);
  launch.registers = u16_at(record + KERNEL_REGISTERS);
  launch.static_shared = u32_at(record + KERNEL_STATIC_SHARED);
  launch.dynamic_shared = u32_at(record + KERNEL_DYNAMIC_SHARED);
  launch.name = name == NULL ? "" : name;
  take(&launch, u64_at(record + KERNEL_START), u64_at(record + KERNEL_END), u32_at(record + KERNEL_STREAM));
}

static void take_child_kernel(const uint8_t *record) {
  const char *name;
  struct launch launch = {.kind = LAUNCH_KERNEL, .device = u32_at(record + CDP_DEVICE)};
  memcpy(launch.grid, record + CDP_GRID, sizeof launch.grid);
  memcpy(launch.block, record + CDP_BLOCK, sizeof launch.block);
  memcpy(&name, record + CDP_NAME, sizeof name);
  launch.registers = u16_at(record + CDP_REGISTERS);
  launch.static_shared = u32_at(record + CDP_STATIC_SHARED);
  launch.dynamic_shared = u32_at(record + CDP_DYNAMIC_SHARED);
  launch.name = name == NULL ? "" : name;
  take(&launch, u64_at(record + CDP_START), u64_at(record + CDP_END), u32_at(record + CDP_STREAM));
}

static void take_copy(const uint8_t *record) {
  struct launch launch = {.kind = LAUNCH_MEMCPY, .device = u32_at(record + COPY_DEVICE), .bytes = u64_at(record + COPY_BYTES)};
  launch.memory = record[COPY_KIND] | (uint32_t)record[COPY_SOURCE] << 8 | (uint32_t)record[COPY_TARGET] << 16;
  take(&launch, u64_at(record + COPY_START), u64_at(record + COPY_END), u32_at(record + COPY_STREAM));
}

static void take_fill(const uint8_t *record) {
  struct launch launch = {.kind = LAUNCH_MEMSET, .device = u32_at(record + COPY_DEVICE), .bytes = u64_at(record + COPY_BYTES)};
  launch.memory = u16_at(record + FILL_MEMORY);
  take(&launch, u64_at(record + COPY_START), u64_at(record + COPY_END), u32_at(record + COPY_STREAM));
}

static void take_overhead(const uint8_t *record) {
  uint64_t start = u64_at(record + OVERHEAD_START), end = u64_at(record + OVERHEAD_FINISH);
  if (start != 0 && end != 0) overhead_take(from_cupti_time(start), from_cupti_time(end));
}

void records_read(uint8_t *buffer, size_t valid) {
  uint8_t *record = NULL;
  while (cupti.get_next_record(buffer, valid, &record) == RESULT_SUCCESS) {
    // Another core wrote them; the next but one is fetched while this one is read.
    __builtin_prefetch(record + 320);
    __builtin_prefetch(record + 384);
    switch (u32_at(record)) {
      case KIND_KERNEL:
      case KIND_CONCURRENT_KERNEL: take_kernel(record); break;
      case KIND_CDP_KERNEL: take_child_kernel(record); break;
      case KIND_MEMCPY:
      case KIND_MEMCPY2: take_copy(record); break;
      case KIND_MEMSET: take_fill(record); break;
      case KIND_MARKER: marker_take(record); break;
      case KIND_OVERHEAD: take_overhead(record); break;
      default: break;
    }
  }
}
