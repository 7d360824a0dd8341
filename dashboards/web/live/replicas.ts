import type { ReplicaFigures, ReplicasView } from '../../../src/analysis/replica-view.ts';
import { isKnown } from '../../../src/model/measured.ts';
import { count, percent, quantity, shortTime } from '../../../src/model/numbers.ts';
import { groupText, stragglersText } from '../../../src/model/parallel-text.ts';
import { replicaVerdict } from '../../model/rank-words.ts';
import { element } from '../dom.ts';
import { shareColours } from '../sections/shares.ts';
import { anyStale, type StalenessRow, stalenessRows } from '../sections/staleness.ts';
import { Keyed, type Shows, setText } from './keyed.ts';
import { figureColumn, type LiveColumn, LiveTable } from './live-table.ts';
import { noteItem } from './note-item.ts';
import { type BarPart, PartsBar, PartsLegend } from './parts.ts';
import { showVerdict } from './ranks.ts';
import { figureOf, textOf } from './told.ts';

/** The replicas of a data-parallel training: how each does, where the time of its steps goes, and who waits for whom. */
export class Replicas implements Shows<ReplicasView> {
  readonly root = element('article');
  readonly #group = element('p');
  readonly #verdict = element('p');
  readonly #gone: Keyed<string>;
  readonly #legend = new PartsLegend();
  readonly #table = new LiveTable<ReplicaFigures>('Replicas', '', ({ replica }) => String(replica));
  readonly #staleness = new LiveTable<StalenessRow>('Staleness of updates', '', ({ name }) => name);

  constructor() {
    const gone = element('div');
    this.#gone = new Keyed(gone, (text) => text, noteItem);
    this.root.append(
      this.#group,
      this.#verdict,
      gone,
      this.#legend.root,
      this.#table.root,
      this.#staleness.root,
    );
  }

  show(view: ReplicasView): void {
    const { parallel, rows, samplesPerSecond, meanStaleness, staleness } = view;
    const together = [
      groupText(parallel),
      stragglersText(parallel.stragglers),
      isKnown(samplesPerSecond) ? `${quantity(samplesPerSecond.value)} samples/s together` : '',
      isKnown(meanStaleness) ? `mean staleness ${quantity(meanStaleness.value)}` : '',
    ];
    setText(this.#group, together.filter((part) => part !== '').join(' · '));
    showVerdict(this.#verdict, replicaVerdict(view));
    this.#gone.show(
      rows
        .filter(({ state }) => state === 'failed' || state === 'lost')
        .map(
          ({ replica, state, message }) =>
            `✖ replica ${replica} ${state}${message === '' ? '' : `: ${message}`}`,
        ),
    );
    this.#legend.show(meanParts(rows));
    this.#table.show(columnsOf(rows), rows);
    this.#staleness.root.hidden = !anyStale(staleness);
    this.#staleness.show(stalenessColumns, stalenessRows(staleness));
  }
}

const stalenessColumns: readonly LiveColumn<StalenessRow>[] = [
  figureColumn('staleness', 'staleness', ({ name }) => textOf(name), { isText: true, word: 'staleness' }),
  figureColumn('updates', 'updates', ({ updates }) => textOf(count(updates))),
  figureColumn('share', 'of all', ({ ofAll, ofMost }) => ({ ...textOf(percent(ofAll)), share: ofMost })),
];

function columnsOf(rows: readonly ReplicaFigures[]): LiveColumn<ReplicaFigures>[] {
  const figure = figureColumn<ReplicaFigures>;
  const share = (name: 'compute' | 'wait' | 'communicate') =>
    figure(name, name, (row) => figureOf(row[name], percent), { word: name });
  const isStale = rows.some(({ meanStaleness }) => isKnown(meanStaleness));
  return [
    figure('replica', 'replica', nameOf, { isText: true, word: 'replica' }),
    figure('steps', 'step', ({ steps }) => textOf(count(steps))),
    figure('samples', 'samples/s', (row) => figureOf(row.samplesPerSecond, quantity, 'strong')),
    figure('stepSeconds', 'step time', (row) => figureOf(row.stepSeconds, shortTime), {
      word: 'stepSeconds',
    }),
    { id: 'time', head: 'time of steps', word: '', isText: true, sort: null, cell: { make: shareBar } },
    share('compute'),
    share('wait'),
    share('communicate'),
    ...(isStale
      ? [figure('stale', 'stale', (row) => figureOf(row.meanStaleness, quantity), { word: 'staleness' })]
      : []),
    figure('loss', 'loss', (row) => figureOf(row.loss, quantity)),
    figure('devices', 'devices', ({ devices }) => textOf(devices.join(', ')), { isText: true }),
  ];
}

function nameOf({ replica, state, straggler }: ReplicaFigures) {
  if (state === 'failed' || state === 'lost') return textOf(`replica ${replica} ✖ ${state}`, 'bad');
  if (straggler) return textOf(`replica ${replica} ▲ slow`, 'warn');
  return textOf(`replica ${replica}${state === 'ended' ? ' ended' : ''}`);
}

function shareBar(): Shows<ReplicaFigures> {
  const bar = new PartsBar();
  return { root: bar.root, show: (row) => bar.show(partsOf(row)) };
}

function partsOf({ compute, wait, communicate, slowed }: ReplicaFigures): BarPart[] {
  const whole = compute.value ?? 0;
  const held = Math.min(whole, slowed.value ?? 0);
  return [
    { name: 'compute', share: whole - held, colour: shareColours.compute },
    { name: 'slowed', share: held, colour: shareColours.slowed },
    { name: 'wait', share: wait.value ?? 0, colour: shareColours.wait },
    { name: 'communicate', share: communicate.value ?? 0, colour: shareColours.communicate },
  ];
}

/** The parts of all replicas on average, for the legend; without slowing where nobody is slowed. */
function meanParts(rows: readonly ReplicaFigures[]): BarPart[] {
  const all = rows.map(partsOf);
  const first = all[0] ?? [];
  return first
    .map((part, at) => ({
      ...part,
      share: all.reduce((sum, parts) => sum + (parts[at]?.share ?? 0), 0) / all.length,
    }))
    .filter(({ name, share }) => name !== 'slowed' || share > 0);
}
