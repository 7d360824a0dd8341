/*
 * The output: whole frames that wait for the disk, and the file that they go to. A disk that is full keeps what it has
 * taken, the rest waits here, and who wants to add more is refused until there is room again.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "agent.h"

enum { OUTPUT_BYTES = 2 << 20, LEAST_FD = 200 };

static uint8_t *bytes;
static _Atomic size_t written, committed;
/* Held by who touches `written` or moves bytes. */
static atomic_flag busy = ATOMIC_FLAG_INIT;
static int fd = -1;
static dev_t device;
static ino_t inode;
static uint64_t file_bytes;
static pid_t process;
static char path[sizeof settings.directory + 128];

bool output_start(void) {
  if (bytes == NULL) bytes = take_memory(OUTPUT_BYTES);
  return bytes != NULL;
}

/* A high number, so that programs that close or count on low ones meet it seldom. */
static int lift(int low) {
  int high = fcntl(low, F_DUPFD_CLOEXEC, LEAST_FD);
  if (high < 0) return low;
  close(low);
  return high;
}

bool output_open(const char *name) {
  struct stat found;
  snprintf(path, sizeof path, "%s/%s.stream", settings.directory, name);
  int opened = open(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (opened < 0) return false;
  opened = lift(opened);
  if (fstat(opened, &found) != 0) {
    close(opened);
    return false;
  }
  fd = opened;
  process = getpid();
  device = found.st_dev;
  inode = found.st_ino;
  file_bytes = 0;
  return true;
}

/* Whether the descriptor is still our file: a program that closes all descriptors may have put its own in that place. */
static bool is_ours(int candidate) {
  struct stat found;
  return candidate >= 0 && fstat(candidate, &found) == 0 && found.st_dev == device && found.st_ino == inode;
}

static bool have_file(void) {
  if (is_ours(fd)) return true;
  int opened = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
  if (opened < 0) return false;
  opened = lift(opened);
  if (!is_ours(opened)) {
    close(opened);
    fd = -1;
    return false;
  }
  fd = opened;
  return true;
}

uint8_t *output_reserve(size_t wanted) {
  if (committed + wanted > OUTPUT_BYTES) output_write();
  return committed + wanted > OUTPUT_BYTES ? NULL : bytes + committed;
}

void output_commit(size_t more) {
  file_bytes += more;
  atomic_fetch_add(&committed, more);
}

static void write_what_waits(void) {
  while (written < committed) {
    ssize_t count = write(fd, bytes + written, committed - written);
    if (count > 0) atomic_fetch_add(&written, (size_t)count);
    else if (count == 0 || errno != EINTR) return;
  }
}

void output_write(void) {
  if (written == committed || !have_file()) return;
  // A signal's handler that holds it writes the same bytes, and then the process ends.
  if (atomic_flag_test_and_set(&busy)) return;
  write_what_waits();
  if (written > 0) {
    memmove(bytes, bytes + written, committed - written);
    committed -= written;
    written = 0;
  }
  atomic_flag_clear(&busy);
}

/* From the handler of a signal; the flag stays set where the process is about to end with bytes that it could not write. */
void output_write_in_handler(void) {
  if (process != getpid()) return;
  for (int tries = 0; atomic_flag_test_and_set(&busy); tries++) {
    if (tries == 100) return;
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  }
  if (bytes != NULL && is_ours(fd)) write_what_waits();
  atomic_flag_clear(&busy);
}

size_t output_waiting(void) { return committed - written; }

uint64_t output_file_bytes(void) { return file_bytes; }

void output_close(void) {
  output_write();
  if (is_ours(fd)) close(fd);
  fd = -1;
  written = committed = 0;
}

/* In a forked child: its copies of our descriptor and bytes are not to be used. */
void output_forget(void) {
  if (is_ours(fd)) close(fd);
  fd = -1;
  written = committed = 0;
  atomic_flag_clear(&busy);
}
