import type { PageData } from '../../../src/report/html/page-data.ts';
import { emptyKernelsNote, phaseColumns } from '../../../src/report/text-phases.ts';
import { note, section } from '../dom.ts';
import { downloadButton } from '../download.ts';
import { simpleTable } from './simple-table.ts';

/** Kernels by the phase that they ran in; null where the source names no phases. */
export function phasesSection({ report }: PageData): HTMLElement | null {
  const { phases } = report;
  const columns = phaseColumns(report);
  if (columns.length === 0) return null;
  const empty = emptyKernelsNote(report);
  const figures = [
    'steps',
    'kernelsPerStep',
    'emptyKernelsPerStep',
    'kernelSecondsPerStep',
    'flopsPerStep',
    'bytesPerStep',
    'flopsPerSecond',
    'bytesPerSecond',
    'samplesPerSecond',
  ] as const;
  const sheet = () => ({
    head: ['device', 'phase', 'kernels', 'kernelSeconds', 'share', ...figures],
    rows: phases.map((phase) => [
      phase.device,
      phase.phase,
      phase.kernels,
      phase.kernelSeconds,
      phase.share,
      ...figures.map((name) => phase[name].value),
    ]),
  });
  return section(
    'phases',
    'Phases',
    downloadButton('phases', 'the phases', sheet),
    note('Kernels by the part of a step that the program said they belong to.'),
    simpleTable(
      'Phases',
      columns.map(({ head }) => head),
      phases.map((phase) =>
        columns.map(({ cell, why }) => {
          const reason = why(phase);
          return reason === null ? cell(phase) : { why: reason };
        }),
      ),
    ),
    ...(empty === null ? [] : [note(`${empty}.`)]),
  );
}
