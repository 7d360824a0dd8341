import type { Communicator } from './communicator.ts';
import { memory } from './memory.ts';
import type { Request } from './request.ts';

/** A point that ranks come to, each of which sees who has not. */
export class Meeting {
  #awaited: readonly { readonly rank: number; readonly mark: Request }[];

  /** Tells the others that this rank is there. */
  constructor(communicator: Communicator) {
    const { others } = communicator;
    this.#awaited = others.map((rank) => ({ rank, mark: communicator.startReceive(memory.bytes(1), rank) }));
    for (const rank of others) communicator.startSend(memory.bytes(1), rank).done();
  }

  /** The ranks that have not come. */
  missing(): readonly number[] {
    this.#awaited = this.#awaited.filter(({ mark }) => !mark.done());
    return this.#awaited.map(({ rank }) => rank);
  }
}
