#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static struct script script;
static struct stat seen;
static char seen_path[1024];
static double started_ms;
static struct device instances[MOST_GPUS][MOST_MIG];

static double now_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

double elapsed_ms(void) { return now_ms() - started_ms; }

struct figure *find_figure(struct device *device, const char *name) {
  for (int at = 0; at < device->figure_count; at++)
    if (strcmp(device->figures[at].name, name) == 0) return &device->figures[at];
  return NULL;
}

double figure_value(const struct figure *figure) {
  if (figure->period_ms <= 0) return figure->value;
  double phase = elapsed_ms() / figure->period_ms;
  phase -= (long long)phase;
  double up = phase < 0.5 ? phase * 2 : 2 - phase * 2;
  return figure->value + (figure->high - figure->value) * up;
}

static struct figure *make_figure(struct device *device, const char *name) {
  struct figure *figure = find_figure(device, name);
  if (figure == NULL && device->figure_count < MOST_FIGURES) figure = &device->figures[device->figure_count++];
  if (figure != NULL) {
    memset(figure, 0, sizeof *figure);
    snprintf(figure->name, sizeof figure->name, "%s", name);
  }
  return figure;
}

static void set(struct device *device, const char *name, double value) { make_figure(device, name)->value = value; }

/* A GPU like an H200 that works at a training of half its size. */
static void defaults(struct device *gpu, int index) {
  memset(gpu, 0, sizeof *gpu);
  gpu->index = index;
  gpu->lost_after_ms = -1;
  snprintf(gpu->name, sizeof gpu->name, "NVIDIA H200");
  snprintf(gpu->uuid, sizeof gpu->uuid, "GPU-%08x-0000-4000-8000-000000000000", index);
  static const struct { const char *name; double value; } all[] = {
      {"util", 60}, {"memory-util", 20}, {"encoder-util", 0}, {"decoder-util", 0},
      {"memory-total", 150754820096.0}, {"memory-used", 60000000000.0}, {"power", 400000}, {"power-limit", 700000},
      {"energy", 123456789}, {"sm-clock", 1980}, {"sm-clock-max", 1980}, {"memory-clock", 3201},
      {"memory-clock-max", 3201}, {"throttle-reasons", 0}, {"temperature", 55}, {"memory-temperature", 60},
      {"pcie-generation", 5}, {"pcie-width", 16}, {"pcie-generation-max", 5}, {"pcie-width-max", 16},
      {"ecc-mode", 1}, {"ecc-corrected", 0}, {"ecc-uncorrected", 0}, {"persistence", 1}, {"cores", 16896},
      {"capability-major", 9}, {"capability-minor", 0}, {"gpm-supported", 1},
      {"gpm1", 60}, {"gpm2", 30}, {"gpm3", 20}, {"gpm4", 5}, {"gpm5", 15}, {"gpm6", 0}, {"gpm7", 15}, {"gpm8", 0},
      {"gpm9", 0}, {"gpm10", 25}, {"gpm11", 0}, {"gpm12", 8}, {"gpm13", 2}, {"gpm20", 100}, {"gpm21", 900},
      {"gpm60", 0}, {"gpm61", 0}};
  for (size_t at = 0; at < sizeof all / sizeof *all; at++) set(gpu, all[at].name, all[at].value);
  make_figure(gpu, "fan")->code = 3; /* cooled by its server */
}

static double after(const char *rest) {
  const char *word = strstr(rest, "after-ms");
  return word == NULL ? 0 : atof(word + 8);
}

static int add_rule(struct rule *rules, int *count, const char *rest, int hang) {
  if (*count == MOST_RULES) return 0;
  struct rule *rule = &rules[*count];
  double number;
  memset(rule, 0, sizeof *rule);
  if (sscanf(rest, "%95s %lf", rule->function, &number) != 2) return 0;
  if (hang) rule->hang_ms = number;
  else rule->code = (int)number;
  rule->after_ms = after(rest);
  (*count)++;
  return 1;
}

static struct device *add_instance(struct device *gpu, const char *rest) {
  char profile[TEXT], word[TEXT];
  double value;
  int used;
  if (gpu->mig_count == MOST_MIG || sscanf(rest, "%95s%n", profile, &used) != 1) return NULL;
  struct device *instance = &gpu->instances[gpu->mig_count];
  memset(instance, 0, sizeof *instance);
  instance->parent = gpu;
  instance->index = gpu->mig_count;
  instance->lost_after_ms = -1;
  snprintf(instance->name, sizeof instance->name, "%.60s MIG %.20s", gpu->name, profile);
  snprintf(instance->uuid, sizeof instance->uuid, "MIG-%08x-%04x-4000-8000-000000000000", gpu->index, gpu->mig_count);
  for (rest += used; sscanf(rest, "%95s %lf%n", word, &value, &used) == 2; rest += used) set(instance, word, value);
  gpu->mig_count++;
  return instance;
}

