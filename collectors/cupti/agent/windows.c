/* The mode `window`: executions are recorded for a while in every period; steps and marks throughout. */
#include "agent.h"

static const int timed[] = {KIND_CONCURRENT_KERNEL, KIND_MEMCPY, KIND_MEMSET, KIND_MEMCPY2};
/* What a kill may cost, and what a live reader lags. */
static const uint64_t told_every_ns = SECOND_NS / 4;
static bool is_used, is_open;
static uint64_t opened_at, period_start;

void windows_start(void) {
  is_used = is_open = settings.mode == MODE_WINDOW && cupti.disable != NULL;
  opened_at = period_start = now_ns();
}

static void tell(uint64_t start, uint64_t end) {
  char text[128];
  struct json json = {text, sizeof text, 0, false};
  json_format(&json, "{\"startNs\":\"%llu\",\"endNs\":\"%llu\"}", (unsigned long long)start, (unsigned long long)end);
  frame_json(FRAME_WINDOW, &json);
}

/* Tells the part of the open window that is not told yet. */
void windows_cut(void) {
  if (!is_used || !is_open) return;
  uint64_t now = now_ns();
  tell(opened_at, now);
  opened_at = now;
}

/* Opens or closes the window where it is time; returns the time of the next change, or the end of time. */
uint64_t windows_turn(uint64_t now) {
  if (!is_used) return UINT64_MAX;
  if (is_open && now >= period_start + settings.window_on_ns) {
    uint64_t end = now_ns();
    for (size_t at = 0; at < COUNT_OF(timed); at++) cupti.disable(timed[at]);
    cupti.flush_all(0);
    tell(opened_at, end);
    is_open = false;
  }
  if (!is_open && now >= period_start + settings.window_period_ns) {
    period_start += (now - period_start) / settings.window_period_ns * settings.window_period_ns;
    for (size_t at = 0; at < COUNT_OF(timed); at++) cupti.enable(timed[at]);
    opened_at = now_ns();
    is_open = true;
  }
  if (is_open && now_ns() - opened_at >= told_every_ns) windows_cut();
  return period_start + (is_open ? settings.window_on_ns : settings.window_period_ns);
}
