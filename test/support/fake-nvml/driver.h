/* What every function of the driver library begins with. Layouts and codes as nvml.h has them. */
#ifndef FAKE_NVML_DRIVER_H
#define FAKE_NVML_DRIVER_H

#include <stddef.h>

#include "script.h"

typedef struct device *device_t;
typedef unsigned int u32;
typedef unsigned long long u64;

enum {
  OK = 0, UNINITIALIZED = 1, INVALID = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6, TOO_SMALL = 7, TIMEOUT = 10, LOST = 15,
  OTHER_VERSION = 25
};
enum { MIG_INSTANCE_BASE = 7 };

void pause_ms(double ms);
/* Why a device does not answer a function now, or OK; adds what the script lets it sleep. Without a device: whether the
   driver as a whole answers. The caller holds the lock. */
int refusal(const char *name, device_t device, double *hang_ms);
/* What every call begins with: is the library open, is the device there, does the script say otherwise? */
int begin(const char *name, device_t device);
int read_figure(device_t device, const char *name, double *value);
/* The largest number where the script names more than fits, as a driver writes for what it does not know. */
u32 as_u32(double value);
u64 as_u64(double value);
int text_out(const char *text, char *out, u32 room);
int *take(void);
void leave(int **held);

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
    *out = as_##type(value); \
    return OK; \
  }

#define NUMBER_AND_TIME(function, figure) \
  int function(device_t device, u32 *out, u32 *period_us) { \
    BEGIN(device); \
    READ(device, figure); \
    *out = as_u32(value); \
    *period_us = 167000; \
    return OK; \
  }

#endif
