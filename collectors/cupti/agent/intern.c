/*
 * Strings and launches by id. A launch is found by all of its fields, the name's pointer among them; since CUPTI may use
 * memory again, the text behind the pointer is compared on each use. When a table is full all tables begin anew: ids
 * count on, since FORMAT.md lets a definition come twice, and memory stays bounded.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include "agent.h"

enum {
  MOST_LAUNCHES = 32768, MOST_STRINGS = 16384, SLOTS = 65536, /* of both tables; a power of two */
  NAME_BYTES = 6 << 20, LONGEST_NAME = 65535,
  STRING_DEFINITIONS = 512 << 10, MOST_NEW_LAUNCHES = 4096, LAUNCH_BYTES = 76,
};

struct known_launch { struct launch launch; uint32_t id, text; };
struct known_string { uint32_t text, length, id, hash; };
static struct known_launch *launches;
static struct known_string *strings;
static uint32_t *launch_slots, *string_slots; /* index + 1, or 0 */
static char *names;
static uint8_t *new_strings, *new_launches;
static uint32_t launch_count, string_count, names_filled;
static uint32_t next_launch, next_string = 1;
static uint32_t waiting_strings, waiting_launches;
static size_t waiting_string_bytes;

/* Facts of the newest launches, in a ring by id; only summaries ask for them. */
enum { FACTS = 65536 };
struct known_facts { struct launch_facts facts; uint32_t id; bool is_set; };
static struct known_facts *facts_ring;

bool launch_facts(uint32_t id, struct launch_facts *facts) {
  const struct known_facts *known = facts_ring + id % FACTS;
  if (!known->is_set || known->id != id) return false;
  *facts = known->facts;
  return true;
}

static void keep_facts(uint32_t id, const struct launch *launch) {
  double blocks = 0;
  if (launch->kind == LAUNCH_KERNEL) blocks = (double)launch->grid[0] * launch->grid[1] * launch->grid[2];
  facts_ring[id % FACTS] = (struct known_facts){{launch->kind, launch->device, blocks > 0 ? blocks : 0}, id, true};
}

static uint64_t mix(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
  return hash ^ hash >> 29;
}

static uint32_t hash_launch(const struct launch *launch) {
  const uint8_t *at = (const uint8_t *)launch;
  uint64_t even = 1, odd = 2;
  // Two chains, so that the processor works on both at once.
  for (size_t word = 0; word < sizeof *launch; word += 16) {
    even = mix(even, u64_at(at + word));
    odd = mix(odd, u64_at(at + word + 8));
  }
  return (uint32_t)(mix(even, odd) >> 32);
}
_Static_assert(sizeof(struct launch) == 64, "a launch is hashed by whole words and has no padding");

static uint32_t hash_text(const char *text, size_t length) {
  uint64_t hash = length, word = 0;
  for (; length >= 8; length -= 8, text += 8) hash = mix(hash, u64_at((const uint8_t *)text));
  memcpy(&word, text, length);
  return (uint32_t)(mix(hash, word) >> 32);
}

static void forget(void) {
  launch_count = string_count = names_filled = 0;
  memset(launch_slots, 0, SLOTS * sizeof *launch_slots);
  memset(string_slots, 0, SLOTS * sizeof *string_slots);
}

bool intern_start(void) {
  if (launches != NULL) return true;
  launches = take_memory(MOST_LAUNCHES * sizeof *launches);
  strings = take_memory(MOST_STRINGS * sizeof *strings);
  launch_slots = take_memory(SLOTS * sizeof *launch_slots);
  string_slots = take_memory(SLOTS * sizeof *string_slots);
  names = take_memory(NAME_BYTES);
  new_strings = take_memory(STRING_DEFINITIONS);
  new_launches = take_memory(MOST_NEW_LAUNCHES * LAUNCH_BYTES);
  if (settings.mode == MODE_SUMMARY && (facts_ring = take_memory(FACTS * sizeof *facts_ring)) == NULL) return false;
  return launches && strings && launch_slots && string_slots && names && new_strings && new_launches;
}

/* For a new stream: ids from the beginning, nothing is defined. All definitions of the old one must have been written. */
void intern_new_stream(void) {
  if (launches == NULL) return;
  forget();
  next_launch = 0;
  next_string = 1;
  waiting_strings = waiting_launches = 0;
  waiting_string_bytes = 0;
}

static bool write_list(uint16_t type, uint32_t first, uint32_t count, const uint8_t *list, size_t size) {
  if (count == 0) return true;
  uint8_t *payload = frame_begin(type, 8 + size);
  if (payload == NULL) return false;
  memcpy(payload, &first, 4);
  memcpy(payload + 4, &count, 4);
  memcpy(payload + 8, list, size);
  frame_end();
  return true;
}

bool definitions_write(void) {
  if (!write_list(FRAME_STRINGS, next_string - waiting_strings, waiting_strings, new_strings, waiting_string_bytes)) return false;
  waiting_strings = 0;
  waiting_string_bytes = 0;
  size_t bytes = (size_t)waiting_launches * LAUNCH_BYTES;
  if (!write_list(FRAME_LAUNCHES, next_launch - waiting_launches, waiting_launches, new_launches, bytes)) return false;
  waiting_launches = 0;
  return true;
}

