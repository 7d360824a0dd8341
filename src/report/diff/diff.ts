import { medianOf } from '../../analysis/statistics.ts';
import type { Timeline } from '../../model/timeline.ts';
import { toSeconds } from '../../model/units.ts';
import { compareCategories } from './categories.ts';
import { type Diff, type DiffRun, diffSchema } from './contract.ts';
import { compareFigures, stepsOf } from './figures.ts';
import {
  compareContents,
  compareSamples,
  compareSteps,
  compareWindows,
  compareWork,
  expectedKernels,
} from './headline.ts';
import { compareMatch, loneKernels, sideKernels } from './kernels.ts';
import { matchKernels, totalNs } from './match.ts';
import { compareModels } from './models.ts';

import { notesOf } from './notes.ts';
import { countSteps, measureSide, type Side } from './side.ts';
import { judge } from './verdict.ts';

/** Compares two runs, whatever they were read from. */
export function buildDiff(first: Timeline, second: Timeline): Diff {
  const bySteps = countSteps(first) > 0 && countSteps(second) > 0;
  const per = bySteps ? 'step' : 'window';
  const before = measureSide(first, bySteps);
  const after = measureSide(second, bySteps);
  const positions = Math.min(before.report.devices.length, after.report.devices.length);
  const left = sideKernels(before, positions);
  const right = sideKernels(after, positions);
  const matches = matchKernels(left, right);
  const models = compareModels(first, second);
  const steps = { before: stepsOf(before), after: stepsOf(after), known: bySteps };
  const scale = {
    stepsBefore: steps.before,
    stepsAfter: steps.after,
    models,
    kernelSeconds: toSeconds(Math.max(totalNs(left) / steps.before, totalNs(right) / steps.after)),
  };
  const facts = {
    per,
    comparability: compareContents(left, right, matches, steps),
    models,
    stepSeconds: compareSteps(before, after, models, left),
    samplesPerSecond: compareSamples(before, after),
    windowSeconds: compareWindows(before, after, positions),
    workSeconds: compareWork(matches, models),
  } as const;
  const diff = {
    schema: diffSchema,
    before: runOf(first, before),
    after: runOf(second, after),
    verdict: judge({
      ...facts,
      sameSamples: sameSamples(before, after),
      kernels: left.length + right.length,
    }),
    ...facts,
    figures: compareFigures(before, after, per, expectedKernels(left, models, steps.before)),
    categories: compareCategories(left, right, scale),
    kernels: matches.matched
      .map((match) => compareMatch(match, scale))
      .sort((a, b) => Math.abs(b.change.value ?? 0) - Math.abs(a.change.value ?? 0)),
    gone: loneKernels(matches.gone, steps.before),
    new: loneKernels(matches.new, steps.after),
  } as const;
  return { ...diff, notes: notesOf(diff, first, second) };
}

function runOf(timeline: Timeline, { stepSeconds }: Side): DiffRun {
  return {
    ...timeline.source,
    title: timeline.run.title,
    devices: timeline.devices.map(({ id, name }) => ({ id, name })),
    steps: stepSeconds.length,
  };
}

/** Where nobody tells, the same number is taken for granted, and a note says so. */
function sameSamples(before: Side, after: Side): boolean {
  if (before.samples === null || after.samples === null) return true;
  return medianOf(before.samples) === medianOf(after.samples);
}

/** Whether a comparison says that the second run is worse. */
export function isWorse({ verdict }: Diff): boolean {
  return verdict.verdict === 'worse';
}
