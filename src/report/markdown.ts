import { measuredText } from '../model/numbers.ts';
import { deviceFigures } from './figures.ts';
import { kernelColumns } from './kernel-columns.ts';
import { learnedText } from './learned-text.ts';
import { escapeMarkdown, markdownTable } from './markdown-parts.ts';
import type { DeviceReport, Report } from './report.ts';
import { stepsLine } from './text.ts';
import { kernelsText, recordedText } from './text-device.ts';
import { faultText } from './text-fault.ts';
import { healthText } from './text-health.ts';
import { emptyKernelsNote, phaseColumns } from './text-phases.ts';
import { rangeHeads, rangeRows } from './text-ranges.ts';
import { rankCells, rankHeads, shownRanks } from './text-ranks.ts';
import { replicaCells, replicaHeads, replicaSentences } from './text-replicas.ts';
import { plainText, verdictOf } from './verdict.ts';

/** The report in Markdown, for an issue or a pull request. */
export function reportMarkdown(report: Report): string {
  const { run, steps, training, damage } = report;
  return [
    `# ${escapeMarkdown(run.title)}`,
    [
      run.host ? `${escapeMarkdown(run.host.cpu)}, ${run.host.cores} cores` : '',
      run.createdAt,
      report.source.format,
    ]
      .filter((part) => part !== '')
      .join('; '),
    ...report.devices.map(deviceSection),
    ...ranksSection(report),
    ...replicasSection(report),
    '## Training',
    steps.count === 0
      ? 'No steps were reported.'
      : `${training.workload?.synthetic ? 'Synthetic data. ' : ''}${stepsLine(report)}${training.workload ? escapeMarkdown(faultText(training.workload)) : ''}`,
    ...learnedText(training).map((line) => escapeMarkdown(line.trim())),
    ...healthText(training).map((line) => escapeMarkdown(line.trim())),
    ...phasesSection(report),
    ...rangesSection(report),
    '## Kernels',
    kernelTableOf(report),
    '## Advice',
    ...report.advice.map(
      ({ severity, title, evidence, remedy }) =>
        `- **${severity}**: ${escapeMarkdown([title, evidence, remedy].filter((text) => text !== '').join(' · '))}`,
    ),
    ...damage.map((sentence) => `> ${escapeMarkdown(sentence)}`),
  ]
    .join('\n\n')
    .concat('\n');
}

function deviceSection(device: DeviceReport): string {
  const rows = deviceFigures(device).map(([name, figure, format]) => {
    const source = figure.value === null ? figure.why : figure.from;
    return `| ${name} | ${measuredText(figure, format)} | ${escapeMarkdown(source)} |`;
  });
  const recorded = recordedText(device.recorded, device.window);
  return [
    `## ${escapeMarkdown(device.id)}: ${escapeMarkdown(device.name)}`,
    '',
    plainText(verdictOf(device)),
    '',
    `${kernelsText(device)}${device.gap === '' ? '' : `; ${device.gap}`}`,
    ...(recorded === '' ? [] : ['', `${recorded[0]?.toUpperCase()}${recorded.slice(1)}.`]),
    '',
    '| figure | value | from, or why not |',
    '| --- | ---: | --- |',
    ...rows,
  ].join('\n');
}

function replicasSection({ replicas }: Report): string[] {
  if (replicas === null) return [];
  const rule = `| ---: | --- |${' ---: |'.repeat(replicaHeads.length - 3)} --- |`;
  return [
    '## Replicas',
    markdownTable(replicaHeads, rule, replicas.rows.map(replicaCells)),
    ...replicaSentences(replicas).map(escapeMarkdown),
  ];
}

function ranksSection(report: Report): string[] {
  const ranks = shownRanks(report);
  if (ranks.length === 0) return [];
  return [
    '## Ranks',
    markdownTable(rankHeads, '| ---: | --- | ---: | ---: | ---: | --- |', ranks.map(rankCells)),
  ];
}

function phasesSection(report: Report): string[] {
  const columns = phaseColumns(report);
  if (columns.length === 0) return [];
  const heads = columns.map(({ head }) => head);
  const rule = `| --- |${' ---: |'.repeat(columns.length - 1)}`;
  const rows = report.phases.map((phase) => columns.map(({ cell }) => cell(phase)));
  const empty = emptyKernelsNote(report);
  return ['## Phases', markdownTable(heads, rule, rows), ...(empty === null ? [] : [`${empty}.`])];
}

function rangesSection(report: Report): string[] {
  const rows = rangeRows(report);
  if (rows.length === 0) return [];
  return ['## Ranges', markdownTable(rangeHeads, '| --- | ---: | ---: | ---: | ---: |', rows)];
}

function kernelTableOf({ topKernels }: Report): string {
  if (topKernels.length === 0) return 'No kernels were recorded.';
  const columns = kernelColumns(topKernels);
  const rows = topKernels.map(
    (kernel) =>
      `| ${escapeMarkdown(kernel.shortName)} | ${columns.map(({ cell }) => cell(kernel)).join(' | ')} |`,
  );
  return [
    `| kernel | ${columns.map(({ head }) => head).join(' | ')} |`,
    `| --- |${columns.map(() => ' ---: |').join('')}`,
    ...rows,
  ].join('\n');
}
