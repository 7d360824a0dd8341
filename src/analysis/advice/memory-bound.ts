import { worstGpu } from './by-gpu.ts';
import { counterEvidence, judgeSamples } from './counter-samples.ts';
import { type Advice, percent } from './finding.ts';

const id = 'memory-bound';

export const memoryBound: Advice = {
  id,
  looksFor: 'a GPU whose memory is busy while its arithmetic waits',
  check(timeline, sinceNs) {
    const notYet = 'Too few samples of a busy GPU with counters to judge by';
    return worstGpu(timeline, sinceNs, id, notYet, (samples) => {
      const { judgement, figures } = judgeSamples(samples);
      if (judgement === null) return null;
      const evidence = counterEvidence(figures);
      if (judgement !== 'memory-bound')
        return { severity: 'ok', title: 'Memory does not hold the arithmetic up', evidence, remedy: '' };
      return {
        severity: 'warn',
        title: `${samples.device.id} waits for its memory: DRAM is active for ${percent(figures.dramActive?.value ?? 0)} of the time`,
        evidence,
        remedy:
          'Move fewer bytes: train in BF16 (torch.autocast), keep images in channels_last, use fused optimizers and fused elementwise kernels (torch.compile).',
      };
    });
  },
};
