/*
 * The streams of this process. With a limit on disk there are many, one after another; each can be read by itself, and the
 * oldest are deleted.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "agent.h"

enum { PARTS_OF_LIMIT = 8, MOST_SEGMENTS = 64, LEAST_SEGMENT = 64 << 10, MOST_NAMES = 10000 };

struct segment { uint32_t number; uint64_t bytes, executions; };
static struct segment segments[MOST_SEGMENTS]; /* finished, oldest first */
static size_t finished;
static uint64_t finished_bytes, executions;
static uint32_t segment_number;
static char base_name[64], name[80];
static bool is_open;

static uint64_t from_environment(const char *const *names, size_t count, bool *found) {
  for (size_t at = 0; at < count; at++) {
    const char *text = secure_getenv(names[at]), *end;
    uint64_t value;
    if (text == NULL || !read_count(text, &end, &value) || *end != 0 || value > INT32_MAX) continue;
    *found = true;
    return value;
  }
  *found = false;
  return 0;
}

static void add_rank(struct json *json) {
  // torchrun, Open MPI, Slurm, MPICH.
  static const char *const ranks[] = {"RANK", "OMPI_COMM_WORLD_RANK", "SLURM_PROCID", "PMI_RANK"};
  static const char *const sizes[] = {"WORLD_SIZE", "OMPI_COMM_WORLD_SIZE", "SLURM_NTASKS", "PMI_SIZE"};
  bool found;
  uint64_t value = from_environment(ranks, COUNT_OF(ranks), &found);
  if (found) json_format(json, ",\"rank\":%llu", (unsigned long long)value);
  value = from_environment(sizes, COUNT_OF(sizes), &found);
  if (found) json_format(json, ",\"worldSize\":%llu", (unsigned long long)value);
}

static void add_program(struct json *json) {
  char text[64];
  int file = open("/proc/self/comm", O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  if (length <= 0) return;
  text[length] = 0;
  text[strcspn(text, "\n")] = 0;
  json_raw(json, ",\"program\":");
  json_text(json, text);
}

static void write_producer(void) {
  char text[1024];
  struct json json = {text, sizeof text, 0, false};
  json_raw(&json, "{\"name\":");
  json_text(&json, name);
  json_format(&json, ",\"processId\":%d,\"clock\":{\"name\":\"%s\"", (int)getpid(), clock_name());
  json_format(&json, ",\"clockNs\":\"%llu\",\"unixNs\":\"%llu\"}", (unsigned long long)now_ns(), (unsigned long long)unix_ns());
  add_rank(&json);
  add_program(&json);
  json_raw(&json, "}");
  frame_json(FRAME_PRODUCER, &json);
}

static bool open_segment(void) {
  if (settings.limit_bytes == 0) memcpy(name, base_name, sizeof base_name);
  else snprintf(name, sizeof name, "%s.%u", base_name, segment_number);
  if (!output_open(name)) return false;
  executions = 0;
  frames_header();
  write_producer();
  return true;
}

bool stream_open(void) {
  // Names may be taken: by this process before an exec, or by a process of another container.
  for (int copy = 1; copy <= MOST_NAMES; copy++) {
    if (copy == 1) snprintf(base_name, sizeof base_name, "cupti-%d", (int)getpid());
    else snprintf(base_name, sizeof base_name, "cupti-%d-%d", (int)getpid(), copy);
    if (open_segment()) return is_open = true;
    if (errno != EEXIST) return false;
  }
  return false;
}

void stream_count_executions(uint64_t count) { executions += count; }

static void delete_oldest(void) {
  char path[sizeof settings.directory + 128];
  snprintf(path, sizeof path, "%s/%s.%u.stream", settings.directory, base_name, segments[0].number);
  // A file that is gone already is as good.
  (void)unlink(path);
  lose(LOSS_SEGMENT, segments[0].executions);
  finished_bytes -= segments[0].bytes;
  memmove(segments, segments + 1, --finished * sizeof *segments);
}

void stream_rotate_if_due(void) {
  uint64_t part = settings.limit_bytes / PARTS_OF_LIMIT;
  if (part < LEAST_SEGMENT) part = LEAST_SEGMENT;
  if (!is_open || settings.limit_bytes == 0 || output_file_bytes() < part || output_waiting() > 0) return;
  order_write(true);
  markers_write();
  samples_write();
  windows_cut();
  losses_write();
  stream_reset();
  stream_end("ended", "The recording goes on in the next part.");
  is_open = true;
  segments[finished++] = (struct segment){segment_number, output_file_bytes(), executions};
  finished_bytes += output_file_bytes();
  segment_number++;
  while (finished > 0 && (finished_bytes + part > settings.limit_bytes || finished == MOST_SEGMENTS)) delete_oldest();
  if (!open_segment()) is_open = false;
}

void stream_end(const char *outcome, const char *message) {
  char text[512];
  struct json json = {text, sizeof text, 0, false};
  if (!is_open) return;
  json_format(&json, "{\"outcome\":\"%s\",\"message\":", outcome);
  json_text(&json, message);
  json_raw(&json, "}");
  frame_json(FRAME_END, &json);
  output_close();
  is_open = false;
}

void stream_absent(const char *why) {
  char text[8192];
  struct json json = {text, sizeof text, 0, false};
  json_raw(&json, "{\"device\":null,\"metric\":\"kernels\",\"why\":");
  json_text(&json, why);
  json_raw(&json, "}");
  frame_json(FRAME_ABSENT, &json);
}

/* What a new stream has to be told again. */
void stream_reset(void) {
  intern_new_stream();
  devices_new_stream();
  series_new_stream();
}
