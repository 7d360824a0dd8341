/* JSON, UTF-8 and the names of C++. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include "agent.h"

/* Longer names take the demangler too long. */
enum { LONGEST_MANGLED = 8192 };

void json_raw(struct json *json, const char *text) {
  size_t length = strlen(text);
  if (json->cut || json->size - json->length < length) {
    json->cut = true;
    return;
  }
  memcpy(json->text + json->length, text, length);
  json->length += length;
}

void json_format(struct json *json, const char *format, ...) {
  va_list values;
  va_start(values, format);
  size_t room = json->size - json->length;
  int length = vsnprintf(json->text + json->length, room, format, values);
  va_end(values);
  if (length < 0 || (size_t)length >= room) json->cut = true;
  else json->length += (size_t)length;
}

void json_text(struct json *json, const char *text) {
  char clean[8192];
  size_t length = clean_utf8(clean, sizeof clean, text, strlen(text));
  json_raw(json, "\"");
  for (size_t at = 0; at < length; at++) {
    unsigned char byte = (unsigned char)clean[at];
    if (byte == '"' || byte == '\\') json_raw(json, (char[]){'\\', (char)byte, 0});
    else if (byte < 0x20) json_format(json, "\\u%04x", byte);
    else json_raw(json, (char[]){(char)byte, 0});
  }
  json_raw(json, "\"");
}

/* Bytes of the good character that begins here, or 0: no overlong forms, no surrogates, nothing past U+10FFFF. */
static size_t good_character(const unsigned char *at, size_t left) {
  unsigned char first = at[0], low = 0x80, high = 0xBF;
  if (first < 0x80) return 1;
  size_t length = first >= 0xC2 && first <= 0xDF ? 2 : (first & 0xF0) == 0xE0 ? 3 : first >= 0xF0 && first <= 0xF4 ? 4 : 0;
  if (length == 0 || length > left) return 0;
  if (first == 0xE0) low = 0xA0;
  if (first == 0xED) high = 0x9F;
  if (first == 0xF0) low = 0x90;
  if (first == 0xF4) high = 0x8F;
  if (at[1] < low || at[1] > high) return 0;
  for (size_t next = 2; next < length; next++) {
    if ((at[next] & 0xC0) != 0x80) return 0;
  }
  return length;
}

size_t clean_utf8(char *to, size_t most, const char *from, size_t length) {
  size_t filled = 0;
  for (size_t at = 0; at < length;) {
    size_t good = good_character((const unsigned char *)from + at, length - at);
    const char *source = good > 0 ? from + at : "\xEF\xBF\xBD";
    size_t size = good > 0 ? good : 3;
    if (filled + size > most) break;
    memcpy(to + filled, source, size);
    filled += size;
    at += good > 0 ? good : 1;
  }
  return filled;
}

typedef char *demangle_fn(const char *name, char *buffer, size_t *length, int *status);

static demangle_fn *find_demangler(void) {
  void *found = dlsym(RTLD_DEFAULT, "__cxa_demangle");
  if (found == NULL) {
    // Only where the program has it loaded.
    void *library = dlopen("libstdc++.so.6", RTLD_LAZY | RTLD_NOLOAD);
    if (library != NULL) found = dlsym(library, "__cxa_demangle");
  }
  demangle_fn *function;
  memcpy(&function, &found, sizeof function);
  return function;
}

char *demangle(const char *name) {
  int status = 0;
  if (name[0] != '_' || name[1] != 'Z' || strnlen(name, LONGEST_MANGLED) == LONGEST_MANGLED) return NULL;
  // Looked up each time: only new names come here, and the program may load the library later.
  demangle_fn *function = find_demangler();
  return function == NULL ? NULL : function(name, NULL, NULL, &status);
}
