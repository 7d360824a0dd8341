/* Names of copies and fills in CUPTI's words, the same that the importers of traces give. */
#include <stdio.h>
#include "agent.h"

static const char *const directions[][3] = {
  {"Unknown", "Unknown", "Unknown"}, {"HtoD", "Unknown", "Device"}, {"DtoH", "Device", "Unknown"},
  {"HtoA", "Unknown", "Array"},      {"AtoH", "Array", "Unknown"},  {"AtoA", "Array", "Array"},
  {"AtoD", "Array", "Device"},       {"DtoA", "Device", "Array"},   {"DtoD", "Device", "Device"},
  {"HtoH", "Unknown", "Unknown"},    {"PtoP", "Device", "Device"},
};
/* CUpti_ActivityMemoryKind. */
static const char *const memories[] = {
  NULL, "Pageable", "Pinned", "Device", "Array", "Managed", "Device Static", "Managed Static",
};

static const char *memory_name(uint32_t kind, const char *otherwise) {
  return kind > 0 && kind < COUNT_OF(memories) ? memories[kind] : otherwise;
}

const char *copy_name(const struct launch *launch, char *text, size_t size) {
  if (launch->kind == LAUNCH_MEMSET) {
    snprintf(text, size, "Memset (%s)", memory_name(launch->memory, "Unknown"));
    return text;
  }
  uint32_t direction = launch->memory & 255;
  const char *const *names = directions[direction < COUNT_OF(directions) ? direction : 0];
  const char *from = memory_name(launch->memory >> 8 & 255, names[1]), *to = memory_name(launch->memory >> 16 & 255, names[2]);
  snprintf(text, size, "Memcpy %s (%s -> %s)", names[0], from, to);
  return text;
}
