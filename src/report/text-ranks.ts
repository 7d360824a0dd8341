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

/** Nothing for less than two; of replicas more is told than kernels say. */
export function shownRanks({ ranks, replicas }: Report): readonly RankReport[] {
  return ranks.length < 2 || replicas !== null ? [] : ranks;
}

/** The ranks of a distributed training as a table. */
export function ranksText(report: Report): string {
  const ranks = shownRanks(report);
  if (ranks.length === 0) return '';
  const rows = [[...rankHeads], ...ranks.map(rankCells)];
  return textTable(rows, [1]);
}
