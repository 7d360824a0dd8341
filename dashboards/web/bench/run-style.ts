import type { BenchRun } from '../../../src/analysis/bench/result.ts';
import { lineDashes } from '../charts/line-dashes.ts';

/** How a run is drawn in every chart. */
export interface RunStyle {
  /** Variable of the style sheet. */
  readonly colour: string;
  readonly dash: readonly number[];
}

export const modeColours: Readonly<Record<Exclude<BenchRun['mode'], 'command'>, string>> = {
  single: '--m-single',
  sync: '--m-sync',
  async: '--m-async',
  local: '--m-local',
};
const commandColours = ['--m-sync', '--m-async', '--m-local', '--m-single'] as const;

/** A colour by mode, and a dash by the place among all runs; commands have a colour each. */
export function runStyles(runs: readonly BenchRun[]): RunStyle[] {
  return runs.map(({ mode }, at) => ({
    colour: mode === 'command' ? cycled(commandColours, at) : modeColours[mode],
    dash: cycled(lineDashes, at),
  }));
}

function cycled<T>(values: readonly T[], at: number): T {
  return values[at % values.length] as T;
}
