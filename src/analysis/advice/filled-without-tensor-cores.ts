import { worstGpu } from './by-gpu.ts';
import { counterEvidence, judgeSamples } from './counter-samples.ts';
import type { Advice } from './finding.ts';
import { remedyFor } from './no-tensor-cores.ts';

const id = 'filled-without-tensor-cores';

export const filledWithoutTensorCores: Advice = {
  id,
  looksFor: 'a GPU that is filled and leaves its tensor cores unused',
  check(timeline, sinceNs) {
    const notYet = 'Too few samples of a busy GPU with counters to judge by';
    return worstGpu(timeline, sinceNs, id, notYet, (samples) => {
      const { judgement, figures } = judgeSamples(samples);
      if (judgement === null) return null;
      const evidence = counterEvidence(figures);
      if (judgement !== 'no-tensor-cores')
        return {
          severity: 'ok',
          title: 'Tensor cores work, or something else comes first',
          evidence,
          remedy: '',
        };
      return {
        severity: 'warn',
        title: `${samples.device.id} is filled, and its tensor cores stand still`,
        evidence,
        remedy: remedyFor(samples.device),
      };
    });
  },
};
