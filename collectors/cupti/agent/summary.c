/* The mode `summary`: executions are not kept; for each second and launch it is told how many there were and how long they took. */
#include "agent.h"

enum { MOST_ROWS = 16384, SLOTS = 32768, BLOCK = 8192 };

struct row { uint64_t start, duration, total, longest; uint32_t launch, executions; };
static struct row *rows;
static uint32_t *slots; /* index + 1, or 0 */
static size_t count;
static uint64_t second, first_start;

bool summary_start(void) {
  if (settings.mode != MODE_SUMMARY || rows != NULL) return true;
  rows = take_memory(MOST_ROWS * sizeof *rows);
  slots = take_memory(SLOTS * sizeof *slots);
  return rows != NULL && slots != NULL;
}

void summary_write(void) {
  uint64_t start = second * SECOND_NS, end = start + SECOND_NS, now = now_ns(), executions = 0;
  if (count == 0) return;
  if (first_start > start && first_start < end) start = first_start;
  if (now < end && now > start) end = now;
  for (size_t at = 0; at < count; at++) {
    rows[at].start = start;
    rows[at].duration = end - start;
    executions += rows[at].executions;
  }
  bool written = definitions_write();
  for (size_t at = 0; at < count && written; at += BLOCK) {
    const struct row *first = rows + at;
    const size_t stride = sizeof *first;
    const struct column columns[] = {
      {&first->start, stride, 8}, {&first->duration, stride, 8}, {&first->launch, stride, 4},
      {&first->executions, stride, 4}, {&first->total, stride, 8}, {&first->longest, stride, 8},
    };
    written = frame_block(FRAME_SUMMARY, 0, count - at < BLOCK ? count - at : BLOCK, true, columns, COUNT_OF(columns));
  }
  if (written) stream_count_executions(executions);
  else lose(LOSS_DISK, executions);
  count = 0;
  memset(slots, 0, SLOTS * sizeof *slots);
}

/* Writes the second that is summed when all of it has come. */
void summary_turn(uint64_t complete_until) {
  if (count > 0 && complete_until >= (second + 1) * SECOND_NS) summary_write();
}

void summary_add(const struct execution *execution) {
  uint64_t of = execution->start / SECOND_NS;
  // One that comes late makes another row of its second.
  if (count > 0 && (of != second || count == MOST_ROWS)) summary_write();
  second = of;
  if (first_start == 0) first_start = execution->start;
  uint32_t slot = execution->launch * 2654435761u % SLOTS;
  for (; slots[slot] != 0; slot = (slot + 1) % SLOTS) {
    struct row *row = rows + slots[slot] - 1;
    if (row->launch != execution->launch) continue;
    row->executions++;
    row->total += execution->duration;
    if (execution->duration > row->longest) row->longest = execution->duration;
    return;
  }
  rows[count] = (struct row){0, 0, execution->duration, execution->duration, execution->launch, 1};
  slots[slot] = (uint32_t)++count;
}

void summary_reset(void) {
  count = 0;
  first_start = 0;
  if (slots != NULL) memset(slots, 0, SLOTS * sizeof *slots);
}
