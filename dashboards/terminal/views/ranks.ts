import type { RankRow } from '../../../src/analysis/details.ts';
import { count, percent, shortTime, unknownMark } from '../../../src/model/numbers.ts';
import { areRanks, noRanksText, rankVerdict } from '../../model/rank-words.ts';
import { figure } from '../text/figure.ts';
import { type Line, span } from '../text/style.ts';
import { type Column, table } from '../text/table.ts';
import { type DrawView, notYet, windowNote, windowStart } from './view.ts';

/** The processes that record kernels, or the ranks of a distributed training: steps, work, and who keeps the others waiting. */
export const ranks: DrawView = ({ snapshot, ui }, width, height) => {
  const rows = snapshot.details.ranks;
  const title = 'ranks';
  if (rows === null) return notYet(title, ui);
  if (rows.length === 0) return { title, note: [], lines: [[span(noRanksText, 'dim')]] };
  const room = Math.max(0, height - 3);
  const start = windowStart(ui.cursor, rows.length, room);
  const shown = rows.slice(start, start + room);
  return {
    title: areRanks(rows) ? title : 'processes that record kernels',
    note: windowNote(start, shown.length, rows.length),
    lines: [...table(columnsOf(rows, rows[ui.cursor]), shown, width), [], verdictLine(rows)],
  };
};

function verdictLine(rows: readonly RankRow[]): Line {
  const verdict = rankVerdict(rows);
  if (verdict === null) return [];
  return verdict.isBad
    ? [span('▲ ', 'warn'), span(verdict.text, 'warn')]
    : [span('✓ ', 'good'), span(verdict.text, 'dim')];
}

function columnsOf(rows: readonly RankRow[], chosen: RankRow | undefined): Column<RankRow>[] {
  const ranked = areRanks(rows);
  const mark = (row: RankRow): string => (row === chosen ? '▸ ' : '  ');
  const right = (
    title: string,
    width: number,
    rank: number,
    cell: (row: RankRow) => Line,
  ): Column<RankRow> => ({
    title,
    width,
    align: 'right',
    rank,
    cell,
  });
  const first: Column<RankRow> = {
    title: ranked ? '  rank' : '  program',
    width: ranked ? 14 : 18,
    align: 'left',
    rank: 0,
    cell: (row) => [
      span(mark(row), 'key'),
      span(ranked ? `${row.rank ?? unknownMark}` : row.program, row.straggler ? 'warn' : 'strong'),
      span(row.straggler ? ' ▲ slow' : row.ended ? ' ended' : '', row.straggler ? 'warn' : 'dim'),
    ],
  };
  const program: Column<RankRow>[] = ranked
    ? [
        {
          title: 'program',
          width: 14,
          align: 'left',
          rank: 4,
          cell: ({ program: name }) => [span(name, 'dim')],
        },
      ]
    : [];
  return [
    first,
    right('pid', 8, 3, ({ pid }) => [span(pid === null ? unknownMark : String(pid))]),
    ...program,
    {
      title: 'devices',
      width: 12,
      align: 'left',
      rank: 1,
      cell: ({ devices }) => [span(devices.join(' '), 'dim')],
    },
    right('step', 8, 2, ({ step }) => [span(step === null ? unknownMark : count(step))]),
    right('step time', 9, 0, ({ stepSeconds }) => [figure(stepSeconds, shortTime)]),
    right('computing', 9, 0, ({ computeShare }) => [figure(computeShare, percent, 'real')]),
    right('communicating', 13, 0, ({ communicationShare }) => [figure(communicationShare, percent, 'peak')]),
  ];
}
