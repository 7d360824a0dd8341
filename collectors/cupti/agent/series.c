/* Series of samples, defined when their first one comes. */
#include "agent.h"

enum { MOST_SERIES = 1024, MOST_SAMPLES = 4096, METRIC_BYTES = 64 };

struct series { char device[40], metric[METRIC_BYTES]; const char *from; };
struct sample { uint64_t time; double value; uint32_t series; };
static struct series series[MOST_SERIES];
static struct sample samples[MOST_SAMPLES];
static uint32_t series_count;
static size_t sample_count;

/* Id, defined now where it is new; NO_ID where there is no room for it. */
static uint32_t find_series(const char *device, const char *metric, const char *from) {
  char text[512];
  struct json json = {text, sizeof text, 0, false};
  for (uint32_t id = 0; id < series_count; id++) {
    const struct series *known = series + id;
    if (strcmp(known->metric, metric) == 0 && strcmp(known->device, device) == 0 && strcmp(known->from, from) == 0) return id;
  }
  if (series_count == MOST_SERIES || strlen(metric) >= METRIC_BYTES || strlen(device) >= sizeof series->device) return NO_ID;
  json_format(&json, "{\"id\":%u,\"device\":", series_count);
  if (device[0] == 0) json_raw(&json, "null");
  else json_text(&json, device);
  json_raw(&json, ",\"metric\":");
  json_text(&json, metric);
  json_format(&json, ",\"from\":\"%s\"}", from);
  if (!frame_json(FRAME_SERIES, &json)) return NO_ID;
  memcpy(series[series_count].device, device, strlen(device) + 1);
  memcpy(series[series_count].metric, metric, strlen(metric) + 1);
  series[series_count].from = from;
  return series_count++;
}

void samples_write(void) {
  const size_t stride = sizeof *samples;
  const struct column columns[] = {{&samples->time, stride, 8}, {&samples->series, stride, 4}, {&samples->value, stride, 8}};
  if (!frame_block(FRAME_SAMPLES, 0, sample_count, false, columns, COUNT_OF(columns))) lose(LOSS_DISK, sample_count);
  sample_count = 0;
}

void add_sample(const char *device, const char *metric, const char *from, uint64_t time, double value) {
  uint32_t id = find_series(device, metric, from);
  if (id == NO_ID) {
    lose(LOSS_DISK, 1);
    return;
  }
  if (sample_count == MOST_SAMPLES) samples_write();
  samples[sample_count++] = (struct sample){time, value, id};
}

void series_new_stream(void) {
  series_count = 0;
  sample_count = 0;
}
