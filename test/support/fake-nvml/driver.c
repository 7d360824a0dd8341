/* The driver as a whole: opening and closing it, its versions, and what all its functions share. */
#define _GNU_SOURCE
#include "driver.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { MOST_FUNCTIONS = 128 };

/* A function that holds it calls others that take it. */
static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static int opened, function_count;
static struct { const char *name; int calls; } functions[MOST_FUNCTIONS];

void pause_ms(double ms) {
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

static int refusal_by(const struct rule *rules, int count, const char *name, double *hang_ms) {
  for (const struct rule *rule = rules; rule < rules + count; rule++) {
    if (strcmp(rule->function, name) != 0 || elapsed_ms() < rule->after_ms) continue;
    if (hang_ms != NULL) *hang_ms += rule->hang_ms;
    if (rule->code != OK) return rule->code;
  }
  return OK;
}

int refusal(const char *name, device_t device, double *hang_ms) {
  struct script *script = current_script();
  int code = refusal_by(script->rules, script->rule_count, name, hang_ms);
  if (code != OK || device == NULL) return code;
  device_t gpu = device->parent == NULL ? device : device->parent;
  if (hang_ms != NULL) *hang_ms += gpu->latency_us / 1e3;
  /* A GPU that the script no longer has was taken away. */
  if (gpu >= script->gpus + script->gpu_count) return LOST;
  if (gpu->lost_after_ms >= 0 && elapsed_ms() >= gpu->lost_after_ms) return LOST;
  if (device != gpu && device >= gpu->instances + gpu->mig_count) return INVALID;
  return refusal_by(gpu->rules, gpu->rule_count, name, hang_ms);
}

int begin(const char *name, device_t device) {
  pthread_mutex_lock(&lock);
  struct script *script = current_script();
  count_call(name);
  double hang_ms = script->latency_us / 1e3;
  int code = opened > 0 ? refusal(name, device, &hang_ms) : UNINITIALIZED;
  pthread_mutex_unlock(&lock);
  if (hang_ms > 0) pause_ms(hang_ms);
  return code;
}

int read_figure(device_t device, const char *name, double *value) {
  pthread_mutex_lock(&lock);
  struct figure *figure = find_figure(device, name);
  int code = figure == NULL ? NOT_SUPPORTED : figure->code;
  if (code == OK) *value = figure_value(figure);
  pthread_mutex_unlock(&lock);
  return code;
}

int *take(void) {
  static int held;
  pthread_mutex_lock(&lock);
  return &held;
}
void leave(int **held) {
  (void)held;
  pthread_mutex_unlock(&lock);
}

u32 as_u32(double value) { return value >= 4294967295.0 ? 0xffffffffu : (u32)value; }
u64 as_u64(double value) { return value >= 18446744073709551615.0 ? ~0ull : (u64)value; }

int text_out(const char *text, char *out, u32 room) {
  if (strlen(text) + 1 > room) return TOO_SMALL;
  strcpy(out, text);
  return OK;
}

int nvmlInitWithFlags(u32 flags) {
  (void)flags;
  pthread_mutex_lock(&lock);
  double hang_ms = 0;
  int code = current_script()->init_error;
  if (code == OK) code = refusal("nvmlInit_v2", NULL, &hang_ms);
  pthread_mutex_unlock(&lock);
  if (hang_ms > 0) pause_ms(hang_ms);
  if (code == OK) __sync_fetch_and_add(&opened, 1);
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

/* Not of NVML: for tests. */
int nvmlFakeCalls(const char *function) {
  HOLD;
  for (int at = 0; at < function_count; at++)
    if (strcmp(functions[at].name, function) == 0) return functions[at].calls;
  return 0;
}
