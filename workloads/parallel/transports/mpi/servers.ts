import type { Servers } from '../../transport.ts';
import type { Group } from './group.ts';
import { memory } from './memory.ts';
import { Window, wordBytes } from './window.ts';

/** Words before the values of a server. Who draws a ticket has the server once it is `served`. */
const words = { tickets: 0, served: 1, holder: 2, version: 3 } as const;
const headBytes = Object.keys(words).length * wordBytes;

interface Server {
  /** The rank that it stands on. */
  readonly rank: number;
  /** Of its words in that rank's memory, in bytes. */
  readonly offset: number;
  /** This rank's copy of its values. */
  readonly values: Float32Array;
}

/** Parameter servers in the memory of the ranks, dealt out in turn; who changes one has it for that time alone. */
export class MpiServers implements Servers {
  readonly #group: Group;
  readonly #servers: readonly Server[];
  readonly #window: Window;

  /** Waits for all ranks. */
  constructor(group: Group, lengths: readonly number[], initial: () => readonly Float32Array[]) {
    this.#group = group;
    const { communicator } = group;
    const ends = Array.from({ length: communicator.size }, () => 0);
    this.#servers = lengths.map((length, index) => {
      const rank = index % communicator.size;
      const offset = ends[rank] ?? 0;
      ends[rank] = offset + headBytes + Math.ceil((length * 4) / wordBytes) * wordBytes;
      return { rank, offset, values: memory.floats(length) };
    });
    group.meet('for all replicas to open the parameter servers');
    this.#window = Window.allocate(communicator, ends[communicator.rank] ?? 0);
    group.meet('for the parameter servers to be there');
    if (communicator.rank === 0) {
      for (const [index, values] of initial().entries()) this.#put(this.#at(index), values);
    }
    group.meet('for the first parameters');
  }

  change(server: number, change: (values: Float32Array) => void): number {
    const held = this.#at(server);
    return this.#alone(server, held, () => {
      this.#get(held);
      change(held.values);
      this.#put(held, held.values);
      return this.#window.add(held.rank, word(held, 'version'), 1) + 1;
    });
  }

  read(server: number, reader: (values: Float32Array) => void): number {
    const held = this.#at(server);
    const version = this.#alone(server, held, () => {
      this.#get(held);
      return this.#window.read(held.rank, word(held, 'version'));
    });
    this.#group.during(() => reader(held.values));
    return version;
  }

  /** Nothing: what the ranks share is freed once all have come to the end of the transport. */
  close(): void {}

  /** Frees it; waits for the others. */
  free(): void {
    this.#window.free();
  }

  #at(server: number): Server {
    const found = this.#servers[server];
    if (found === undefined) throw new RangeError(`there is no server ${server}`);
    return found;
  }

  #alone<T>(server: number, held: Server, act: () => T): T {
    return this.#group.during(() => {
      const { rank } = held;
      const ticket = this.#window.add(rank, word(held, 'tickets'), 1);
      const missing = () =>
        this.#window.read(rank, word(held, 'served')) === ticket
          ? []
          : [this.#window.read(rank, word(held, 'holder'))];
      this.#group.wait({ what: `for parameter server ${server}`, missing });
      this.#window.set(rank, word(held, 'holder'), this.#group.communicator.rank);
      try {
        return act();
      } finally {
        this.#window.add(rank, word(held, 'served'), 1);
      }
    });
  }

  #get({ rank, offset, values }: Server): void {
    this.#window.getFloats(rank, offset + headBytes, values);
  }

  #put({ rank, offset }: Server, values: Float32Array): void {
    this.#window.putFloats(rank, offset + headBytes, values);
  }
}

/** Where a server's word is, counted in words. */
function word({ offset }: Server, name: keyof typeof words): number {
  return offset / wordBytes + words[name];
}
