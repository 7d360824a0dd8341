import { adam, momentumShare, type OptimizerName } from './optimizers.ts';

/** One update of a part of the parameters on the host; its arrays are of one length. */
export interface HostUpdate {
  /** Changed in place. */
  readonly value: Float32Array;
  readonly gradient: Float32Array;
  /** What the rule keeps, one array for each slot of the optimizer, zeros at first; changed in place. */
  readonly slots: readonly Float32Array[];
  readonly learningRate: number;
  /** 0 where the parameter does not decay. */
  readonly weightDecay: number;
  /** Counted from 1. */
  readonly updateNumber: number;
}

/** The rules of `optimizers.ts` for parameters that live on the host. */
export const hostRules: Readonly<Record<OptimizerName, (update: HostUpdate) => void>> = {
  sgd({ value, gradient, learningRate, weightDecay }) {
    for (let index = 0; index < value.length; index += 1) {
      const old = value[index] as number;
      value[index] = old - learningRate * ((gradient[index] as number) + weightDecay * old);
    }
  },

  momentum({ value, gradient, slots, learningRate, weightDecay }) {
    const [velocity] = slots as [Float32Array];
    for (let index = 0; index < value.length; index += 1) {
      const old = value[index] as number;
      const decayed = (gradient[index] as number) + weightDecay * old;
      const next = momentumShare * (velocity[index] as number) + decayed;
      velocity[index] = next;
      value[index] = old - learningRate * next;
    }
  },

  adam({ value, gradient, slots, learningRate, weightDecay, updateNumber }) {
    const [mean, square] = slots as [Float32Array, Float32Array];
    const { beta1, beta2 } = adam;
    const squareCorrection = Math.sqrt(1 - beta2 ** updateNumber);
    const rate = (learningRate * squareCorrection) / (1 - beta1 ** updateNumber);
    const epsilon = adam.epsilon * squareCorrection;
    const kept = 1 - learningRate * weightDecay;
    for (let index = 0; index < value.length; index += 1) {
      const slope = gradient[index] as number;
      const nextMean = beta1 * (mean[index] as number) + (1 - beta1) * slope;
      const nextSquare = beta2 * (square[index] as number) + (1 - beta2) * slope * slope;
      mean[index] = nextMean;
      square[index] = nextSquare;
      value[index] = kept * (value[index] as number) - (rate * nextMean) / (Math.sqrt(nextSquare) + epsilon);
    }
  },
};
