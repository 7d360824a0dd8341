/*
 * Buffers for CUPTI's records. CUPTI calls from the program's threads, so all that happens there is to take one from a
 * list or to put one on another; the writer's thread reads them. When all are full CUPTI gets a small buffer for waste
 * whose records are counted as lost and never kept: without any, CUPTI would stop recording.
 */
#include <pthread.h>
#include <stdlib.h>
#include "agent.h"

enum { BUFFER_BYTES = 1 << 20, MOST_BUFFERS = 24, WASTE_BYTES = 32 << 10, MOST_WASTE = 32, WAKE_AT = 2, NEWEST_KERNEL_BYTES = 216 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint8_t *free_buffers[MOST_BUFFERS], *free_waste[MOST_WASTE];
static struct { uint8_t *buffer; size_t valid; } filled[MOST_BUFFERS];
static uint8_t *own_buffers[MOST_BUFFERS];
static size_t free_count, waste_count, first_filled, filled_count, buffer_total, waste_total;
static uint8_t *waste; /* MOST_WASTE of them, and one more that is shared when even they do not suffice */

bool buffers_start(void) {
  if (waste == NULL) waste = take_memory((size_t)WASTE_BYTES * (MOST_WASTE + 1));
  return waste != NULL;
}

static bool is_waste(const uint8_t *buffer) { return buffer >= waste && buffer < waste + (size_t)WASTE_BYTES * (MOST_WASTE + 1); }

void buffer_requested(uint8_t **buffer, size_t *size, size_t *most_records) {
  uint8_t *given = NULL;
  *most_records = 0;
  pthread_mutex_lock(&lock);
  if (free_count > 0) given = free_buffers[--free_count];
  else if (buffer_total < MOST_BUFFERS && (given = take_memory(BUFFER_BYTES)) != NULL) own_buffers[buffer_total++] = given;
  *size = BUFFER_BYTES;
  if (given == NULL) {
    *size = WASTE_BYTES;
    if (waste_count > 0) given = free_waste[--waste_count];
    else given = waste + (size_t)WASTE_BYTES * (waste_total < MOST_WASTE ? waste_total++ : MOST_WASTE);
  }
  pthread_mutex_unlock(&lock);
  *buffer = given;
}

/* Another client of CUPTI may have registered its own functions in between, so that its buffers come to us. */
static bool is_ours(const uint8_t *buffer) {
  for (size_t at = 0; at < buffer_total; at++) {
    if (own_buffers[at] == buffer) return true;
  }
  return is_waste(buffer);
}

/* What a kernel's record takes in this version of CUPTI, seen in the first buffer that holds two of them. */
static _Atomic size_t kernel_bytes;

static void learn_size(uint8_t *buffer, size_t valid) {
  uint8_t *record = NULL, *first = NULL;
  while (kernel_bytes == 0 && cupti.get_next_record(buffer, valid, &record) == RESULT_SUCCESS) {
    if (first != NULL) kernel_bytes = (size_t)(record - first);
    first = u32_at(record) == KIND_CONCURRENT_KERNEL ? record : NULL;
  }
}

static size_t count_records(uint8_t *buffer, size_t valid) {
  size_t count = 0;
  uint8_t *record = NULL;
  // Two threads may have written to the one that is shared, so its size alone tells; kernels are most of it.
  if (buffer == waste + (size_t)WASTE_BYTES * MOST_WASTE) return valid / (kernel_bytes == 0 ? NEWEST_KERNEL_BYTES : kernel_bytes);
  while (cupti.get_next_record(buffer, valid, &record) == RESULT_SUCCESS) {
    uint32_t kind = u32_at(record);
    if (kind != KIND_MARKER && kind != KIND_OVERHEAD) count++;
  }
  return count;
}

void buffer_completed(void *context, uint32_t stream, uint8_t *buffer, size_t size, size_t valid) {
  (void)size;
  size_t dropped = 0, waiting = 0;
  if (cupti.get_dropped != NULL && cupti.get_dropped(context, stream, &dropped) == RESULT_SUCCESS && dropped > 0) {
    lose(LOSS_DROPPED_BY_CUPTI, dropped);
  }
  pthread_mutex_lock(&lock);
  bool known = is_ours(buffer);
  pthread_mutex_unlock(&lock);
  if (!known) return;
  bool wasted = is_waste(buffer);
  if (kernel_bytes == 0 && !wasted) learn_size(buffer, valid);
  if (wasted && valid > 0) lose(LOSS_BUFFERS, count_records(buffer, valid));
  pthread_mutex_lock(&lock);
  if (wasted) {
    if (buffer != waste + (size_t)WASTE_BYTES * MOST_WASTE) free_waste[waste_count++] = buffer;
  } else if (valid == 0) {
    free_buffers[free_count++] = buffer;
  } else {
    size_t at = (first_filled + filled_count++) % MOST_BUFFERS;
    filled[at].buffer = buffer;
    filled[at].valid = valid;
  }
  waiting = filled_count;
  pthread_mutex_unlock(&lock);
  if (waiting >= WAKE_AT) writer_wake();
}

/* Reads all that are filled now. */
void buffers_read(void) {
  for (;;) {
    pthread_mutex_lock(&lock);
    uint8_t *buffer = filled_count > 0 ? filled[first_filled].buffer : NULL;
    size_t valid = filled[first_filled].valid;
    if (buffer != NULL) {
      first_filled = (first_filled + 1) % MOST_BUFFERS;
      filled_count--;
    }
    pthread_mutex_unlock(&lock);
    if (buffer == NULL) return;
    records_read(buffer, valid);
    pthread_mutex_lock(&lock);
    free_buffers[free_count++] = buffer;
    pthread_mutex_unlock(&lock);
  }
}

/* In a forked child: the lock may be held by a thread that is not there, and CUPTI keeps buffers for ever. */
void buffers_forget(void) {
  pthread_mutex_init(&lock, NULL);
  free_count = waste_count = first_filled = filled_count = buffer_total = waste_total = 0;
}
