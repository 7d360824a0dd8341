/* Which GPUs there are, and what does not change of them. */
#include "driver.h"

#include <stdio.h>
#include <string.h>

int nvmlDeviceGetCount_v2(u32 *out) {
  BEGIN(NULL);
  *out = (u32)current_script()->gpu_count;
  return OK;
}
int nvmlDeviceGetCount(u32 *out) { return nvmlDeviceGetCount_v2(out); }

int nvmlDeviceGetHandleByIndex_v2(u32 index, device_t *out) {
  BEGIN(NULL);
  struct script *script = current_script();
  if (index >= (u32)script->gpu_count) return INVALID;
  *out = &script->gpus[index];
  return refusal("nvmlDeviceGetHandleByIndex_v2", *out, NULL);
}
int nvmlDeviceGetHandleByIndex(u32 index, device_t *out) { return nvmlDeviceGetHandleByIndex_v2(index, out); }

int nvmlDeviceGetIndex(device_t device, u32 *out) {
  BEGIN(device);
  *out = (u32)device->index;
  return OK;
}
int nvmlDeviceGetName(device_t device, char *out, u32 room) {
  BEGIN(device);
  return text_out(device->name, out, room);
}
int nvmlDeviceGetUUID(device_t device, char *out, u32 room) {
  BEGIN(device);
  return text_out(device->uuid, out, room);
}

struct pci { char legacy[16]; u32 domain, bus, slot, device_id, subsystem_id; char id[32]; };
int nvmlDeviceGetPciInfo_v3(device_t device, struct pci *out) {
  BEGIN(device);
  memset(out, 0, sizeof *out);
  out->bus = 0x10 + (u32)device->index;
  snprintf(out->legacy, sizeof out->legacy, "0000:%02X:00.0", out->bus);
  snprintf(out->id, sizeof out->id, "00000000:%02X:00.0", out->bus);
  return OK;
}

int nvmlDeviceGetCudaComputeCapability(device_t device, int *major, int *minor) {
  BEGIN(device);
  READ(device->parent ? device->parent : device, "capability-major");
  *major = (int)value;
  code = read_figure(device->parent ? device->parent : device, "capability-minor", &value);
  *minor = (int)value;
  return code;
}
