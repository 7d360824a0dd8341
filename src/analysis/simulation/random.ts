/**
 * Random numbers by place and not by turn: what replica 3 draws for its step 7 hangs on the seed alone. So every mode and
 * every number of replicas meets the same machine, and what differs is not the luck of the draw.
 */
export interface PlacedRandom {
  /** Uniform in [0, 1). */
  uniform(replica: number, step: number): number;
  /** Gaussian with mean 0 and standard deviation 1. */
  normal(replica: number, step: number): number;
}

/** Odd constants, far from one another: 2^32 over the golden ratio, and two of MurmurHash3. */
const perReplica = 0x9e3779b9;
const perStep = 0x85ebca6b;
const second = 0xc2b2ae35;

/** @param seed a whole number; its low 32 bits count */
export function placedRandom(seed: number): PlacedRandom {
  const start = mixed(seed);
  const bits = (replica: number, step: number): number =>
    mixed(mixed(start + Math.imul(replica + 1, perReplica)) + Math.imul(step + 1, perStep));
  return {
    uniform: (replica, step) => bits(replica, step) / 2 ** 32,
    normal(replica, step) {
      const first = bits(replica, step);
      // Box and Muller; the half keeps the logarithm finite.
      const radius = Math.sqrt(-2 * Math.log((first + 0.5) / 2 ** 32));
      return radius * Math.cos((2 * Math.PI * mixed(first ^ second)) / 2 ** 32);
    },
  };
}

/** The finaliser of MurmurHash3 by Appleby, public domain: every bit of the input turns half of the output's. */
function mixed(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
