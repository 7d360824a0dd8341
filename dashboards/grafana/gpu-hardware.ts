import { yesNo } from './fields.ts';
import { figurePanel, figuresPanel } from './gpu-curves.ts';
import { curves, states } from './panels.ts';
import { legends, ofGpu, perGpu, rate } from './queries.ts';

export const memory = [
  figuresPanel(
    {
      title: 'Memory in use',
      description:
        'Memory that is taken, and dashed what there is. Much that is free allows a larger batch; frameworks keep what they once had, so that this does not fall again.',
      unit: 'bytes',
      min: 0,
    },
    [
      ['used', 'memory_used_bytes'],
      ['total', 'memory_total_bytes', true],
    ],
  ),
  figurePanel(
    'Memory util',
    'memory_util_ratio',
    'percentunit',
    'Share of the time in which memory was read or written at all, as the driver tells it. It is no bandwidth: take DRAM for that.',
  ),
  figurePanel(
    'Processes',
    'processes',
    'none',
    'Programs that hold memory or a context on the GPU. More than you started: somebody shares it, and util is of all of them.',
    { min: 0 },
  ),
];

export const power = [
  figuresPanel(
    {
      title: 'Power',
      description:
        'Power drawn, and dashed its limit. At the limit the clocks fall: that is full use. High util at little power is work that leaves the GPU empty.',
      unit: 'watt',
      min: 0,
    },
    [
      ['power', 'power_watts'],
      ['limit', 'power_limit_watts', true],
    ],
  ),
  curves({
    title: 'Power by the energy counter',
    description:
      'Mean power out of the counter of energy: exact over any time, where the curve of power is of moments. What a run has cost is the area below it.',
    unit: 'watt',
    min: 0,
    queries: [{ expr: rate(ofGpu('energy_joules_total')), legend: legends.gpu }],
  }),
  figuresPanel(
    {
      title: 'Temperature',
      description:
        'Temperature of the chip and of its memory. Where it rises until the clocks are held down, cooling is what to look at.',
      unit: 'celsius',
    },
    [
      ['chip', 'temperature_celsius'],
      ['memory', 'memory_temperature_celsius'],
    ],
  ),
  figurePanel(
    'Fans',
    'fan_speed_ratio',
    'percentunit',
    'Speed of the fans over what is called full; may go above. GPUs of servers have none of their own, and none is shown.',
  ),
];

export const clocks = [
  figuresPanel(
    {
      title: 'SM clock',
      description:
        'Clock of the SMs, and dashed the highest there is. Shares of SM time count cycles: compare them at equal clocks only.',
      unit: 'hertz',
      min: 0,
    },
    [
      ['SM', 'sm_clock_hertz'],
      ['highest', 'sm_clock_max_hertz', true],
    ],
  ),
  figuresPanel(
    {
      title: 'Memory clock',
      description:
        'Clock of the memory, and dashed the highest there is. Below it under load: power or heat has taken bandwidth away.',
      unit: 'hertz',
      min: 0,
    },
    [
      ['memory', 'memory_clock_hertz'],
      ['highest', 'memory_clock_max_hertz', true],
    ],
  ),
  states({
    title: 'Clocks held down',
    description:
      'Whether power, heat or the hardware takes clock away; idle clocks and chosen ones do not count. `warpwatch top` says by what.',
    queries: [{ expr: perGpu(ofGpu('throttled')), legend: legends.gpu }],
    words: yesNo(['held down', 'orange'], ['free', 'green']),
  }),
];

export const traffic = [
  figuresPanel(
    {
      title: 'PCIe',
      description:
        'Bytes a second to and from the host. Much in a training that computes little: batches are copied synchronously, or tensors go to the host and back.',
      unit: 'Bps',
      min: 0,
    },
    [
      ['out', 'pcie_transmit_bytes_per_second'],
      ['in', 'pcie_receive_bytes_per_second'],
    ],
  ),
  figuresPanel(
    {
      title: 'NVLink',
      description:
        'Bytes a second between GPUs. Nothing while several GPUs train together: their gradients go another way, over PCIe or the network.',
      unit: 'Bps',
      min: 0,
    },
    [
      ['out', 'nvlink_transmit_bytes_per_second'],
      ['in', 'nvlink_receive_bytes_per_second'],
    ],
  ),
  figuresPanel(
    {
      title: 'PCIe link',
      description:
        'Generation and lanes of the link now. Fewer lanes than the slot has, under load: look at the seat of the card. An idle link may step down by itself.',
      unit: 'none',
      min: 0,
    },
    [
      ['generation', 'pcie_generation'],
      ['lanes', 'pcie_width'],
    ],
  ),
  figuresPanel(
    {
      title: 'Video engines',
      description:
        'Share of the time that the video encoder and decoder work; a training that reads video uses the decoder.',
      unit: 'percentunit',
      min: 0,
      max: 1,
    },
    [
      ['encoder', 'encoder_util_ratio'],
      ['decoder', 'decoder_util_ratio'],
    ],
  ),
];

export const health = [
  states({
    title: 'GPU answers',
    description:
      'Whether the GPU answers its driver, or is lost, hung, refused or removed. Where it is lost, look for XID in dmesg and reset it.',
    queries: [{ expr: perGpu(ofGpu('up')), legend: legends.gpu }],
    words: yesNo(['present', 'green'], ['lost', 'red']),
  }),
  curves({
    title: 'Last XID',
    description:
      'Number of the last error that the driver reported; no curve where none was seen. 13, 31, 43, 45 are faults of the program; 48, 63, 74, 79, 94, 95 of the hardware.',
    unit: 'none',
    queries: [{ expr: perGpu(ofGpu('last_xid')), legend: legends.gpu }],
  }),
  curves({
    title: 'ECC errors',
    description:
      'Memory errors within the last hour. Corrected ones cost nothing, but many of them announce others; an uncorrected one means that results may be wrong: take the GPU out.',
    unit: 'none',
    min: 0,
    queries: [
      {
        expr: `increase(${ofGpu('ecc_uncorrected_errors_total')}[1h])`,
        legend: `uncorrected ${legends.gpu}`,
      },
      { expr: `increase(${ofGpu('ecc_corrected_errors_total')}[1h])`, legend: `corrected ${legends.gpu}` },
    ],
  }),
];
