/*
 * A program that uses CUDA, as far as the agent sees: it does what a script says (README.md). Times in scripts are
 * nanoseconds after the program began; stdout's first line is that moment.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fake.h"
#include "script.h"

extern int cuInit(unsigned flags);

static uint64_t base;
static char *self;

static void submit(const struct fake_activity *activities, size_t count) {
  const struct fake_hooks *hooks = fakeCudaHooks();
  // Without a client nobody records; the program does not notice.
  if (hooks != NULL) hooks->submit(activities, count);
}

static void sleep_until(uint64_t time) {
  struct timespec until = {(time_t)(time / 1000000000u), (long)(time % 1000000000u)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) continue;
}

static void set_up(const char *what, char *rest) {
  struct fake_settings *settings = fakeCudaSettings();
  if (strcmp(what, "device") == 0) {
    struct fake_device *device = settings->devices + settings->device_count++;
    device->sms = (int)number(&rest);
    device->major = (int)number(&rest);
    device->minor = (int)number(&rest);
    device->memory = (uint64_t)number(&rest);
    device->uuid[0] = (uint8_t)settings->device_count;
    snprintf(device->pci, sizeof device->pci, "0000:%02x:00.0", settings->device_count);
    snprintf(device->name, sizeof device->name, "%s", text(rest));
  } else if (strcmp(what, "api") == 0) {
    settings->api = (uint32_t)number(&rest);
  } else if (strcmp(what, "kernel-version") == 0) {
    settings->kernel = (int)number(&rest);
  } else if (strcmp(what, "clock") == 0) {
    settings->clock_offset = number(&rest);
    settings->clock_ppm = real(&rest);
  } else if (strcmp(what, "delay") == 0) {
    settings->completion_delay = (uint64_t)number(&rest);
  } else if (strcmp(what, "result") == 0) {
    struct fake_result *result = settings->results + settings->result_count++;
    snprintf(result->function, sizeof result->function, "%s", word(&rest));
    result->code = (int)number(&rest);
    if (strspn(rest, " ") < strlen(rest)) result->kind = (int)number(&rest);
  } else {
    fail("no such line", what);
  }
}

/* A kernel, copy or fill: its times, where it ran, and then what is its own. */
static struct fake_activity execution(const char *what, char *rest) {
  struct fake_activity of = {.thread = (uint32_t)gettid()};
  of.start = base + (uint64_t)number(&rest);
  of.end = of.start + (uint64_t)number(&rest);
  of.device = (uint32_t)number(&rest);
  of.stream = (uint32_t)number(&rest);
  if (strcmp(what, "copy") == 0 || strcmp(what, "peer") == 0) {
    of.kind = what[0] == 'c' ? MEMCPY : MEMCPY2;
    of.copy_kind = (uint32_t)number(&rest);
    of.bytes = (uint64_t)number(&rest);
  } else if (strcmp(what, "fill") == 0) {
    of.kind = MEMSET;
    of.bytes = (uint64_t)number(&rest);
  } else {
    of.kind = strcmp(what, "child") == 0 ? CDP_KERNEL : CONCURRENT_KERNEL;
    of.unfinished = strcmp(what, "unfinished") == 0;
    for (int axis = 0; axis < 3; axis++) of.grid[axis] = (int32_t)number(&rest);
    for (int axis = 0; axis < 3; axis++) of.block[axis] = (int32_t)number(&rest);
    of.registers = (uint32_t)number(&rest);
    of.static_shared = (uint32_t)number(&rest);
    of.dynamic_shared = (uint32_t)number(&rest);
    if (strcmp(what, "node") == 0) of.node = (uint64_t)number(&rest), of.graph = 1;
    of.name = text(rest);
  }
  return of;
}

