import type { ReplicaFigures } from '../../../src/analysis/replica-view.ts';
import { isKnown } from '../../../src/model/measured.ts';
import { count, percent, quantity, shortTime, unknownMark } from '../../../src/model/numbers.ts';
import { type Part, stackedBar } from '../text/bar.ts';
import { figure } from '../text/figure.ts';
import { type Line, type Role, span } from '../text/style.ts';
import type { Column } from '../text/table.ts';

/** What the parts of a bar look like, in its order; slowing on purpose is a part of computing. */
export const shareLooks = {
  compute: { glyph: '█', role: 'real' },
  slowed: { glyph: '▒', role: 'gap' },
  wait: { glyph: '░', role: 'coarse' },
  communicate: { glyph: '▓', role: 'peak' },
} as const;

/** Cells of the columns beside the bar, gaps included. */
const besideBar = 92;
const leastBar = 7;
const mostBar = 60;
/** From here on the parts have their whole names. */
const wordsFrom = 120;

/** The columns of the table of replicas; the bar takes what the others leave. */
export function replicaColumns(
  rows: readonly ReplicaFigures[],
  chosen: ReplicaFigures | undefined,
  width: number,
): Column<ReplicaFigures>[] {
  const words = width >= wordsFrom;
  const barCells = Math.max(leastBar, Math.min(mostBar, width - besideBar - (words ? 12 : 0)));
  const share = (name: 'compute' | 'wait' | 'communicate', short: string): Column<ReplicaFigures> => ({
    ...right(`${shareLooks[name].glyph} ${words ? name : short}`, words ? name.length + 2 : 6, 0, (row) => [
      figure(row[name], percent),
    ]),
    titleRole: shareLooks[name].role,
  });
  const stale = rows.some(({ meanStaleness }) => isKnown(meanStaleness));
  return [
    {
      title: '  replica',
      width: 13,
      align: 'left',
      rank: 0,
      cell: (row) => [
        span(row === chosen ? '▸ ' : '  ', 'key'),
        span(String(row.replica), row.straggler ? 'warn' : 'strong'),
        stateMark(row),
      ],
    },
    right('step', 6, 3, ({ steps }) => [span(count(steps))]),
    right('samples/s', 9, 0, ({ samplesPerSecond }) => [figure(samplesPerSecond, quantity, 'strong')]),
    right('step time', 9, 5, ({ stepSeconds }) => [figure(stepSeconds, shortTime)]),
    { title: 'time', width: barCells, align: 'left', rank: 4, cell: (row) => shareBar(row, barCells) },
    share('compute', 'comp'),
    share('wait', 'wait'),
    share('communicate', 'comm'),
    ...(stale ? [right('stale', 5, 1, ({ meanStaleness }) => [figure(meanStaleness, staleness)])] : []),
    right('loss', 6, 2, ({ loss }) => [figure(loss, quantity)]),
  ];
}

/** A mean number of updates: whole ones would hide that some come between now and then. */
export function staleness(updates: number): string {
  return updates === 0 ? '0' : quantity(updates);
}

function right(
  title: string,
  width: number,
  rank: number,
  cell: (row: ReplicaFigures) => Line,
): Column<ReplicaFigures> {
  return { title, width, align: 'right', rank, cell };
}

function stateMark({ state, straggler }: ReplicaFigures) {
  if (state === 'failed' || state === 'lost') return span(` ✖ ${state}`, 'bad');
  if (straggler) return span(' ▲ slow', 'warn');
  return span(state === 'ended' ? ' ended' : '', 'dim');
}

/** Empty where it is not known where the time of steps went. */
function shareBar({ compute, slowed, wait, communicate }: ReplicaFigures, cells: number): Line {
  if (!isKnown(compute) || !isKnown(wait) || !isKnown(communicate)) return [span(unknownMark, 'dim')];
  const held = Math.min(compute.value, slowed.value ?? 0);
  const part = (share: number, look: { readonly glyph: string; readonly role: Role }): Part => ({
    share,
    ...look,
  });
  return stackedBar(
    [
      part(compute.value - held, shareLooks.compute),
      part(held, shareLooks.slowed),
      part(wait.value, shareLooks.wait),
      part(communicate.value, shareLooks.communicate),
    ],
    cells,
  );
}
