import type { BenchResult } from '../../../src/analysis/bench/result.ts';
import { plural } from '../../../src/model/numbers.ts';
import { stragglersText } from '../../../src/model/parallel-text.ts';
import { element, section } from '../dom.ts';

/** What was asked for; of a simulation what it assumes, and where each assumption is from. */
export function settingsSection({ settings, simulation }: BenchResult): HTMLElement {
  const { transport, steps, warmUpSteps, rounds, stragglers } = settings;
  const asked: readonly (readonly [string, string])[] = [
    ['transport', transport],
    ['steps', `${plural(steps, 'step')} of each replica, of which no rate counts the first ${warmUpSteps}`],
    ['rounds', String(rounds)],
    ['slowed on purpose', stragglersText(stragglers) || 'nobody'],
  ];
  const assumed = (simulation?.assumptions ?? []).map(
    ({ name, value, from }) => [name, `${value} (${from})`] as const,
  );
  return section(
    'settings',
    'Settings',
    null,
    list(asked),
    ...(assumed.length === 0 ? [] : [element('h3', {}, 'What the simulation assumes'), list(assumed)]),
  );
}

function list(entries: readonly (readonly [string, string])[]): HTMLElement {
  const items = entries.map(([name, value]) =>
    element('div', {}, element('dt', {}, name), element('dd', {}, value)),
  );
  return element('dl', { class: 'words' }, ...items);
}
