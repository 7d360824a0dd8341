import { clockTime, count, percent, quantity, shortTime } from '../../../src/model/numbers.ts';
import type { RunRow } from '../../model/live-stream.ts';
import { element } from '../dom.ts';
import type { Shows } from './keyed.ts';
import { figureColumn, type LiveColumn, LiveTable } from './live-table.ts';
import { type Figure, figureOf, textOf, unknown } from './told.ts';

/** The programs that are recorded meanwhile, a row each. */
export class Runs implements Shows<readonly RunRow[]> {
  readonly root: HTMLElement;
  readonly #table = new LiveTable<RunRow>('Recorded meanwhile', '', ({ name }) => name);

  constructor() {
    const how = 'warpwatch serve --web --recording PATH shows one of them in full.';
    this.root = element(
      'div',
      {},
      element('h3', {}, 'Recorded meanwhile'),
      this.#table.root,
      element('p', { class: 'note' }, how),
    );
  }

  show(runs: readonly RunRow[]): void {
    this.root.hidden = runs.length === 0;
    this.#table.show(columns, runs);
  }
}

const figure = figureColumn<RunRow>;
const columns: readonly LiveColumn<RunRow>[] = [
  figure('name', 'recording', ({ name }) => textOf(name), { isText: true }),
  figure('what', 'what runs', whatRuns, { isText: true }),
  figure('state', 'state', ({ state, elapsedSeconds }) =>
    textOf(`${state} ${clockTime(elapsedSeconds)}`, state === 'failed' ? 'bad' : 'plain'),
  ),
  figure('step', 'step', ({ training }) => (training === null ? unknown : textOf(count(training.step)))),
  figure('progress', 'done', ({ training }) => {
    const progress = training?.progress ?? null;
    return progress === null ? unknown : { ...textOf(percent(progress)), share: progress };
  }),
  figure('samples', 'samples/s', ({ training }) =>
    training === null ? unknown : figureOf(training.samplesPerSecond, quantity),
  ),
  figure('stepSeconds', 'step time', ({ training }) =>
    training === null ? unknown : figureOf(training.stepSeconds, shortTime),
  ),
  figure('loss', 'loss', ({ loss }) =>
    loss === null ? unknown : textOf(quantity(loss), Number.isFinite(loss) ? 'plain' : 'bad'),
  ),
];

/** Made-up data and faults on purpose are told wherever figures of a training are. */
function whatRuns({ title, training }: RunRow): Figure {
  const workload = training?.workload ?? null;
  const labels = [
    workload?.synthetic ? 'synthetic data' : '',
    workload?.fault ? `fault ${workload.fault} on purpose` : '',
  ];
  return textOf([title, ...labels].filter((part) => part !== '').join(' · '));
}
