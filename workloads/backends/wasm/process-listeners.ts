const events = ['uncaughtException', 'unhandledRejection'] as const;
type Listener = (...args: unknown[]) => void;

/**
 * Runs `body` and puts the process back as it was. Emscripten's loader sets `globalThis.Worker` and adds listeners that
 * rethrow every unhandled rejection; its `_dispose` then removes those of everybody else (its filter compares
 * `!index > -1`, which is always true).
 */
export function keepingProcessListeners<T>(body: () => T): T {
  const before = events.map((event) => process.rawListeners(event) as Listener[]);
  const worker = Object.getOwnPropertyDescriptor(globalThis, 'Worker');
  try {
    return body();
  } finally {
    for (const [index, event] of events.entries()) restore(event, before[index] ?? []);
    if (worker === undefined) Reflect.deleteProperty(globalThis, 'Worker');
    else Object.defineProperty(globalThis, 'Worker', worker);
  }
}

function restore(event: string, before: readonly Listener[]): void {
  const after = process.rawListeners(event) as Listener[];
  for (const listener of after) if (!before.includes(listener)) process.removeListener(event, listener);
  for (const listener of before) if (!after.includes(listener)) process.on(event, listener);
}
