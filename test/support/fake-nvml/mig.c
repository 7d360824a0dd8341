/* The instances of a GPU in MIG mode. */
#include "driver.h"

#include <string.h>

int nvmlDeviceGetMigMode(device_t device, u32 *now, u32 *pending) {
  BEGIN(device);
  *now = *pending = (u32)device->mig;
  return OK;
}
int nvmlDeviceGetMaxMigDeviceCount(device_t device, u32 *out) {
  BEGIN(device);
  *out = device->mig ? MOST_MIG - 1 : 0;
  return OK;
}
int nvmlDeviceGetMigDeviceHandleByIndex(device_t device, u32 index, device_t *out) {
  BEGIN(device);
  if (index >= (u32)device->mig_count) return NOT_FOUND;
  *out = &device->instances[index];
  return OK;
}
int nvmlDeviceGetGpuInstanceId(device_t device, u32 *out) {
  BEGIN(device);
  if (device->parent == NULL) return NOT_SUPPORTED;
  *out = MIG_INSTANCE_BASE + (u32)device->index;
  return OK;
}
struct attributes { u32 sms, copy, decoder, encoder, jpeg, ofa, gpu_slices, compute_slices; u64 megabytes; };
int nvmlDeviceGetAttributes_v2(device_t device, struct attributes *out) {
  BEGIN(device);
  READ(device, "sms");
  memset(out, 0, sizeof *out);
  out->sms = (u32)value;
  return OK;
}
