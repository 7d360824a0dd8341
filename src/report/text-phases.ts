import { isLowerBound } from '../analysis/lower-bound.ts';
import { clean } from '../model/clean-text.ts';
import { isKnown, type Measured } from '../model/measured.ts';
import { byteSize, count, measuredText, percent, quantity, shortTime, withUnit } from '../model/numbers.ts';
import type { PhaseReport, Report } from './report.ts';
import { textTable } from './text-table.ts';

/** A column of the table of phases. */
export interface PhaseColumn {
  readonly head: string;
  readonly cell: (phase: PhaseReport) => string;
  /** Why the cell has no value, or null where it has one. */
  readonly why: (phase: PhaseReport) => string | null;
}

const nameWidth = 24;

/** What stands for kernels outside of every phase. */
export const unnamedPhase = 'in no phase';

const always = () => null;

/** A mean of counts, whole where all steps ran as many. */
export function kernelCount(value: number): string {
  return Number.isInteger(value) ? count(value) : quantity(value);
}

const flops = (value: number) => withUnit(value, 'FLOP');

type Figure = readonly [
  head: string,
  figure: (phase: PhaseReport) => Measured,
  format: (value: number) => string,
];

/** Figures of a phase in the order in which they are shown; one that no phase has is left out. */
const figures: readonly Figure[] = [
  ['steps', ({ steps }) => steps, count],
  ['kernels a step', ({ kernelsPerStep }) => kernelsPerStep, kernelCount],
  ['time a step', ({ kernelSecondsPerStep }) => kernelSecondsPerStep, shortTime],
  ['FLOP a step', ({ flopsPerStep }) => flopsPerStep, flops],
  ['FLOP/s', ({ flopsPerSecond }) => flopsPerSecond, (value) => withUnit(value, 'FLOP/s')],
  ['bytes a step', ({ bytesPerStep }) => bytesPerStep, byteSize],
  ['bytes/s', ({ bytesPerSecond }) => bytesPerSecond, (value) => `${byteSize(value)}/s`],
  ['samples/s', ({ samplesPerSecond }) => samplesPerSecond, quantity],
];

/** The columns that say something of these phases; none where there are no phases. */
export function phaseColumns({ phases }: Report): PhaseColumn[] {
  if (phases.length === 0) return [];
  const several = new Set(phases.map(({ device }) => device)).size > 1;
  return [
    {
      head: 'phase',
      cell: ({ device, phase }) =>
        [...(several ? [clean(device)] : []), phase === '' ? unnamedPhase : clean(phase)].join(' · '),
      why: always,
    },
    { head: 'share', cell: ({ share }) => percent(share), why: always },
    ...figures
      .filter(([, figure]) => phases.some((phase) => isKnown(figure(phase))))
      .map(([head, figure, format]) => ({
        head,
        cell(phase: PhaseReport) {
          const measured = figure(phase);
          return `${isLowerBound(measured) ? '≥ ' : ''}${measuredText(measured, format)}`;
        },
        why(phase: PhaseReport) {
          const measured = figure(phase);
          return isKnown(measured) ? null : measured.why;
        },
      })),
  ];
}

/** The kernels by phase as a table; nothing where the source names none. */
export function phasesText(report: Report): string {
  const columns = phaseColumns(report);
  if (columns.length === 0) return '';
  const rows = [columns.map(({ head }) => head)].concat(
    report.phases.map((phase) => columns.map(({ cell }) => cell(phase))),
  );
  const short = rows.map(([name = '', ...cells]) => [name.slice(0, nameWidth), ...cells]);
  const note = emptyKernelsNote(report);
  return [textTable(short, [0]), ...(note === null ? [] : [note])].join('\n');
}

/** From this share on a count of kernels would mislead without a word. */
const manyEmpty = 0.2;

/** Says of the phase with the most of them how many kernels do nothing; null where these are few. */
export function emptyKernelsNote({ phases }: Report): string | null {
  let most = { phase: '', empty: 0, all: 0 };
  for (const { phase, emptyKernelsPerStep, kernelsPerStep } of phases) {
    const [empty, all] = [emptyKernelsPerStep.value ?? 0, kernelsPerStep.value ?? 0];
    if (empty > most.empty && empty >= manyEmpty * all && all > 1) most = { phase, empty, all };
  }
  if (most.empty === 0) return null;
  const phase = most.phase === '' ? unnamedPhase : clean(most.phase);
  return `${kernelCount(most.empty)} of the ${kernelCount(most.all)} kernels a step of ${phase} compute and move nothing: clones and reshapes, which share storage`;
}
