import { isKnown } from '../../model/measured.ts';
import { counterAdvice } from './counter-advice.ts';
import { percent } from './finding.ts';

export const busyButEmpty = counterAdvice({
  id: 'busy-but-empty',
  looksFor: 'a GPU that is busy by util while its counters say that most of its SMs stand empty',
  judgement: 'empty',
  fine: 'A busy GPU has work on its SMs',
  title: ({ id }, { util, smActive }) =>
    `${id} is busy${isKnown(util) ? ' by util' : ''}, with ${percent(1 - (smActive?.value ?? 0))} of its SMs empty`,
  remedy: () =>
    'Give each kernel more to do: raise the batch size, fuse small kernels (torch.compile, CUDA graphs, fused optimizers), or let several programs share the GPU.',
});
