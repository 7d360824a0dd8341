import { createHash, timingSafeEqual } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { compare } from 'bcryptjs';

/** `busy`: too many passwords wait to be checked. */
export type PasswordVerdict = 'right' | 'wrong' | 'busy';

export interface PasswordLimits {
  /** Checks that may wait, in all and of one address. */
  readonly waiting: number;
  readonly waitingOfAddress: number;
  /**
   * A check is followed by this many times as long without one, so that guesses leave the processor alone; but by
   * `longestRestMs` at most, so that none waits longer than a request may take.
   */
  readonly restShare: number;
  readonly longestRestMs: number;
}

const passwordLimits: PasswordLimits = { waiting: 6, waitingOfAddress: 3, restShare: 9, longestRestMs: 1000 };

/** A syntactically right hash that no password is known for. */
const decoyTail = 'KIXQJpWcUqU5ZBHmcqK4lOe0rGuY1J9o0JQZr8m1l2X7v5y3cE6Vi';

/**
 * Checks passwords against bcrypt hashes, one at a time and with rests. The right password of a user is remembered as a
 * digest, so that whoever has it does not wait behind those who guess; wrong ones are not remembered.
 */
export class PasswordCheck {
  readonly #limits: PasswordLimits;
  readonly #right = new Map<string, Buffer>();
  readonly #waitingOf = new Map<string, number>();
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(limits = passwordLimits) {
    this.#limits = limits;
  }

  /**
   * @param header the request's `Authorization`
   * @param users hashes by user
   * @param address the client's, which may have some checks waiting only
   */
  async check(
    header: string | undefined,
    users: ReadonlyMap<string, string>,
    address: string,
  ): Promise<PasswordVerdict> {
    const given = credentialsOf(header);
    if (given === null) return 'wrong';
    const hash = users.get(given.user);
    const digest = createHash('sha256').update(`${hash}\0${given.password}`).digest();
    const right = this.#right.get(given.user);
    if (hash !== undefined && right !== undefined && timingSafeEqual(right, digest)) return 'right';
    const ofAddress = this.#waitingOf.get(address) ?? 0;
    if (this.#waiting >= this.#limits.waiting || ofAddress >= this.#limits.waitingOfAddress) return 'busy';
    this.#count(address, 1);
    try {
      // A user who is not there takes as long as one who is: how long an answer takes must not list them.
      const matches = await this.#compare(given.password, hash ?? decoyFor(users));
      if (!matches || hash === undefined) return 'wrong';
      this.#right.set(given.user, digest);
      return 'right';
    } finally {
      this.#count(address, -1);
    }
  }

  #compare(password: string, hash: string): Promise<boolean> {
    const turn = this.#last.then(async () => {
      const startMs = performance.now();
      const matches = await compare(password, hash);
      return { matches, tookMs: performance.now() - startMs };
    });
    this.#last = turn.then(
      ({ tookMs }) => delay(Math.min(tookMs * this.#limits.restShare, this.#limits.longestRestMs)),
      () => undefined,
    );
    return turn.then(({ matches }) => matches);
  }

  #count(address: string, change: number): void {
    this.#waiting += change;
    const count = (this.#waitingOf.get(address) ?? 0) + change;
    if (count === 0) this.#waitingOf.delete(address);
    else this.#waitingOf.set(address, count);
  }
}

/** User and password of an `Authorization: Basic …`; null where it is none. */
function credentialsOf(header: string | undefined): { user: string; password: string } | null {
  const [, encoded] = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(header ?? '') ?? [];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** A hash as costly as the costliest of the users'. */
function decoyFor(users: ReadonlyMap<string, string>): string {
  const costs = [...users.values()].map((hash) => hash.slice(4, 6)).sort();
  return `$2b$${costs.at(-1)}$${decoyTail}`;
}
