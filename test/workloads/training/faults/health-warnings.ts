import { checkAdvice } from '../../../../src/analysis/advice/index.ts';
import type { Timeline } from '../../../../src/model/timeline.ts';

/** Findings that say whether a training learns. Others look at how busy the machine is, which tests share. */
const ofHealth = new Set([
  'loss-not-finite',
  'first-loss',
  'loss-trend',
  'repeated-data',
  'shuffled-labels',
  'no-learning',
  'frozen-layers',
  'normalisation-modes',
  'gradients',
  'learning-rate',
  'ran-once',
  'over-fitting',
]);

/** The findings on health that warn, in alphabetical order. */
export function warningsOf(timeline: Timeline): string[] {
  return checkAdvice(timeline)
    .filter(({ id, severity }) => severity === 'warn' && ofHealth.has(id))
    .map(({ id }) => id)
    .sort();
}

/** How a fault shows. */
export interface FaultRow<Settings> {
  /** The finding that belongs to the fault. */
  readonly finds: string;
  /** A part of its title or evidence. */
  readonly says: string | RegExp;
  /** What else is true of such a run. */
  readonly also?: readonly string[];
  readonly settings?: Settings;
}

/** Title and evidence of a finding; '' where there is none. */
export function textOf(timeline: Timeline, finds: string): string {
  const finding = checkAdvice(timeline).find(({ id }) => id === finds);
  return finding === undefined ? '' : `${finding.title} ${finding.evidence}`;
}
