/*
 * Buffers: records go into one that the client gave, in the thread that submits them; a thread of CUPTI's own hands full
 * buffers back, and those that are flushed. Records without an end wait until a forced flush brings them out.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cupti.h"

enum { MOST_FULL = 256, MOST_UNFINISHED = 1024 };

struct buffer { uint8_t *bytes; size_t size, used; };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int enabled[MOST_KINDS];
static request_function request;
static complete_function complete;
static struct buffer current, full[MOST_FULL];
static size_t first_full, full_count;
static int in_hand; /* a buffer is being completed */
static int has_thread;
static uint64_t dropped;
static uint32_t period_ms;
static struct fake_activity unfinished[MOST_UNFINISHED];
static size_t unfinished_count;
static atomic_uint correlations;
static _Atomic uint64_t cpu;

int is_enabled(int kind) { return enabled[kind == CDP_KERNEL ? CONCURRENT_KERNEL : kind]; }

void set_enabled(int kind, int is) {
  pthread_mutex_lock(&lock);
  enabled[kind] = is;
  pthread_mutex_unlock(&lock);
}

void set_period(uint32_t milliseconds) {
  pthread_mutex_lock(&lock);
  period_ms = milliseconds;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
}

uint64_t take_dropped(void) {
  pthread_mutex_lock(&lock);
  uint64_t count = dropped;
  dropped = 0;
  pthread_mutex_unlock(&lock);
  return count;
}

/* With the lock held. */
static void close_current(void) {
  if (current.bytes == NULL) return;
  // The program waits for CUPTI where it makes records faster than they are handed back.
  while (full_count == MOST_FULL) pthread_cond_wait(&changed, &lock);
  if (current.bytes == NULL) return;
  full[(first_full + full_count++) % MOST_FULL] = current;
  current = (struct buffer){0};
  pthread_cond_broadcast(&changed);
}

/* With the lock held: room for a record, or null where the client gives no buffer. */
static uint8_t *room_for(size_t bytes) {
  if (current.bytes != NULL && current.used + bytes > current.size) close_current();
  if (current.bytes == NULL) {
    size_t most = 0;
    request(&current.bytes, &current.size, &most);
    if (current.bytes == NULL || current.size < bytes) {
      current.bytes = NULL;
      return NULL;
    }
    if ((uintptr_t)current.bytes % 8 != 0) misuse("a buffer that is not aligned to 8 bytes");
    if (most != 0) misuse("a limit of records is not made up here");
  }
  uint8_t *at = current.bytes + current.used;
  current.used += bytes;
  return at;
}

static void append(const struct fake_activity *activity) {
  uint8_t *record = room_for(record_bytes((uint32_t)activity->kind));
  if (record == NULL) dropped++;
  else encode(record, activity, atomic_fetch_add(&correlations, 1));
}

void submit(const struct fake_activity *activities, size_t count) {
  pthread_mutex_lock(&lock);
  for (size_t at = 0; at < count; at++) {
    const struct fake_activity *of = activities + at;
    if (!is_enabled(of->kind)) continue;
    if (!of->unfinished) append(of);
    else if (unfinished_count < MOST_UNFINISHED) unfinished[unfinished_count++] = *of;
  }
  pthread_mutex_unlock(&lock);
}

static void bring_out_unfinished(void) {
  for (size_t at = 0; at < unfinished_count; at++) {
    unfinished[at].end = 0;
    append(unfinished + at);
  }
  unfinished_count = 0;
}

/* Returns when the client has had all of it, as cuptiActivityFlushAll does. */
void flush_worker(int forced) {
  pthread_mutex_lock(&lock);
  if (forced) bring_out_unfinished();
  close_current();
  while (has_thread && (full_count > 0 || in_hand)) pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);
}

static void wait_for_change(void) {
  if (period_ms == 0) {
    pthread_cond_wait(&changed, &lock);
    return;
  }
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  uint64_t ns = (uint64_t)until.tv_nsec + period_ms * UINT64_C(1000000);
  until.tv_sec += (time_t)(ns / 1000000000u);
  until.tv_nsec = (long)(ns % 1000000000u);
  if (pthread_cond_timedwait(&changed, &lock, &until) != 0) close_current();
}

