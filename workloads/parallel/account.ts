import type { Spent, Transport } from './transport.ts';

/** What a replica has spent on the others: the calls of its transport, and its own copies for them. */
export class Account {
  readonly #transport: Pick<Transport, 'spent'>;
  #copyMs = 0;

  constructor(transport: Pick<Transport, 'spent'>) {
    this.#transport = transport;
  }

  get spent(): Spent {
    const { waitSeconds, communicateSeconds } = this.#transport.spent;
    return { waitSeconds, communicateSeconds: communicateSeconds + this.#copyMs / 1000 };
  }

  /** Counts what copies to and from the transport's memory as communication; it makes no call of the transport. */
  copy<T>(work: () => T): T {
    const startMs = performance.now();
    try {
      return work();
    } finally {
      this.#copyMs += performance.now() - startMs;
    }
  }
}
