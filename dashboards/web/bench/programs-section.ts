import type { BenchResult } from '../../../src/analysis/bench/result.ts';
import { percent, quantity, shortTime } from '../../../src/model/numbers.ts';
import { element, section } from '../dom.ts';
import { downloadButton } from '../download.ts';
import { reasons } from '../sections/idle-section.ts';
import { simpleTable } from '../sections/simple-table.ts';
import { spreadEntry } from './spread.ts';

/** Programs as a whole, since few of them tell their samples; null where no command was run. */
export function programsSection({ runs }: BenchResult): HTMLElement | null {
  const programs = runs.flatMap(({ label, program }) => (program === undefined ? [] : [{ label, program }]));
  if (programs.length === 0) return null;
  const figures = ['seconds', 'stepsPerSecond', 'util', 'smActive'] as const;
  const sheet = () => ({
    head: ['run', 'command', ...figures],
    rows: programs.map(({ label, program }) => [
      label,
      program.command.join(' '),
      ...figures.map((name) => program[name].value),
    ]),
  });
  return section(
    'programs',
    'Programs',
    downloadButton('programs', 'the programs', sheet),
    simpleTable(
      'Programs',
      ['run', 'programSeconds', 'stepsPerSecond', 'util', 'smActive'],
      programs.map(({ label, program }) => [
        label,
        spreadEntry(program.seconds, shortTime),
        spreadEntry(program.stepsPerSecond, quantity),
        spreadEntry(program.util, percent),
        spreadEntry(program.smActive, percent),
      ]),
    ),
    ...programs.map(({ label, program }) =>
      element('p', { class: 'note' }, `${label}: `, element('code', {}, program.command.join(' '))),
    ),
    ...reasons(programs.flatMap(({ program }) => figures.map((name) => program[name]))),
  );
}
