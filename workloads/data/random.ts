/**
 * Seeded random numbers: the same seed gives the same run on every machine. Each use names its own stream, so that
 * adding a layer or a sample changes no other stream.
 */
export interface Random {
  /** 32 random bits, 0 <= bits < 2^32. */
  bits(): number;
  /** Uniform in [0, 1). */
  uniform(): number;
  /** A whole number in [0, limit). */
  integer(limit: number): number;
  /** Gaussian with mean 0 and standard deviation 1. */
  normal(): number;
}

/** Starts the stream `name` of `seed`. Seeds are whole numbers; only their low 32 bits count. */
export function createRandom(seed: number, name: string): Random {
  const mix = splitMix32((seed ^ hash(name)) >>> 0);
  return randomOf(xoshiro128StarStar([mix(), mix(), mix(), mix()]));
}

/** Wraps a source of 32-bit numbers in the distributions. */
function randomOf(bits: () => number): Random {
  const uniform = () => bits() / 2 ** 32;
  return {
    bits,
    uniform,
    integer: (limit) => Math.floor(uniform() * limit),
    // Box and Muller; 1 - u keeps the logarithm finite.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/** xoshiro128** 1.1 by Blackman and Vigna, public domain (prng.di.unimi.it/xoshiro128starstar.c). */
export function xoshiro128StarStar(state: readonly [number, number, number, number]): () => number {
  let [a, b, c, d] = state;
  return () => {
    const scrambled = Math.imul(b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
}

/** Spreads a seed over a state, as the authors of xoshiro advise (splitmix with MurmurHash3's finaliser). */
function splitMix32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
