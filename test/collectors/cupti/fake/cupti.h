/* The parts of the made-up CUPTI. */
#ifndef FAKE_CUPTI_H
#define FAKE_CUPTI_H

#include "fake.h"

typedef void (*request_function)(uint8_t **buffer, size_t *size, size_t *most_records);
typedef void (*complete_function)(void *context, uint32_t stream, uint8_t *buffer, size_t size, size_t valid);
typedef uint64_t (*timestamp_function)(void);

/* CUptiResult, of the public header cupti_result.h. */
enum { CUPTI_SUCCESS = 0, INVALID_PARAMETER = 1, MAX_LIMIT_REACHED = 12, INVALID_KIND = 21 };

const struct fake_settings *settings(void);
void misuse(const char *what) __attribute__((noreturn));

/* clock.c */
void set_timestamp(timestamp_function function);
/* What CUPTI's records say for a moment of the host. */
uint64_t cupti_time(uint64_t host);
uint64_t cupti_now(void);

/* records.c */
size_t record_bytes(uint32_t kind);
void encode(uint8_t *record, const struct fake_activity *activity, uint32_t correlation);
void set_record_times(uint8_t *record, uint64_t start, uint64_t end, uint32_t correlation);

/* worker.c */
int is_enabled(int kind);
void set_enabled(int kind, int enabled);
void start_worker(request_function request, complete_function complete);
void set_period(uint32_t milliseconds);
void flush_worker(int forced);
uint64_t take_dropped(void);
void submit(const struct fake_activity *activities, size_t count);

extern const struct fake_hooks worker_hooks;

#endif
