/* The words of a script's line. */
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fail(const char *what, const char *line) {
  fprintf(stderr, "trainer: %s: %.200s\n", what, line);
  exit(99);
}

/* The next word as a number. */
int64_t number(char **rest) {
  char *end;
  int64_t value = strtoll(*rest, &end, 0);
  if (end == *rest) fail("a number is missing", *rest);
  *rest = end;
  return value;
}

double real(char **rest) {
  char *end;
  double value = strtod(*rest, &end);
  if (end == *rest) fail("a number is missing", *rest);
  *rest = end;
  return value;
}

char *word(char **rest) {
  char *start = *rest + strspn(*rest, " ");
  size_t length = strcspn(start, " ");
  *rest = start + length + (start[length] != 0);
  start[length] = 0;
  return start;
}

/* What is left of the line, with \xHH for bytes; held for ever, as CUPTI holds the names of loaded modules. */
const char *text(char *rest) {
  char *from = rest + strspn(rest, " "), *copy = malloc(strlen(from) + 1), *to = copy;
  for (; *from != 0; from++) {
    if (from[0] == '\\' && from[1] == 'x') {
      char digits[3] = {from[2], from[3], 0};
      *to++ = (char)strtol(digits, NULL, 16);
      from += 3;
    } else {
      *to++ = *from;
    }
  }
  *to = 0;
  return copy;
}
