/* Frames as FORMAT.md has them, put together in the output. */
#include "agent.h"

static uint32_t tables[8][256];
static uint8_t *frame;
static size_t payload_size;

static void make_tables(void) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0xEDB88320u & (0u - (crc & 1)));
    tables[0][byte] = crc;
  }
  for (int table = 1; table < 8; table++) {
    for (int byte = 0; byte < 256; byte++) {
      uint32_t before = tables[table - 1][byte];
      tables[table][byte] = before >> 8 ^ tables[0][before & 255];
    }
  }
}

/* Eight bytes at a time, each by a table of its own (slicing-by-8). */
uint32_t crc32_of(const uint8_t *bytes, size_t count, uint32_t crc) {
  crc = ~crc;
  for (; count >= 8; count -= 8, bytes += 8) {
    uint32_t low = u32_at(bytes) ^ crc, high = u32_at(bytes + 4);
    crc = tables[7][low & 255] ^ tables[6][low >> 8 & 255] ^ tables[5][low >> 16 & 255] ^ tables[4][low >> 24] ^
          tables[3][high & 255] ^ tables[2][high >> 8 & 255] ^ tables[1][high >> 16 & 255] ^ tables[0][high >> 24];
  }
  for (; count > 0; count--) crc = crc >> 8 ^ tables[0][(crc ^ *bytes++) & 255];
  return ~crc;
}

bool frames_start(void) {
  make_tables();
  return output_start();
}

void frames_header(void) {
  uint8_t *at = output_reserve(16);
  if (at == NULL) return;
  memcpy(at, "WARPWTCH\1\0\0\0\0\0\0\0", 16);
  output_commit(16);
}

uint8_t *frame_begin(uint16_t type, size_t payload_bytes) {
  size_t padded = (payload_bytes + 3) & ~(size_t)3;
  frame = output_reserve(8 + padded + 4);
  if (frame == NULL) return NULL;
  payload_size = payload_bytes;
  uint32_t length = (uint32_t)payload_bytes;
  memcpy(frame, &length, 4);
  memcpy(frame + 4, &type, 2);
  memset(frame + 6, 0, 2);
  return frame + 8;
}

void frame_end(void) {
  size_t padded = (payload_size + 3) & ~(size_t)3;
  memset(frame + 8 + payload_size, 0, padded - payload_size);
  uint32_t crc = crc32_of(frame, 8 + padded, 0);
  memcpy(frame + 8 + padded, &crc, 4);
  output_commit(8 + padded + 4);
}

bool frame_json(uint16_t type, const struct json *json) {
  if (json->cut) return false;
  uint8_t *payload = frame_begin(type, json->length);
  if (payload == NULL) return false;
  memcpy(payload, json->text, json->length);
  frame_end();
  return true;
}

static uint64_t value_at(const struct column *column, size_t row) {
  const uint8_t *at = (const uint8_t *)column->first + row * column->stride;
  return column->bytes == 8 ? u64_at(at) : u32_at(at);
}

static uint8_t *put_column(uint8_t *to, const struct column *column, size_t count, uint64_t base, bool narrow) {
  const uint8_t *at = column->first;
  for (size_t row = 0; row < count; row++, at += column->stride) {
    if (column->bytes == 4) {
      memcpy(to, at, 4);
      to += 4;
      continue;
    }
    uint64_t value = u64_at(at) - base;
    memcpy(to, &value, narrow ? 4 : 8); // Little-endian machines only: the low half stands first.
    to += narrow ? 4 : 8;
  }
  return to;
}

bool frame_block(uint16_t type, uint32_t flags, size_t count, bool has_duration, const struct column *columns, size_t width) {
  if (count == 0) return true;
  size_t times = has_duration ? 2 : 1;
  uint64_t base = UINT64_MAX, newest = 0, longest = 0;
  for (size_t row = 0; row < count; row++) {
    uint64_t start = value_at(columns, row), duration = has_duration ? value_at(columns + 1, row) : 0;
    if (start < base) base = start;
    if (start > newest) newest = start;
    if (duration > longest) longest = duration;
  }
  bool narrow = newest - base <= UINT32_MAX && longest <= UINT32_MAX;
  size_t size = 16;
  for (size_t at = 0; at < width; at++) size += count * (at < times && narrow ? 4 : columns[at].bytes);
  uint8_t *payload = frame_begin(type, size);
  if (payload == NULL) return false;
  uint32_t head[2] = {(uint32_t)count, flags | (narrow ? 0 : 1)};
  memcpy(payload, head, 8);
  memcpy(payload + 8, &base, 8);
  payload += 16;
  for (size_t at = 0; at < width; at++) payload = put_column(payload, columns + at, count, at == 0 ? base : 0, narrow && at < times);
  frame_end();
  return true;
}
