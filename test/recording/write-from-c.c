/*
 * Writes a stream of a warpwatch recording, after src/recording/FORMAT.md alone and with libc alone.
 * Usage: write-from-c DIRECTORY NAME
 * Prints the time, on CLOCK_MONOTONIC, that its records count from.
 */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PRODUCER = 1, END = 3, SERIES = 6, MARK = 8, LOST = 9, WINDOW = 12, STRINGS = 16, LAUNCHES, ACTIVITY, STEPS, SAMPLES, RANGES, SUMMARY };

static FILE *file;
/* The payload under construction. The machine must be little-endian, as nearly all are. */
static uint8_t payload[1 << 20];
static size_t filled;

static uint32_t crc32(const uint8_t *bytes, size_t count, uint32_t crc) {
  crc = ~crc;
  for (size_t i = 0; i < count; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320u & -(crc & 1));
  }
  return ~crc;
}

static void put(const void *bytes, size_t count) {
  if (filled + count > sizeof payload) abort();
  memcpy(payload + filled, bytes, count);
  filled += count;
}

static void put_u32(uint32_t value) { put(&value, 4); }
static void put_u64(uint64_t value) { put(&value, 8); }
static void put_f64(double value) { put(&value, 8); }

static void put_string(const char *text) {
  size_t length = strlen(text);
  put_u32((uint32_t)length);
  put(text, length);
  put("\0\0\0", -length & 3);
}

/* Frames the payload: length, type, no flags; the payload, padded; the checksum of all that. */
static void end_frame(uint16_t type) {
  uint32_t length = (uint32_t)filled;
  uint8_t head[8] = {0};
  memcpy(head, &length, 4);
  memcpy(head + 4, &type, 2);
  put("\0\0\0", -filled & 3);
  uint32_t crc = crc32(payload, filled, crc32(head, sizeof head, 0));
  fwrite(head, sizeof head, 1, file);
  fwrite(payload, filled, 1, file);
  fwrite(&crc, 4, 1, file);
  filled = 0;
}

static void json_frame(uint16_t type, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  filled = (size_t)vsnprintf((char *)payload, sizeof payload, format, arguments);
  va_end(arguments);
  end_frame(type);
}

