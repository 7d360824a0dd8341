/* What runs on a GPU. */
#include "driver.h"

#include <string.h>
#include <time.h>

/* Records of version 1 end before the ids of MIG instances. */
struct process_v1 { u32 pid; u64 bytes; };
struct process_v2 { u32 pid; u64 bytes; u32 gpu_instance, compute_instance; };

static int list_processes(const char *name, device_t device, u32 *count, char *out, size_t record, int graphics) {
  int code = begin(name, device);
  if (code != OK) return code;
  HOLD;
  u32 room = *count, came = 0;
  for (int at = 0; at < device->process_count; at++) {
    if (device->processes[at].graphics != graphics) continue;
    if (came < room) {
      struct process_v2 entry = {device->processes[at].pid, device->processes[at].bytes, ~0u, ~0u};
      memcpy(out + came * record, &entry, record);
    }
    came++;
  }
  *count = came;
  return came > room ? TOO_SMALL : OK;
}
#define PROCESSES(function, record, graphics) \
  int function(device_t device, u32 *count, void *out) { \
    return list_processes(__func__, device, count, out, sizeof(struct record), graphics); \
  }
PROCESSES(nvmlDeviceGetComputeRunningProcesses_v3, process_v2, 0)
PROCESSES(nvmlDeviceGetComputeRunningProcesses_v2, process_v2, 0)
PROCESSES(nvmlDeviceGetComputeRunningProcesses, process_v1, 0)
PROCESSES(nvmlDeviceGetGraphicsRunningProcesses_v3, process_v2, 1)
PROCESSES(nvmlDeviceGetGraphicsRunningProcesses_v2, process_v2, 1)
PROCESSES(nvmlDeviceGetGraphicsRunningProcesses, process_v1, 1)

struct process_sample { u32 pid; u64 time_us; u32 sm, memory, encoder, decoder; };
int nvmlDeviceGetProcessUtilization(device_t device, struct process_sample *out, u32 *count, u64 since_us) {
  BEGIN(device);
  u64 now_us = (u64)time(NULL) * 1000000;
  u32 room = *count, came = 0;
  for (int at = 0; at < device->process_count && now_us > since_us; at++) {
    struct process *process = &device->processes[at];
    if (process->sm < 0) continue;
    if (came < room) out[came] = (struct process_sample){process->pid, now_us, (u32)process->sm, 0, 0, 0};
    came++;
  }
  *count = came;
  return came == 0 ? NOT_FOUND : came > room ? TOO_SMALL : OK;
}
