/*
 * NVTX through CUPTI: ranges become steps or ranges, marks that tell figures become samples, others marks. A beginning
 * waits here for its end, with its name, since the program may free it.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include "agent.h"

enum { MOST_OPEN = 2048, MOST_ROWS = 4096, NAME_BYTES = 248, LONGEST_MARK = 1024, MOST_FIGURES = 32 };
#define UNKNOWN_SAMPLES UINT32_MAX

struct open_range { uint64_t start; uint32_t id, thread, samples; bool is_step, is_figure; char name[NAME_BYTES]; };
struct range { uint64_t start, duration; uint32_t name, thread; };
struct step { uint64_t start, duration; uint32_t number, samples; };
static struct open_range *open_ranges;
static struct range *ranges;
static struct step *steps;
static size_t open_count, range_count, step_count;
static uint32_t last_step;

bool markers_start(void) {
  step_names_start();
  if (open_ranges != NULL) return true;
  open_ranges = take_memory(MOST_OPEN * sizeof *open_ranges);
  ranges = take_memory(MOST_ROWS * sizeof *ranges);
  steps = take_memory(MOST_ROWS * sizeof *steps);
  return open_ranges && ranges && steps;
}

void markers_reset(void) {
  open_count = range_count = step_count = 0;
  last_step = 0;
}

void markers_write(void) {
  const struct column of_steps[] = {{&steps->start, sizeof *steps, 8}, {&steps->duration, sizeof *steps, 8},
                                    {&steps->number, sizeof *steps, 4}, {&steps->samples, sizeof *steps, 4}};
  const struct column of_ranges[] = {{&ranges->start, sizeof *ranges, 8}, {&ranges->duration, sizeof *ranges, 8},
                                     {&ranges->name, sizeof *ranges, 4}, {&ranges->thread, sizeof *ranges, 4}};
  if (step_count + range_count == 0) return;
  if (!frame_block(FRAME_STEPS, 0, step_count, true, of_steps, COUNT_OF(of_steps))) lose(LOSS_DISK, step_count);
  if (!definitions_write() || !frame_block(FRAME_RANGES, 0, range_count, true, of_ranges, COUNT_OF(of_ranges))) lose(LOSS_DISK, range_count);
  step_count = range_count = 0;
}

/* Figures of a mark; samples also count for the steps that are open. */
static bool take_figures(const char *name, uint64_t time) {
  struct figure figures[MOST_FIGURES];
  size_t count = figures_in_name(name, figures, MOST_FIGURES);
  for (size_t at = 0; at < count; at++) {
    double value = figures[at].value;
    add_sample("", metric_of_key(figures[at].key), "nvtx", time, value);
    if (strcmp(figures[at].key, "samples") != 0 || !(value >= 0 && value < UNKNOWN_SAMPLES)) continue;
    for (size_t open = 0; open < open_count; open++) {
      struct open_range *range = open_ranges + open;
      uint64_t sum = (uint64_t)value + (range->samples == UNKNOWN_SAMPLES ? 0 : range->samples);
      if (range->is_step && sum < UNKNOWN_SAMPLES) range->samples = (uint32_t)sum;
    }
  }
  return count > 0;
}

static void take_mark(const char *name, uint64_t time) {
  char text[8 * LONGEST_MARK], clean[LONGEST_MARK + 1];
  struct json json = {text, sizeof text, 0, false};
  if (take_figures(name, time)) return;
  json_raw(&json, "{\"name\":");
  clean[clean_utf8(clean, LONGEST_MARK, name, strnlen(name, LONGEST_MARK))] = 0;
  json_text(&json, clean);
  json_format(&json, ",\"text\":\"\",\"startNs\":\"%llu\",\"endNs\":\"%llu\"}", (unsigned long long)time, (unsigned long long)time);
  if (!frame_json(FRAME_MARK, &json)) lose(LOSS_DISK, 1);
}

static bool is_within_step(uint32_t thread) {
  for (size_t open = 0; open < open_count; open++) {
    if (open_ranges[open].is_step && open_ranges[open].thread == thread) return true;
  }
  return false;
}

static void begin(const uint8_t *record, const char *name, uint64_t time) {
  if (open_count == MOST_OPEN) {
    lose(LOSS_RANGES, 1);
    return;
  }
  struct open_range *range = open_ranges + open_count;
  uint32_t thread = u32_at(record + MARKER_THREAD);
  *range = (struct open_range){.start = time, .id = u32_at(record + MARKER_ID), .thread = thread, .samples = UNKNOWN_SAMPLES};
  range->name[clean_utf8(range->name, NAME_BYTES - 1, name, strnlen(name, NAME_BYTES))] = 0;
  range->is_figure = take_figures(name, time);
  // Of a step within a step, as `batch` within `ProfilerStep#3`, the outer one counts.
  range->is_step = !range->is_figure && is_step_name(name) && !is_within_step(thread);
  open_count++;
}

static void end_step(const struct open_range *range, uint64_t duration) {
  uint32_t number;
  if (!number_of_step(range->name, &number)) number = last_step + 1;
  last_step = number;
  if (step_count == MOST_ROWS) markers_write();
  steps[step_count++] = (struct step){range->start, duration, number, range->samples};
}

static void end_range(const struct open_range *range, uint64_t duration) {
  uint32_t name = string_id(range->name, false);
  if (name == NO_ID) {
    lose(LOSS_DISK, 1);
    return;
  }
  if (range_count == MOST_ROWS) markers_write();
  ranges[range_count++] = (struct range){range->start, duration, name, range->thread};
}

static void end(uint32_t id, uint64_t time) {
  size_t at = open_count;
  // The newest is most often the one that ends.
  while (at > 0 && open_ranges[at - 1].id != id) at--;
  if (at == 0) return;
  const struct open_range *range = open_ranges + --at;
  if (time < range->start) lose(LOSS_OUT_OF_RANGE, 1);
  else if (range->is_step) end_step(range, time - range->start);
  else if (!range->is_figure) end_range(range, time - range->start);
  memmove(open_ranges + at, open_ranges + at + 1, (--open_count - at) * sizeof *open_ranges);
}

void marker_take(const uint8_t *record) {
  const char *name;
  uint32_t flags = u32_at(record + MARKER_FLAGS);
  uint64_t time = from_cupti_time(u64_at(record + MARKER_TIME));
  memcpy(&name, record + MARKER_NAME, sizeof name);
  if (time > MOST_NS) lose(LOSS_OUT_OF_RANGE, 1);
  else if ((flags & MARKER_END) != 0) end(u32_at(record + MARKER_ID), time);
  else if ((flags & MARKER_START) != 0) begin(record, name == NULL ? "" : name, time);
  else if ((flags & MARKER_INSTANTANEOUS) != 0) take_mark(name == NULL ? "" : name, time);
}
