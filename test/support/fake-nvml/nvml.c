/*
 * A driver library without a driver: the functions of libnvidia-ml.so.1 that warpwatch and nvtop call, answered out of
 * a script (README.md). Layouts and codes as nvml.h has them.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "script.h"

typedef struct device *device_t;
typedef unsigned int u32;
typedef unsigned long long u64;

enum { OK = 0, UNINITIALIZED = 1, INVALID = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6, TOO_SMALL = 7, TIMEOUT = 10, LOST = 15 };
enum { MIG_INSTANCE_BASE = 7, MOST_FUNCTIONS = 128 };

/* A function that holds it calls others that take it. */
static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static int opened, open_samples, function_count;
static struct { const char *name; int calls; } functions[MOST_FUNCTIONS];

static void pause_ms(double ms) {
  struct timespec time = {(time_t)(ms / 1e3), (long)((ms - 1e3 * (long)(ms / 1e3)) * 1e6)};
  nanosleep(&time, NULL);
}

static void count_call(const char *name) {
  for (int at = 0; at < function_count; at++)
    if (strcmp(functions[at].name, name) == 0) {
      functions[at].calls++;
      return;
    }
  if (function_count < MOST_FUNCTIONS) {
    functions[function_count].name = name;
    functions[function_count++].calls = 1;
  }
}

/* Why a GPU does not answer a function now, or OK; adds what the script lets it sleep. The caller holds the lock. */
static int refusal(const char *name, device_t device, double *hang_ms) {
  device_t gpu = device == NULL || device->parent == NULL ? device : device->parent;
  if (gpu == NULL) return OK;
  double now = elapsed_ms();
  if (gpu->index >= current_script()->gpu_count || (gpu->lost_after_ms >= 0 && now >= gpu->lost_after_ms)) return LOST;
  for (int at = 0; at < gpu->rule_count; at++) {
    struct rule *rule = &gpu->rules[at];
    if (strcmp(rule->function, name) != 0 || now < rule->after_ms) continue;
    if (hang_ms != NULL) *hang_ms += rule->hang_ms;
    if (rule->code != OK) return rule->code;
  }
  return OK;
}

/* What every call begins with: is the library open, is the device there, does the script say otherwise? */
static int begin(const char *name, device_t device) {
  pthread_mutex_lock(&lock);
  struct script *script = current_script();
  count_call(name);
  double hang_ms = script->latency_us / 1e3;
  int code = opened > 0 ? refusal(name, device, &hang_ms) : UNINITIALIZED;
  pthread_mutex_unlock(&lock);
  if (hang_ms > 0) pause_ms(hang_ms);
  return code;
}

static int read_figure(device_t device, const char *name, double *value) {
  pthread_mutex_lock(&lock);
  struct figure *figure = find_figure(device, name);
  int code = figure == NULL ? NOT_SUPPORTED : figure->code;
  if (code == OK) *value = figure_value(figure);
  pthread_mutex_unlock(&lock);
  return code;
}

static int *take(void) {
  static int held;
  pthread_mutex_lock(&lock);
  return &held;
}
static void leave(int **held) {
  (void)held;
  pthread_mutex_unlock(&lock);
}
/* Until its end a function sees one state of the script; taken only after `begin` has slept, so that a call that hangs
   holds up nobody. */
#define HOLD __attribute__((cleanup(leave), unused)) int *held = take()

#define BEGIN(device) \
  int code = begin(__func__, device); \
  if (code != OK) return code; \
  HOLD

#define READ(device, name) \
  double value = 0; \
  if ((code = read_figure(device, name, &value)) != OK) return code

/* A function of a device that writes one number. */
#define NUMBER(function, figure, type) \
  int function(device_t device, type *out) { \
    BEGIN(device); \
    READ(device, figure); \
    *out = (type)value; \
    return OK; \
  }

#define NUMBER_AND_TIME(function, figure) \
  int function(device_t device, u32 *out, u32 *period_us) { \
    BEGIN(device); \
    READ(device, figure); \
    *out = (u32)value; \
    *period_us = 167000; \
    return OK; \
  }

static int text_out(const char *text, char *out, u32 room) {
  if (strlen(text) + 1 > room) return TOO_SMALL;
  strcpy(out, text);
  return OK;
}

int nvmlInitWithFlags(u32 flags) {
  (void)flags;
  pthread_mutex_lock(&lock);
  int code = current_script()->init_error;
  if (code == OK) opened++;
  pthread_mutex_unlock(&lock);
  return code;
}
int nvmlInit_v2(void) { return nvmlInitWithFlags(0); }
int nvmlInit(void) { return nvmlInitWithFlags(0); }

int nvmlShutdown(void) {
  BEGIN(NULL);
  opened--;
  return OK;
}

const char *nvmlErrorString(int code) { return code == OK ? "Success" : "An error that the script asked for"; }

int nvmlSystemGetDriverVersion(char *out, u32 room) {
  BEGIN(NULL);
  return text_out(current_script()->driver, out, room);
}
int nvmlSystemGetNVMLVersion(char *out, u32 room) {
  BEGIN(NULL);
  return text_out(current_script()->nvml, out, room);
}
int nvmlSystemGetCudaDriverVersion_v2(int *out) {
  BEGIN(NULL);
  *out = current_script()->cuda;
  return OK;
}
int nvmlSystemGetCudaDriverVersion(int *out) { return nvmlSystemGetCudaDriverVersion_v2(out); }
int nvmlSystemGetProcessName(u32 pid, char *out, u32 room) {
  BEGIN(NULL);
  char name[32];
  snprintf(name, sizeof name, "/usr/bin/fake-%u", pid);
  return text_out(name, out, room);
}

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

