/*
 * How busy a device was, second by second, from the executions that ran on it: a sweep over their starts, in order, and
 * ends. smActive is the integral of min(1, blocks of the running kernels / SMs) over the second.
 */
#include "agent.h"

enum { MOST_DEVICES = 64, MOST_RUNNING = 512 };

struct running { uint64_t end; double blocks; bool is_kernel; };
struct device_sweep {
  uint64_t at; /* how far it has come; 0 before the first */
  double kernel_ns, any_ns, active_ns, blocks;
  size_t count, kernels;
  struct running running[MOST_RUNNING]; /* the one that ends last stands first */
};
static struct device_sweep *sweeps[MOST_DEVICES];

static void tell_second(uint32_t device, struct device_sweep *sweep) {
  const char *name = device_name(device);
  const double second = (double)SECOND_NS;
  add_sample(name, "kernelBusy", "cupti", sweep->at, sweep->kernel_ns / second);
  add_sample(name, "gpuBusy", "cupti", sweep->at, sweep->any_ns / second);
  if (device_multiprocessors(device) > 0) add_sample(name, "smActive", "cupti", sweep->at, sweep->active_ns / second);
  sweep->kernel_ns = sweep->any_ns = sweep->active_ns = 0;
}

static void pass(uint32_t device, struct device_sweep *sweep, uint64_t until) {
  while (sweep->at < until) {
    uint64_t next = (sweep->at / SECOND_NS + 1) * SECOND_NS;
    uint64_t to = until < next ? until : next;
    double span = (double)(to - sweep->at), most = (double)device_multiprocessors(device);
    if (sweep->count > 0) sweep->any_ns += span;
    if (sweep->kernels > 0) sweep->kernel_ns += span;
    if (most > 0) sweep->active_ns += span * (sweep->blocks < most ? sweep->blocks / most : 1);
    sweep->at = to;
    if (to == next) tell_second(device, sweep);
  }
}

static void advance(uint32_t device, struct device_sweep *sweep, uint64_t until) {
  while (sweep->count > 0 && sweep->running[sweep->count - 1].end <= until) {
    pass(device, sweep, sweep->running[sweep->count - 1].end);
    const struct running *ended = sweep->running + --sweep->count;
    sweep->kernels -= ended->is_kernel;
    // Sums of whole numbers are exact; nothing is left over when all have ended.
    sweep->blocks -= ended->blocks;
  }
  pass(device, sweep, until);
}

void sweep_add(const struct execution *execution) {
  struct launch_facts facts;
  if (!launch_facts(execution->launch, &facts) || facts.device >= MOST_DEVICES) return;
  struct device_sweep **place = sweeps + facts.device, *sweep = *place;
  if (sweep == NULL) sweep = *place = take_memory(sizeof *sweep);
  if (sweep == NULL) return;
  if (sweep->at == 0) sweep->at = execution->start;
  advance(facts.device, sweep, execution->start);
  uint64_t end = execution->start + execution->duration;
  if (end <= sweep->at || sweep->count == MOST_RUNNING) return;
  size_t at = sweep->count++;
  for (; at > 0 && sweep->running[at - 1].end < end; at--) sweep->running[at] = sweep->running[at - 1];
  bool is_kernel = facts.kind == LAUNCH_KERNEL;
  sweep->running[at] = (struct running){end, facts.blocks, is_kernel};
  sweep->kernels += is_kernel;
  sweep->blocks += facts.blocks;
}

/* All executions that started before this have come. */
void sweep_turn(uint64_t complete_until) {
  for (uint32_t device = 0; device < MOST_DEVICES; device++) {
    if (sweeps[device] != NULL) advance(device, sweeps[device], complete_until);
  }
}

void sweep_reset(void) {
  for (uint32_t device = 0; device < MOST_DEVICES; device++) {
    if (sweeps[device] != NULL) memset(sweeps[device], 0, sizeof *sweeps[device]);
  }
}
