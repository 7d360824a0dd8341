/*
 * Signals that end the program: what is recorded is written first, then the signal does what it did before. Nothing here
 * is done with a lock or with memory of the heap.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <unistd.h>
#include "agent.h"

static const int fatal[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGTERM};
static struct sigaction before[COUNT_OF(fatal)];

static bool is_default(const struct sigaction *action) {
  return (action->sa_flags & SA_SIGINFO) == 0 && action->sa_handler == SIG_DFL;
}

static void end_by_default(int number, const siginfo_t *info, const struct sigaction *action) {
  if (!writer_finish_in_handler(number)) output_write_in_handler();
  sigaction(number, action, NULL);
  // A fault comes again by itself when this returns; what somebody sent has to be sent again.
  if (info->si_code <= 0 || number == SIGTERM || number == SIGABRT) raise(number);
}

static void handle(int number, siginfo_t *info, void *context) {
  int error = errno;
  for (size_t at = 0; at < COUNT_OF(fatal); at++) {
    const struct sigaction *action = before + at;
    if (fatal[at] != number) continue;
    if (is_default(action)) {
      end_by_default(number, info, action);
      break;
    }
    // The program's own handler may well go on (a Java null check), so only what is ready is written.
    output_write_in_handler();
    if ((action->sa_flags & SA_SIGINFO) != 0) action->sa_sigaction(number, info, context);
    else if (action->sa_handler != SIG_IGN) action->sa_handler(number);
    break;
  }
  errno = error;
}

void signals_start(void) {
  for (size_t at = 0; at < COUNT_OF(fatal); at++) {
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    if (sigaction(fatal[at], NULL, &before[at]) != 0 || ((before[at].sa_flags & SA_SIGINFO) != 0 && before[at].sa_sigaction == handle)) continue;
    // A program that handles or ignores SIGTERM ends in its own way, through exit, or not at all.
    if (fatal[at] == SIGTERM && !is_default(&before[at])) continue;
    if ((before[at].sa_flags & SA_SIGINFO) == 0 && before[at].sa_handler == SIG_IGN) continue;
    action.sa_mask = before[at].sa_mask;
    action.sa_flags |= before[at].sa_flags & (SA_RESTART | SA_NODEFER);
    sigaction(fatal[at], &action, NULL);
  }
}
