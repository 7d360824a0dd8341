/* What the parts of the agent know of each other. All but buffers, clock and signals belong to the writer's thread alone. */
#ifndef WARPWATCH_AGENT_H
#define WARPWATCH_AGENT_H

#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "cupti-abi.h"

#define SECOND_NS UINT64_C(1000000000)
/* FORMAT.md: times lie within 2^53 ns. */
#define MOST_NS (UINT64_C(1) << 53)
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static inline uint16_t u16_at(const uint8_t *at) { uint16_t value; memcpy(&value, at, sizeof value); return value; }
static inline uint32_t u32_at(const uint8_t *at) { uint32_t value; memcpy(&value, at, sizeof value); return value; }
static inline uint64_t u64_at(const uint8_t *at) { uint64_t value; memcpy(&value, at, sizeof value); return value; }

/* settings.c: what `run` asks for, by environment. */
enum mode { MODE_FULL, MODE_SUMMARY, MODE_WINDOW };
struct settings {
  char directory[4096];
  enum mode mode;
  uint64_t window_on_ns, window_period_ns;
  uint64_t limit_bytes; /* 0: none */
};
extern struct settings settings;
bool settings_read(void);
const char *settings_step_pattern(void);
/* Reads a whole decimal number; false where it is none or does not fit. */
bool read_count(const char *text, const char **end, uint64_t *value);

/* memory.c: zeroed pages, apart from the program's malloc; null where there are none. */
void *take_memory(size_t bytes);

/* clock.c */
uint64_t now_ns(void);
uint64_t unix_ns(void);
const char *clock_name(void);
void clock_use(const struct cupti *cupti);
void clock_anchor(void);
uint64_t from_cupti_time(uint64_t timestamp);
void clock_write_frame(uint64_t now);
void clock_reset(void);

