/* What the trainer, the made-up driver and the made-up CUPTI say to each other. All times are nanoseconds of CLOCK_MONOTONIC. */
#ifndef FAKE_H
#define FAKE_H

#include <stddef.h>
#include <stdint.h>

#define MOST_DEVICES 16
#define MOST_RESULTS 16
#define TEXT 96

/* Numbers of CUpti_ActivityKind, of the public header cupti_activity.h. */
enum { MEMCPY = 1, MEMSET = 2, CONCURRENT_KERNEL = 10, MARKER = 12, OVERHEAD = 17, CDP_KERNEL = 18, MEMCPY2 = 22, MOST_KINDS = 64 };

/* CUpti_ActivityFlag for markers. */
enum { MARKER_INSTANT = 1, MARKER_START = 2, MARKER_END = 4 };

struct fake_device {
  char name[TEXT];
  char pci[32];
  uint8_t uuid[16];
  int sms, major, minor;
  uint64_t memory;
};

/* A function of CUPTI that refuses; `kind` is 0 for every call. */
struct fake_result {
  char function[TEXT];
  int code;
  int kind;
};

struct fake_settings {
  int device_count;
  struct fake_device devices[MOST_DEVICES];
  uint32_t api;          /* what cuptiGetVersion tells */
  int kernel;            /* version of the kernel's struct, 3 to 10; the others' follow it */
  int64_t clock_offset;  /* of CUPTI's own clock, where no callback gives it another */
  double clock_ppm;      /* its drift since `base` */
  uint64_t base;
  uint64_t completion_delay; /* before a buffer is handed back */
  int result_count;
  struct fake_result results[MOST_RESULTS];
};

struct fake_activity {
  int kind;
  const char *name;
  uint64_t start, end;
  uint32_t device, stream;
  int32_t grid[3], block[3];
  uint32_t registers, static_shared, dynamic_shared;
  uint32_t copy_kind;
  uint64_t bytes;
  uint64_t node;
  uint32_t graph, marker_flags, marker_id, thread, overhead_kind;
  int unfinished; /* has no end yet: only a forced flush brings it out */
};

/* Kernels made as fast as can be (rate 0), or so many a second, each with the time at which it is made. */
struct fake_tilt {
  uint64_t records, rate, duration;
  uint32_t kernels; /* different ones, in turn */
};

/* What CUPTI hooks into the driver. */
struct fake_hooks {
  void (*submit)(const struct fake_activity *activities, size_t count);
  void (*flush)(void);
  void (*drop)(uint64_t count);
  void (*tilt)(const struct fake_tilt *tilt);
  /* Processor time of the client within the thread that makes records. */
  uint64_t (*client_cpu)(void);
};

struct fake_settings *fakeCudaSettings(void);
void fakeCudaAttach(const struct fake_hooks *hooks);
const struct fake_hooks *fakeCudaHooks(void);
/* CLOCK_MONOTONIC. */
uint64_t fakeCudaTime(void);

#endif