struct utilization { u32 gpu, memory; };
int nvmlDeviceGetUtilizationRates(device_t device, struct utilization *out) {
  BEGIN(device);
  if (device->mig || device->parent) return NOT_SUPPORTED;
  READ(device, "util");
  out->gpu = (u32)value;
  code = read_figure(device, "memory-util", &value);
  out->memory = (u32)value;
  return code;
}

static int memory(device_t device, double *total, double *used) {
  int code = read_figure(device, device->parent ? "memory" : "memory-total", total);
  return code != OK ? code : read_figure(device, device->parent ? "used" : "memory-used", used);
}
struct memory_v1 { u64 total, free, used; };
int nvmlDeviceGetMemoryInfo(device_t device, struct memory_v1 *out) {
  BEGIN(device);
  double total = 0, used = 0;
  if ((code = memory(device, &total, &used)) != OK) return code;
  *out = (struct memory_v1){(u64)total, (u64)(total - used), (u64)used};
  return OK;
}
struct memory_v2 { u32 version; u64 total, reserved, free, used; };
int nvmlDeviceGetMemoryInfo_v2(device_t device, struct memory_v2 *out) {
  BEGIN(device);
  double total = 0, used = 0;
  if (out->version != (sizeof *out | 2 << 24)) return 25;
  if ((code = memory(device, &total, &used)) != OK) return code;
  *out = (struct memory_v2){out->version, (u64)total, 0, (u64)(total - used), (u64)used};
  return OK;
}

NUMBER(nvmlDeviceGetNumGpuCores, "cores", u32)
NUMBER(nvmlDeviceGetPersistenceMode, "persistence", u32)
NUMBER(nvmlDeviceGetPowerUsage, "power", u32)
NUMBER(nvmlDeviceGetEnforcedPowerLimit, "power-limit", u32)
NUMBER(nvmlDeviceGetPowerManagementLimit, "power-limit", u32)
NUMBER(nvmlDeviceGetTotalEnergyConsumption, "energy", u64)
NUMBER(nvmlDeviceGetCurrentClocksEventReasons, "throttle-reasons", u64)
NUMBER(nvmlDeviceGetCurrentClocksThrottleReasons, "throttle-reasons", u64)
NUMBER(nvmlDeviceGetFanSpeed, "fan", u32)
NUMBER(nvmlDeviceGetCurrPcieLinkGeneration, "pcie-generation", u32)
NUMBER(nvmlDeviceGetCurrPcieLinkWidth, "pcie-width", u32)
NUMBER(nvmlDeviceGetMaxPcieLinkGeneration, "pcie-generation-max", u32)
NUMBER(nvmlDeviceGetMaxPcieLinkWidth, "pcie-width-max", u32)
NUMBER_AND_TIME(nvmlDeviceGetEncoderUtilization, "encoder-util")
NUMBER_AND_TIME(nvmlDeviceGetDecoderUtilization, "decoder-util")

static const char *clock_name(u32 type, int most) {
  if (type == 2) return most ? "memory-clock-max" : "memory-clock";
  return most ? "sm-clock-max" : "sm-clock";
}
int nvmlDeviceGetClockInfo(device_t device, u32 type, u32 *out) {
  BEGIN(device);
  READ(device, clock_name(type, 0));
  *out = (u32)value;
  return OK;
}
int nvmlDeviceGetMaxClockInfo(device_t device, u32 type, u32 *out) {
  BEGIN(device);
  READ(device, clock_name(type, 1));
  *out = (u32)value;
  return OK;
}
int nvmlDeviceGetTemperature(device_t device, u32 sensor, u32 *out) {
  (void)sensor;
  BEGIN(device);
  READ(device, "temperature");
  *out = (u32)value;
  return OK;
}
int nvmlDeviceGetTemperatureThreshold(device_t device, u32 which, u32 *out) {
  BEGIN(device);
  *out = which == 0 ? 95 : 90;
  return OK;
}
/* Takes its time, as the real one does. */
int nvmlDeviceGetPcieThroughput(device_t device, u32 direction, u32 *out) {
  pause_ms(20);
  BEGIN(device);
  READ(device, direction == 0 ? "gpm20" : "gpm21");
  *out = (u32)(value * 1024);
  return OK;
}
int nvmlDeviceGetEccMode(device_t device, u32 *now, u32 *pending) {
  BEGIN(device);
  READ(device, "ecc-mode");
  *now = *pending = (u32)value;
  return OK;
}
int nvmlDeviceGetTotalEccErrors(device_t device, u32 kind, u32 counter, u64 *out) {
  (void)counter;
  BEGIN(device);
  READ(device, kind == 0 ? "ecc-corrected" : "ecc-uncorrected");
  *out = (u64)value;
  return OK;
}

struct field { u32 id, scope; long long time, latency; u32 type; int code; union { double d; u32 u; u64 ull; } value; };
int nvmlDeviceGetFieldValues(device_t device, int count, struct field *fields) {
  BEGIN(device);
  for (int at = 0; at < count; at++) {
    double value = 0;
    fields[at].code = fields[at].id == 82 ? read_figure(device, "memory-temperature", &value) : NOT_SUPPORTED;
    fields[at].type = 1;
    fields[at].value.u = (u32)value;
  }
  return OK;
}

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

struct sample { device_t device; int taken; };
int nvmlGpmQueryDeviceSupport(device_t device, u32 *out) {
  BEGIN(device);
  READ(device->parent ? device->parent : device, "gpm-supported");
  if (out[0] != 1) return 25;
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
  if (get->version != 1) return 25;
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
int nvmlFakeCalls(const char *function) {
  HOLD;
  for (int at = 0; at < function_count; at++)
    if (strcmp(functions[at].name, function) == 0) return functions[at].calls;
  return 0;
}
int nvmlFakeOpenSamples(void) { return open_samples; }