static void sleep_ns(uint64_t ns) {
  if (ns > 0) nanosleep(&(struct timespec){(time_t)(ns / 1000000000u), (long)(ns % 1000000000u)}, NULL);
}

static void *work(void *unused) {
  (void)unused;
  pthread_mutex_lock(&lock);
  for (;;) {
    while (full_count == 0) wait_for_change();
    struct buffer done = full[first_full];
    first_full = (first_full + 1) % MOST_FULL;
    full_count--;
    in_hand = 1;
    pthread_mutex_unlock(&lock);
    sleep_ns(settings()->completion_delay);
    complete(NULL, 0, done.bytes, done.size, done.used);
    pthread_mutex_lock(&lock);
    in_hand = 0;
    pthread_cond_broadcast(&changed);
  }
  return NULL;
}

void start_worker(request_function given_request, complete_function given_complete) {
  pthread_t thread;
  pthread_mutex_lock(&lock);
  request = given_request;
  complete = given_complete;
  if (!has_thread) {
    has_thread = 1;
    if (pthread_create(&thread, NULL, work, NULL) != 0) misuse("no thread");
    pthread_detach(thread);
  }
  pthread_mutex_unlock(&lock);
}

static void drop(uint64_t count) {
  pthread_mutex_lock(&lock);
  dropped += count;
  pthread_mutex_unlock(&lock);
}

static uint64_t cpu_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static uint64_t client_cpu(void) { return atomic_load(&cpu); }

/* Copies of encoded kernels with new times. What the client costs in this thread is counted. */
static void tilt(const struct fake_tilt *of) {
  enum { MOST = 256, BATCH = 2048 };
  static uint8_t templates[MOST][256];
  static char names[MOST][48];
  const size_t bytes = record_bytes(CONCURRENT_KERNEL);
  const uint32_t kernels = of->kernels == 0 || of->kernels > MOST ? 1 : of->kernels;
  for (uint32_t at = 0; at < kernels; at++) {
    __builtin_sprintf(names[at], "tilt_kernel_%u", at);
    struct fake_activity kernel = {.kind = CONCURRENT_KERNEL, .name = names[at], .start = 1, .end = 2, .stream = 7,
                                   .grid = {(int32_t)at + 1, 1, 1}, .block = {256, 1, 1}, .registers = 32};
    encode(templates[at], &kernel, 0);
  }
  const uint64_t begin = fakeCudaTime();
  for (uint64_t made = 0; made < of->records;) {
    uint64_t now = fakeCudaTime(), due = of->records;
    // At a rate each has the time at which it is due, and none is of the future.
    if (of->rate > 0) due = (now - begin) * of->rate / 1000000000u;
    if (due <= made) {
      sleep_ns(1000000);
      continue;
    }
    pthread_mutex_lock(&lock);
    for (int i = 0; i < BATCH && made < due && made < of->records; i++, made++) {
      if (current.bytes == NULL || current.used + bytes > current.size) {
        uint64_t before = cpu_now();
        uint8_t *next = room_for(bytes);
        atomic_fetch_add(&cpu, cpu_now() - before);
        if (next == NULL) {
          dropped++;
          continue;
        }
        current.used -= bytes;
      }
      uint8_t *record = current.bytes + current.used;
      current.used += bytes;
      memcpy(record, templates[made % kernels], bytes);
      uint64_t start = cupti_time(of->rate > 0 ? begin + made * 1000000000u / of->rate : now + (uint64_t)i);
      set_record_times(record, start, start + of->duration, (uint32_t)made);
    }
    pthread_mutex_unlock(&lock);
  }
}

static void flush_by_program(void) { flush_worker(0); }

const struct fake_hooks worker_hooks = {submit, flush_by_program, drop, tilt, client_cpu};