/* One line that belongs to a GPU. Returns whether it is understood. */
static int gpu_line(struct device *gpu, const char *word, const char *rest) {
  char name[TEXT], text[TEXT];
  double low, high, period;
  int number;
  if (strcmp(word, "name") == 0) return snprintf(gpu->name, sizeof gpu->name, "%.95s", rest) > 0;
  if (strcmp(word, "uuid") == 0) return snprintf(gpu->uuid, sizeof gpu->uuid, "%.95s", rest) > 0;
  if (strcmp(word, "error") == 0) return add_rule(gpu->rules, &gpu->rule_count, rest, 0);
  if (strcmp(word, "hang") == 0) return add_rule(gpu->rules, &gpu->rule_count, rest, 1);
  if (strcmp(word, "latency-us") == 0) return gpu->latency_us = atoi(rest), 1;
  if (strcmp(word, "lost") == 0) return gpu->lost_after_ms = after(rest), 1;
  if (strcmp(word, "mig") == 0) return gpu->mig = 1;
  if (strcmp(word, "mig-device") == 0) return add_instance(gpu, rest) != NULL;
  if (strcmp(word, "xid") == 0) return gpu->xid = atoi(rest), gpu->xid_after_ms = after(rest), 1;
  if (strcmp(word, "gpm") == 0) {
    if (sscanf(rest, "%d %95s %lf", &number, text, &low) < 2) return 0;
    snprintf(name, sizeof name, "gpm%d", number);
    struct figure *figure = make_figure(gpu, name);
    if (strcmp(text, "error") == 0) figure->code = (int)low;
    else figure->value = atof(text);
    return 1;
  }
  if (strcmp(word, "wave") == 0) {
    if (sscanf(rest, "%95s %lf %lf %lf", name, &low, &high, &period) != 4) return 0;
    if (find_figure(gpu, name) == NULL) return 0;
    struct figure *figure = make_figure(gpu, name);
    figure->value = low, figure->high = high, figure->period_ms = period;
    return 1;
  }
  if (strcmp(word, "process") == 0) {
    struct process *process = &gpu->processes[gpu->process_count];
    if (gpu->process_count == MOST_PROCESSES) return 0;
    if (sscanf(rest, "%u %95s %llu", &process->pid, text, &process->bytes) != 3) return 0;
    process->graphics = strcmp(text, "graphics") == 0;
    const char *sm = strstr(rest, " sm ");
    process->sm = sm == NULL ? -1 : atof(sm + 4);
    gpu->process_count++;
    return process->graphics || strcmp(text, "compute") == 0;
  }
  /* A plain figure: its value, or `error CODE`. */
  if (find_figure(gpu, word) == NULL) return 0;
  struct figure *figure = make_figure(gpu, word);
  if (sscanf(rest, "error %d", &number) == 1) return figure->code = number, 1;
  figure->value = atof(rest);
  return *rest != 0;
}

static void read_script(const char *path) {
  memset(&script, 0, sizeof script);
  snprintf(script.driver, sizeof script.driver, "570.00.00");
  snprintf(script.nvml, sizeof script.nvml, "12.570.00.00");
  script.cuda = 12080;
  FILE *file = fopen(path, "r");
  if (file == NULL) {
    fprintf(stderr, "fake NVML: %s cannot be read\n", path);
    script.init_error = 999;
    return;
  }
  char line[512], word[TEXT];
  struct device *gpu = NULL;
  while (fgets(line, sizeof line, file) != NULL) {
    int used = 0;
    line[strcspn(line, "\n")] = 0;
    if (sscanf(line, "%95s%n", word, &used) != 1 || word[0] == '#') continue;
    const char *rest = line + used + strspn(line + used, " ");
    int good = 1;
    if (strcmp(word, "gpu") == 0 && script.gpu_count < MOST_GPUS) {
      gpu = &script.gpus[script.gpu_count];
      defaults(gpu, script.gpu_count);
      gpu->instances = instances[script.gpu_count++];
    } else if (gpu != NULL) good = gpu_line(gpu, word, rest);
    else if (strcmp(word, "driver") == 0) snprintf(script.driver, sizeof script.driver, "%.95s", rest);
    else if (strcmp(word, "nvml") == 0) snprintf(script.nvml, sizeof script.nvml, "%.95s", rest);
    else if (strcmp(word, "cuda") == 0) script.cuda = atoi(rest);
    else if (strcmp(word, "init-error") == 0) script.init_error = atoi(rest);
    else if (strcmp(word, "latency-us") == 0) script.latency_us = atoi(rest);
    else if (strcmp(word, "error") == 0) good = add_rule(script.rules, &script.rule_count, rest, 0);
    else if (strcmp(word, "hang") == 0) good = add_rule(script.rules, &script.rule_count, rest, 1);
    else good = 0;
    if (!good) {
      fprintf(stderr, "fake NVML: a line that is not understood: %s\n", line);
      script.init_error = 999;
    }
  }
  fclose(file);
}

struct script *current_script(void) {
  const char *path = getenv("FAKE_NVML");
  struct stat now;
  if (started_ms == 0 || (path != NULL && strncmp(path, seen_path, sizeof seen_path - 1) != 0)) {
    started_ms = now_ms();
    snprintf(seen_path, sizeof seen_path, "%s", path == NULL ? "" : path);
    memset(&seen, 0, sizeof seen);
  }
  if (path == NULL || stat(path, &now) != 0) {
    if (script.gpu_count == 0) script.init_error = 9;
    return &script;
  }
  if (now.st_mtim.tv_sec != seen.st_mtim.tv_sec || now.st_mtim.tv_nsec != seen.st_mtim.tv_nsec ||
      now.st_size != seen.st_size || now.st_ino != seen.st_ino) {
    seen = now;
    read_script(path);
  }
  return &script;
}