/* A range; where it is counted, a mark within it tells its samples. */
static void range(char *rest, int counted) {
  static _Atomic uint32_t ids;
  struct fake_activity of = {.kind = MARKER, .marker_flags = MARKER_START, .marker_id = ++ids};
  of.start = base + (uint64_t)number(&rest);
  struct fake_activity end = of;
  end.start = base + (uint64_t)number(&rest);
  end.marker_flags = MARKER_END;
  of.thread = end.thread = (uint32_t)number(&rest);
  struct fake_activity within = {.kind = MARKER, .marker_flags = MARKER_INSTANT, .thread = of.thread, .start = of.start};
  char samples[32];
  if (counted) snprintf(samples, sizeof samples, "samples=%lld", (long long)number(&rest));
  of.name = text(rest);
  submit(&of, 1);
  if (counted) {
    within.name = samples;
    submit(&within, 1);
  }
  submit(&end, 1);
}

static void mark(char *rest) {
  struct fake_activity of = {.kind = MARKER, .marker_flags = MARKER_INSTANT, .thread = (uint32_t)gettid()};
  of.start = base + (uint64_t)number(&rest);
  of.name = text(rest);
  submit(&of, 1);
}

static void overhead(char *rest) {
  struct fake_activity of = {.kind = OVERHEAD, .overhead_kind = 1 << 16, .thread = (uint32_t)gettid()};
  of.start = base + (uint64_t)number(&rest);
  of.end = base + (uint64_t)number(&rest);
  submit(&of, 1);
}

static void run_script(const char *path);

static void *run_in_thread(void *path) {
  run_script(path);
  return NULL;
}

static void in_parallel(char *rest) {
  pthread_t threads[64];
  int count = (int)number(&rest);
  char *path = (char *)text(rest);
  for (int at = 0; at < count && at < 64; at++) pthread_create(threads + at, NULL, run_in_thread, path);
  for (int at = 0; at < count && at < 64; at++) pthread_join(threads[at], NULL);
}

static void in_child(char *rest) {
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    run_script(text(rest));
    exit(0);
  }
  int status;
  if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0) fail("the child failed", rest);
}

/* Most memory that has been resident: of this program alone, where getrusage counts what became it as well. */
static long peak_kib(void) {
  char line[256];
  long kib = 0;
  FILE *file = fopen("/proc/self/status", "re");
  while (file != NULL && fgets(line, sizeof line, file) != NULL) sscanf(line, "VmHWM: %ld", &kib);
  if (file != NULL) fclose(file);
  return kib;
}

/* `tilt RECORDS RATE DURATION KERNELS`; prints how long it took, and what the client cost: its share of this thread and all other threads. */
static void tilt(char *rest) {
  struct fake_tilt of = {.records = (uint64_t)number(&rest), .rate = (uint64_t)number(&rest)};
  of.duration = (uint64_t)number(&rest);
  of.kernels = (uint32_t)number(&rest);
  const struct fake_hooks *hooks = fakeCudaHooks();
  uint64_t from = fakeCudaTime();
  if (hooks != NULL) hooks->tilt(&of);
  uint64_t made = fakeCudaTime();
  struct timespec cpu, own;
  if (hooks != NULL) hooks->flush();
  // The client's own thread has what was flushed; it is given the time to write it.
  sleep_until(fakeCudaTime() + 600000000u);
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &own);
  int64_t others = (cpu.tv_sec - own.tv_sec) * INT64_C(1000000000) + cpu.tv_nsec - own.tv_nsec;
  printf("{\"madeNs\":%" PRIu64 ",\"clientCpuNs\":%" PRId64 ",\"peakKiB\":%ld}\n", made - from,
         others + (int64_t)(hooks != NULL ? hooks->client_cpu() : 0), peak_kib());
  fflush(stdout);
}

static void export_table(void) {}

