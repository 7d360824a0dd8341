import { shortTime } from '../../model/numbers.ts';
import { escapeMarkdown, markdownTable } from '../markdown-parts.ts';
import type { Diff } from './contract.ts';
import { comparabilityText } from './notes.ts';
import {
  changeCells,
  formatOf,
  headlines,
  kernelCells,
  kernelHeading,
  kernelsThat,
  shownFigures,
  whyChanged,
} from './text.ts';

/** The comparison in Markdown, for a pull request. */
export function diffMarkdown(diff: Diff): string {
  return [
    `# ${diff.verdict.verdict}`,
    escapeMarkdown(diff.verdict.sentence),
    (['before', 'after'] as const).map((side) => `- ${side}: ${runText(diff, side)}`).join('\n'),
    table('', headlineRows(diff)),
    `Comparability ${comparabilityText(diff)}.`,
    '## Figures',
    table(
      'figure',
      shownFigures(diff).map((figure) => [
        figure.figure,
        ...changeCells(figure, formatOf(figure)),
        figure.direction,
      ]),
    ),
    ...(['more', 'less'] as const).flatMap((way) => kernelSection(diff, way)),
    ...loneSection('Gone', diff.gone),
    ...loneSection('New', diff.new),
    ...diff.notes.map((note) => `> ${escapeMarkdown(note)}`),
  ]
    .join('\n\n')
    .concat('\n');
}

function runText(diff: Diff, side: 'before' | 'after'): string {
  const { path, format, devices, steps } = diff[side];
  const names = [...new Set(devices.map(({ name }) => name))].join(', ');
  return `${escapeMarkdown(path)} (${format}; ${devices.length} × ${escapeMarkdown(names)}; ${steps} steps)`;
}

function headlineRows(diff: Diff): string[][] {
  return headlines(diff).map(([name, change, format]) => [
    name,
    ...changeCells(change, format),
    change.direction,
  ]);
}

function kernelSection(diff: Diff, way: 'more' | 'less'): string[] {
  const kernels = kernelsThat(diff, way);
  if (kernels.length === 0) return [];
  const rows = kernels.map((kernel) => [
    kernel.shortName,
    ...kernelCells(kernel),
    `${kernel.category}, ${whyChanged(kernel)}`,
  ]);
  return [`## ${capital(kernelHeading(diff, way))}`, table('kernel', rows)];
}

function loneSection(title: string, kernels: Diff['gone']): string[] {
  if (kernels.length === 0) return [];
  const lines = kernels
    .slice(0, 8)
    .map(
      ({ shortName, category, seconds }) =>
        `- ${escapeMarkdown(shortName)} (${category}), ${shortTime(seconds)}`,
    );
  const rest = kernels.length > lines.length ? [`- and ${kernels.length - lines.length} more`] : [];
  return [`## ${title}`, [...lines, ...rest].join('\n')];
}

function table(name: string, rows: readonly (readonly string[])[]): string {
  return markdownTable(
    [name, 'before', 'after', 'change', 'noise', ''],
    '| --- | ---: | ---: | ---: | ---: | --- |',
    rows,
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
