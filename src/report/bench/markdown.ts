import type { BenchResult } from '../../analysis/bench/result.ts';
import { escapeMarkdown, markdownTable } from '../markdown-parts.ts';
import { benchTables } from './tables.ts';
import { benchHeading } from './text.ts';

/** A benchmark in Markdown, for an issue or a pull request: the verdict first. */
export function benchMarkdown(result: BenchResult): string {
  const [title = '', about = ''] = benchHeading(result);
  return [
    `# ${escapeMarkdown(title)}`,
    escapeMarkdown(about.trim()),
    `**${escapeMarkdown(result.verdict.sentence)}**`,
    ...(result.simulation?.answers ?? []).map(escapeMarkdown),
    ...assumptions(result),
    ...benchTables(result).flatMap(({ heads, rows, notes }) => [
      markdownTable(heads, `| --- |${' ---: |'.repeat(heads.length - 1)}`, rows),
      ...list(notes),
    ]),
    ...result.notes.map((note) => `> ${escapeMarkdown(note)}`),
  ]
    .join('\n\n')
    .concat('\n');
}

function assumptions({ simulation }: BenchResult): string[] {
  if (simulation === undefined) return [];
  const rows = simulation.assumptions.map(({ name, value, from }) => [name, value, from]);
  return [markdownTable(['assumption (simulated)', 'value', 'from'], '| --- | --- | --- |', rows)];
}

function list(sentences: readonly string[]): string[] {
  return sentences.length === 0 ? [] : [sentences.map((text) => `- ${escapeMarkdown(text)}`).join('\n')];
}
