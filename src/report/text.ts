import { clean } from '../model/clean-text.ts';
import { isKnown, type Measured } from '../model/measured.ts';
import { byteSize, count, measuredText, percent, quantity, shortTime, withUnit } from '../model/numbers.ts';
import type { DeviceReport, KernelReport, Report } from './report.ts';

/** Rows of the kernel table in the text form; `--json` has more. */
const kernelRows = 10;
const nameWidth = 30;

/** The report as one screen of plain text. */
export function reportText(report: Report): string {
  return [
    heading(report),
    ...report.devices.map(deviceText),
    trainingText(report),
    kernelText(report),
    adviceText(report),
    missingText(report),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

function heading({ run, window, source }: Report): string {
  const seconds = window ? `, ${shortTime(window.seconds)}` : '';
  return [
    `${clean(run.title)}${seconds}`,
    `${clean(run.host.name)}: ${clean(run.host.cpu)}, ${run.host.cores} cores, ${byteSize(run.host.memoryBytes)}; ${run.createdAt}; ${clean(source.path)}`,
  ].join('\n');
}

function deviceText(device: DeviceReport): string {
  const row = deviceFigures(device)
    .filter(([, figure]) => isKnown(figure))
    .map(([name, figure, format]) => `${name} ${measuredText(figure, format)}`);
  const peak = isKnown(device.peakFlops)
    ? `peak ${withUnit(device.peakFlops.value, 'FLOP/s')} (${device.peakFlops.from})`
    : '';
  return [
    `${device.id}: ${clean(device.name)}${device.gap === '' ? '' : `: ${device.gap}`}`,
    `  ${row.length > 0 ? row.join('  ·  ') : 'no figure is known'}`,
    ...(peak === '' ? [] : [`  ${peak}`]),
    `  ${count(device.kernels)} kernels in ${shortTime(device.kernelSeconds)}; idle ${measuredText(device.idle.seconds, shortTime)} in ${count(device.idle.gaps)} gaps, the longest ${shortTime(device.idle.longestGapSeconds)}`,
  ].join('\n');
}

/** The figures of a device in the order in which a person reads them: coarse first. */
export function deviceFigures(device: DeviceReport): [string, Measured, (value: number) => string][] {
  return [
    ['util', device.util, percent],
    ['kernelBusy', device.kernelBusy, percent],
    ['smActive', device.smActive, percent],
    ['occupancy', device.occupancy, percent],
    ['kernelOccupancy', device.kernelOccupancy, percent],
    ['tensorActive', device.tensorActive, percent],
    ['dramActive', device.dramActive, percent],
    ['peakShare', device.peakShare, percent],
    ['mfu', device.mfu, percent],
    ['arithmetic', device.flopsPerSecond, (value) => withUnit(value, 'FLOP/s')],
  ];
}

function trainingText({ steps, training }: Report): string {
  if (steps.count === 0) return '';
  const { workload } = training;
  const what = workload
    ? `${clean(workload.name)} on ${clean(workload.backend)}, ${clean(workload.data)}${workload.synthetic ? ' (synthetic data)' : ''}, batch ${workload.batchSize}`
    : 'training';
  const loss = [training.firstLoss, training.lastLoss].map((value) =>
    typeof value === 'number' ? quantity(value) : (value ?? '–'),
  );
  const accuracy = training.accuracy === null ? '' : `, accuracy ${percent(training.accuracy)}`;
  const validation =
    training.validationAccuracy === null
      ? ''
      : `, validation accuracy ${percent(training.validationAccuracy)}`;
  return [what, `  ${stepsLine(steps)}`, `  loss ${loss.join(' → ')}${accuracy}${validation}`].join('\n');
}

/** Steps in one line: count, times, throughput. */
export function stepsLine(steps: Report['steps']): string {
  const time = (seconds: number | null) => (seconds === null ? '–' : shortTime(seconds));
  const rate = steps.samplesPerSecond === null ? '–' : quantity(steps.samplesPerSecond);
  return `${count(steps.count)} steps: mean ${time(steps.meanSeconds)}, p50 ${time(steps.p50Seconds)}, p95 ${time(steps.p95Seconds)}; ${rate} samples/s`;
}

function kernelText({ topKernels }: Report): string {
  if (topKernels.length === 0) return '';
  const head = [
    'kernel'.padEnd(nameWidth),
    ...['share', 'calls', 'mean', 'total', 'FLOP/s', 'of peak'].map((cell) => cell.padStart(9)),
  ];
  const rows = topKernels
    .slice(0, kernelRows)
    .map((kernel) =>
      [
        clean(kernel.shortName).slice(0, nameWidth).padEnd(nameWidth),
        ...kernelCells(kernel).map((cell) => cell.padStart(9)),
      ].join(''),
    );
  return [head.join(''), ...rows].join('\n');
}

/** The figures of a kernel's row. */
export function kernelCells(kernel: KernelReport): string[] {
  return [
    percent(kernel.share),
    count(kernel.calls),
    shortTime(kernel.meanSeconds),
    shortTime(kernel.totalSeconds),
    measuredText(kernel.flopsPerSecond, (value) => withUnit(value, '')),
    measuredText(kernel.peakShare, percent),
  ];
}

function adviceText({ advice }: Report): string {
  return advice
    .filter(({ severity }) => severity === 'warn')
    .map(({ title, evidence, remedy }) => [`! ${title}`, `  ${evidence}`, `  → ${remedy}`].join('\n'))
    .join('\n');
}

function missingText({ loss, damage }: Report): string {
  const { dropped, unfinished, outOfRange } = loss;
  const lines = [...damage];
  if (dropped + unfinished + outOfRange > 0) {
    lines.unshift(
      `Records missing: ${count(dropped)} dropped, ${count(unfinished)} unfinished, ${count(outOfRange)} out of range.`,
    );
  }
  return lines.join('\n');
}
