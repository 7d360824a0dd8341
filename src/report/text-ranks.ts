import { clean } from '../model/clean-text.ts';
import { measuredText, shortTime } from '../model/numbers.ts';
import type { RankReport, Report } from './report.ts';
import { textTable } from './text-table.ts';

/** The cells of a rank's row: rank, devices, step, compute, communication, whether the others wait for it. */
export function rankCells(rank: RankReport): string[] {
  return [
    String(rank.rank),
    rank.devices.map(clean).join(' '),
    measuredText(rank.meanStepSeconds, shortTime),
    measuredText(rank.computeSeconds, shortTime),
    measuredText(rank.communicationSeconds, shortTime),
    rank.straggler ? 'the others wait for it' : '',
  ];
}

export const rankHeads = ['rank', 'devices', 'step', 'compute', 'communication', 'straggler'] as const;

/** The ranks of a distributed training as a table; nothing for less than two. */
export function ranksText({ ranks }: Report): string {
  if (ranks.length < 2) return '';
  const rows = [[...rankHeads], ...ranks.map(rankCells)];
  return textTable(rows, [1]);
}
