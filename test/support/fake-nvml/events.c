/* Errors of a GPU as they happen. */
#include "driver.h"

#include <stdlib.h>

/* An event set is the device that was registered with it. */
struct event_set { device_t device; };
struct event { device_t device; u64 type, data; u32 gpu_instance, compute_instance; };
int nvmlEventSetCreate(struct event_set **out) {
  BEGIN(NULL);
  *out = calloc(1, sizeof **out);
  return OK;
}
int nvmlEventSetFree(struct event_set *set) {
  free(set);
  return OK;
}
int nvmlDeviceRegisterEvents(device_t device, u64 types, struct event_set *set) {
  BEGIN(device);
  (void)types;
  set->device = device;
  return OK;
}
int nvmlEventSetWait_v2(struct event_set *set, struct event *out, u32 timeout_ms) {
  (void)timeout_ms;
  BEGIN(NULL);
  device_t device = set->device;
  if (device == NULL || device->xid == 0 || device->xid_delivered || elapsed_ms() < device->xid_after_ms) return TIMEOUT;
  device->xid_delivered = 1;
  *out = (struct event){device, 8, (u64)device->xid, ~0u, ~0u};
  return OK;
}
