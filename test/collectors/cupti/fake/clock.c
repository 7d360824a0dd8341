/* CUPTI's clock: the client's where it gave one, else one of its own that is off and drifts as the script says. */
#include <stdatomic.h>

#include "cupti.h"

static _Atomic(timestamp_function) timestamp;

void set_timestamp(timestamp_function function) { atomic_store(&timestamp, function); }

uint64_t cupti_time(uint64_t host) {
  if (atomic_load(&timestamp) != NULL) return host;
  const struct fake_settings *of = settings();
  double since = (double)((int64_t)host - (int64_t)of->base);
  return (uint64_t)((int64_t)host + of->clock_offset + (int64_t)(since * of->clock_ppm * 1e-6));
}

uint64_t cupti_now(void) {
  timestamp_function function = atomic_load(&timestamp);
  return function != NULL ? function() : cupti_time(fakeCudaTime());
}
