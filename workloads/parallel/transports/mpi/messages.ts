import type { Communicator } from './communicator.ts';
import { memory } from './memory.ts';
import type { Request } from './request.ts';

/** Apart from those of meetings. */
const lengthTag = 1;
const bytesTag = 2;

/** Waits until another rank has taken part in what was begun with it. */
export type Finish = (requests: readonly Request[], other: number) => void;

/** Begins to send bytes of any number to a rank; they must stay as they are until all requests are done. */
export function startMessage(communicator: Communicator, to: number, bytes: Uint8Array): readonly Request[] {
  const length = memory.bytes(4);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return [communicator.startSend(length, to, lengthTag), communicator.startSend(bytes, to, bytesTag)];
}

/** The next message from a rank; waits for it. */
export function receiveMessage(communicator: Communicator, from: number, finish: Finish): Uint8Array {
  const length = memory.bytes(4);
  finish([communicator.startReceive(length, from, lengthTag)], from);
  const bytes = memory.bytes(new DataView(length.buffer).getUint32(0));
  finish([communicator.startReceive(bytes, from, bytesTag)], from);
  return bytes;
}

/** What each rank says, by rank; waits for all. */
export function exchangeTexts(communicator: Communicator, text: string, finish: Finish): readonly string[] {
  const own = memory.bytes(Buffer.byteLength(text));
  new TextEncoder().encodeInto(text, own);
  const { others, rank, size } = communicator;
  const sent = others.map((other) => ({ other, requests: startMessage(communicator, other, own) }));
  const texts = Array.from({ length: size }, (_, from) =>
    from === rank ? text : new TextDecoder().decode(receiveMessage(communicator, from, finish)),
  );
  for (const { other, requests } of sent) finish(requests, other);
  return texts;
}
