import { colours } from './fields.ts';
import { figurePanel, figuresPanel } from './gpu-curves.ts';
import { curves } from './panels.ts';
import { gap, legends, ofGpu } from './queries.ts';

/** DCGM's documentation: below one half a GPU is used ineffectively, good use needs 0.8. */
const smThresholds = colours('red', [0.5, 'orange'], [0.8, 'green']);
/** What the alert HighUtilLowSmActive is made of: util 0.8 over SM active 0.5. */
export const gapThresholds = colours('green', [0.3, 'orange']);

export const utilAgainstReal = [
  figurePanel(
    'Util',
    'util_ratio',
    'percentunit',
    'Share of the time in which at least one kernel ran, as nvidia-smi prints it. It says that there is work, not how much of the GPU that work fills: judge by SM active beside it.',
  ),
  figurePanel(
    'SM active',
    'sm_active_ratio',
    'percentunit',
    'Share of the time of all SMs with a warp on them: by counters (nvml.gpm, dcgm), or from launches of a recorded program. Below 50 % the GPU stands mostly empty: larger batches, larger kernels, fewer waits.',
    { thresholds: smThresholds },
  ),
  curves({
    title: 'Gap: util − SM active',
    description:
      'What util promises and the SMs do not do. A gap that stays above 30 % is where time is to be won: record the program with `warpwatch run` and read its report. No curve where SM active is not known.',
    unit: 'percentunit',
    thresholds: gapThresholds,
    queries: [{ expr: gap(ofGpu), legend: legends.gpu }],
  }),
];

export const depth = [
  figurePanel(
    'Occupancy',
    'occupancy_ratio',
    'percentunit',
    'Resident warps over the most that fit, idle time included, by counters. Low with SM active high: blocks are few or take many registers or much shared memory. Kernels of tensor cores do well with little.',
  ),
  figuresPanel(
    {
      title: 'From launches: kernel busy, kernel occupancy, share of peak',
      description:
        'Of recorded programs only: exact time with a kernel, the warps that launches can hold over the most that fit, and their arithmetic over the peak. Kernel busy far below util: the program waits between kernels.',
      unit: 'percentunit',
      min: 0,
      max: 1,
    },
    [
      ['busy', 'kernel_busy_ratio'],
      ['kernel occupancy', 'kernel_occupancy_ratio'],
      ['of peak', 'peak_share_ratio'],
    ],
  ),
  figurePanel(
    'Arithmetic',
    'flops_per_second',
    'flops',
    'Arithmetic of recorded kernels a second, as their shapes count it. Compare runs of one model on one kind of GPU; of kernels that nobody counts there is none in it.',
    { min: 0 },
  ),
];

export const pipes = [
  figurePanel(
    'Tensor cores',
    'tensor_active_ratio',
    'percentunit',
    'Share of the time that the tensor pipe works. Near 0 in a training: it runs in fp32, or in shapes that the tensor cores do not take. Dense training seldom gets above 40 to 50 %.',
  ),
  figuresPanel(
    {
      title: 'Other pipes',
      description:
        'Share of the time that each pipe works. Much FP32 with idle tensor cores: use TF32, BF16 or FP16. Much integer: indexing and address arithmetic take the place of work.',
      unit: 'percentunit',
      min: 0,
      max: 1,
    },
    [
      ['fp64', 'fp64_active_ratio'],
      ['fp32', 'fp32_active_ratio'],
      ['fp16', 'fp16_active_ratio'],
      ['integer', 'integer_active_ratio'],
      ['graphics engine', 'graphics_active_ratio'],
    ],
  ),
  figuresPanel(
    {
      title: 'Speed of light: compute and memory',
      description:
        'The busiest compute pipe, and the busiest path to memory. Memory above 60 % with little compute: the program is bound by memory, so fuse kernels and use smaller types. Both low with SM active high: it waits within kernels.',
      unit: 'percentunit',
      min: 0,
      max: 1,
    },
    [
      ['compute', 'compute_throughput_ratio'],
      ['memory', 'memory_throughput_ratio'],
      ['DRAM', 'dram_active_ratio'],
    ],
  ),
];
