import { dashboard, labelVariable } from './dashboard.ts';
import { clocks, health, memory, power, traffic } from './gpu-hardware.ts';
import { depth, pipes, utilAgainstReal } from './gpu-work.ts';

export const gpusDashboard = dashboard({
  uid: 'warpwatch-gpus',
  title: 'warpwatch / GPUs',
  description: 'Util against the real figures of each GPU, and what explains the difference.',
  variables: [
    labelVariable('host', 'Host', 'warpwatch_build_info'),
    labelVariable('gpu', 'GPU', 'warpwatch_gpu_up{host=~"$host"}', 'byNumber'),
  ],
  rows: [
    { title: 'Util against what the SMs do', height: 9, panels: utilAgainstReal },
    { title: 'How deep the work goes', height: 8, panels: depth },
    { title: 'Which parts work', height: 8, panels: pipes },
    { title: 'Memory and who holds it', height: 8, panels: memory },
    { title: 'Power and heat', height: 8, panels: power },
    { title: 'Clocks', height: 8, panels: clocks },
    { title: 'Traffic and other engines', height: 8, panels: traffic },
    { title: 'Health', height: 8, panels: health },
  ],
});
