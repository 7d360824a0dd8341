import { worstGpu } from './by-gpu.ts';
import { counterEvidence, judgeSamples } from './counter-samples.ts';
import { type Advice, percent } from './finding.ts';

const id = 'busy-but-empty';

export const busyButEmpty: Advice = {
  id,
  looksFor: 'a GPU that is busy by util while its counters say that most of its SMs stand empty',
  check(timeline, sinceNs) {
    const notYet = 'Too few samples of a busy GPU with counters to judge by';
    return worstGpu(timeline, sinceNs, id, notYet, (samples) => {
      const { judgement, figures } = judgeSamples(samples);
      if (judgement === null) return null;
      const evidence = counterEvidence(figures);
      if (judgement !== 'empty')
        return { severity: 'ok', title: 'A busy GPU has work on its SMs', evidence, remedy: '' };
      return {
        severity: 'warn',
        title: `${samples.device.id} is busy by util, with ${percent(1 - (figures.smActive?.value ?? 0))} of its SMs empty`,
        evidence,
        remedy:
          'Give each kernel more to do: raise the batch size, fuse small kernels (torch.compile, CUDA graphs, fused optimizers), or let several programs share the GPU.',
      };
    });
  },
};