/* text.c */
struct json { char *text; size_t size, length; bool cut; };
void json_raw(struct json *json, const char *text);
void json_text(struct json *json, const char *text);
void json_format(struct json *json, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Copies at most `most` bytes as good UTF-8: what is none becomes U+FFFD, and no character is cut. Returns the length. */
size_t clean_utf8(char *to, size_t most, const char *from, size_t length);
/* The readable name of a C++ function, to be freed, or null. */
char *demangle(const char *name);

/* frames.c */
enum frame_type {
  FRAME_PRODUCER = 1, FRAME_CLOCK, FRAME_END, FRAME_DEVICE,
  FRAME_SERIES = 6, FRAME_ABSENT, FRAME_MARK, FRAME_LOST,
  FRAME_WINDOW = 12,
  FRAME_STRINGS = 16, FRAME_LAUNCHES, FRAME_ACTIVITY, FRAME_STEPS, FRAME_SAMPLES, FRAME_RANGES, FRAME_SUMMARY,
};
bool frames_start(void);
void frames_header(void);
/* Room for a payload in the output, or null where there is none (the disk does not keep up). Then end it. */
uint8_t *frame_begin(uint16_t type, size_t payload_bytes);
void frame_end(void);
bool frame_json(uint16_t type, const struct json *json);
struct column { const void *first; size_t stride; unsigned bytes; };
/* A column block; `columns[0]` are starts and `columns[1]` durations, both u64. */
bool frame_block(uint16_t type, uint32_t flags, size_t count, bool has_duration, const struct column *columns, size_t width);
uint32_t crc32_of(const uint8_t *bytes, size_t count, uint32_t crc);

/* output.c: what is encoded and not yet on the disk; the file it goes to. */
uint8_t *output_reserve(size_t bytes);
void output_commit(size_t bytes);
bool output_start(void);
bool output_open(const char *name);
void output_write(void);
void output_close(void);
size_t output_waiting(void);
uint64_t output_file_bytes(void);
void output_write_in_handler(void);
void output_forget(void);

/* stream.c: the streams of this process, one after another where there is a limit. */
bool stream_open(void);
void stream_rotate_if_due(void);
void stream_end(const char *outcome, const char *message);
void stream_absent(const char *why);
void stream_count_executions(uint64_t count);
/* Called for each new stream, to define again what it needs. */
void stream_reset(void);

/* losses.c */
enum loss { LOSS_DROPPED_BY_CUPTI, LOSS_BUFFERS, LOSS_DISK, LOSS_UNFINISHED, LOSS_OUT_OF_RANGE, LOSS_SEGMENT, LOSS_RANGES, LOSSES };
void lose(enum loss loss, uint64_t count);
void losses_write(void);
void losses_reset(void);

/* intern.c */
enum launch_kind { LAUNCH_KERNEL, LAUNCH_MEMCPY, LAUNCH_MEMSET };
struct launch {
  uint32_t kind, device;
  int32_t grid[3], block[3];
  uint32_t registers, static_shared, dynamic_shared, memory; /* memory: kinds of a copy or a fill */
  uint64_t bytes;
  const char *name; /* of a kernel */
};
#define NO_ID UINT32_MAX
bool intern_start(void);
/* Id of a launch, or NO_ID where a definition cannot be written now. */
uint32_t launch_id(const struct launch *launch);
uint32_t string_id(const char *text, bool mangled);
bool definitions_write(void);
void intern_new_stream(void);
/* What summary.c and sweep.c need of a launch; `blocks` of its grid, 0 for what is no kernel. */
struct launch_facts { uint32_t kind, device; double blocks; };
bool launch_facts(uint32_t id, struct launch_facts *facts);

/* copy-names.c */
const char *copy_name(const struct launch *launch, char *text, size_t size);

/* devices.c */
const char *device_name(uint32_t ordinal);
uint32_t device_multiprocessors(uint32_t ordinal);
void devices_new_stream(void);
void devices_reset(void);

/* order.c */
struct execution { uint64_t start, duration; uint32_t launch, queue; };
bool order_start(void);
void order_add(const struct execution *execution);
void order_write(bool all);
void order_reset(void);
/* Sorts by start, in runs; returns where the result lies: `items` or `other`. */
struct execution *sort_executions(struct execution *items, struct execution *other, size_t count);

/* series.c: a device's id, or "" for the program as a whole */
void add_sample(const char *device, const char *metric, const char *from, uint64_t time, double value);
void samples_write(void);
void series_new_stream(void);

/* marker-names.c */
struct figure { char key[64]; double value; };
void step_names_start(void);
bool is_step_name(const char *name);
bool number_of_step(const char *name, uint32_t *number);
size_t figures_in_name(const char *name, struct figure *figures, size_t most);
const char *metric_of_key(const char *key);

/* markers.c */
bool markers_start(void);
void marker_take(const uint8_t *record);
void markers_write(void);
void markers_reset(void);

/* overhead.c */
void overhead_saw(uint64_t time);
void overhead_take(uint64_t start, uint64_t end);
void overhead_write(uint64_t now, bool all);
void overhead_reset(void);

/* windows.c */
void windows_start(void);
uint64_t windows_turn(uint64_t now);
void windows_cut(void);

/* summary.c, sweep.c */
bool summary_start(void);
void summary_add(const struct execution *execution);
void summary_turn(uint64_t complete_until);
void summary_write(void);
void summary_reset(void);
void sweep_add(const struct execution *execution);
void sweep_turn(uint64_t complete_until);
void sweep_reset(void);

/* records.c */
void records_read(uint8_t *buffer, size_t valid);

/* buffers.c */
bool buffers_start(void);
void buffer_requested(uint8_t **buffer, size_t *size, size_t *most_records);
void buffer_completed(void *context, uint32_t stream, uint8_t *buffer, size_t size, size_t valid);
void buffers_read(void);
void buffers_forget(void);

/* find-cupti.c */
const struct cupti *find_cupti(void);
void find_cupti_forget(void);
const char *places_looked_at(void);
extern struct cupti cupti;

/* writer.c */
bool writer_start(void);
void writer_wake(void);
void writer_finish(void);
bool writer_finish_in_handler(int signal);
void writer_forget(void);

/* signals.c */
void signals_start(void);

#endif
