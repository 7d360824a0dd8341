import { interruptSignals } from '../../../dashboards/terminal/terminal-guard.ts';
import type { Signal } from '../watch.ts';

/** Whether a signal has asked for the end of what goes on. */
export interface StopWatch {
  /** The first that came, or null. */
  readonly signal: Signal | null;
  /** Leaves signals to what they do otherwise. */
  end(): void;
}

/** Takes the signals of interruption until `end`; what runs then has to look. */
export function watchForStop(): StopWatch {
  let first: Signal | null = null;
  const onSignal = (signal: Signal) => {
    first ??= signal;
  };
  for (const signal of interruptSignals) process.on(signal, onSignal);
  return {
    get signal() {
      return first;
    },
    end() {
      for (const signal of interruptSignals) process.off(signal, onSignal);
    },
  };
}
