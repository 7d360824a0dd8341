#define _GNU_SOURCE
#include <stdlib.h>
#include "agent.h"

struct settings settings;

bool read_count(const char *text, const char **end, uint64_t *value) {
  const char *at = text;
  uint64_t sum = 0;
  for (; *at >= '0' && *at <= '9'; at++) {
    if (__builtin_mul_overflow(sum, 10, &sum) || __builtin_add_overflow(sum, (uint64_t)(*at - '0'), &sum)) return false;
  }
  if (at == text) return false;
  *end = at;
  *value = sum;
  return true;
}

static void read_window(const char *text) {
  const char *end;
  uint64_t on, period;
  settings.window_on_ns = 2 * SECOND_NS;
  settings.window_period_ns = 60 * SECOND_NS;
  if (text == NULL || !read_count(text, &end, &on) || *end != '/' || !read_count(end + 1, &end, &period)) return;
  if (*end != 0 || on == 0 || period <= on || period > MOST_NS) return;
  settings.window_on_ns = on;
  settings.window_period_ns = period;
}

/* False where nothing is to be recorded. Programs that run with another's rights have no environment for us. */
bool settings_read(void) {
  const char *directory = secure_getenv("WARPWATCH_RECORDING");
  const char *kernels = secure_getenv("WARPWATCH_KERNELS");
  const char *limit = secure_getenv("WARPWATCH_LIMIT_BYTES");
  const char *end;
  memset(&settings, 0, sizeof settings);
  if (directory == NULL || directory[0] != '/' || strlen(directory) >= sizeof settings.directory) return false;
  memcpy(settings.directory, directory, strlen(directory) + 1);
  if (kernels != NULL && strcmp(kernels, "summary") == 0) settings.mode = MODE_SUMMARY;
  if (kernels != NULL && strcmp(kernels, "window") == 0) settings.mode = MODE_WINDOW;
  read_window(secure_getenv("WARPWATCH_WINDOW_NS"));
  if (limit != NULL && (!read_count(limit, &end, &settings.limit_bytes) || *end != 0)) settings.limit_bytes = 0;
  return true;
}

const char *settings_step_pattern(void) { return secure_getenv("WARPWATCH_STEP_PATTERN"); }
