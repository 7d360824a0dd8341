import { type LaneColumns, unpackLane } from '../../src/report/html/columns.ts';
import { dataIds, type TimelineData } from '../../src/report/html/page-data.ts';

/** Decoded between two frames; a multiple of 4, as base64 wants it. */
const pieceCharacters = 2 ** 20;

/** The data that lie in the page, as what packed them into it says that they are. */
export function readData<T>(): T {
  return JSON.parse(textOf(dataIds.page)) as T;
}

function textOf(id: string): string {
  return document.getElementById(id)?.textContent ?? '';
}

/** Base64 as bytes. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/**
 * Unpacks the executions lane by lane, a piece at a time, so that the page stays quick meanwhile.
 * @throws Error where the browser cannot inflate or the data are damaged
 */
export async function readExecutions(
  { lanes }: TimelineData,
  visit: (lane: number, columns: LaneColumns) => void,
): Promise<void> {
  await parsed();
  const text = textOf(dataIds.executions);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < text.length; at += pieceCharacters) {
    parts.push(bytesOf(text.slice(at, at + pieceCharacters)));
    await nextTask();
  }
  // The text has served; a page of a million kernels is lighter without it.
  document.getElementById(dataIds.executions)?.remove();
  const inflated = new Blob(parts).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(inflated).arrayBuffer());
  let offset = 0;
  for (const [at, lane] of lanes.entries()) {
    visit(at, unpackLane(bytes, offset, lane.bytes, lane.kept));
    offset += lane.bytes[0] + lane.bytes[1] + lane.bytes[2];
    await nextTask();
  }
}

/** The executions stand behind the program: they are there once the page is read. */
function parsed(): Promise<void> {
  if (document.readyState !== 'loading') return nextTask();
  return new Promise((resolve) => {
    document.addEventListener('DOMContentLoaded', () => resolve(nextTask()), { once: true });
  });
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
