/*
 * Where CUDA and NVTX call in. The program goes on whatever happens here: where there is nothing to record with, the
 * stream says why and that is all.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "agent.h"

#define EXPORT __attribute__((visibility("default")))

/* Kernels in graphs come node by node, and child kernels as CDP_KERNEL, with the kind for concurrent kernels. */
static const int wanted[] = {KIND_CONCURRENT_KERNEL, KIND_MEMCPY, KIND_MEMSET, KIND_MEMCPY2, KIND_MARKER, KIND_OVERHEAD};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool is_started, has_hooks;

static const char *reason(int result) {
  static char text[512];
  const char *words = NULL;
  if (result == RESULT_MULTIPLE_SUBSCRIBERS) {
    return "Another profiler holds CUPTI in this program: CUPTI serves one client at a time before CUDA 13.3. Run without the other profiler.";
  }
  if (result == RESULT_INSUFFICIENT_PRIVILEGES) {
    return "The driver does not permit profiling to this user: ask the administrator to allow it (NVreg_RestrictProfilingToAdminUsers=0).";
  }
  if (result == RESULT_NOT_COMPATIBLE) return "The CUPTI that was found does not fit: it is older than CUDA 8 or does not fit the driver. Name another with WARPWATCH_LIBCUPTI.";
  if (cupti.get_result_string == NULL || cupti.get_result_string(result, &words) != RESULT_SUCCESS || words == NULL) words = "unknown error";
  snprintf(text, sizeof text, "CUPTI does not record here: it answers %d (%s).", result, words);
  return text;
}

static void go_passive(const char *why) {
  stream_absent(why);
  stream_end("ended", "No kernels are recorded in this program.");
}

static void at_exit(void) { writer_finish(); }

/* exit() runs it only where at_exit did not run; CUPTI may be gone by then. */
__attribute__((destructor)) static void at_unload(void) { writer_finish(); }

static void before_fork(void) { pthread_mutex_lock(&lock); }
static void after_fork(void) { pthread_mutex_unlock(&lock); }

/* A child has none of our threads, and CUDA does not work in it unless it began there: it forgets all and writes nothing. */
static void in_child(void) {
  pthread_mutex_init(&lock, NULL);
  is_started = false;
  writer_forget();
  find_cupti_forget();
  output_forget();
  buffers_forget();
  order_reset();
  losses_reset();
  clock_reset();
  markers_reset();
  overhead_reset();
  summary_reset();
  sweep_reset();
  series_new_stream();
  devices_reset();
  intern_new_stream();
}

static bool prepare(void) {
  if (!settings_read() || !frames_start() || !intern_start() || !order_start() || !buffers_start()) return false;
  if (!markers_start() || !summary_start() || !stream_open()) return false;
  // So that also a program that ends without a word has a stream that opens.
  output_write();
  return true;
}

static void no_callback(void) {}

/*
 * Only a subscription tells whether another client is there. It is given back at once: a profiler that the program starts
 * later shall work. (It then takes the records; there is no way to see that.)
 */
static int look_for_others(void) {
  void *subscriber;
  if (cupti.subscribe == NULL || cupti.unsubscribe == NULL) return RESULT_SUCCESS;
  int result = cupti.subscribe(&subscriber, no_callback, NULL);
  if (result == RESULT_SUCCESS) cupti.unsubscribe(subscriber);
  // CUPTI before CUDA 10.2 has another number for it.
  return result == RESULT_MAX_LIMIT_REACHED ? RESULT_MULTIPLE_SUBSCRIBERS : result;
}

static int enable_all(void) {
  uint32_t version = LEAST_API_VERSION;
  if (cupti.get_version != NULL && cupti.get_version(&version) == RESULT_SUCCESS && version < LEAST_API_VERSION) return RESULT_NOT_COMPATIBLE;
  int result = look_for_others();
  if (result != RESULT_SUCCESS) return result;
  result = cupti.register_callbacks(buffer_requested, buffer_completed);
  if (result != RESULT_SUCCESS) return result;
  if (cupti.set_thread_id_type != NULL) cupti.set_thread_id_type(THREAD_ID_SYSTEM);
  clock_use(&cupti);
  // Without kernels there is nothing to tell; a kind that this version does not know is no loss.
  result = cupti.enable(wanted[0]);
  for (size_t at = 1; at < COUNT_OF(wanted) && result == RESULT_SUCCESS; at++) cupti.enable(wanted[at]);
  return result;
}

static void start_recording(void) {
  char why[sizeof settings.directory + 256];
  if (!prepare()) return;
  if (find_cupti() == NULL) {
    snprintf(why, sizeof why, "No libcupti was found; looked at %s. Install the CUDA toolkit's CUPTI or name one with WARPWATCH_LIBCUPTI.", places_looked_at());
    go_passive(why);
    return;
  }
  int result = enable_all();
  if (result != RESULT_SUCCESS) {
    go_passive(reason(result));
    return;
  }
  windows_start();
  if (!writer_start()) {
    for (size_t at = 0; at < COUNT_OF(wanted) && cupti.disable != NULL; at++) cupti.disable(wanted[at]);
    go_passive("The agent could not start its thread: the program may run no more of them.");
    return;
  }
  if (!has_hooks) {
    atexit(at_exit);
    pthread_atfork(before_fork, after_fork, in_child);
    has_hooks = true;
  }
  signals_start();
}

/*
 * What is written here is written by a thread of the program, which may be under a limit on the size of files: going over it
 * must not end the program, so the signal of it is held off and taken away. Our own thread has all signals blocked.
 */
static void start(void) {
  static const struct timespec at_once = {0, 0};
  sigset_t too_large, before;
  sigemptyset(&too_large);
  sigaddset(&too_large, SIGXFSZ);
  pthread_sigmask(SIG_BLOCK, &too_large, &before);
  start_recording();
  while (!sigismember(&before, SIGXFSZ) && sigtimedwait(&too_large, NULL, &at_once) > 0) continue;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* Called by CUDA's driver when it starts. Any answer but 1 would be told as an error of the injection. */
EXPORT int InitializeInjection(void) {
  pthread_mutex_lock(&lock);
  if (!is_started) {
    is_started = true;
    start();
  }
  pthread_mutex_unlock(&lock);
  return 1;
}

/* Called by NVTX at its first use; CUPTI makes records of ranges and marks. 0 leaves NVTX off. */
EXPORT int InitializeInjectionNvtx2(void *get_export_table) {
  if (secure_getenv("WARPWATCH_RECORDING") == NULL || find_cupti() == NULL || cupti.nvtx_initialize2 == NULL) return 0;
  return cupti.nvtx_initialize2(get_export_table) == RESULT_SUCCESS;
}

EXPORT int InitializeInjectionNvtx(void *table) {
  if (secure_getenv("WARPWATCH_RECORDING") == NULL || find_cupti() == NULL || cupti.nvtx_initialize == NULL) return 0;
  return cupti.nvtx_initialize(table) == RESULT_SUCCESS;
}
