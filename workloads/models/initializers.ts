import type { Random } from '../data/random.ts';

/** How many inputs a weight's output sums over, and how many outputs its input reaches. */
export interface Fan {
  readonly in: number;
  readonly out: number;
}

/** Fills weights from a seeded stream. */
export type Initializer = (values: Float32Array, fan: Fan, random: Random) => void;

/** Standard deviation of a standard normal cut at two deviations: what is cut is made up for. */
const truncatedDeviation = 0.87962566103423978;

/** Weights as a truncated normal or as a uniform distribution of the given variance. */
function truncatedNormal(variance: (fan: Fan) => number): Initializer {
  return (values, fan, random) => {
    const scale = Math.sqrt(variance(fan)) / truncatedDeviation;
    for (let index = 0; index < values.length; index++) {
      let value = random.normal();
      while (Math.abs(value) > 2) value = random.normal();
      values[index] = value * scale;
    }
  };
}

function uniform(variance: (fan: Fan) => number): Initializer {
  return (values, fan, random) => {
    const limit = Math.sqrt(3 * variance(fan));
    for (let index = 0; index < values.length; index++) values[index] = (random.uniform() * 2 - 1) * limit;
  };
}

const he = (fan: Fan) => 2 / fan.in;
const glorot = (fan: Fan) => 2 / (fan.in + fan.out);
const lecun = (fan: Fan) => 1 / fan.in;

/**
 * Initialisers by name: variances of He et al. 2015 (2 / fan in), Glorot and Bengio 2010 (2 / (fan in + fan out)) and
 * LeCun et al. 1998 (1 / fan in).
 */
export const initializers = {
  he: truncatedNormal(he),
  'he-uniform': uniform(he),
  glorot: truncatedNormal(glorot),
  'glorot-uniform': uniform(glorot),
  lecun: truncatedNormal(lecun),
  'lecun-uniform': uniform(lecun),
} satisfies Record<string, Initializer>;

export type InitializerName = keyof typeof initializers;
