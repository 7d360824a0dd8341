#ifndef SCRIPT_H
#define SCRIPT_H

#include <stdint.h>

void fail(const char *what, const char *line) __attribute__((noreturn));
/* The next word of a line, as a number; both move on. */
int64_t number(char **rest);
double real(char **rest);
char *word(char **rest);
/* What is left of the line, held for ever. */
const char *text(char *rest);

#endif
