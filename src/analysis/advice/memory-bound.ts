import { counterAdvice } from './counter-advice.ts';
import { percent } from './finding.ts';

export const memoryBound = counterAdvice({
  id: 'memory-bound',
  looksFor: 'a GPU whose memory is busy while its arithmetic waits',
  judgement: 'memory-bound',
  fine: 'Memory does not hold the arithmetic up',
  title: ({ id }, { dramActive }) =>
    `${id} waits for its memory: DRAM is active for ${percent(dramActive?.value ?? 0)} of the time`,
  remedy: () =>
    'Move fewer bytes: train in BF16 (torch.autocast), keep images in channels_last, use fused optimizers and fused elementwise kernels (torch.compile).',
});