static uint64_t read_clock(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void put_block(uint32_t count, uint32_t flags, uint64_t base) {
  put_u32(count);
  put_u32(flags);
  put_u64(base);
}

static void put_launch(uint32_t kind, uint32_t flags, const uint32_t strings[4], const uint32_t shape[9],
                       double flops, double bytes) {
  put_u32(kind);
  put_u32(flags);
  put(strings, 4 * 4);
  put(shape, 9 * 4);
  put_f64(flops);
  put_f64(bytes);
}

int main(int count, char **arguments) {
  if (count != 3) return 2;
  char path[4096], boot[64] = "";
  snprintf(path, sizeof path, "%s/%s.stream", arguments[1], arguments[2]);
  file = fopen(path, "wbx");
  FILE *boot_file = fopen("/proc/sys/kernel/random/boot_id", "r");
  if (!file || !boot_file || fscanf(boot_file, "%63s", boot) != 1) return 1;
  fclose(boot_file);

  uint64_t start = read_clock(CLOCK_MONOTONIC);
  uint32_t version_and_reserved[2] = {1, 0};
  fwrite("WARPWTCH", 8, 1, file);
  fwrite(version_and_reserved, 8, 1, file);
  json_frame(PRODUCER,
             "{\"name\":\"%s\",\"processId\":%d,\"clock\":{\"name\":\"CLOCK_MONOTONIC@%s\",\"clockNs\":\"%" PRIu64
             "\",\"unixNs\":\"%" PRIu64 "\"},\"rank\":1,\"worldSize\":2,\"program\":\"train\"}",
             arguments[2], (int)getpid(), boot, start, read_clock(CLOCK_REALTIME));

  /* Strings 1 to 5. */
  const char *strings[] = {"gemm<float, 128>", "gpu0", "block1/conv1", "forward", "nulla \xc3\xa8"};
  put_u32(1);
  put_u32(5);
  for (int i = 0; i < 5; i++) put_string(strings[i]);
  end_frame(STRINGS);

  /* Launch 0: everything is known. Launch 1: a memset of which only the bytes are. */
  const uint32_t gemm[4] = {1, 2, 3, 4}, memset_[4] = {5, 2, 0, 0};
  const uint32_t shape[9] = {132, 4, 1, 256, 1, 1, 64, 1024, 49152}, no_shape[9] = {0};
  put_u32(0);
  put_u32(2);
  put_launch(0, 1 | 2 | 4, gemm, shape, 1e12, 3e9);
  put_launch(2, 4, memset_, no_shape, 0, 4096);
  end_frame(LAUNCHES);

  /* A thousand executions, the even ones of launch 0, on queues 0, 1, 2, … */
  put_block(1000, 2, start);
  for (uint32_t i = 0; i < 1000; i++) put_u32(i * 1000);
  for (uint32_t i = 0; i < 1000; i++) put_u32(500 + i);
  for (uint32_t i = 0; i < 1000; i++) put_u32(i % 2);
  for (uint32_t i = 0; i < 1000; i++) put_u32(i % 3);
  end_frame(ACTIVITY);

  /* One that runs for an hour, which takes the wide form. */
  put_block(1, 1, start + 2000000);
  put_u64(7);
  put_u64(3600000000000u);
  put_u32(0);
  end_frame(ACTIVITY);

  put_block(2, 0, start);
  put_u32(0), put_u32(5000);
  put_u32(5000), put_u32(6000);
  put_u32(1), put_u32(2);
  put_u32(32), put_u32(0xFFFFFFFF);
  end_frame(STEPS);

  json_frame(SERIES, "{\"id\":0,\"device\":null,\"metric\":\"loss\",\"from\":\"c\"}");
  put_block(3, 0, start);
  put_u32(0), put_u32(10), put_u32(20);
  put_u32(0), put_u32(0), put_u32(0);
  put_f64(2.5), put_f64(NAN), put_f64(-INFINITY);
  end_frame(SAMPLES);

  /* Two ranges named "forward", on threads 77 and 78. */
  put_block(2, 0, start);
  put_u32(100), put_u32(200);
  put_u32(50), put_u32(60);
  put_u32(4), put_u32(4);
  put_u32(77), put_u32(78);
  end_frame(RANGES);

  /* In the second after start launch 0 ran three times more, and one ran that nobody defined. */
  put_block(2, 1, start);
  put_u64(0), put_u64(0);
  put_u64(1000000000), put_u64(1000000000);
  put_u32(0), put_u32(9);
  put_u32(3), put_u32(5);
  put_u64(6000000000), put_u64(1);
  put_u64(5000000000), put_u64(1);
  end_frame(SUMMARY);

  /* A window in two parts, and another. */
  for (uint64_t at = 0; at < 4; at++) {
    if (at == 2) continue;
    json_frame(WINDOW, "{\"startNs\":\"%" PRIu64 "\",\"endNs\":\"%" PRIu64 "\"}", start + at * 1000, start + (at + 1) * 1000);
  }

  json_frame(MARK, "{\"name\":\"evaluation\",\"text\":\"\",\"startNs\":\"%" PRIu64 "\",\"endNs\":\"%" PRIu64 "\"}",
             start + 1, start + 2);
  json_frame(LOST, "{\"kind\":\"unfinished\",\"count\":4,\"why\":\"the driver gave no end\"}");
  json_frame(END, "{\"outcome\":\"ended\",\"message\":\"written from C\"}");
  printf("%" PRIu64 "\n", start);
  return fclose(file) == 0 ? 0 : 1;
}