static uint32_t define_string(const char *raw, size_t length, bool mangled) {
  // A name of 64 KiB may grow threefold where it is no UTF-8; it is cut all the same.
  if (waiting_string_bytes + LONGEST_NAME + 8 > STRING_DEFINITIONS && !definitions_write()) return NO_ID;
  char *readable = mangled ? demangle(raw) : NULL;
  uint8_t *at = new_strings + waiting_string_bytes;
  const char *source = readable == NULL ? raw : readable;
  uint32_t bytes = (uint32_t)clean_utf8((char *)at + 4, LONGEST_NAME, source, readable == NULL ? length : strlen(readable));
  free(readable);
  memcpy(at, &bytes, 4);
  size_t padded = (bytes + 3) & ~(size_t)3;
  memset(at + 4 + bytes, 0, padded - bytes);
  waiting_string_bytes += 4 + padded;
  waiting_strings++;
  return next_string++;
}

/* The entry of a text, made where there is none; null where it cannot be defined now. */
static struct known_string *find_string(const char *text, bool mangled) {
  size_t length = strnlen(text, LONGEST_NAME);
  uint32_t hash = hash_text(text, length), slot = hash % SLOTS;
  for (; string_slots[slot] != 0; slot = (slot + 1) % SLOTS) {
    struct known_string *known = strings + string_slots[slot] - 1;
    if (known->hash == hash && known->length == length && memcmp(names + known->text, text, length) == 0) return known;
  }
  if (string_count == MOST_STRINGS || names_filled + length + 1 > NAME_BYTES) {
    forget();
    return find_string(text, mangled);
  }
  uint32_t id = define_string(text, length, mangled);
  if (id == NO_ID) return NULL;
  struct known_string *made = strings + string_count;
  *made = (struct known_string){names_filled, (uint32_t)length, id, hash};
  memcpy(names + names_filled, text, length);
  names[names_filled + length] = 0;
  names_filled += (uint32_t)length + 1;
  string_slots[slot] = ++string_count;
  return made;
}

uint32_t string_id(const char *text, bool mangled) {
  if (text[0] == 0) return 0;
  const struct known_string *known = find_string(text, mangled);
  return known == NULL ? NO_ID : known->id;
}

static uint32_t define_launch(const struct launch *launch, uint32_t name) {
  uint32_t device = string_id(device_name(launch->device), false);
  if (device == NO_ID || (waiting_launches == MOST_NEW_LAUNCHES && !definitions_write())) return NO_ID;
  uint8_t *at = new_launches + (size_t)waiting_launches * LAUNCH_BYTES;
  bool kernel = launch->kind == LAUNCH_KERNEL;
  uint32_t head[6] = {launch->kind, kernel ? 1 : 4, name, device, 0, 0};
  double bytes = kernel ? 0 : (double)launch->bytes;
  memset(at, 0, LAUNCH_BYTES);
  memcpy(at, head, sizeof head);
  memcpy(at + 24, launch->grid, 12);
  memcpy(at + 36, launch->block, 12);
  memcpy(at + 48, &launch->registers, 12);
  memcpy(at + 68, &bytes, 8);
  waiting_launches++;
  if (facts_ring != NULL) keep_facts(next_launch, launch);
  return next_launch++;
}

/* Known as it was defined, or defined anew with another text behind the same pointer. */
static bool is_same_text(const struct known_launch *known, const struct launch *launch) {
  return launch->name == NULL || strncmp(launch->name, names + known->text, LONGEST_NAME) == 0;
}

uint32_t launch_id(const struct launch *launch) {
  uint32_t slot = hash_launch(launch) % SLOTS;
  struct known_launch *known = NULL;
  for (; launch_slots[slot] != 0; slot = (slot + 1) % SLOTS) {
    struct known_launch *candidate = launches + launch_slots[slot] - 1;
    if (memcmp(&candidate->launch, launch, sizeof *launch) != 0) continue;
    if (is_same_text(candidate, launch)) return candidate->id;
    known = candidate;
    break;
  }
  if (launch_count == MOST_LAUNCHES) {
    forget();
    return launch_id(launch);
  }
  char text[96];
  // Both strings first: they may empty the tables.
  if (string_id(device_name(launch->device), false) == NO_ID) return NO_ID;
  uint32_t before = launch_count;
  const struct known_string *name = find_string(launch->name == NULL ? copy_name(launch, text, sizeof text) : launch->name, launch->name != NULL);
  if (name == NULL) return NO_ID;
  if (launch_count < before) return launch_id(launch);
  struct known_string copy = *name;
  uint32_t id = define_launch(launch, copy.id);
  if (id == NO_ID || launch_count < before) return id;
  if (known == NULL) {
    known = launches + launch_count;
    launch_slots[slot] = ++launch_count;
  }
  *known = (struct known_launch){*launch, id, copy.text};
  return id;
}
