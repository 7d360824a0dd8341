import { dashboard, labelVariable } from './dashboard.ts';
import { colours, yesNo } from './fields.ts';
import { gapThresholds } from './gpu-work.ts';
import { variable } from './model.ts';
import { curves, figure, states, table } from './panels.ts';
import { gap, gpuLabels, legends, ofHost, ofHostsGpu, perGpu, rate } from './queries.ts';

const lostOrPresent = yesNo(['present', 'green'], ['lost', 'red']);
/** Nearly all of the memory: the next larger batch does not fit. */
const almostFull = colours('text', [0.95, 'orange']);

const now = [
  figure({
    title: 'Hosts',
    description:
      'Hosts that warpwatch is scraped on and that answer. Fewer than you have: see the targets of Prometheus.',
    unit: 'none',
    expr: `count(${ofHost('build_info')})`,
  }),
  figure({
    title: 'GPUs present',
    description:
      'GPUs and MIG devices that answer their driver. Fewer than you have: the table below names those that are lost.',
    unit: 'none',
    expr: `sum(${perGpu(ofHostsGpu('up'))})`,
  }),
  figure({
    title: 'GPUs lost',
    description:
      'GPUs that are lost, hung, refused or removed: work on them stands still. Look for XID in dmesg and reset them.',
    unit: 'none',
    thresholds: colours('green', [1, 'red']),
    expr: `sum(1 - ${perGpu(ofHostsGpu('up'))})`,
  }),
  figure({
    title: 'Mean util',
    description:
      'Mean over all GPUs that tell it: how much of the fleet has work. How well it works is beside it.',
    unit: 'percentunit',
    expr: `avg(${perGpu(ofHostsGpu('util_ratio'))})`,
  }),
  figure({
    title: 'Mean gap: util − SM active',
    description:
      'Mean over the GPUs that tell both: the part of the fleet that is paid for and looks busy, but stands empty. The table below says where it is.',
    unit: 'percentunit',
    thresholds: gapThresholds,
    expr: `avg(${gap(ofHostsGpu)})`,
  }),
  figure({
    title: 'Power',
    description: 'Power that all GPUs draw together. High beside a high gap: power is spent on waiting.',
    unit: 'watt',
    expr: `sum(${perGpu(ofHostsGpu('power_watts'))})`,
  }),
];

const gpus = table({
  title: 'GPUs by the gap between util and SM active',
  description:
    'Every GPU and MIG device, the one whose util promises most and does least first. Start there: its host leads to its curves. A cell that is not known says so and is no 0.',
  labels: gpuLabels,
  sortBy: 'gap',
  link: {
    label: 'host',
    title: 'Curves of this GPU',
    url: [
      `/d/warpwatch-gpus?var-datasource=${variable('datasource')}`,
      `var-host=${variable('__data.fields.host')}`,
      `var-gpu=${variable('__data.fields.gpu')}`,
      variable('__url_time_range'),
    ].join('&'),
  },
  columns: [
    { name: 'state', unit: 'none', words: lostOrPresent, expr: perGpu(ofHostsGpu('up')) },
    { name: 'gap', unit: 'percentunit', thresholds: gapThresholds, expr: gap(ofHostsGpu) },
    { name: 'util', unit: 'percentunit', expr: perGpu(ofHostsGpu('util_ratio')) },
    { name: 'SM active', unit: 'percentunit', expr: perGpu(ofHostsGpu('sm_active_ratio')) },
    { name: 'occupancy', unit: 'percentunit', expr: perGpu(ofHostsGpu('occupancy_ratio')) },
    { name: 'tensor', unit: 'percentunit', expr: perGpu(ofHostsGpu('tensor_active_ratio')) },
    { name: 'DRAM', unit: 'percentunit', expr: perGpu(ofHostsGpu('dram_active_ratio')) },
    {
      name: 'memory used',
      unit: 'percentunit',
      thresholds: almostFull,
      expr: `${perGpu(ofHostsGpu('memory_used_bytes'))} / ${perGpu(ofHostsGpu('memory_total_bytes'))}`,
    },
    { name: 'power', unit: 'watt', expr: perGpu(ofHostsGpu('power_watts')) },
    { name: 'temperature', unit: 'celsius', expr: perGpu(ofHostsGpu('temperature_celsius')) },
    {
      name: 'clocks',
      unit: 'none',
      words: yesNo(['held down', 'orange'], ['free', 'green']),
      expr: perGpu(ofHostsGpu('throttled')),
    },
    { name: 'XID', unit: 'none', none: 'none told', expr: perGpu(ofHostsGpu('last_xid')) },
    {
      name: 'XID seen',
      unit: 'dateTimeFromNow',
      none: 'none told',
      // Grafana counts in milliseconds.
      expr: `${perGpu(ofHostsGpu('last_xid_timestamp_seconds'))} * 1000`,
    },
  ],
});

