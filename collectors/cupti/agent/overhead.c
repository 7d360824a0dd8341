/*
 * What profiling costs the program by CUPTI's own account: for each second in which records came, the share of it that the
 * union of all overhead fills. Written a second late, since records of it may still come. A CUPTI that tells no overhead at all
 * leaves it unknown.
 */
#include "agent.h"

enum { MOST_INTERVALS = 4096, REMEMBERED = 16 };

static struct execution first_list[MOST_INTERVALS], second_list[MOST_INTERVALS];
static struct execution *intervals = first_list, *spare = second_list;
static size_t count;
static uint64_t seconds_seen[REMEMBERED], next_second;
static bool is_told;

/* A record of this moment came. */
void overhead_saw(uint64_t time) {
  uint64_t second = time / SECOND_NS;
  seconds_seen[second % REMEMBERED] = second;
  if (next_second == 0) next_second = second;
}

void overhead_take(uint64_t start, uint64_t end) {
  if (end < start || end > MOST_NS) {
    lose(LOSS_OUT_OF_RANGE, 1);
    return;
  }
  is_told = true;
  overhead_saw(start);
  overhead_saw(end);
  // CUPTI reports a few in a second; a flood adds nothing to a share.
  if (count < MOST_INTERVALS) intervals[count++] = (struct execution){start, end - start, 0, 0};
}

/* The share of [from, to) that is filled; the intervals are sorted. */
static double filled_share(uint64_t from, uint64_t to) {
  uint64_t at = from, sum = 0;
  for (size_t index = 0; index < count; index++) {
    uint64_t start = intervals[index].start, end = start + intervals[index].duration;
    if (start < at) start = at;
    if (end > to) end = to;
    if (end <= start) continue;
    sum += end - start;
    at = end;
  }
  return (double)sum / (double)(to - from);
}

static void forget_before(uint64_t time) {
  size_t kept = 0;
  for (size_t index = 0; index < count; index++) {
    if (intervals[index].start + intervals[index].duration > time) intervals[kept++] = intervals[index];
  }
  count = kept;
}

void overhead_write(uint64_t now, bool all) {
  uint64_t until = all ? now / SECOND_NS + 1 : (now - SECOND_NS) / SECOND_NS;
  if (next_second == 0 || next_second >= until) return;
  struct execution *sorted = sort_executions(intervals, spare, count);
  if (sorted != intervals) spare = intervals;
  intervals = sorted;
  if (until - next_second > REMEMBERED) next_second = until - REMEMBERED;
  for (; next_second < until; next_second++) {
    if (seconds_seen[next_second % REMEMBERED] != next_second || !is_told) continue;
    uint64_t from = next_second * SECOND_NS, to = from + SECOND_NS;
    // No record is of a moment that has not come.
    add_sample("", "profilerOverhead", "cupti", to < now ? to : now, filled_share(from, to));
  }
  forget_before(until * SECOND_NS);
}

void overhead_reset(void) {
  count = 0;
  next_second = 0;
  is_told = false;
  memset(seconds_seen, 0, sizeof seconds_seen);
}
