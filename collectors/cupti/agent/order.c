/*
 * Executions wait here for one round of the writer and are written in the order of their starts. CUPTI hands out buffers
 * as they get full, so records of one queue come out of order within a round or two; what comes later than that, such as a
 * node of a CUDA graph that ran for longer than two rounds beside others of its queue, is written when it comes. So starts
 * within a queue ascend unless a record came more than a round after one that started later.
 */
#include "agent.h"

static const uint64_t summary_wait_ns = SECOND_NS;

enum { MOST_WAITING = 131072, BLOCK = 8192, MOST_SHIFTED = 32 };

static struct execution *waiting, *spare;
static size_t count;
static uint64_t newest, cut; /* newest start seen; the same one round ago */
static bool is_sorted = true;

bool order_start(void) {
  if (waiting != NULL) return true;
  waiting = take_memory(MOST_WAITING * sizeof *waiting);
  spare = take_memory(MOST_WAITING * sizeof *spare);
  return waiting != NULL && spare != NULL;
}

void order_reset(void) {
  count = 0;
  newest = cut = 0;
  is_sorted = true;
}

static size_t end_of_run(const struct execution *items, size_t at, size_t size) {
  for (at++; at < size && items[at - 1].start <= items[at].start; at++) continue;
  return at;
}

/* Merges neighbouring runs until one is left: cheap for what is nearly in order. Keeps the order of equal starts. */
struct execution *sort_executions(struct execution *items, struct execution *other, size_t size) {
  for (;;) {
    size_t filled = 0, runs = 0;
    while (filled < size) {
      size_t left = filled, middle = end_of_run(items, left, size), right = middle;
      size_t end = middle == size ? size : end_of_run(items, middle, size);
      if (left == 0 && middle == size) return items;
      while (left < middle || right < end) {
        bool from_left = right == end || (left < middle && items[left].start <= items[right].start);
        other[filled++] = items[from_left ? left++ : right++];
      }
      runs++;
    }
    struct execution *swap = items;
    items = other;
    other = swap;
    if (runs <= 1) return items;
  }
}

static void sort_waiting(void) {
  if (is_sorted) return;
  struct execution *sorted = sort_executions(waiting, spare, count);
  if (sorted != waiting) {
    spare = waiting;
    waiting = sorted;
  }
  is_sorted = true;
}

static void write_block(const struct execution *first, size_t size) {
  const size_t stride = sizeof *first;
  bool has_queues = false;
  for (size_t at = 0; at < size && !has_queues; at++) has_queues = first[at].queue != 0;
  const struct column columns[] = {
    {&first->start, stride, 8}, {&first->duration, stride, 8}, {&first->launch, stride, 4}, {&first->queue, stride, 4},
  };
  if (frame_block(FRAME_ACTIVITY, has_queues ? 2 : 0, size, true, columns, has_queues ? 4 : 3)) stream_count_executions(size);
  else lose(LOSS_DISK, size);
}

static void write_first(size_t ready) {
  if (settings.mode == MODE_SUMMARY) {
    for (size_t at = 0; at < ready; at++) {
      summary_add(waiting + at);
      sweep_add(waiting + at);
    }
  } else if (!definitions_write()) lose(LOSS_DISK, ready);
  else {
    for (size_t at = 0; at < ready; at += BLOCK) write_block(waiting + at, ready - at < BLOCK ? ready - at : BLOCK);
  }
  count -= ready;
  memmove(waiting, waiting + ready, count * sizeof *waiting);
}

void order_write(bool all) {
  size_t ready = 0;
  // A sum is told once, so it waits until also long executions that began in its second have come.
  uint64_t complete = now_ns() - summary_wait_ns;
  if (settings.mode == MODE_SUMMARY && cut > complete) cut = complete;
  sort_waiting();
  if (all) ready = count;
  else while (ready < count && waiting[ready].start <= cut) ready++;
  if (ready > 0) write_first(ready);
  cut = newest;
  if (settings.mode != MODE_SUMMARY) return;
  sweep_turn(complete);
  if (all) summary_write();
  else summary_turn(complete);
}

void order_add(const struct execution *execution) {
  if (count == MOST_WAITING) {
    // More in one round than there is room for: the older half goes early.
    sort_waiting();
    write_first(MOST_WAITING / 2);
  }
  if (execution->start > newest) newest = execution->start;
  size_t place = count++;
  // Records of streams that run side by side lie a few places off: they go to theirs at once, others are sorted later.
  if (is_sorted) {
    size_t nearest = place > MOST_SHIFTED ? place - MOST_SHIFTED : 0;
    for (; place > nearest && waiting[place - 1].start > execution->start; place--) waiting[place] = waiting[place - 1];
    is_sorted = place == 0 || waiting[place - 1].start <= execution->start;
  }
  waiting[place] = *execution;
}
