import { clean } from '../../model/clean-text.ts';
import { isKnown } from '../../model/measured.ts';
import { count, measuredText, percent, quantity, shortTime, unknownMark } from '../../model/numbers.ts';
import { relativeChange } from './change.ts';
import type { Change, Diff, Direction, FigureChange, KernelChange } from './contract.ts';
import { mattersFrom } from './kernels.ts';
import { smallestFloor } from './noise.ts';
import { comparabilityText } from './notes.ts';
import { preciseTime, signedPercent } from './verdict.ts';

/** Kernels in each list; `--json` has all. */
export const kernelRows = 8;
/** Kernels without a counterpart that are named. */
const loneRows = 4;
const nameWidth = 34;
/** Times below this share of the steps or of the window are not worth a row of the one screen. */
const worthRow = 0.01;

const arrows: Readonly<Record<Direction, string>> = {
  better: '▲ better',
  worse: '▼ worse',
  higher: '↑ higher',
  lower: '↓ lower',
  same: '',
  unknown: '?',
};

/** The comparison as one screen of plain text: the verdict first. */
export function diffText(diff: Diff): string {
  return [
    [
      `${diff.verdict.verdict}: ${clean(diff.verdict.sentence)}`,
      runLine('before', diff),
      runLine('after', diff),
    ].join('\n'),
    headlineTable(diff),
    figureTable(diff),
    kernelTable(diff, 'more'),
    kernelTable(diff, 'less'),
    loneLines(diff),
    diff.notes.map((note) => `· ${clean(note)}`).join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

function runLine(side: 'before' | 'after', diff: Diff): string {
  const { path, format, devices, steps } = diff[side];
  const names = [...new Set(devices.map(({ name }) => clean(name)))].join(', ');
  return `  ${side.padEnd(7)} ${clean(path)} (${format}; ${devices.length === 0 ? 'no device' : `${devices.length} × ${names}`}${steps > 0 ? `; ${steps} steps` : ''})`;
}

/** A row above the figures: its name, its values, its way of printing. */
export type Headline = readonly [name: string, change: Change, format: (value: number) => string];

/** What is known of how long the work took; window and calls only where there are no steps. */
export function headlines(diff: Diff): Headline[] {
  const steps: Headline[] = [
    ['step time', diff.stepSeconds, preciseTime],
    ['samples/s', diff.samplesPerSecond, quantity],
  ];
  const work: Headline[] = [
    ['window (no steps are marked)', diff.windowSeconds, preciseTime],
    ['device time of the same calls', diff.workSeconds, preciseTime],
  ];
  return (diff.per === 'step' ? steps : work).filter(
    ([, { before, after }]) => isKnown(before) || isKnown(after),
  );
}

function headlineTable(diff: Diff): string {
  return [
    row('', ['before', 'after', 'change', 'noise']),
    ...headlines(diff).map(([name, change, format]) =>
      row(name, changeCells(change, format), `${arrows[change.direction]}${expectedText(change, format)}`),
    ),
    `comparable ${comparabilityText(diff)}`,
  ].join('\n');
}

/** Changes are against this where the models differ. */
function expectedText({ expected }: Change, format: (value: number) => string): string {
  return expected !== undefined && isKnown(expected) ? ` against ${format(expected.value)} expected` : '';
}

function figureTable(diff: Diff): string {
  const shown = shownFigures(diff);
  if (shown.length === 0) return '';
  const unit = diff.per === 'step' ? 'seconds per step' : 'seconds of the window';
  return [
    row(`figure (${unit})`, ['before', 'after', 'change', 'noise']),
    ...shown.map((figure) =>
      row(
        figure.figure,
        changeCells(figure, formatOf(figure)),
        `${arrows[figure.direction]}${expectedText(figure, formatOf(figure))}`,
      ),
    ),
  ].join('\n');
}

/** The figures that one screen has room for: all ratios, and times that matter beside the step or the window. */
export function shownFigures({ figures, before, per, stepSeconds, windowSeconds }: Diff): FigureChange[] {
  const devices = per === 'step' ? before.devices.length : 1;
  const whole = per === 'step' ? stepSeconds : windowSeconds;
  const least = worthRow * devices * Math.max(whole.before.value ?? 0, whole.after.value ?? 0);
  return figures.filter(
    ({ figure, unit, before: from, after: to }) =>
      unit !== 'seconds' ||
      figure.startsWith('launches.') ||
      Math.max(from.value ?? 0, to.value ?? 0) >= least,
  );
}

/** How a figure's values are printed. */
export function formatOf({ unit }: FigureChange): (value: number) => string {
  if (unit === 'ratio') return percent;
  return unit === 'seconds' ? shortTime : quantity;
}

/** Before, after, change and noise of a row; a change of a share is in points of a hundred. */
export function changeCells(change: Change, format: (value: number) => string): string[] {
  const { before, after, noise } = change;
  const points = format === percent;
  const size = (value: number) => (points ? `${(value * 100).toFixed(1)} pt` : format(value));
  const delta = isKnown(change.change) ? signed(change.change.value, size) : unknownMark;
  const relative = points ? null : relativeChange(change);
  return [
    measuredText(before, format),
    measuredText(after, format),
    relative === null ? delta : signedPercent(relative),
    measuredText(noise, (value) => `±${size(value)}`),
  ];
}

function signed(value: number, format: (value: number) => string): string {
  const text = format(Math.abs(value));
  return value < 0 ? `-${text}` : `+${text}`;
}

/** Kernels whose time grew or shrank enough to matter, the largest change first. */
export function kernelsThat({ kernels }: Pick<Diff, 'kernels'>, way: 'more' | 'less'): KernelChange[] {
  return kernels
    .filter(({ change, weight }) => {
      const value = change.value ?? 0;
      return weight >= mattersFrom && (way === 'more' ? value > 0 : value < 0);
    })
    .slice(0, kernelRows);
}

/** What a list of kernels is headed by. */
export function kernelHeading({ per, models }: Diff, way: 'more' | 'less'): string {
  const word = way === 'more' ? 'slower' : 'faster';
  if (models.differ && isKnown(models.memoryFactor)) return `${word} than the peaks let expect`;
  return `${word}: ${way} time per ${per}`;
}

function kernelTable(diff: Diff, way: 'more' | 'less'): string {
  const kernels = kernelsThat(diff, way);
  if (kernels.length === 0) return '';
  return [
    row(kernelHeading(diff, way), ['before', 'after', 'change', 'noise']),
    ...kernels.map((kernel) =>
      row(kernel.shortName, kernelCells(kernel), `${kernel.category}, ${whyChanged(kernel)}`),
    ),
  ].join('\n');
}

/** Before, after, change and noise of a kernel in time. */
export function kernelCells({ before, after, change, noise }: KernelChange): string[] {
  return [
    measuredText(before, shortTime),
    measuredText(after, shortTime),
    isKnown(change) ? signed(change.value, shortTime) : unknownMark,
    measuredText(noise, (value) => `±${shortTime(value)}`),
  ];
}

/** Whether calls or their length changed, and whether it is beyond the noise. */
export function whyChanged(kernel: KernelChange): string {
  const { callsBefore, callsAfter, meanBeforeSeconds, meanAfterSeconds, direction, matchedBy } = kernel;
  const calls =
    callsBefore === callsAfter
      ? `${callCount(callsBefore)} calls`
      : `${callCount(callsBefore)} → ${callCount(callsAfter)} calls`;
  const doubt =
    direction === 'same' ? ', within its noise' : direction === 'unknown' ? ', noise unknown' : '';
  if (matchedBy === 'category') return `${calls}${doubt}`;
  if (Math.abs(meanAfterSeconds / meanBeforeSeconds - 1) < smallestFloor) {
    return `${calls}, each ${shortTime(meanAfterSeconds)} as before${doubt}`;
  }
  return `${calls}, each ${shortTime(meanBeforeSeconds)} → ${shortTime(meanAfterSeconds)}${doubt}`;
}

function callCount(calls: number): string {
  return Number.isInteger(calls) ? count(calls) : quantity(calls);
}

function loneLines(diff: Diff): string {
  const line = (what: string, kernels: Diff['gone']) => {
    const total = kernels.reduce((sum, { seconds }) => sum + seconds, 0);
    const named = kernels
      .slice(0, loneRows)
      .map(({ shortName, seconds }) => `${short(shortName)} ${shortTime(seconds)}`);
    return `${what} ${kernels.length} kernels, ${shortTime(total)} per ${diff.per}: ${named.join(', ')}${kernels.length > loneRows ? ', …' : ''}`;
  };
  return [
    ...(diff.gone.length > 0 ? [line('gone:', diff.gone)] : []),
    ...(diff.new.length > 0 ? [line('new: ', diff.new)] : []),
  ].join('\n');
}

function row(name: string, cells: readonly string[], end = ''): string {
  return `${short(name).padEnd(nameWidth)}${cells.map((cell) => cell.padStart(11)).join('')}  ${end}`.trimEnd();
}

function short(text: string): string {
  const printable = clean(text);
  return printable.length > nameWidth - 1 ? `${printable.slice(0, nameWidth - 2)}…` : printable;
}
