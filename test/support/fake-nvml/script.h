/* What the fake driver shows: read from the file that FAKE_NVML names; README.md describes its lines. */
#ifndef FAKE_NVML_SCRIPT_H
#define FAKE_NVML_SCRIPT_H

#include <stdint.h>

enum { MOST_GPUS = 32, MOST_FIGURES = 96, MOST_RULES = 24, MOST_PROCESSES = 64, MOST_MIG = 8, TEXT = 96 };

/* A number by name; where `period` is set it moves between `value` and `high`. */
struct figure {
  char name[TEXT];
  double value, high, period_ms;
  int code; /* instead of a value */
};

/* What one function does instead of answering, for one GPU or for the driver as a whole. */
struct rule {
  char function[TEXT];
  int code;         /* 0: none */
  double hang_ms;   /* 0: none */
  double after_ms;
};

struct process {
  unsigned pid;
  int graphics;
  unsigned long long bytes;
  double sm;
};

struct device {
  char name[TEXT], uuid[TEXT];
  struct figure figures[MOST_FIGURES];
  int figure_count;
  struct rule rules[MOST_RULES];
  int rule_count;
  struct process processes[MOST_PROCESSES];
  int process_count;
  int latency_us;
  double lost_after_ms; /* negative: never */
  int xid;
  double xid_after_ms;
  int xid_delivered;
  int mig;       /* MIG mode is on */
  int mig_count;
  int index;     /* of the GPU, or of the instance in its GPU */
  struct device *parent;
  struct device *instances;
};

struct script {
  char driver[TEXT], nvml[TEXT];
  int cuda, init_error, latency_us, gpu_count;
  struct rule rules[MOST_RULES];
  int rule_count;
  struct device gpus[MOST_GPUS];
};

/* Reads the file anew where it has changed. Returns the script; complains on stderr and sets init_error where a word is
   unknown. The caller holds the lock. */
struct script *current_script(void);
/* Milliseconds since a script at this path was read first. */
double elapsed_ms(void);
struct figure *find_figure(struct device *device, const char *name);
/* Its value now. */
double figure_value(const struct figure *figure);

#endif
