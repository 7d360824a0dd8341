/* libcupti: the functions of CUPTI's activity interface that a client calls. */
#include "cupti.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

const struct fake_settings *settings(void) { return fakeCudaSettings(); }

void misuse(const char *what) {
  fprintf(stderr, "fake-cupti: %s\n", what);
  abort();
}

/* The code that the script dictates for a call, or 0. */
static int refusal(const char *function, int kind) {
  const struct fake_settings *of = settings();
  for (int at = 0; at < of->result_count; at++) {
    const struct fake_result *result = &of->results[at];
    if (strcmp(result->function, function) == 0 && (result->kind == 0 || result->kind == kind)) return result->code;
  }
  return CUPTI_SUCCESS;
}

#define REFUSE(kind) \
  do { \
    int code = refusal(__func__, kind); \
    if (code != CUPTI_SUCCESS) return code; \
  } while (0)

int cuptiGetVersion(uint32_t *version) {
  REFUSE(0);
  *version = settings()->api;
  return CUPTI_SUCCESS;
}

int cuptiGetResultString(int code, const char **text) {
  static const struct { int code; const char *text; } all[] = {
      {0, "CUPTI_SUCCESS"}, {1, "CUPTI_ERROR_INVALID_PARAMETER"}, {12, "CUPTI_ERROR_MAX_LIMIT_REACHED"},
      {14, "CUPTI_ERROR_NOT_COMPATIBLE"}, {15, "CUPTI_ERROR_NOT_INITIALIZED"}, {21, "CUPTI_ERROR_INVALID_KIND"},
      {27, "CUPTI_ERROR_NOT_SUPPORTED"}, {33, "CUPTI_ERROR_VIRTUALIZED_DEVICE_NOT_SUPPORTED"},
      {35, "CUPTI_ERROR_INSUFFICIENT_PRIVILEGES"}, {39, "CUPTI_ERROR_MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED"}};
  for (size_t at = 0; at < sizeof all / sizeof *all; at++)
    if (all[at].code == code) return *text = all[at].text, CUPTI_SUCCESS;
  return INVALID_PARAMETER;
}

int cuptiActivityRegisterCallbacks(request_function request, complete_function complete) {
  if (request == NULL || complete == NULL) return INVALID_PARAMETER;
  REFUSE(0);
  start_worker(request, complete);
  fakeCudaAttach(&worker_hooks);
  return CUPTI_SUCCESS;
}

int cuptiActivityEnable(int kind) {
  REFUSE(kind);
  if (record_bytes((uint32_t)kind) == 0 || kind == CDP_KERNEL) return INVALID_KIND;
  set_enabled(kind, 1);
  return CUPTI_SUCCESS;
}

int cuptiActivityDisable(int kind) {
  REFUSE(kind);
  if (record_bytes((uint32_t)kind) == 0) return INVALID_KIND;
  set_enabled(kind, 0);
  return CUPTI_SUCCESS;
}

int cuptiActivityFlushAll(uint32_t flag) {
  REFUSE(0);
  flush_worker(flag == 1);
  return CUPTI_SUCCESS;
}

int cuptiActivityFlushPeriod(uint32_t milliseconds) {
  REFUSE(0);
  set_period(milliseconds);
  return CUPTI_SUCCESS;
}

int cuptiActivityGetNextRecord(uint8_t *buffer, size_t valid, uint8_t **record) {
  uint8_t *next = buffer;
  uint32_t kind;
  if (buffer == NULL || record == NULL) return INVALID_PARAMETER;
  if (valid == 0) return MAX_LIMIT_REACHED;
  if (*record != NULL) {
    memcpy(&kind, *record, sizeof kind);
    next = *record + record_bytes(kind);
  }
  if (next >= buffer + valid) return MAX_LIMIT_REACHED;
  memcpy(&kind, next, sizeof kind);
  if (record_bytes(kind) == 0) return INVALID_KIND;
  *record = next;
  return CUPTI_SUCCESS;
}

int cuptiActivityGetNumDroppedRecords(void *context, uint32_t stream, size_t *dropped) {
  (void)context;
  (void)stream;
  REFUSE(0);
  *dropped = take_dropped();
  return CUPTI_SUCCESS;
}

int cuptiGetTimestamp(uint64_t *time) {
  REFUSE(0);
  *time = cupti_now();
  return CUPTI_SUCCESS;
}

int cuptiActivityRegisterTimestampCallback(timestamp_function function) {
  if (function == NULL) return INVALID_PARAMETER;
  REFUSE(0);
  set_timestamp(function);
  return CUPTI_SUCCESS;
}

/* Like CUPTI before CUDA 13.3: one client, unless the script says that another one is there. */
static int subscriber;

int cuptiSubscribe(void **given, void (*callback)(void), void *data) {
  (void)callback;
  (void)data;
  REFUSE(0);
  *given = &subscriber;
  return CUPTI_SUCCESS;
}

int cuptiUnsubscribe(void *given) { return given == &subscriber ? CUPTI_SUCCESS : INVALID_PARAMETER; }

int cuptiSetThreadIdType(int type) {
  REFUSE(0);
  return type == 0 || type == 1 ? CUPTI_SUCCESS : INVALID_PARAMETER;
}

/* Takes over NVTX; what it makes of ranges and marks comes as scripted records. */
int cuptiNvtxInitialize2(void *get_export_table) {
  REFUSE(0);
  return get_export_table != NULL ? CUPTI_SUCCESS : INVALID_PARAMETER;
}

int cuptiFinalize(void) { misuse("cuptiFinalize is not safe while CUDA is in use"); }