const perHost = [
  curves({
    title: 'Util',
    description: 'Mean of the GPUs of each host: whether it has work.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [{ expr: `avg by (host) (${perGpu(ofHostsGpu('util_ratio'))})`, legend: legends.host }],
  }),
  curves({
    title: 'SM active',
    description: 'Mean of the GPUs of each host that tell it: how much of them that work fills.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [{ expr: `avg by (host) (${perGpu(ofHostsGpu('sm_active_ratio'))})`, legend: legends.host }],
  }),
  curves({
    title: 'Gap: util − SM active',
    description:
      'Mean of the GPUs of each host that tell both. The uppermost host is the one to look at first.',
    unit: 'percentunit',
    thresholds: gapThresholds,
    queries: [{ expr: `avg by (host) (${gap(ofHostsGpu)})`, legend: legends.host }],
  }),
  curves({
    title: 'Power',
    description:
      'Power that the GPUs of each host draw together, for the supply and the cooling of its rack.',
    unit: 'watt',
    min: 0,
    queries: [{ expr: `sum by (host) (${perGpu(ofHostsGpu('power_watts'))})`, legend: legends.host }],
  }),
];

const machines = [
  curves({
    title: 'CPU',
    description:
      'Busy share of all cores. Near full while GPUs wait: loading and decoding is what holds them up.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [{ expr: ofHost('host_cpu_util_ratio'), legend: legends.host }],
  }),
  curves({
    title: 'Memory',
    description:
      'Memory of the host in use, and dashed what there is. At the line programs are about to be ended.',
    unit: 'bytes',
    min: 0,
    queries: [
      { expr: ofHost('host_memory_used_bytes'), legend: `used ${legends.host}` },
      { expr: ofHost('host_memory_total_bytes'), legend: `total ${legends.host}`, bound: true },
    ],
  }),
];

const watchers = [
  states({
    title: 'Sources',
    description:
      'Whether each source of figures works. Not every one has to: nvidia-smi stands in for nvml, and dcgm is for GPUs older than Hopper. `warpwatch devices` says why one does not, and what to do.',
    queries: [{ expr: ofHost('source_up'), legend: '{{host}} {{source}}' }],
    words: yesNo(['works', 'green'], ['gives nothing', 'orange']),
  }),
  curves({
    title: 'How long sources take',
    description:
      'Time of the last look at each source. Near the interval of sampling: the driver is slow, and figures come late.',
    unit: 's',
    min: 0,
    queries: [{ expr: ofHost('source_scrape_duration_seconds'), legend: '{{host}} {{source}}' }],
  }),
  curves({
    title: 'Records lost',
    description:
      'Records a second that a recording lost because its disk or its buffers were too slow. More than 0: figures from launches are too low meanwhile.',
    unit: 'none',
    min: 0,
    queries: [{ expr: rate(ofHost('lost_records_total')), legend: '{{host}} {{run}}' }],
  }),
];

const findings = table({
  title: 'Findings of machines',
  description:
    'What warpwatch itself has found of GPUs, such as a busy GPU that is empty, or sources that disagree; `warpwatch top` on the host gives evidence and remedy.',
  labels: ['host', 'finding', 'severity'],
  sortBy: 'holds',
  columns: [
    {
      name: 'holds',
      unit: 'none',
      words: yesNo(['now', 'orange'], ['not', 'green']),
      expr: 'max by (host, finding, severity) (warpwatch_finding{host=~"$host", run=""})',
    },
  ],
});

const versions = table({
  title: 'Versions',
  description: 'Version of warpwatch on each host. Where they differ, so may what they export.',
  labels: ['host', 'version'],
  sortBy: 'host',
  columns: [
    {
      name: 'runs',
      unit: 'none',
      words: yesNo(['yes', 'green'], ['no', 'red']),
      expr: `max by (host, version) (${ofHost('build_info')})`,
    },
  ],
});

export const hostsDashboard = dashboard({
  uid: 'warpwatch-hosts',
  title: 'warpwatch / Hosts',
  description: 'The fleet: which GPU looks busy and is empty, and which host to look at first.',
  variables: [labelVariable('host', 'Host', 'warpwatch_build_info')],
  rows: [
    { title: 'Now', height: 4, panels: now },
    { title: 'GPUs', height: 12, panels: [gpus] },
    { title: 'Hosts over time', height: 8, panels: perHost },
    { title: 'Machines', height: 8, panels: machines },
    { title: 'Findings', height: 7, panels: [findings, versions] },
    { title: 'The watcher itself', height: 8, panels: watchers },
  ],
});
