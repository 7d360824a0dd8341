/** What open streams still have to do when the process ends without closing them. */
type ExitHandler = (exitCode: number) => void;

const handlers = new Set<ExitHandler>();

/**
 * Calls `handler` when the process (or this worker thread) ends. One listener serves all: a process may open many
 * streams, and Node warns of an eleventh listener.
 * @returns takes the handler back
 */
export function onProcessExit(handler: ExitHandler): () => void {
  if (handlers.size === 0) process.on('exit', runHandlers);
  handlers.add(handler);
  return () => {
    handlers.delete(handler);
    if (handlers.size === 0) process.removeListener('exit', runHandlers);
  };
}

function runHandlers(exitCode: number): void {
  for (const handler of handlers) handler(exitCode);
}
