/*
 * Finds a libcupti: the one that is asked for, the one that the program has loaded, then where toolkits and Python's
 * packages put theirs. The first that loads and has what is needed counts.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <glob.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include "agent.h"

struct cupti cupti;
static char looked[4096];
static bool was_sought, was_found;
/* CUDA and NVTX may start at once, and a library that is loaded here may use NVTX. */
static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

const char *places_looked_at(void) { return looked; }

static void remember(const char *place) {
  size_t length = strlen(looked);
  if (length + strlen(place) + 3 > sizeof looked || strstr(looked, place) != NULL) return;
  snprintf(looked + length, sizeof looked - length, "%s%s", length > 0 ? ", " : "", place);
}

static bool take_functions(void *library) {
  const struct { const char *name; void *place; bool is_needed; } functions[] = {
    {"cuptiActivityRegisterCallbacks", &cupti.register_callbacks, true},
    {"cuptiActivityEnable", &cupti.enable, true},
    {"cuptiActivityFlushAll", &cupti.flush_all, true},
    {"cuptiActivityGetNextRecord", &cupti.get_next_record, true},
    {"cuptiActivityDisable", &cupti.disable, false},
    {"cuptiActivityGetNumDroppedRecords", &cupti.get_dropped, false},
    {"cuptiActivityRegisterTimestampCallback", &cupti.register_timestamp, false},
    {"cuptiGetVersion", &cupti.get_version, false},
    {"cuptiGetResultString", &cupti.get_result_string, false},
    {"cuptiGetTimestamp", &cupti.get_timestamp, false},
    {"cuptiSetThreadIdType", &cupti.set_thread_id_type, false},
    {"cuptiSubscribe", &cupti.subscribe, false},
    {"cuptiUnsubscribe", &cupti.unsubscribe, false},
    {"cuptiNvtxInitialize2", &cupti.nvtx_initialize2, false},
    {"cuptiNvtxInitialize", &cupti.nvtx_initialize, false},
  };
  memset(&cupti, 0, sizeof cupti);
  for (size_t at = 0; at < COUNT_OF(functions); at++) {
    void *found = dlsym(library, functions[at].name);
    if (found == NULL && functions[at].is_needed) return false;
    memcpy(functions[at].place, &found, sizeof found);
  }
  return true;
}

static bool try_library(const char *path, int more_flags) {
  void *library = dlopen(path, RTLD_LAZY | RTLD_LOCAL | more_flags);
  if (library == NULL) return false;
  if (take_functions(library)) return true;
  dlclose(library);
  return false;
}

static bool try_pattern(const char *pattern) {
  glob_t found;
  bool taken = false;
  remember(pattern);
  if (glob(pattern, 0, NULL, &found) != 0) return false;
  // The last is the newest, since names are sorted.
  for (size_t left = found.gl_pathc; left > 0 && !taken; left--) taken = try_library(found.gl_pathv[left - 1], 0);
  globfree(&found);
  return taken;
}

/* What of the loaded libraries helps: a libcupti, and the directory of one that lies where Python's packages lie. */
struct loaded { char cupti[4096], neighbour[4096]; };

static int look_at(struct dl_phdr_info *info, size_t size, void *data) {
  (void)size;
  static const char *const neighbours[] = {"libcudart.so", "libtorch_cuda.so", "libtorch.so", "libc10_cuda.so"};
  struct loaded *loaded = data;
  const char *slash = strrchr(info->dlpi_name, '/'), *file = slash == NULL ? info->dlpi_name : slash + 1;
  if (strncmp(file, "libcupti.so", 11) == 0) snprintf(loaded->cupti, sizeof loaded->cupti, "%s", info->dlpi_name);
  for (size_t at = 0; at < COUNT_OF(neighbours) && slash != NULL && loaded->neighbour[0] == 0; at++) {
    if (strncmp(file, neighbours[at], strlen(neighbours[at])) != 0) continue;
    snprintf(loaded->neighbour, sizeof loaded->neighbour, "%.*s", (int)(slash - info->dlpi_name), info->dlpi_name);
  }
  return 0;
}

/* nvidia/cuda_runtime/lib and nvidia/cu13/lib, or torch/lib beside nvidia. */
static bool try_packages(const char *neighbour) {
  static const char *const places[] = {"", "/../../cuda_cupti/lib", "/../../nvidia/cuda_cupti/lib", "/../../nvidia/cu*/lib"};
  char pattern[4200];
  for (size_t at = 0; at < COUNT_OF(places); at++) {
    snprintf(pattern, sizeof pattern, "%s%s/libcupti.so*", neighbour, places[at]);
    if (try_pattern(pattern)) return true;
  }
  return false;
}

static bool try_toolkit(const char *root) {
  static const char *const places[] = {"/extras/CUPTI/lib64", "/lib64", "/lib", "/targets/*/lib"};
  char pattern[4200];
  for (size_t at = 0; at < COUNT_OF(places); at++) {
    snprintf(pattern, sizeof pattern, "%s%s/libcupti.so*", root, places[at]);
    if (try_pattern(pattern)) return true;
  }
  return false;
}

static bool seek(void) {
  static const char *const names[] = {"libcupti.so", "libcupti.so.13", "libcupti.so.12", "libcupti.so.11.8"};
  static const char *const roots[] = {"CUDA_HOME", "CUDA_PATH", "CUDA_ROOT"};
  struct loaded loaded = {{0}, {0}};
  const char *asked = secure_getenv("WARPWATCH_LIBCUPTI");
  if (asked != NULL && asked[0] != 0) {
    remember(asked);
    if (try_library(asked, 0)) return true;
  }
  dl_iterate_phdr(look_at, &loaded);
  remember("the libraries of the program");
  if (loaded.cupti[0] != 0 && try_library(loaded.cupti, RTLD_NOLOAD)) return true;
  // That of the program's own CUDA fits it best.
  if (loaded.neighbour[0] != 0 && try_packages(loaded.neighbour)) return true;
  remember("the system's library path");
  for (size_t at = 0; at < COUNT_OF(names); at++) {
    if (try_library(names[at], 0)) return true;
  }
  for (size_t at = 0; at < COUNT_OF(roots); at++) {
    const char *root = secure_getenv(roots[at]);
    if (root != NULL && root[0] == '/' && strlen(root) < 4000 && try_toolkit(root)) return true;
  }
  return try_toolkit("/usr/local/cuda") || try_toolkit("/usr/local/cuda-*");
}

const struct cupti *find_cupti(void) {
  pthread_mutex_lock(&lock);
  if (!was_sought) {
    was_sought = true;
    was_found = seek();
  }
  bool found = was_found;
  pthread_mutex_unlock(&lock);
  return found ? &cupti : NULL;
}

/* In a forked child the lock may be held by a thread that is not there. */
void find_cupti_forget(void) {
  static const pthread_mutex_t fresh = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
  memcpy(&lock, &fresh, sizeof lock);
}
