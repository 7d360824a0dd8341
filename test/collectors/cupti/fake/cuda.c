/* libcuda.so.1: starts the injection as the driver does, and tells scripted devices. Nothing answers before cuInit is done. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fake.h"

enum { SUCCESS = 0, INVALID_VALUE = 1, NOT_INITIALIZED = 3, INVALID_DEVICE = 101 };

static struct fake_settings settings;
static _Atomic(const struct fake_hooks *) hooks;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int initialized_by; /* a child of fork cannot use what its parent began */

struct fake_settings *fakeCudaSettings(void) { return &settings; }
void fakeCudaAttach(const struct fake_hooks *given) { atomic_store(&hooks, given); }
const struct fake_hooks *fakeCudaHooks(void) { return atomic_load(&hooks); }

uint64_t fakeCudaTime(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void inject(void) {
  const char *path = getenv("CUDA_INJECTION64_PATH");
  if (path == NULL || *path == 0) return;
  void *library = dlopen(path, RTLD_NOW);
  if (library == NULL) {
    fprintf(stderr, "fake-cuda: %s\n", dlerror());
    return;
  }
  int (*start)(void);
  *(void **)&start = dlsym(library, "InitializeInjection");
  if (start == NULL) fprintf(stderr, "fake-cuda: %s has no InitializeInjection\n", path);
  else if (start() != 1) fprintf(stderr, "fake-cuda: the injection said no\n");
}

int cuInit(unsigned flags) {
  if (flags != 0) return INVALID_VALUE;
  pthread_mutex_lock(&lock);
  int by = atomic_load(&initialized_by);
  if (by == 0) {
    inject();
    atomic_store(&initialized_by, getpid());
    by = getpid();
  }
  pthread_mutex_unlock(&lock);
  return by == getpid() ? SUCCESS : NOT_INITIALIZED;
}

static int check(int device) {
  if (atomic_load(&initialized_by) != getpid()) return NOT_INITIALIZED;
  return device >= 0 && device < settings.device_count ? SUCCESS : INVALID_DEVICE;
}

static int text_of(char *text, int length, const char *from) {
  if (text == NULL || length <= 0) return INVALID_VALUE;
  snprintf(text, (size_t)length, "%s", from);
  return SUCCESS;
}

int cuDriverGetVersion(int *version) { return *version = 12040, SUCCESS; }

int cuDeviceGetCount(int *count) {
  if (check(0) == NOT_INITIALIZED) return NOT_INITIALIZED;
  *count = settings.device_count;
  return SUCCESS;
}

int cuDeviceGet(int *device, int ordinal) {
  int code = check(ordinal);
  if (code == SUCCESS) *device = ordinal;
  return code;
}

int cuDeviceGetName(char *name, int length, int device) {
  int code = check(device);
  return code != SUCCESS ? code : text_of(name, length, settings.devices[device].name);
}

int cuDeviceGetPCIBusId(char *id, int length, int device) {
  int code = check(device);
  return code != SUCCESS ? code : text_of(id, length, settings.devices[device].pci);
}

int cuDeviceGetUuid_v2(uint8_t *uuid, int device) {
  int code = check(device);
  if (code == SUCCESS) memcpy(uuid, settings.devices[device].uuid, 16);
  return code;
}

int cuDeviceGetUuid(uint8_t *uuid, int device) { return cuDeviceGetUuid_v2(uuid, device); }

int cuDeviceTotalMem_v2(size_t *bytes, int device) {
  int code = check(device);
  if (code == SUCCESS) *bytes = settings.devices[device].memory;
  return code;
}

int cuDeviceGetAttribute(int *value, int attribute, int device) {
  int code = check(device);
  if (code != SUCCESS) return code;
  const struct fake_device *of = &settings.devices[device];
  if (attribute == 16) *value = of->sms;
  else if (attribute == 75) *value = of->major;
  else if (attribute == 76) *value = of->minor;
  else return INVALID_VALUE;
  return SUCCESS;
}
