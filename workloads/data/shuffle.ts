import { createRandom } from './random.ts';

/**
 * The sample that a run takes at place `at`: each of `count` once, in random order, then all of them again in another.
 * Any place may be asked for at any time; those of one pass are fastest one after the other.
 */
export function endlessShuffle(count: number, seed: number): (at: number) => number {
  let shuffledPass = -1;
  let order = new Uint32Array(0);
  return (at) => {
    const pass = Math.floor(at / count);
    if (pass !== shuffledPass) {
      order = shuffled(count, seed, pass);
      shuffledPass = pass;
    }
    return order[at % count] as number;
  };
}

/** Fisher and Yates. */
function shuffled(count: number, seed: number, pass: number): Uint32Array<ArrayBuffer> {
  const random = createRandom(seed, `shuffle ${pass}`);
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let index = count - 1; index > 0; index--) {
    const other = random.integer(index + 1);
    const kept = order[index] as number;
    order[index] = order[other] as number;
    order[other] = kept;
  }
  return order;
}
