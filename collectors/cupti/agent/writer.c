/*
 * The writer's thread. It wakes ten times a second or when buffers fill, asks CUPTI for what is finished, reads it and
 * writes it out. The program's threads never wait for it, except at the end, and then not for long.
 */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "agent.h"

/* The screen shall not lag by more than half a second: flush, one round of order.c, the reader's own round. */
static const uint64_t round_ns = SECOND_NS / 10, flush_ns = SECOND_NS / 5;
/* A disk that hangs, or a driver that does, must not keep the program from ending. */
static const uint64_t exit_wait_ns = 5 * SECOND_NS, handler_wait_ns = SECOND_NS * 2 / 5;

enum ending { GOES_ON, ENDS, KILLED };
static pthread_t thread;
/* A child that was made without fork() does not know that it is one. */
static pid_t process;
static _Atomic bool is_running;
static _Atomic uint32_t wakes, is_done;
static _Atomic int ending, killer;

static void wait_for_change(_Atomic uint32_t *word, uint32_t seen, uint64_t wait_ns) {
  struct timespec wait = {(time_t)(wait_ns / SECOND_NS), (long)(wait_ns % SECOND_NS)};
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, seen, &wait, NULL, 0);
}

/* A futex needs no descriptor and may be used in a signal's handler. */
static void wake_all(_Atomic uint32_t *word) {
  atomic_fetch_add(word, 1);
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
}

void writer_wake(void) { wake_all(&wakes); }

static void write_round(bool all) {
  uint64_t now = now_ns();
  buffers_read();
  order_write(all);
  markers_write();
  overhead_write(now, all);
  samples_write();
  clock_write_frame(now);
  losses_write();
  output_write();
  if (!all) stream_rotate_if_due();
}

static void write_end(void) {
  char message[64] = "";
  bool was_killed = ending == KILLED;
  // What is at hand goes first: a driver that crashed may not answer.
  write_round(true);
  cupti.flush_all(1);
  write_round(true);
  if (was_killed) snprintf(message, sizeof message, "The program was ended by signal %d.", (int)killer);
  windows_cut();
  stream_end(was_killed ? "failed" : "ended", message);
}

static void *run(void *unused) {
  (void)unused;
  uint64_t last_flush = 0;
  while (ending == GOES_ON) {
    uint32_t seen = wakes;
    uint64_t now = now_ns();
    if (now - last_flush >= flush_ns) {
      cupti.flush_all(0);
      clock_anchor();
      last_flush = now;
    }
    write_round(false);
    now = now_ns();
    uint64_t turn = windows_turn(now), wait = turn > now ? turn - now : 0;
    if (ending == GOES_ON) wait_for_change(&wakes, seen, wait < round_ns ? wait : round_ns);
  }
  write_end();
  wake_all(&is_done);
  return NULL;
}

bool writer_start(void) {
  sigset_t all, before;
  ending = GOES_ON;
  is_done = 0;
  process = getpid();
  // The program's handlers must not run on our thread.
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  bool started = pthread_create(&thread, NULL, run, NULL) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (started) pthread_setname_np(thread, "warpwatch");
  is_running = started;
  return started;
}

/* At the program's exit: everything is written, or after a while the program goes without. */
void writer_finish(void) {
  if (process != getpid() || !atomic_exchange(&is_running, false)) return;
  int expected = GOES_ON;
  atomic_compare_exchange_strong(&ending, &expected, ENDS);
  writer_wake();
  uint64_t until = now_ns() + exit_wait_ns;
  for (uint64_t now = now_ns(); is_done == 0 && now < until; now = now_ns()) wait_for_change(&is_done, 0, until - now);
  if (is_done != 0) pthread_join(thread, NULL);
}

/*
 * In the handler of a signal that ends the program: the thread writes all that it has while this one waits a little.
 * Returns false where there is no thread that could, or where it is this one.
 */
bool writer_finish_in_handler(int signal) {
  if (!is_running || process != getpid() || pthread_equal(pthread_self(), thread)) return false;
  int expected = GOES_ON;
  killer = signal;
  if (!atomic_compare_exchange_strong(&ending, &expected, KILLED)) return false;
  writer_wake();
  for (uint64_t waited = 0; is_done == 0 && waited < handler_wait_ns; waited += SECOND_NS / 1000) {
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  }
  return is_done != 0;
}

void writer_forget(void) {
  is_running = false;
  ending = GOES_ON;
}
