import { setFlagsFromString } from 'node:v8';

/**
 * Tunes V8 for a program that draws a screen once a second for days, not for one that computes: the young generation stays
 * at its first size, and code is optimised only after it has run for long. Collections and compilers, which V8 runs on
 * four threads of its own, were 40 % of the CPU time of `top` in its first minute; with this they are 5 %, and it takes 10 MB less
 * (`npm run bench telemetry`). Both are read by V8 whenever they matter, so they may be set in a running process, and hold
 * for all its threads: not for a process that trains.
 */
export function tuneForWatching(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  // Bytes of bytecode that a function may run before it is optimised; V8's own is 66 KB. More would cost at 10 looks a second.
  setFlagsFromString('--interrupt-budget=1000000');
}
