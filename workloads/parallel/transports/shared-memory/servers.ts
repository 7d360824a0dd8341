import type { Servers } from '../../transport.ts';
import { lockWords } from './control.ts';
import { Lock } from './lock.ts';
import type { Member } from './member.ts';
import type { Regions } from './regions.ts';

interface Server {
  readonly values: Float32Array;
  readonly version: Int32Array;
  readonly lock: Lock;
}

/**
 * Parameter servers in shared memory: each replica does the server's work itself, under its lock. A replica that is lost
 * during a change may leave half of it; its version counts, and the lock is free.
 */
export function sharedServers(
  member: Member,
  regions: Regions,
  lengths: readonly number[],
  initial: () => readonly Float32Array[],
): Servers {
  const servers = lengths.map(
    (length): Server => ({
      values: regions.floats(length),
      version: regions.words(1),
      lock: new Lock(member, regions.words(lockWords * member.size)),
    }),
  );
  const ready = regions.words(1);
  handIn(member, servers, ready, initial);
  const at = (index: number): Server => {
    const server = servers[index];
    if (server === undefined) throw new RangeError(`there is no server ${index}`);
    return server;
  };
  return {
    change: (index, change) =>
      member.call(() => {
        const { values, version, lock } = at(index);
        return lock.hold(() => {
          const after = Atomics.add(version, 0, 1) + 1;
          change(values);
          return after;
        });
      }),
    read: (index, reader) =>
      member.call(() => {
        const { values, version, lock } = at(index);
        return lock.hold(() => {
          reader(values);
          return Atomics.load(version, 0);
        });
      }),
    // Their memory is the group's, and goes with it.
    close: () => undefined,
  };
}

/** The lowest replica that takes part writes what the servers begin with; the others wait for it. */
function handIn(
  member: Member,
  servers: readonly Server[],
  ready: Int32Array,
  initial: () => readonly Float32Array[],
): void {
  const { control, rank } = member;
  const isReady = () => Atomics.load(ready, 0) === 1;
  member.waitUntil(() => isReady() || control.ofAllLiving((other) => other >= rank));
  if (isReady()) return;
  for (const [index, values] of initial().entries()) servers[index]?.values.set(values);
  Atomics.store(ready, 0, 1);
  control.ring();
}
