import { clean } from '../model/clean-text.ts';
import { isKnown } from '../model/measured.ts';
import { byteSize, count, measuredText, percent, plural, quantity, shortTime } from '../model/numbers.ts';
import { kernelColumns } from './kernel-columns.ts';
import { learnedText } from './learned-text.ts';
import type { Report } from './report.ts';
import { deviceText, hostWorkText } from './text-device.ts';
import { faultText } from './text-fault.ts';
import { healthText } from './text-health.ts';
import { phasesText } from './text-phases.ts';
import { rangesText } from './text-ranges.ts';
import { ranksText } from './text-ranks.ts';
import { replicasText } from './text-replicas.ts';

/** Rows of the kernel table in the text form; `--json` has more. */
const kernelRows = 10;
const nameWidth = 42;

/** The report as one screen of plain text. */
export function reportText(report: Report): string {
  return [
    heading(report),
    ...report.devices.map(deviceText),
    ranksText(report),
    replicasText(report),
    trainingText(report),
    phasesText(report),
    rangesText(report),
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
  const { host } = run;
  const machine = host
    ? `${clean(host.name)}: ${clean(host.cpu)}, ${host.cores} cores, ${byteSize(host.memoryBytes)}`
    : '';
  const about = [machine, run.createdAt, `${source.format} ${clean(source.path)}`];
  return [`${clean(run.title)}${seconds}`, about.filter((part) => part !== '').join('; ')].join('\n');
}

function trainingText(report: Report): string {
  const { steps, training } = report;
  if (steps.count === 0) return '';
  const { workload } = training;
  const what = workload
    ? `${clean(workload.name)} on ${clean(workload.backend)}, ${clean(workload.data)}${workload.synthetic ? ' (synthetic data)' : ''}, batch ${workload.batchSize}${faultText(workload)}`
    : 'steps';
  return [
    what,
    `  ${stepsLine(report)}`,
    ...withinSteps(steps),
    ...learnedText(training),
    ...healthText(training),
    ...crossing(training),
  ].join('\n');
}

/** The same figures over the steps alone, each extended to its device work. */
function withinSteps({ util, smActive, kernelOccupancy, hostWork }: Report['steps']): string[] {
  const figures = (
    [
      ['util', util],
      ['smActive', smActive],
      ['kernelOccupancy', kernelOccupancy],
    ] as const
  )
    .filter(([, figure]) => isKnown(figure))
    .map(([name, figure]) => `${name} ${measuredText(figure, percent)}`);
  const host = hostWorkText(hostWork);
  const lines = figures.length > 0 ? [`  within them ${figures.join('  ·  ')}`] : [];
  return host === '' ? lines : [...lines, `  while the device did nothing in them, the host was in ${host}`];
}

/** What a model in two parts would send between two devices. */
function crossing({ intermediateBytes, intermediateGradientBytes }: Report['training']): string[] {
  if (intermediateBytes === null || intermediateGradientBytes === null) return [];
  const [there, back] = [intermediateBytes, intermediateGradientBytes].map(byteSize);
  return [`  between its two parts ${there} there and ${back} back in each step`];
}

/** Steps in one line: count, times, throughput; of several replicas the steps of one and the throughput of all. */
export function stepsLine({ steps, replicas }: Report): string {
  const several = replicas !== null && replicas.rows.length > 1;
  const time = (seconds: number | null) => (seconds === null ? '–' : shortTime(seconds));
  const rate =
    steps.samplesPerSecond === null
      ? ''
      : `; ${quantity(steps.samplesPerSecond)} samples/s${several ? ' of all replicas' : ''}`;
  return `${plural(steps.count, 'step')}${several ? ' of replica 0' : ''}: mean ${time(steps.meanSeconds)}, p50 ${time(steps.p50Seconds)}, p95 ${time(steps.p95Seconds)}${rate}`;
}

function kernelText({ topKernels }: Report): string {
  if (topKernels.length === 0) return '';
  const shown = topKernels.slice(0, kernelRows);
  const columns = kernelColumns(shown);
  const widths = columns.map(({ head, cell }) =>
    Math.max(head.length, ...shown.map((kernel) => cell(kernel).length)),
  );
  const line = (name: string, cells: readonly string[]) =>
    [name.slice(0, nameWidth).padEnd(nameWidth), ...cells.map((cell, at) => cell.padStart(widths[at] ?? 0))]
      .join('  ')
      .trimEnd();
  return [
    line(
      'kernel',
      columns.map(({ head }) => head),
    ),
    ...shown.map((kernel) =>
      line(
        clean(kernel.shortName),
        columns.map(({ cell }) => cell(kernel)),
      ),
    ),
  ].join('\n');
}

function adviceText({ advice }: Report): string {
  return advice
    .filter(({ severity }) => severity === 'warn')
    .map(({ title, evidence, remedy }) => [`! ${title}`, `  ${evidence}`, `  → ${remedy}`].join('\n'))
    .join('\n');
}

function missingText({ loss, damage, profilerOverhead }: Report): string {
  const { dropped, unfinished, outOfRange } = loss;
  const lines = [...damage];
  if (dropped + unfinished + outOfRange > 0) {
    lines.unshift(
      `Records missing: ${count(dropped)} dropped, ${count(unfinished)} unfinished, ${count(outOfRange)} out of range.`,
    );
  }
  if (isKnown(profilerOverhead)) {
    lines.push(
      `Recording the kernels took ${percent(profilerOverhead.value)} of the program's time (${profilerOverhead.from}).`,
    );
  }
  return lines.join('\n');
}
