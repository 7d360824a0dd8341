/* Hardware counters, each over the time between two samples. */
#include "driver.h"

#include <stdio.h>
#include <stdlib.h>

static int open_samples;

struct sample { device_t device; int taken; };
int nvmlGpmQueryDeviceSupport(device_t device, u32 *out) {
  BEGIN(device);
  READ(device->parent ? device->parent : device, "gpm-supported");
  if (out[0] != 1) return OTHER_VERSION;
  out[1] = (u32)value;
  return OK;
}
int nvmlGpmSampleAlloc(struct sample **out) {
  BEGIN(NULL);
  *out = calloc(1, sizeof **out);
  __sync_fetch_and_add(&open_samples, 1);
  return OK;
}
int nvmlGpmSampleFree(struct sample *sample) {
  BEGIN(NULL);
  free(sample);
  __sync_fetch_and_sub(&open_samples, 1);
  return OK;
}
int nvmlGpmSampleGet(device_t device, struct sample *sample) {
  BEGIN(device);
  if (device->mig) return NOT_SUPPORTED;
  sample->device = device;
  sample->taken++;
  return OK;
}
int nvmlGpmMigSampleGet(device_t device, u32 instance, struct sample *sample) {
  BEGIN(device);
  if (instance < MIG_INSTANCE_BASE || instance - MIG_INSTANCE_BASE >= (u32)device->mig_count) return INVALID;
  sample->device = &device->instances[instance - MIG_INSTANCE_BASE];
  sample->taken++;
  return OK;
}
struct metric { u32 id; int code; double value; const char *names[3]; };
struct metrics_get { u32 version, count; struct sample *first, *second; struct metric metrics[]; };
int nvmlGpmMetricsGet(struct metrics_get *get) {
  BEGIN(NULL);
  if (get->version != 1) return OTHER_VERSION;
  struct sample *first = get->first, *second = get->second;
  if (first == NULL || second == NULL || first == second || !first->taken || !second->taken) return INVALID;
  if (first->device != second->device) return INVALID;
  code = refusal("nvmlGpmMetricsGet", second->device, NULL);
  if (code != OK) return code;
  for (u32 at = 0; at < get->count; at++) {
    char name[16];
    snprintf(name, sizeof name, "gpm%u", get->metrics[at].id);
    get->metrics[at].code = read_figure(second->device, name, &get->metrics[at].value);
  }
  return OK;
}

/* Not of NVML: for tests. */
int nvmlFakeOpenSamples(void) { return open_samples; }
