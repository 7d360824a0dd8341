/* The stream's clock, CLOCK_MONOTONIC, and how CUPTI's times come to it. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include "agent.h"

struct anchor { uint64_t cupti, clock; };
static const struct cupti *source; /* null where CUPTI counts on our clock itself */
static struct anchor older, newer;
static int anchors;
static uint64_t last_frame;

static uint64_t read_clock(clockid_t id) {
  struct timespec time;
  clock_gettime(id, &time);
  return (uint64_t)time.tv_sec * SECOND_NS + (uint64_t)time.tv_nsec;
}

uint64_t now_ns(void) { return read_clock(CLOCK_MONOTONIC); }

uint64_t unix_ns(void) { return read_clock(CLOCK_REALTIME); }

/* The boot id makes the name that of this host and boot; CLOCK_MONOTONIC begins anew with each. */
const char *clock_name(void) {
  static char name[64];
  char id[37] = "unknown";
  int file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
  if (file >= 0) {
    ssize_t count = read(file, id, 36);
    if (count == 36) id[36] = 0;
    else memcpy(id, "unknown", 8);
    close(file);
  }
  snprintf(name, sizeof name, "CLOCK_MONOTONIC@%s", id);
  return name;
}

void clock_use(const struct cupti *cupti) {
  source = NULL;
  anchors = 0;
  if (cupti->register_timestamp != NULL && cupti->register_timestamp(now_ns) == RESULT_SUCCESS) return;
  if (cupti->get_timestamp == NULL) return;
  source = cupti;
  clock_anchor();
}

/* Another moment on both clocks. CUPTI's is read between two readings of ours, and the closest of a few counts. */
void clock_anchor(void) {
  struct anchor best = {0, 0};
  uint64_t least = UINT64_MAX;
  if (source == NULL) return;
  for (int tries = 0; tries < 5; tries++) {
    uint64_t before = now_ns(), timestamp;
    if (source->get_timestamp(&timestamp) != RESULT_SUCCESS) continue;
    uint64_t after = now_ns();
    if (after - before >= least) continue;
    least = after - before;
    best = (struct anchor){timestamp, before + least / 2};
  }
  if (least == UINT64_MAX) return;
  // Anchors that lie too close make a slope of noise.
  if (anchors == 1 && best.clock - newer.clock < SECOND_NS / 10) return;
  older = newer;
  newer = best;
  if (anchors < 2) anchors++;
}

uint64_t from_cupti_time(uint64_t timestamp) {
  if (source == NULL || anchors == 0 || timestamp == 0) return timestamp;
  int64_t since = (int64_t)(timestamp - newer.cupti);
  if (anchors == 1 || newer.cupti <= older.cupti) return newer.clock + (uint64_t)since;
  double slope = (double)(newer.clock - older.clock) / (double)(newer.cupti - older.cupti);
  return newer.clock + (uint64_t)(int64_t)((double)since * slope);
}

void clock_write_frame(uint64_t now) {
  char text[128];
  struct json json = {text, sizeof text, 0, false};
  if (now - last_frame < 10 * SECOND_NS && last_frame != 0) return;
  bool first = last_frame == 0; // PRODUCER told the first moment.
  last_frame = now;
  if (first) return;
  json_format(&json, "{\"clockNs\":\"%llu\",\"unixNs\":\"%llu\"}", (unsigned long long)now_ns(), (unsigned long long)unix_ns());
  frame_json(FRAME_CLOCK, &json);
}

void clock_reset(void) {
  source = NULL;
  anchors = 0;
  last_frame = 0;
}
