/* Records that are missing, counted until there is room to tell it. */
#include "agent.h"

static const struct { const char *kind, *why; } losses[LOSSES] = {
  [LOSS_DROPPED_BY_CUPTI] = {"dropped", "CUPTI dropped records by itself."},
  [LOSS_BUFFERS] = {"dropped", "All buffers for CUPTI's records were full: the program launched faster than they could be read."},
  [LOSS_DISK] = {"dropped", "The disk was full or too slow to take what was recorded."},
  [LOSS_UNFINISHED] = {"unfinished", "CUPTI gave no end for these records."},
  [LOSS_OUT_OF_RANGE] = {"outOfRange", "The records end before their start, or lie past what a recording can hold."},
  [LOSS_SEGMENT] = {"dropped", "The oldest part of the recording was deleted to stay within its limit on disk."},
  [LOSS_RANGES] = {"dropped", "Too many NVTX ranges were open at once."},
};
static _Atomic uint64_t counts[LOSSES];

/* Also from the program's threads. */
void lose(enum loss loss, uint64_t count) { atomic_fetch_add(&counts[loss], count); }

void losses_write(void) {
  for (int loss = 0; loss < LOSSES; loss++) {
    char text[256];
    struct json json = {text, sizeof text, 0, false};
    uint64_t count = counts[loss];
    if (count == 0) continue;
    json_format(&json, "{\"kind\":\"%s\",\"count\":%llu,\"why\":\"%s\"}", losses[loss].kind, (unsigned long long)count, losses[loss].why);
    if (!frame_json(FRAME_LOST, &json)) return;
    atomic_fetch_sub(&counts[loss], count);
    stream_count_executions(count);
  }
}

void losses_reset(void) {
  for (int loss = 0; loss < LOSSES; loss++) counts[loss] = 0;
}
