import type { RankRow } from '../../../src/analysis/details.ts';
import { count, percent, shortTime } from '../../../src/model/numbers.ts';
import { hasReplicas } from '../../model/page-name.ts';
import { areRanks, noRanksText, rankVerdict, type Verdict } from '../../model/rank-words.ts';
import { element, section } from '../dom.ts';
import { looking } from './kernel-detail.ts';
import { setAttribute, setText } from './keyed.ts';
import { figureColumn, type LiveColumn, LiveTable } from './live-table.ts';
import type { LiveView } from './live-view.ts';
import { Replicas } from './replicas.ts';
import type { LiveSection } from './section.ts';
import { figureOf, textOf, unknown } from './told.ts';
import type { Ui } from './ui.ts';

/** Replicas of one model, or the ranks of a distributed training, or the processes that record kernels. */
export class RanksSection implements LiveSection {
  readonly root: HTMLElement;
  readonly #verdict = element('p');
  readonly #table = new LiveTable<RankRow>(
    'Ranks',
    '',
    ({ rank, pid, program }) => `${rank} ${pid} ${program}`,
  );
  readonly #replicas = new Replicas();
  readonly #heading: HTMLElement;

  constructor() {
    this.root = section('ranks', 'Ranks', null, this.#verdict, this.#table.root, this.#replicas.root);
    this.#heading = this.root.querySelector('h2') ?? this.root;
  }

  show({ snapshot }: LiveView, ui: Ui): void {
    const { ranks, replicas } = snapshot.details;
    const ofReplicas = hasReplicas(snapshot);
    setText(this.#heading, ofReplicas ? 'Replicas' : 'Ranks');
    this.#replicas.root.hidden = !ofReplicas || replicas === null;
    this.#table.root.hidden = ofReplicas || ranks === null || ranks.length === 0;
    this.#verdict.hidden = ofReplicas && replicas !== null;
    if (ofReplicas) {
      if (replicas === null) setText(this.#verdict, looking(ui));
      else this.#replicas.show(replicas);
      return;
    }
    if (ranks === null) setText(this.#verdict, looking(ui));
    else if (ranks.length === 0) setText(this.#verdict, noRanksText);
    else {
      showVerdict(this.#verdict, rankVerdict(ranks));
      this.#table.show(columnsOf(ranks), ranks);
    }
  }
}

/** A sentence with a mark that says whether it is bad news. */
export function showVerdict(place: HTMLElement, verdict: Verdict | null): void {
  place.hidden = verdict === null;
  setText(place, verdict === null ? '' : `${verdict.isBad ? '▲' : '✓'} ${verdict.text}`);
  setAttribute(place, 'class', verdict?.isBad === true ? 'tone-warn' : 'tone-dim');
}

function columnsOf(rows: readonly RankRow[]): LiveColumn<RankRow>[] {
  const figure = figureColumn<RankRow>;
  const ranked = areRanks(rows);
  const stands = ({ straggler, ended }: RankRow) => (straggler ? ' ▲ slow' : ended ? ' ended' : '');
  return [
    figure(
      'rank',
      ranked ? 'rank' : 'program',
      (row) =>
        textOf(
          `${ranked ? `rank ${row.rank ?? '–'}` : row.program}${stands(row)}`,
          row.straggler ? 'warn' : 'plain',
        ),
      { isText: true, word: 'rank' },
    ),
    figure('pid', 'pid', ({ pid }) => (pid === null ? unknown : textOf(String(pid)))),
    ...(ranked ? [figure('program', 'program', ({ program }) => textOf(program), { isText: true })] : []),
    figure('devices', 'devices', ({ devices }) => textOf(devices.join(' ')), { isText: true }),
    figure('step', 'step', ({ step }) => (step === null ? unknown : textOf(count(step)))),
    figure('stepSeconds', 'step time', (row) => figureOf(row.stepSeconds, shortTime), {
      word: 'stepSeconds',
    }),
    figure('compute', 'computing', (row) => figureOf(row.computeShare, percent, 'real')),
    figure('communicate', 'communicating', (row) => figureOf(row.communicationShare, percent, 'peak'), {
      word: 'communication',
    }),
  ];
}