/* What the header of NVTX does at its first call: loads the injection and gives it the table. */
static void start_nvtx(void) {
  const char *path = getenv("NVTX_INJECTION64_PATH");
  void *library = path == NULL ? NULL : dlopen(path, RTLD_NOW);
  int (*start)(void *) = NULL;
  if (library != NULL) *(void **)&start = dlsym(library, "InitializeInjectionNvtx2");
  printf("nvtx %d\n", start == NULL ? -1 : start((void *)export_table));
  fflush(stdout);
}

static _Thread_local uint64_t repeat = 1, every;

static int act(const char *what, char *rest) {
  static const char *const executions[] = {"kernel", "child", "unfinished", "node", "copy", "peer", "fill"};
  for (size_t at = 0; at < sizeof executions / sizeof *executions; at++) {
    if (strcmp(what, executions[at]) != 0) continue;
    struct fake_activity of = execution(what, rest);
    for (uint64_t i = 0; i < repeat; i++, of.start += every, of.end += every) submit(&of, 1);
    repeat = 1;
    return 1;
  }
  if (strcmp(what, "range") == 0) return range(rest, 0), 1;
  if (strcmp(what, "counted") == 0) return range(rest, 1), 1;
  if (strcmp(what, "mark") == 0) return mark(rest), 1;
  if (strcmp(what, "overhead") == 0) return overhead(rest), 1;
  if (strcmp(what, "parallel") == 0) return in_parallel(rest), 1;
  if (strcmp(what, "fork") == 0) return in_child(rest), 1;
  if (strcmp(what, "tilt") == 0) return tilt(rest), 1;
  return 0;
}

static void run_line(char *line) {
  char *rest = line, *what = word(&rest);
  const struct fake_hooks *hooks = fakeCudaHooks();
  if (*what == 0 || *what == '#') return;
  if (act(what, rest)) return;
  if (strcmp(what, "init") == 0) {
    if (cuInit(0) != 0) fail("cuInit refuses", what);
  } else if (strcmp(what, "nvtx") == 0) {
    start_nvtx();
  } else if (strcmp(what, "repeat") == 0) {
    repeat = (uint64_t)number(&rest);
    every = (uint64_t)number(&rest);
  } else if (strcmp(what, "drop") == 0) {
    if (hooks != NULL) hooks->drop((uint64_t)number(&rest));
  } else if (strcmp(what, "flush") == 0) {
    if (hooks != NULL) hooks->flush();
  } else if (strcmp(what, "until") == 0) {
    sleep_until(base + (uint64_t)number(&rest));
  } else if (strcmp(what, "say") == 0) {
    printf("%s\n", text(rest));
    fflush(stdout);
  } else if (strcmp(what, "exec") == 0) {
    execl(self, self, text(rest), (char *)NULL);
    fail("exec failed", rest);
  } else if (strcmp(what, "exit") == 0) {
    exit((int)number(&rest));
  } else if (strcmp(what, "_exit") == 0) {
    _exit((int)number(&rest));
  } else if (strcmp(what, "raise") == 0) {
    raise((int)number(&rest));
  } else {
    set_up(what, rest);
  }
}

static void run_script(const char *path) {
  FILE *file = fopen(path, "re");
  char *script = NULL, *place = NULL;
  size_t size = 0;
  // The whole of it at once: a child of fork would move the place in a file that it shares.
  if (file == NULL || getdelim(&script, &size, 0, file) < 0) fail("no such script", path);
  fclose(file);
  for (char *line = strtok_r(script, "\n", &place); line != NULL; line = strtok_r(NULL, "\n", &place)) run_line(line);
  free(script);
}

int main(int count, char **arguments) {
  if (count != 2) return 2;
  self = arguments[0];
  base = fakeCudaTime();
  struct fake_settings *settings = fakeCudaSettings();
  settings->api = 18;
  settings->kernel = 9;
  settings->base = base;
  printf("{\"baseNs\":\"%" PRIu64 "\",\"pid\":%d}\n", base, (int)getpid());
  fflush(stdout);
  run_script(arguments[1]);
  return 0;
}
