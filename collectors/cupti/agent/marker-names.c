/* What the names of NVTX ranges and marks say. */
#define _GNU_SOURCE
#include <ctype.h>
#include <math.h>
#include <regex.h>
#include <stdlib.h>
#include <strings.h>
#include "agent.h"

static regex_t pattern;
static bool has_pattern;

/* The pattern of the person who runs it, beside the built-in names; one that is no pattern is passed over. */
void step_names_start(void) {
  const char *text = settings_step_pattern();
  if (has_pattern || text == NULL || text[0] == 0) return;
  has_pattern = regcomp(&pattern, text, REG_EXTENDED | REG_NOSUB) == 0;
}

static bool skip(const char **at, const char *word) {
  size_t length = strlen(word);
  if (strncasecmp(*at, word, length) != 0) return false;
  *at += length;
  return true;
}

/* ProfilerStep#3, step, step 3, training_iteration: 3, iter-3, batch#3. */
static bool is_built_in_name(const char *at) {
  static const char *const words[] = {"step", "iteration", "iter", "batch"};
  bool found = false;
  if (skip(&at, "ProfilerStep#")) return *at != 0 && at[strspn(at, "0123456789")] == 0;
  if (skip(&at, "training") || skip(&at, "train")) at += *at != 0 && strchr(" _-", *at) != NULL;
  for (size_t word = 0; word < COUNT_OF(words) && !found; word++) found = skip(&at, words[word]);
  if (!found) return false;
  if (*at == 0) return true;
  at += strspn(at, " _#:-");
  return *at != 0 && at[strspn(at, "0123456789")] == 0;
}

bool is_step_name(const char *name) {
  return is_built_in_name(name) || (has_pattern && regexec(&pattern, name, 0, NULL, 0) == 0);
}

/* The number at the end of a name; false where there is none that a step can have. */
bool number_of_step(const char *name, uint32_t *number) {
  const char *at = name + strlen(name), *end;
  uint64_t value;
  while (at > name && isdigit((unsigned char)at[-1])) at--;
  if (!read_count(at, &end, &value) || value >= UINT32_MAX) return false;
  *number = (uint32_t)value;
  return true;
}

/* One word `key=number`; moves on to the next word. */
static bool read_word(const char **at, struct figure *figure) {
  const char *key = *at + strspn(*at, " ");
  size_t length = strcspn(key, "= ");
  char *end;
  if (length == 0 || length >= sizeof figure->key || key[length] != '=' || !(isalpha((unsigned char)*key) || *key == '_')) return false;
  // No hexadecimal numbers and no "nan(...)": only what a person writes.
  const char *number = key + length + 1;
  size_t digits = strcspn(number, " ");
  if (digits == 0 || strcspn(number, "xX(") < digits) return false;
  figure->value = strtod(number, &end);
  if (end != number + digits) return false;
  memcpy(figure->key, key, length);
  figure->key[length] = 0;
  *at = end + strspn(end, " ");
  return true;
}

/* `loss=1.23 samples=256`: how many figures a name tells; 0 where any word of it is something else. */
size_t figures_in_name(const char *name, struct figure *figures, size_t most) {
  size_t count = 0;
  if (strchr(name, '=') == NULL) return 0;
  for (const char *at = name; *at != 0; count++) {
    if (count == most || !read_word(&at, figures + count)) return 0;
  }
  return count;
}

const char *metric_of_key(const char *key) {
  if (strcasecmp(key, "lr") == 0 || strcasecmp(key, "learning_rate") == 0) return "learningRate";
  if (strcasecmp(key, "loss") == 0) return "loss";
  if (strcasecmp(key, "accuracy") == 0) return "accuracy";
  return key;
}
